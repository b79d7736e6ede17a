// What the picture of a recall shows, in words.

import ansis from "ansis";
import { bits, count, counted } from "../format.js";
import type { Terminal } from "../terminal.js";
import { inColour, shadesOf } from "./paint.js";
import type { Recall } from "./recall.js";
import { rowsInWords } from "./rows-in-use.js";
import { endsInWords, type Span } from "./span.js";

/** "all 160 bits right"; of a squared error that alone. */
export function verdict({ answers, loss }: Recall): string {
  if (answers === undefined) return `squared error ${bits(loss)}`;
  const { wrong, of, noun } = answers;
  if (of === 0) return "nothing is asked for";
  return wrong === 0
    ? ansis.green(`all ${counted(of, noun)} right`)
    : ansis.red(`${counted(wrong, noun)} of ${count(of)} wrong`);
}

/** How what is wrong is drawn, where anything can be, and what the shades of the output stand for, where these are no bits. */
export function legend({ answers, span }: Recall, look: Terminal): string[] {
  const wrong = answers ? [ansis.dim(`${inColour(look) ? "red" : shadesOf(look).wrong} wrong ${answers.noun}`)] : [];
  return [...wrong, ...shades("output", span, look)];
}

function shades(name: string, span: Span, look: Terminal): string[] {
  const ends = endsInWords(span);
  if (!ends) return [];
  const [least, most] = ends;
  return [
    ansis.dim(
      inColour(look) ? `${name}: dark ${least}, bright ${most}` : `${name} ${least} ${shadesOf(look).shades} ${most}`,
    ),
  ];
}

/** How many entries of the weightings one of the picture stands for: it shows the largest of them. */
export interface Merged {
  readonly steps: number;
  readonly rows: number;
}

export function figures(recall: Recall, look: Terminal, merged: Merged): string[] {
  const { rows, memoryRows, peak, bitsPerSequence, optimum, reads, writes, turn, inputSpan } = recall;
  const cost = bitsPerSequence === null ? [] : [`${bits(bitsPerSequence)} bits of loss`];
  const best = optimum === undefined ? [] : [`${bits(optimum)} by the optimal estimator`];
  const input = inputSpan ? shades("input", inputSpan, look) : [];
  const lines = [verdict(recall), ...cost, ...best, ...legend(recall, look), ...input];
  if (reads.length + writes.length === 0) return lines;
  const scale = inColour(look)
    ? `brightest: weight ${peak.toFixed(2)}`
    : `weight 0 ${shadesOf(look).shades} ${peak.toFixed(2)}`;
  return [
    ...lines,
    "",
    ansis.dim(`memory rows ${rowsInWords(rows, memoryRows)} of 0–${memoryRows - 1}`),
    ansis.dim("time runs to the right"),
    ...(turn !== undefined && writes.length > 0 ? [ansis.dim("write: as the input comes")] : []),
    ...(turn !== undefined && reads.length > 0 ? [ansis.dim("read: as the output does")] : []),
    // why a head may be a row ahead of what comes out
    ...(reads.length > 0 ? [ansis.dim("what is read comes to the"), ansis.dim("controller a step later")] : []),
    ansis.dim(scale),
    ...mergedInWords(merged).map((line) => ansis.dim(line)),
  ];
}

function mergedInWords({ steps, rows }: Merged): string[] {
  if (steps === 1 && rows === 1) return [];
  const parts = [...(steps > 1 ? [counted(steps, "step")] : []), ...(rows > 1 ? [counted(rows, "row")] : [])];
  return ["drawn smaller: the largest", `of every ${parts.join(" × ")}`]; // for narrow terminals above all
}

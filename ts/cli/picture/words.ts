// What the picture of a recall shows, in words.

import ansis from "ansis";
import { bits, count, counted } from "../format.js";
import type { Terminal } from "../terminal.js";
import { inColour, shadesOf } from "./paint.js";
import type { Recall } from "./recall.js";

/** "all 160 bits right" */
export function verdict({ wrongBits, bits }: Recall): string {
  return wrongBits === 0
    ? ansis.green(`all ${count(bits)} bits right`)
    : ansis.red(`${counted(wrongBits, "bit")} of ${count(bits)} wrong`);
}

/** How what is wrong is drawn. */
export function legend(look: Terminal): string {
  return ansis.dim(`${inColour(look) ? "red" : shadesOf(look).wrong} wrong bit`);
}

/** How many entries of the weightings one of the picture stands for: it shows the largest of them. */
export interface Merged {
  readonly steps: number;
  readonly rows: number;
}

export function figures(recall: Recall, look: Terminal, merged: Merged): string[] {
  const { rows, memoryRows, peak, loss, optimum, reads, writes } = recall;
  const best = optimum === undefined ? [] : [`${bits(optimum)} by the optimal estimator`];
  const lines = [verdict(recall), `${bits(loss)} bits of loss`, ...best, legend(look)];
  if (reads.length + writes.length === 0) return lines;
  const last = (rows.first + rows.count - 1) % memoryRows;
  const scale = inColour(look)
    ? `brightest: weight ${peak.toFixed(2)}`
    : `weight 0 ${shadesOf(look).shades} ${peak.toFixed(2)}`;
  return [
    ...lines,
    "",
    ansis.dim(`memory rows ${rows.first}–${last} of ${memoryRows}`),
    ansis.dim("time runs to the right"),
    ansis.dim(scale),
    ...mergedInWords(merged).map((line) => ansis.dim(line)),
  ];
}

function mergedInWords({ steps, rows }: Merged): string[] {
  if (steps === 1 && rows === 1) return [];
  const parts = [...(steps > 1 ? [counted(steps, "step")] : []), ...(rows > 1 ? [counted(rows, "row")] : [])];
  return ["drawn smaller: the largest", `of every ${parts.join(" × ")}`]; // for narrow terminals above all
}

// The picture of a recall, as in the paper's figure 6: what goes in stands above where it is written, what comes out above where it is
// read. Where the terminal is too narrow for that, bits run on in strips, and the weightings are drawn smaller.

import type { Terminal } from "../terminal.js";
import { arranged, type Block, block, labelled, over, titled } from "./block.js";
import { columns, type Grid, pooled, strips } from "./grid.js";
import { paint } from "./paint.js";
import { type Ramp, ramps } from "./ramps.js";
import type { Recall } from "./recall.js";
import { endsOf } from "./rows-in-use.js";
import { figures, legend, type Merged, verdict } from "./words.js";

const MARGIN = 3;
const GAP = 3;
/** More memory rows than this are drawn smaller. */
const TALLEST = 64;

export function picture(recall: Recall, terminal: Terminal): readonly string[] {
  const wide = recall.turn === undefined ? undefined : abreast(recall, terminal);
  return (wide && wide.width <= terminal.columns ? wide : stacked(recall, terminal)).lines;
}

/** Only what came out, and what of it is wrong. */
export function compact(recall: Recall, terminal: Terminal): readonly string[] {
  return over(
    inStrips(phases(recall).output, terminal),
    labelled(block([verdict(recall), ...legend(recall, terminal)]), MARGIN),
  ).lines;
}

/** Input, target and output beside each other; the weightings under what they write and read. */
function abreast(recall: Recall, terminal: Terminal): Block {
  const { input, target, output } = phases(recall);
  const bits = (title: string, grid: Grid) => titled(title, block(paint(grid, ramps.bits, terminal)));
  const heads = pairsOfHeads(recall, 1, terminal);
  const words = titled("", block(figures(recall, terminal, merging(recall, 1))));
  const rows = heads.map((pair, index) => (index === 0 ? [...pair, words] : pair));
  return arranged(
    [
      [labelled(bits("input", input), MARGIN), bits("target", target), bits("output", output)],
      ...(heads.length > 0 ? rows : [[words]]),
    ],
    GAP,
  );
}

function stacked(recall: Recall, terminal: Terminal): Block {
  const { input, target, output, before, after } = phases(recall);
  const room = Math.floor((terminal.columns - MARGIN - 1 - GAP) / 2);
  const smaller = Math.ceil(Math.max(before.width, after.width) / room);
  const heads = arranged(pairsOfHeads(recall, smaller, terminal), GAP);
  const bits = (title: string, grid: Grid) => over(titledStrips(title, grid, terminal));
  return over(
    bits("input", input),
    bits("target", target),
    bits("output", output),
    heads,
    labelled(block(figures(recall, terminal, merging(recall, smaller))), MARGIN),
  );
}

/** The parts of the sequence that are worth a look: where there is a turn, what goes in before it and what comes out from it on. */
function phases({ steps, turn, input, target, output }: Recall) {
  const [before, after] = [
    { start: 0, end: turn ?? steps },
    { start: turn ?? 0, end: steps },
  ];
  const within = (grid: Grid, { start, end }: { start: number; end: number }) => columns(grid, start, end);
  return {
    input: within(input, before),
    target: within(target, after),
    output: within(output, after),
    before: within(input, before),
    after: within(target, after),
  };
}

/** A line of panels for every writing head and the reading head of the same number. */
function pairsOfHeads(recall: Recall, smaller: number, terminal: Terminal): Block[][] {
  const { reads, writes, rows, memoryRows, turn, steps } = recall;
  const merged = merging(recall, smaller);
  const draw = (title: string, grid: Grid, ramp: Ramp) =>
    titled(title, block(paint(pooled(grid, merged.steps, merged.rows), ramp, terminal)));
  const name = (what: string, index: number, of: number) => (of > 1 ? `${what} ${index + 1}` : what);
  return Array.from({ length: Math.max(reads.length, writes.length) }, (_, index) => {
    const [write, read] = [writes[index], reads[index]];
    const left =
      write && draw(name("write weighting", index, writes.length), columns(write, 0, turn ?? steps), ramps.write);
    const right =
      read && draw(name("read weighting", index, reads.length), columns(read, turn ?? 0, steps), ramps.read);
    const lastLine = Math.max(...[left, right].map((panel) => panel?.lines.length ?? 0)) - 1;
    const ends = endsOf(rows, memoryRows);
    const labels = { 1: String(ends.first), [lastLine]: String(ends.last) };
    const first = left ?? block(Array.from({ length: lastLine + 1 }, () => ""));
    return [labelled(first, MARGIN, labels), ...(right ? [right] : [])];
  });
}

/** Smaller by so much, and by more where there are too many rows for any screen. */
function merging({ rows }: Recall, smaller: number): Merged {
  return { steps: smaller, rows: Math.max(smaller, Math.ceil(rows.count / TALLEST)) };
}

function titledStrips(title: string, grid: Grid, terminal: Terminal): Block {
  const { lines } = inStrips(grid, terminal);
  return block([...labelled(titled(title, block([])), MARGIN).lines, ...lines]);
}

function inStrips(grid: Grid, terminal: Terminal): Block {
  const pieces = strips(grid, terminal.columns - MARGIN - 1).map((piece) => block(paint(piece, ramps.bits, terminal)));
  return labelled(over(...pieces), MARGIN);
}

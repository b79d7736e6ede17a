// One sequence that went through a machine: what went in, what should have come out, what came out, and where the heads were.

import type { NTMConfig, Tensor } from "../../index.js";
import { bits } from "../../training/bits.js";
import { answerNoun } from "../format.js";
import type { Sequence } from "../sequence.js";
import type { RealChannel } from "../tasks.js";
import type { Grid } from "./grid.js";
import { judges } from "./judge.js";
import { type RowsInUse, rowsInUse } from "./rows-in-use.js";
import { type Span, spanOf, within } from "./span.js";

export interface Recall {
  readonly steps: number;
  readonly input: Grid;
  readonly target: Grid;
  readonly output: Grid;
  /** The numbers of which the input's entries are shares; undefined where a task says how its numbers are drawn. */
  readonly inputSpan: Span | undefined;
  /** The numbers of which those of target and output are. */
  readonly span: Span;
  /** Where the mask first asks for an output, if from there on nothing goes in: before it the sequence goes in, from it on it comes out. */
  readonly turn: number | undefined;
  /** Of bits, or with a softmax of steps, of which each has one answer; of a squared error none is right or wrong. */
  readonly answers: { readonly wrong: number; readonly of: number; readonly noun: "bit" | "answer" } | undefined;
  /** Nats, or the squared error; each step by its weight in the mask. */
  readonly loss: number;
  /** The loss in bits; null for squared error. */
  readonly bitsPerSequence: number | null;
  /** The bits that the best that there can be loses, where that is known. */
  readonly optimum: number | undefined;
  /** A grid for every head; its rows are the memory rows in use. */
  readonly reads: readonly Grid[];
  readonly writes: readonly Grid[];
  readonly rows: RowsInUse;
  readonly memoryRows: number;
  /** The largest weight, which is drawn brightest. */
  readonly peak: number;
}

export interface Parts extends Sequence {
  /** [T, 1, Y] */
  readonly logits: Tensor;
  /** [T, 1, Y] */
  readonly output: Tensor;
  /** The machine's. */
  readonly config: NTMConfig;
  /** [T, 1, R + W, N], absent without heads. */
  readonly weightings: Tensor | undefined;
  /** The input channel that is no bit, if there is one. */
  readonly real: RealChannel | undefined;
  readonly optimum: number | undefined;
}

export function recall({ input, target, mask, logits, output, config, weightings, real, optimum }: Parts): Recall {
  const steps = sizeOf(input, 0);
  const weight = (t: number) => mask?.data[t] ?? 1;
  const asked = (t: number) => weight(t) > 0;
  const [wanted, came] = [channels(target), channels(output)];
  const { cost, isWrong, answers } = judges[config.loss](channels(logits), wanted);
  let [wrong, of, loss, turn] = [0, 0, 0, steps];
  for (let t = steps - 1; t >= 0; t--) {
    if (!asked(t)) continue;
    if (turn === t + 1) turn = t;
    of += answers;
    loss += weight(t) * cost(t);
    for (let channel = 0; channel < wanted.height; channel++) if (isWrong(t, channel)) wrong++;
  }
  const width = sizeOf(input, 2);
  const silent = input.data.slice(turn * width).every((value) => value === 0);
  const entire = silent && Array.from({ length: turn }, (_, t) => t).every((t) => !asked(t));
  const shown = (grid: Grid) => ({
    ...grid,
    value: (t: number, channel: number) => (asked(t) ? grid.value(t, channel) : 0),
  });
  const wentIn = channels(input);
  const inputSpan = spanOf(wentIn);
  const span = spanOf(shown(wanted), shown(came));
  return {
    steps,
    input: real ? shaded(wentIn, real) : within(inputSpan, wentIn),
    target: shown(within(span, wanted)),
    output: { ...shown(within(span, came)), wrong: (t, channel) => asked(t) && isWrong(t, channel) },
    inputSpan: real ? undefined : inputSpan,
    span,
    turn: entire && turn > 0 && turn < steps ? turn : undefined,
    answers: answers === 0 ? undefined : { wrong, of, noun: answerNoun(config.loss) },
    loss,
    bitsPerSequence: bits(loss, config),
    optimum,
    ...heads(weightings, config.readHeads, steps, entire ? turn : undefined),
  };
}

function heads(weightings: Tensor | undefined, readHeads: number, steps: number, turn = 0) {
  if (weightings === undefined) return { reads: [], writes: [], rows: { first: 0, count: 0 }, memoryRows: 0, peak: 0 };
  const [count, memoryRows] = [sizeOf(weightings, 2), sizeOf(weightings, 3)];
  const weight = (t: number, head: number, row: number) => weightings.data[(t * count + head) * memoryRows + row] ?? 0;
  // of what is shown: where writing heads are while the sequence goes in, reading ones while it comes out
  const span = (head: number): [number, number] =>
    turn === 0 ? [0, steps] : head < readHeads ? [turn, steps] : [0, turn];
  const largest = new Float64Array(memoryRows);
  for (let head = 0; head < count; head++) {
    const [start, end] = span(head);
    for (let t = start; t < end; t++)
      for (let row = 0; row < memoryRows; row++) largest[row] = Math.max(largest[row] ?? 0, weight(t, head, row));
  }
  const peak = Math.max(...largest);
  const rows = rowsInUse(largest);
  const grids = Array.from({ length: count }, (_, head): Grid => {
    return { width: steps, height: rows.count, value: (t, y) => weight(t, head, (rows.first + y) % memoryRows) / peak };
  });
  return { reads: grids.slice(0, readHeads), writes: grids.slice(readHeads), rows, memoryRows, peak };
}

function channels(tensor: Tensor): Grid {
  const height = sizeOf(tensor, 2);
  return { width: sizeOf(tensor, 0), height, value: (t, channel) => tensor.data[t * height + channel] ?? 0 };
}

/** The channel of real numbers in shades: a faint one for the least, none where there is no number. */
function shaded(grid: Grid, { channel, reach }: RealChannel): Grid {
  const shade = (value: number) => (value === 0 ? 0 : 1 / 4 + (3 / 8) * (1 + value / reach));
  return { ...grid, value: (t, y) => (y === channel ? shade(grid.value(t, y)) : grid.value(t, y)) };
}

function sizeOf({ shape }: Tensor, axis: number): number {
  return shape[axis] ?? 1;
}

// One sequence through the machine: what went in and came out, and, where it is asked for, all that the heads did.

import type { DynamicNGramsTask, Tensor, Trace } from "../../index.js";
import type { Grid } from "../picture/grid.js";
import { type Recall, recall } from "../picture/recall.js";
import { drawSequence, type Sequence } from "../sequence.js";
import { type Asked, type RealChannel, shownSizes, sizesInWords } from "../tasks.js";
import type { Run } from "./run.js";
import { channelsOf } from "./tensor-grid.js";

export interface Observed {
  /** Each output is a probability of a bit. */
  readonly bits: boolean;
  /** "20 vectors" */
  readonly words: string;
  readonly sequence: Sequence;
  /** As it goes in. */
  readonly input: Grid;
  /** Which row of the input is no bits, and what it is. */
  readonly real: string | undefined;
  readonly recall: Recall;
  /** [T, 1, Y], each entry a probability. */
  readonly output: Tensor;
  /** Of a machine without heads nothing but what it has. */
  readonly trace: Partial<Trace>;
  /** What the best that there can be would have predicted, [T, 1, 1], where that is known. */
  readonly estimate: Tensor | undefined;
}

/** The sequence that `ntm run` draws, by default. */
export function observe({ machine, known, task }: Run, sizes: Asked): Observed {
  const sequence = drawSequence(task, 0, sizes, machine.config);
  const { readHeads, writeHeads } = machine.config;
  const { logits, output, trace } = machine.run(sequence.input, { trace: true });
  const input = channelsOf(sequence.input);
  const real = known.real?.(task.options);
  const seen = recall({
    ...sequence,
    logits,
    output,
    config: machine.config,
    weightings: readHeads + writeHeads > 0 ? trace.weightings : undefined,
    real,
    optimum: task.optimum?.(sequence),
  });
  const estimate = "estimate" in task ? (task as unknown as DynamicNGramsTask).estimate(sequence.input) : undefined;
  // a prediction is not wrong because another bit came, nor a number that is no probability
  const bits = machine.config.loss === "binary-cross-entropy";
  const shown = estimate === undefined && bits ? seen : { ...seen, output: unmarked(seen.output) };
  return {
    words: sizesInWords(known, sizes).join(", ") || "one sequence",
    bits,
    sequence,
    input,
    real: real && realInWords(real, sizes, input),
    recall: shown,
    output,
    trace,
    estimate,
  };
}

function realInWords({ channel, words }: RealChannel, sizes: Asked, { width, height, value }: Grid): string {
  const numbers = Array.from({ length: width }, (_, t) => value(t, channel));
  return `row ${channel + 1} of ${height}: ${words(sizes, numbers)}`;
}

function unmarked({ width, height, value }: Grid): Grid {
  return { width, height, value };
}

/**
 * Which are shown of those that are measured. Of the paper's, after the sequence of `ntm run`, the longest two where they are others; of such
 * as were asked for the first and the last two.
 */
export function observedSizes({ known, task }: Run, measured: readonly Asked[]): readonly Asked[] {
  if (measured !== known.measured) return [...measured.slice(0, 1), ...measured.slice(1).slice(-2)];
  const shown = shownSizes(known, task.options, {});
  const same = (one: Asked, other: Asked) => Object.keys(one).every((name) => one[name] === other[name]);
  return [shown, ...known.measured.filter((sizes) => !isTraining(sizes)).slice(-2)];

  function isTraining(sizes: Asked): boolean {
    return same(sizes, shown) || sizes === known.measured[0];
  }
}

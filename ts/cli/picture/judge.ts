// What a loss says of one sequence's logits: what each step costs, and which answers are wrong. As docs/machine.md has it under "Loss", in
// double precision.

import type { NTMConfig } from "../../index.js";
import type { Grid } from "./grid.js";

export interface Judge {
  /** Nats, or the squared error. */
  readonly cost: (t: number) => number;
  /** Of a step's wrong answers each is at one channel. */
  readonly isWrong: (t: number, channel: number) => boolean;
  /** How many answers a step has. */
  readonly answers: number;
}

export const judges: Readonly<Record<NTMConfig["loss"], (logits: Grid, wanted: Grid) => Judge>> = {
  "binary-cross-entropy": (logits, wanted) => ({
    cost: (t) => sumOf(logits, t, (z, channel) => softplus(z) - wanted.value(t, channel) * z),
    isWrong: (t, channel) => logits.value(t, channel) > 0 !== wanted.value(t, channel) > 0.5,
    answers: wanted.height,
  }),
  "softmax-cross-entropy": (logits, wanted) => ({
    cost(t) {
      const greatest = logits.value(t, greatestAt(logits, t));
      const logTotal = Math.log(sumOf(logits, t, (z) => Math.exp(z - greatest)));
      return sumOf(logits, t, (z, channel) => wanted.value(t, channel) * (logTotal - (z - greatest)));
    },
    isWrong: (t, channel) => channel === greatestAt(logits, t) && channel !== greatestAt(wanted, t),
    answers: 1,
  }),
  "mean-squared-error": (logits, wanted) => ({
    cost: (t) => sumOf(logits, t, (z, channel) => (z - wanted.value(t, channel)) ** 2),
    isWrong: () => false,
    answers: 0,
  }),
};

function sumOf({ height, value }: Grid, t: number, term: (entry: number, channel: number) => number): number {
  let sum = 0;
  for (let channel = 0; channel < height; channel++) sum += term(value(t, channel), channel);
  return sum;
}

/** ln(1 + eᶻ), which overflows for no z. */
function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

/** The channel of the greatest entry, the first of several. */
function greatestAt({ height, value }: Grid, t: number): number {
  const entries = Array.from({ length: height }, (_, channel) => value(t, channel));
  return entries.indexOf(Math.max(...entries));
}

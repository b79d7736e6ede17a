// The figures of `ntm eval` as it is by default.

import { besideOptimum } from "../eval.js";
import { bitsAsked, drawSequence } from "../sequence.js";
import type { TaskOptions } from "../tasks.js";
import type { Run } from "./run.js";

export interface Measured {
  readonly sizes: TaskOptions;
  readonly sequences: number;
  readonly bits: number | null;
  readonly wrong: number | null;
  /** Bits that an answer has. */
  readonly of: number;
  readonly optimum: number | undefined;
}

const SEQUENCES = 100;

export async function measure({ machine, known, task }: Run): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const sizes of known.measured) {
    const { observed, optimum } = besideOptimum(task);
    const { bitsPerSequence, wrongBitsPerSequence, sequences } = await machine.evaluate(observed, {
      sequences: SEQUENCES,
      seed: 0,
      ...sizes,
    });
    measured.push({
      sizes,
      sequences,
      bits: bitsPerSequence,
      wrong: wrongBitsPerSequence,
      of: bitsAsked(drawSequence(task, 0, sizes)),
      optimum: task.optimum === undefined ? undefined : optimum() / sequences,
    });
  }
  return measured;
}

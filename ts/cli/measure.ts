// How well a machine does on sequences of given sizes: the figures of `ntm eval`, of a report and of the reproduction.

import type { NTM, Task } from "../index.js";
import { checkBatch } from "../tasks/task.js";
import { asked } from "./sequence.js";
import type { MadeTask, TaskOptions } from "./tasks.js";

export interface Measured {
  readonly sizes: TaskOptions;
  readonly sequences: number;
  /** Null for squared error. */
  readonly bitsPerSequence: number | null;
  /** Null for squared error. */
  readonly wrongBitsPerSequence: number | null;
  /** The loss where it is no cross-entropy; else absent. */
  readonly squaredErrorPerSequence?: number;
  /** How many answers a sequence asks for, in the mean: bits, or with a softmax steps. */
  readonly of: number;
  /** The optimal estimator's bits per sequence on the same sequences, where there is one. */
  readonly optimum?: number;
}

export interface MeasureOptions {
  readonly sequences: number;
  readonly seed: number;
  readonly rows?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @param sizes of all sequences; of a size that is not among them the task draws its own */
export async function measure(
  machine: NTM,
  task: MadeTask,
  sizes: TaskOptions,
  options: MeasureOptions,
): Promise<Measured> {
  let [of, best] = [0, 0];
  // Its batches unchanged, and looked at on their way.
  const observed: Task = {
    ...task,
    batch(random, given) {
      const batch = task.batch(random, given);
      of += asked(checkBatch(batch, machine.config, "batch.", given.batchSize), machine.config);
      best += (task.optimum?.(batch) ?? 0) * given.batchSize;
      return batch;
    },
  };
  const { loss, bitsPerSequence, wrongBitsPerSequence, sequences } = await machine.evaluate(observed, {
    ...options,
    ...sizes,
  });
  return {
    sizes,
    sequences,
    bitsPerSequence,
    wrongBitsPerSequence,
    ...(bitsPerSequence === null ? { squaredErrorPerSequence: loss } : {}),
    of: of / sequences,
    ...(task.optimum === undefined ? {} : { optimum: best / sequences }),
  };
}

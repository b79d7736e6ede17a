// How well a machine does on sequences of given sizes: the figures of `ntm eval`, of a report and of the reproduction.

import type { NTM, Task } from "../index.js";
import { type CheckedBatch, checkBatch } from "../tasks/task.js";
import { asked } from "./sequence.js";
import type { MadeTask, TaskOptions } from "./tasks.js";

export interface Measured {
  readonly sizes: TaskOptions;
  readonly sequences: number;
  /** Null for squared error. */
  readonly bitsPerSequence: number | null;
  /** Null for squared error. */
  readonly wrongBitsPerSequence: number | null;
  /** Of these the ones in vectors, before the sequence ends, where the task has an end marker; else absent. */
  readonly wrongInVectorsPerSequence?: number;
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
  const { endMarker } = machine.config.loss === "binary-cross-entropy" ? task : {};
  let [of, best] = [0, 0];
  const marked: CheckedBatch[] = [];
  // Its batches unchanged, and looked at on their way.
  const observed: Task = {
    ...task,
    batch(random, given) {
      const batch = task.batch(random, given);
      const checked = checkBatch(batch, machine.config, "batch.", given.batchSize);
      if (endMarker !== undefined) marked.push(checked);
      of += asked(checked, machine.config);
      best += (task.optimum?.(batch) ?? 0) * given.batchSize;
      return batch;
    },
  };
  const { loss, bitsPerSequence, wrongBitsPerSequence, sequences } = await machine.evaluate(observed, {
    ...options,
    ...sizes,
  });
  let wrong = 0;
  if (endMarker !== undefined)
    for (const batch of marked) wrong += wrongInVectors(machine, batch, endMarker, options.rows);
  return {
    sizes,
    sequences,
    bitsPerSequence,
    wrongBitsPerSequence,
    ...(endMarker === undefined ? {} : { wrongInVectorsPerSequence: wrong / sequences }),
    ...(bitsPerSequence === null ? { squaredErrorPerSequence: loss } : {}),
    of: of / sequences,
    ...(task.optimum === undefined ? {} : { optimum: best / sequences }),
  };
}

/** Wrong bits at the steps that ask for a vector: neither those of the end marker, nor those beside it where it belongs. */
function wrongInVectors(machine: NTM, batch: CheckedBatch, endMarker: number, rows: number | undefined): number {
  const { input, target, mask, steps, batchSize } = batch;
  const { inputSize, outputSize } = machine.config;
  const data = { data: input, shape: [steps, batchSize, inputSize] };
  const { logits } = machine.run(data, rows === undefined ? {} : { rows });
  const asksForVector = (place: number) =>
    (mask?.[place] ?? 1) > 0 && (target[place * outputSize + endMarker] ?? 0) <= 0.5;
  let wrong = 0;
  target.forEach((wanted, index) => {
    const isWrong = (logits.data[index] ?? 0) > 0 !== wanted > 0.5;
    if (isWrong && index % outputSize !== endMarker && asksForVector(Math.floor(index / outputSize))) wrong++;
  });
  return wrong;
}

// How well a machine does on sequences of given sizes: the figures of `ntm eval`, of a report and of the reproduction.

import type { NTM, Task } from "../index.js";
import { type CheckedBatch, checkBatch } from "../tasks/task.js";
import type { MadeTask, TaskOptions } from "./tasks.js";

export interface Measured<Sizes = TaskOptions> {
  readonly sizes: Sizes;
  readonly sequences: number;
  /** Null for squared error. */
  readonly bitsPerSequence: number | null;
  /** Null for squared error. */
  readonly wrongBitsPerSequence: number | null;
  /** Of these the ones in vectors, before the sequence ends, where the task has an end marker; else absent. */
  readonly wrongInVectorsPerSequence?: number;
  /** Of those in vectors the ones beside an end marker of the machine's, which none of these steps asks for; absent with the former. */
  readonly wrongBesideEndMarkersPerSequence?: number;
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
export async function measure<Sizes extends object>(
  machine: NTM,
  task: MadeTask,
  sizes: Sizes,
  options: MeasureOptions,
): Promise<Measured<Sizes>> {
  const endMarker = endMarkerOf(task, machine);
  let [best, wrongInVectors, wrongBesideEndMarkers] = [0, 0, 0];
  // Its batches unchanged, and looked at on their way.
  const observed: Task = {
    ...task,
    batch(random, given) {
      const batch = task.batch(random, given);
      best += (task.optimum?.(batch) ?? 0) * given.batchSize;
      if (endMarker !== undefined) {
        const checked = checkBatch(batch, machine.config, "batch.", given.batchSize);
        const wrong = wrongBits(machine, checked, endMarker, options.rows);
        wrongInVectors += wrong.inVectors;
        wrongBesideEndMarkers += wrong.besideEndMarkers;
      }
      return batch;
    },
  };
  const found = await machine.evaluate(observed, { ...options, ...sizes });
  const { loss, bitsPerSequence, wrongBitsPerSequence, answersPerSequence, sequences } = found;
  return {
    sizes,
    sequences,
    bitsPerSequence,
    wrongBitsPerSequence,
    ...(endMarker === undefined
      ? {}
      : {
          wrongInVectorsPerSequence: wrongInVectors / sequences,
          wrongBesideEndMarkersPerSequence: wrongBesideEndMarkers / sequences,
        }),
    ...(bitsPerSequence === null ? { squaredErrorPerSequence: loss } : {}),
    of: answersPerSequence,
    ...(task.optimum === undefined ? {} : { optimum: best / sequences }),
  };
}

/** The output beside the vectors' bits that says where a sequence ends, where a machine's answers are bits at all. */
export function endMarkerOf({ endMarker }: MadeTask, { config }: NTM): number | undefined {
  return config.loss === "binary-cross-entropy" ? endMarker : undefined;
}

/** Of the steps that ask for a vector: neither those of the end marker, nor those beside it where it belongs. */
function wrongBits(machine: NTM, batch: CheckedBatch, endMarker: number, rows: number | undefined) {
  const { input, target, mask, steps, batchSize } = batch;
  const { inputSize, outputSize } = machine.config;
  const data = { data: input, shape: [steps, batchSize, inputSize] };
  const { logits } = machine.run(data, rows === undefined ? {} : { rows });
  let [inVectors, besideEndMarkers] = [0, 0];
  for (let place = 0; place < steps * batchSize; place++) {
    const first = place * outputSize;
    const answered = (output: number) => (logits.data[first + output] ?? 0) > 0;
    const wanted = (output: number) => (target[first + output] ?? 0) > 0.5;
    if ((mask?.[place] ?? 1) <= 0 || wanted(endMarker)) continue;
    let count = 0;
    for (let output = 0; output < outputSize; output++)
      if (output !== endMarker && answered(output) !== wanted(output)) count++;
    inVectors += count;
    if (answered(endMarker)) besideEndMarkers += count;
  }
  return { inVectors, besideEndMarkers };
}

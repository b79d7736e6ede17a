// One sequence of a task, as plain tensors.

import { type NTMConfig, random, type Task, type Tensor, tensor } from "../index.js";
import { AFTER_TRAINING, drawBatch, OwnOptions } from "../tasks/task.js";
import type { Asked } from "./tasks.js";

export interface Sequence {
  /** [T, 1, X] */
  readonly input: Tensor;
  /** [T, 1, Y] */
  readonly target: Tensor;
  /** [T, 1]: above 0 where an output is asked for; absent where it always is. */
  readonly mask: Tensor | undefined;
}

/** The generator's stream for sequences that are neither parameters (0) nor training data (1). */
const STREAM = 2;

/** @throws {NTMError} `option`, `shape` where the task's batch is none, or of other sizes than the machine's */
export function drawSequence(task: Task, seed: number, size: Asked, config: NTMConfig): Sequence {
  const options = new OwnOptions(size);
  const batch = drawBatch(task, random(seed, STREAM), options.with({ batchSize: 1, step: AFTER_TRAINING }), config);
  options.assertRead();
  const { input, target, mask, steps } = batch;
  return {
    input: tensor(input, [steps, 1, config.inputSize]),
    target: tensor(target, [steps, 1, config.outputSize]),
    mask: mask && tensor(mask, [steps, 1]),
  };
}

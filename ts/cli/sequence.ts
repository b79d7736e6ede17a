// One sequence of a task, as plain tensors.

import { type Batch, type NTMConfig, random, type Task, type Tensor, type TensorLike, tensor } from "../index.js";
import { OwnOptions } from "../tasks/task.js";

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

export function drawSequence(task: Task, seed: number, size: Readonly<Record<string, number>>): Sequence {
  const asked = new OwnOptions(size);
  const { input, target, mask } = task.batch(random(seed, STREAM), asked.with({ batchSize: 1, step: 0 }));
  asked.assertRead();
  return { input: plain(input), target: plain(target), mask: mask && plain(mask) };
}

/** How many answers a batch asks for: bits, or with a softmax steps, of which each has one. */
export function asked({ target, mask }: Batch, { outputSize, loss }: NTMConfig): number {
  const [steps = 0, sequences = 0] = plain(target).shape;
  const places = mask ? plain(mask).data.filter((weight) => weight > 0).length : steps * sequences;
  return loss === "softmax-cross-entropy" ? places : places * outputSize;
}

function plain(given: TensorLike): Tensor {
  return "shape" in given ? tensor(Float32Array.from(given.data), [...given.shape]) : tensor(given);
}

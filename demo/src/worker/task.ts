/** A task by its name, and a sequence of it. */
import {
  associativeRecall,
  copy,
  dynamicNGrams,
  prioritySort,
  random,
  repeatCopy,
  type Task,
  type TensorBatch,
} from "neural-turing-machine";
import type { Sequence } from "../protocol.js";
import type { TaskName } from "../settings.js";

/** A task of the package, with the options that it was made with in full. */
export interface PaperTask extends Task {
  readonly name: TaskName;
  readonly options: Readonly<Record<string, number>>;
}

const creators: Readonly<Record<TaskName, (options: Readonly<Record<string, number>>) => PaperTask>> = {
  copy,
  "repeat-copy": repeatCopy,
  "associative-recall": associativeRecall,
  "dynamic-n-grams": dynamicNGrams,
  "priority-sort": prioritySort,
};

/** @throws {NTMError} `option` */
export function createTask(name: TaskName, options: Readonly<Record<string, number>>): PaperTask {
  return creators[name](options);
}

/** That of sequences that are not learned from: docs/machine.md. `ntm run --seed` draws the same. */
const stream = 2;

/** One sequence, `B` = 1. @throws {NTMError} `option` */
export function batchOf(task: PaperTask, sequence: Sequence): TensorBatch {
  if (sequence.kind === "drawn")
    return task.batch(random(sequence.seed, stream), { batchSize: 1, step: 0, ...sequence.sizes }) as TensorBatch;
  return patternToCopy(task.outputSize, sequence.vectors);
}

/** The sequence of the copy task that holds these vectors: they, a delimiter, silence. */
function patternToCopy(bits: number, vectors: readonly (readonly number[])[]): TensorBatch {
  const length = vectors.length;
  const steps = 2 * length + 1;
  const input = new Float32Array(steps * (bits + 1));
  const target = new Float32Array(steps * bits);
  const mask = new Float32Array(steps);
  vectors.forEach((vector, step) => {
    const echo = length + 1 + step;
    const row = Float32Array.from({ length: bits }, (_, bit) => (vector[bit] ? 1 : 0));
    input.set(row, step * (bits + 1));
    target.set(row, echo * bits);
    mask[echo] = 1;
  });
  input[length * (bits + 1) + bits] = 1;
  return {
    input: { data: input, shape: [steps, 1, bits + 1] },
    target: { data: target, shape: [steps, 1, bits] },
    mask: { data: mask, shape: [steps, 1] },
  };
}

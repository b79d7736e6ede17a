/**
 * The priority sort task (the paper, section 4.5): random vectors, each with a priority; those of the highest are to be given
 * back, the highest first.
 */
import { mismatch } from "../errors.js";
import { optional, record } from "../options.js";
import type { Random } from "../random.js";
import { assertGenerator, everyBatch, own, size } from "./size.js";
import { at, type BatchOptions, emptyBatch, type Task, type TensorBatch } from "./task.js";

/** What a sequence looks like. */
export interface PrioritySortOptions {
  /** Bits of a vector; 8 by default. */
  readonly bits?: number | undefined;
  /** Vectors that go in; 20 by default. */
  readonly vectors?: number | undefined;
  /** How many of them, at most all, are to come out; 16 by default. */
  readonly sorted?: number | undefined;
}

/** What an evaluation may have otherwise. */
export interface PrioritySortEvaluation {
  /** Vectors that go in; as in training by default. */
  readonly vectors?: number | undefined;
  /** How many of them come out; as in training by default. */
  readonly sorted?: number | undefined;
}

/** What {@link prioritySort} makes. */
export interface PrioritySortTask extends Task<PrioritySortEvaluation> {
  readonly name: "priority-sort";
  /** What it was made with, in full. */
  readonly options: { readonly [K in keyof PrioritySortOptions]-?: number };
  /** A batch of it; all chance is drawn from `random`. @throws {NTMError} `option` */
  batch(random: Random, options: BatchOptions & PrioritySortEvaluation): TensorBatch;
}

const constructionOptions = record<PrioritySortTask["options"]>({
  bits: optional(size, 8),
  vectors: optional(size, 20),
  sorted: optional(size, 16),
});
const batchOptions = record({ ...everyBatch, vectors: own, sorted: own });

/**
 * The task of giving back the `sorted` of `vectors` vectors of `bits` fair bits that have the highest priorities, the highest
 * first; of equal ones the one that came first.
 *
 * In: the bits, a channel for the priority, uniform in [-1, 1), one for the delimiter. `V` vectors with their priorities, the
 * delimiter at step `V`, `S` silent steps: `T = V + 1 + S`. Out: the bits, at the silent steps, where alone the mask is 1.
 *
 * @throws {NTMError} `option`
 */
export function prioritySort(options: PrioritySortOptions = {}): PrioritySortTask {
  const resolved = Object.freeze(constructionOptions(options, "prioritySort"));
  const { bits } = resolved;
  assertEnough(resolved);
  return Object.freeze<PrioritySortTask>({
    name: "priority-sort",
    options: resolved,
    inputSize: bits + 2,
    outputSize: bits,
    batch(random, options) {
      assertGenerator(random);
      const { batchSize, vectors = resolved.vectors, sorted = resolved.sorted } = batchOptions(options, "");
      assertEnough({ vectors, sorted });

      const batch = emptyBatch(vectors + 1 + sorted, batchSize, bits + 2, bits);
      const { input, target, mask } = batch;
      for (let step = 0; step < vectors; step++)
        for (let sequence = 0; sequence < batchSize; sequence++) {
          for (let channel = 0; channel < bits; channel++)
            input.data[at(input, step, sequence, channel)] = random.bit();
          input.data[at(input, step, sequence, bits)] = 2 * random.uniform() - 1;
        }
      for (let sequence = 0; sequence < batchSize; sequence++) {
        input.data[at(input, vectors, sequence, bits + 1)] = 1;
        const priority = (step: number) => input.data[at(input, step, sequence, bits)] as number;
        const steps = Array.from({ length: vectors }, (_, step) => step);
        steps.sort((one, other) => priority(other) - priority(one));
        steps.slice(0, sorted).forEach((step, rank) => {
          for (let channel = 0; channel < bits; channel++)
            target.data[at(target, vectors + 1 + rank, sequence, channel)] = input.data[
              at(input, step, sequence, channel)
            ] as number;
        });
      }
      mask.data.fill(1, at(mask, vectors + 1, 0));
      return batch;
    },
  });
}

function assertEnough({ vectors, sorted }: { readonly vectors: number; readonly sorted: number }): void {
  if (sorted > vectors) throw mismatch("option", "sorted", `at most vectors, ${vectors}`, String(sorted));
}

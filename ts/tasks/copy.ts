/**
 * The copy task (the paper, section 4.1): a sequence of random bits, a delimiter, then silence while the same bits are to be
 * given back.
 */
import { optional, record } from "../options.js";
import type { Random } from "../random.js";
import { assertGenerator, assertRange, drawSize, everyBatch, own, size, updates } from "./size.js";
import { at, type BatchOptions, emptyBatch, type Task, type TensorBatch } from "./task.js";

/** What a sequence looks like. */
export interface CopyOptions {
  /** Bits of a vector; 8 by default. */
  readonly bits?: number | undefined;
  /** The shortest sequence, in vectors; 1 by default. */
  readonly minLength?: number | undefined;
  /** The longest; 20 by default. */
  readonly maxLength?: number | undefined;
  /** Updates over which `maxLength` grows from `minLength`; 0, none, by default. */
  readonly curriculum?: number | undefined;
}

/** What an evaluation may have otherwise. */
export interface CopyEvaluation {
  /** This length and no other. */
  readonly length?: number | undefined;
  /** The shortest sequence; as in training by default. */
  readonly minLength?: number | undefined;
  /** The longest; as in training by default. */
  readonly maxLength?: number | undefined;
}

/** What {@link copy} makes. */
export interface CopyTask extends Task<CopyEvaluation> {
  readonly name: "copy";
  /** What it was made with, in full. */
  readonly options: { readonly [K in keyof CopyOptions]-?: number };
  /** A batch of it; all chance is drawn from `random`. @throws {NTMError} `option` */
  batch(random: Random, options: BatchOptions & CopyEvaluation): TensorBatch;
}

const constructionOptions = record<CopyTask["options"]>({
  bits: optional(size, 8),
  minLength: optional(size, 1),
  maxLength: optional(size, 20),
  curriculum: optional(updates, 0),
});
const batchOptions = record({ ...everyBatch, length: own, minLength: own, maxLength: own });

/**
 * The task of copying `minLength` to `maxLength` vectors of `bits` fair bits.
 *
 * In: the bits, then a channel for the delimiter. `L` vectors, the delimiter at step `L`, `L` silent steps: `T = 2L + 1`. Out:
 * the bits, at the silent steps, where alone the mask is 1. `L` is uniform, drawn once a batch.
 *
 * @throws {NTMError} `option`
 */
export function copy(options: CopyOptions = {}): CopyTask {
  const resolved = Object.freeze(constructionOptions(options, "copy"));
  const { bits } = resolved;
  assertRange("length", resolved);
  return Object.freeze<CopyTask>({
    name: "copy",
    options: resolved,
    inputSize: bits + 1,
    outputSize: bits,
    batch(random, options) {
      assertGenerator(random);
      const { batchSize, ...asked } = batchOptions(options, "");
      const length = drawSize(random, "length", resolved, asked);

      const batch = emptyBatch(2 * length + 1, batchSize, bits + 1, bits);
      const { input, target, mask } = batch;
      for (let step = 0; step < length; step++) {
        const echo = length + 1 + step;
        for (let sequence = 0; sequence < batchSize; sequence++) {
          for (let channel = 0; channel < bits; channel++) {
            const bit = random.bit();
            input.data[at(input, step, sequence, channel)] = bit;
            target.data[at(target, echo, sequence, channel)] = bit;
          }
          mask.data[at(mask, echo, sequence)] = 1;
        }
      }
      for (let sequence = 0; sequence < batchSize; sequence++) input.data[at(input, length, sequence, bits)] = 1;
      return batch;
    },
  });
}

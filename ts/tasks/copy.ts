/**
 * The copy task (the paper, section 4.1): a sequence of random bits, a delimiter, then silence while the same bits are to be
 * given back.
 */
import { NTMError } from "../errors.js";
import { integer, optional, record } from "../options.js";
import type { Random } from "../random.js";
import { type BatchOptions, emptyBatch, type Task, type TensorBatch } from "./task.js";

/** What a sequence looks like. */
export interface CopyOptions {
  /** Bits of a vector; 8 by default. */
  readonly bits?: number | undefined;
  /** The shortest sequence, in vectors; 1 by default. */
  readonly minLength?: number | undefined;
  /** The longest; 20 by default. */
  readonly maxLength?: number | undefined;
}

/** What {@link copy} makes. */
export interface CopyTask extends Task<CopyEvaluation> {
  readonly name: "copy";
  batch(random: Random, options: BatchOptions & CopyEvaluation): TensorBatch;
}

/** What an evaluation may have otherwise. */
export interface CopyEvaluation {
  /** This length and no other. */
  readonly length?: number | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
}

const size = integer(1, 2 ** 20);
const constructionOptions = record<CopyOptions>({
  bits: optional(size, 8),
  minLength: optional(size, 1),
  maxLength: optional(size, 20),
});
const batchOptions = record<CopyEvaluation & { batchSize: number; step: number }>({
  batchSize: size,
  step: integer(0, Number.MAX_SAFE_INTEGER),
  length: optional(size, undefined),
  minLength: optional(size, undefined),
  maxLength: optional(size, undefined),
});

/**
 * The task of copying `minLength` to `maxLength` vectors of `bits` fair bits.
 *
 * In: the bits, then a channel for the delimiter. `L` vectors, the delimiter at step `L`, `L` silent steps: `T = 2L + 1`. Out:
 * the bits, at the silent steps, where alone the mask is 1. `L` is uniform, drawn once a batch.
 *
 * @throws {NTMError} `option`
 */
export function copy(options: CopyOptions = {}): CopyTask {
  const { bits, minLength, maxLength } = constructionOptions(options, "copy") as Required<
    Record<keyof CopyOptions, number>
  >;
  assertRange(minLength, maxLength);
  return Object.freeze<CopyTask>({
    name: "copy",
    inputSize: bits + 1,
    outputSize: bits,
    batch(random, options) {
      const asked = batchOptions(options, "");
      if (asked.length !== undefined && (asked.minLength ?? asked.maxLength) !== undefined)
        throw new NTMError("option", "length: expected either it or minLength and maxLength, got both", {
          where: "length",
        });
      const shortest = asked.length ?? asked.minLength ?? minLength;
      const longest = asked.length ?? asked.maxLength ?? maxLength;
      assertRange(shortest, longest);

      const length = random.integer(shortest, longest);
      const { batchSize } = asked;
      const batch = emptyBatch(2 * length + 1, batchSize, bits + 1, bits);
      const { input, target, mask } = batch;
      for (let step = 0; step < length; step++) {
        const echo = length + 1 + step;
        for (let sequence = 0; sequence < batchSize; sequence++) {
          for (let channel = 0; channel < bits; channel++) {
            const bit = random.bit();
            input.data[(step * batchSize + sequence) * (bits + 1) + channel] = bit;
            target.data[(echo * batchSize + sequence) * bits + channel] = bit;
          }
          mask.data[echo * batchSize + sequence] = 1;
        }
      }
      for (let sequence = 0; sequence < batchSize; sequence++)
        input.data[(length * batchSize + sequence) * (bits + 1) + bits] = 1;
      return batch;
    },
  });
}

function assertRange(minLength: number, maxLength: number): void {
  if (minLength > maxLength)
    throw new NTMError("option", `minLength: expected at most maxLength, ${maxLength}, got ${minLength}`, {
      where: "minLength",
      expected: `at most ${maxLength}`,
      received: String(minLength),
    });
}

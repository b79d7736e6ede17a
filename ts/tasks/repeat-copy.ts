/**
 * The repeat copy task (the paper, section 4.2): a sequence of random bits, a delimiter, and how many times the sequence is to
 * be given back, followed by an end marker.
 */
import { optional, record } from "../options.js";
import type { Random } from "../random.js";
import { assertGenerator, assertRange, drawSize, everyBatch, own, size, updates } from "./size.js";
import { at, type BatchOptions, emptyBatch, type Task, type TensorBatch } from "./task.js";

/** What a sequence looks like. */
export interface RepeatCopyOptions {
  /** Bits of a vector; 8 by default. */
  readonly bits?: number | undefined;
  /** The shortest sequence, in vectors; 1 by default. */
  readonly minLength?: number | undefined;
  /** The longest; 10 by default. */
  readonly maxLength?: number | undefined;
  /** The fewest times that it is to be given back; 1 by default. */
  readonly minRepeats?: number | undefined;
  /** The most; 10 by default. */
  readonly maxRepeats?: number | undefined;
  /** Updates over which `maxLength` grows from `minLength`, and `maxRepeats` from `minRepeats`; 0, none, by default. */
  readonly curriculum?: number | undefined;
}

/** What an evaluation may have otherwise. */
export interface RepeatCopyEvaluation {
  /** This length and no other. */
  readonly length?: number | undefined;
  /** The shortest sequence; as in training by default. */
  readonly minLength?: number | undefined;
  /** The longest; as in training by default. */
  readonly maxLength?: number | undefined;
  /** This many repeats. */
  readonly repeats?: number | undefined;
  /** The fewest repeats; as in training by default. */
  readonly minRepeats?: number | undefined;
  /** The most; as in training by default. */
  readonly maxRepeats?: number | undefined;
}

/** What {@link repeatCopy} makes. */
export interface RepeatCopyTask extends Task<RepeatCopyEvaluation> {
  readonly name: "repeat-copy";
  /** What it was made with, in full. */
  readonly options: { readonly [K in keyof RepeatCopyOptions]-?: number };
  /** A batch of it; all chance is drawn from `random`. @throws {NTMError} `option` */
  batch(random: Random, options: BatchOptions & RepeatCopyEvaluation): TensorBatch;
}

const constructionOptions = record<RepeatCopyTask["options"]>({
  bits: optional(size, 8),
  minLength: optional(size, 1),
  maxLength: optional(size, 10),
  minRepeats: optional(size, 1),
  maxRepeats: optional(size, 10),
  curriculum: optional(updates, 0),
});
const batchOptions = record({
  ...everyBatch,
  length: own,
  minLength: own,
  maxLength: own,
  repeats: own,
  minRepeats: own,
  maxRepeats: own,
});

/**
 * The task of giving back `minLength` to `maxLength` vectors of `bits` fair bits `minRepeats` to `maxRepeats` times, and to say
 * when that is done.
 *
 * In: the bits, a channel for the delimiter, one for the number of repeats. `L` vectors, the delimiter at step `L`, the number
 * `R` at step `L + 1`, then `L·R + 1` silent steps: `T = L + 2 + L·R + 1`. Out: the bits, then a channel for the end marker, at
 * the silent steps, where alone the mask is 1; the end marker is 1 at the last. `L` and `R` are uniform, each drawn once a
 * batch. `R` goes in as `(R - mean) / deviation` of the range that the task was made with, whatever an evaluation asks for.
 *
 * @throws {NTMError} `option`
 */
export function repeatCopy(options: RepeatCopyOptions = {}): RepeatCopyTask {
  const resolved = Object.freeze(constructionOptions(options, "repeatCopy"));
  const { bits, minRepeats, maxRepeats } = resolved;
  assertRange("length", resolved);
  assertRange("repeats", resolved);
  const mean = (minRepeats + maxRepeats) / 2;
  const deviation = deviationOf(minRepeats, maxRepeats);
  return Object.freeze<RepeatCopyTask>({
    name: "repeat-copy",
    options: resolved,
    inputSize: bits + 2,
    outputSize: bits + 1,
    batch(random, options) {
      assertGenerator(random);
      const { batchSize, ...asked } = batchOptions(options, "");
      const length = drawSize(random, "length", resolved, asked);
      const repeats = drawSize(random, "repeats", resolved, asked);

      const start = length + 2;
      const end = start + length * repeats;
      const batch = emptyBatch(end + 1, batchSize, bits + 2, bits + 1);
      const { input, target, mask } = batch;
      for (let step = 0; step < length; step++)
        for (let sequence = 0; sequence < batchSize; sequence++)
          for (let channel = 0; channel < bits; channel++) {
            const bit = random.bit();
            input.data[at(input, step, sequence, channel)] = bit;
            for (let echo = start + step; echo < end; echo += length)
              target.data[at(target, echo, sequence, channel)] = bit;
          }
      for (let sequence = 0; sequence < batchSize; sequence++) {
        input.data[at(input, length, sequence, bits)] = 1;
        input.data[at(input, length + 1, sequence, bits + 1)] = (repeats - mean) / deviation;
        target.data[at(target, end, sequence, bits)] = 1;
      }
      mask.data.fill(1, at(mask, start, 0));
      return batch;
    },
  });
}

/** The standard deviation of integers uniform from `min` to `max`; 1 where there is but one, so that it can divide. */
function deviationOf(min: number, max: number): number {
  const count = max - min + 1;
  return count === 1 ? 1 : squareRoot((count * count - 1) / 12);
}

/**
 * √a by Newton's method from above, until it falls no further: of `+` and `/` alone, which ECMAScript defines to the bit. Its
 * `Math.sqrt` it leaves to the host, and this number decides those of a run.
 */
function squareRoot(a: number): number {
  let root = Math.max(a, 1);
  for (;;) {
    const next = (root + a / root) / 2;
    if (next >= root) return root;
    root = next;
  }
}

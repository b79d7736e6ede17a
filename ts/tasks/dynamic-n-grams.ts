/**
 * The dynamic n-grams task (the paper, section 4.4): bits drawn by a table of probabilities that is another for each sequence;
 * each next bit is to be predicted, from what the sequence itself has shown of its table.
 */
import { mismatch, unexpected } from "../errors.js";
import { integer, optional, record } from "../options.js";
import type { Random } from "../random.js";
import { shaped, type Tensor, type TensorLike } from "../tensor.js";
import { assertGenerator, everyBatch, own, size } from "./size.js";
import { at, type Batch, type BatchOptions, emptyBatch, type Task, type TensorBatch } from "./task.js";

/** What a sequence looks like. */
export interface DynamicNGramsOptions {
  /** Bits of a sequence; 200 by default. */
  readonly length?: number | undefined;
  /** Bits of the context by which the next is drawn, 1 to 16; 5 by default: 6-grams. */
  readonly order?: number | undefined;
}

/** What an evaluation may have otherwise. */
export interface DynamicNGramsEvaluation {
  /** Bits of a sequence; as in training by default. */
  readonly length?: number | undefined;
}

/** What {@link dynamicNGrams} makes. */
export interface DynamicNGramsTask extends Task<DynamicNGramsEvaluation> {
  readonly name: "dynamic-n-grams";
  /** What it was made with, in full. */
  readonly options: { readonly [K in keyof DynamicNGramsOptions]-?: number };
  /** A batch of it; all chance is drawn from `random`. @throws {NTMError} `option` */
  batch(random: Random, options: BatchOptions & DynamicNGramsEvaluation): TensorBatch;
  /**
   * The optimal Bayesian estimator (the paper, eq. 10): the probability that the next bit is 1, `(N1 + ½) / (N1 + N0 + 1)`,
   * where `N1` and `N0` count the ones and zeros that have followed the same context in this sequence so far.
   *
   * @param input `[T, B, 1]`, bits
   * @returns `[T, B, 1]`; ½ where there is no whole context yet
   * @throws {NTMError} `shape`, `option`
   */
  estimate(input: TensorLike): Tensor;
  /**
   * What the optimal estimator loses on a batch, in bits per sequence: no machine does better in the mean.
   *
   * @throws {NTMError} `shape`, `option`
   */
  optimum(batch: Batch): number;
}

const constructionOptions = record<DynamicNGramsTask["options"]>({
  length: optional(size, 200),
  order: optional(integer(1, 16), 5),
});
const batchOptions = record({ ...everyBatch, length: own });

/**
 * The task of predicting the next of `length` bits, each drawn by the `order` bits before it.
 *
 * For each sequence a probability of a 1 is drawn for every context, from Beta(½, ½). The first `order` bits are fair; each other
 * bit is drawn by its context. In: one channel, all bits but the last, `T = length - 1`. Out: one channel, the bit that follows.
 * The mask is 1 from the first target that has a whole context before it, step `order - 1`.
 *
 * @throws {NTMError} `option`
 */
export function dynamicNGrams(options: DynamicNGramsOptions = {}): DynamicNGramsTask {
  const resolved = Object.freeze(constructionOptions(options, "dynamicNGrams"));
  const { order } = resolved;
  assertLonger(resolved.length, order);
  return Object.freeze<DynamicNGramsTask>({
    name: "dynamic-n-grams",
    options: resolved,
    inputSize: 1,
    outputSize: 1,
    batch(random, options) {
      assertGenerator(random);
      const { batchSize, length = resolved.length } = batchOptions(options, "");
      assertLonger(length, order);

      const batch = emptyBatch(length - 1, batchSize, 1, 1);
      const { input, target, mask } = batch;
      const contexts = 1 << order;
      for (let sequence = 0; sequence < batchSize; sequence++) {
        const probabilities = Float64Array.from({ length: contexts }, () => betaOfHalves(random));
        for (let index = 0, context = 0; index < length; index++) {
          const bit = index < order ? random.bit() : random.uniform() < (probabilities[context] as number) ? 1 : 0;
          if (index < length - 1) input.data[at(input, index, sequence)] = bit;
          if (index > 0) target.data[at(target, index - 1, sequence)] = bit;
          context = (2 * context + bit) % contexts;
        }
      }
      mask.data.fill(1, at(mask, order - 1, 0));
      return batch;
    },
    estimate(input) {
      return estimate(input, order);
    },
    optimum({ input, target, mask }) {
      const estimated = estimate(input, order);
      const [steps, batchSize] = estimated.shape as [number, number];
      const wanted = shaped(target, "batch.target", [steps, batchSize, 1]).data;
      const weights = mask === undefined ? undefined : shaped(mask, "batch.mask", [steps, batchSize]).data;
      const bits = estimated.data.reduce((sum, ofOne, index) => {
        const [bit, weight = 1] = [wanted[index], weights?.[index]];
        if (bit !== 0 && bit !== 1) throw unexpected(`batch.target[${index}]`, "0 or 1", bit);
        if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
          throw unexpected(`batch.mask[${index}]`, "a finite weight ≥ 0", weight);
        // biome-ignore lint/plugin: it measures, and decides no number of a run
        return sum - weight * Math.log2(bit === 1 ? ofOne : 1 - ofOne);
      }, 0);
      return bits / batchSize;
    },
  });
}

/** From Beta(½, ½): the square of the cosine of a uniform angle, here that of a point within a quarter of a circle. */
function betaOfHalves(random: Random): number {
  for (;;) {
    const [u, v] = [random.uniform(), random.uniform()];
    const square = u * u + v * v;
    if (square > 0 && square <= 1) return (u * u) / square;
  }
}

function estimate(input: TensorLike, order: number): Tensor {
  const bits = shaped(input, "input", ["T", "B", 1]);
  const [steps, batchSize] = bits.shape as [number, number];
  const estimated = { data: new Float32Array(bits.data.length).fill(0.5), shape: bits.shape };
  const contexts = 1 << order;
  for (let sequence = 0; sequence < batchSize; sequence++) {
    const followed = new Uint32Array(2 * contexts); // how often a context was followed by 0, by 1
    for (let step = 0, context = 0; step < steps; step++) {
      const bit = bits.data[at(bits, step, sequence)] as number;
      if (bit !== 0 && bit !== 1) throw mismatch("option", "input", "0 or 1", `${bit} at step ${step}`);
      const seen = 2 * context + bit;
      if (step >= order) followed[seen] = (followed[seen] as number) + 1;
      context = seen % contexts;
      const [zeros, ones] = [followed[2 * context] as number, followed[2 * context + 1] as number];
      if (step >= order - 1) estimated.data[at(bits, step, sequence)] = (ones + 0.5) / (ones + zeros + 1);
    }
  }
  return estimated;
}

function assertLonger(length: number, order: number): void {
  if (length <= order) throw mismatch("option", "length", `more than order, ${order}`, String(length));
}

/**
 * The associative recall task (the paper, section 4.3): a list of items, then one of them as a query; the item that followed it
 * is to be given back.
 */
import { integer, optional, record } from "../options.js";
import type { Random } from "../random.js";
import { assertGenerator, assertRange, drawSize, everyBatch, own, size, updates } from "./size.js";
import { at, type BatchOptions, emptyBatch, type Task, type TensorBatch } from "./task.js";

/** What a sequence looks like. */
export interface AssociativeRecallOptions {
  /** Bits of a vector; 6 by default. */
  readonly bits?: number | undefined;
  /** Vectors of an item; 3 by default. */
  readonly itemLength?: number | undefined;
  /** The fewest items, 2 and more; 2 by default. */
  readonly minItems?: number | undefined;
  /** The most; 6 by default. */
  readonly maxItems?: number | undefined;
  /** Updates over which `maxItems` grows from `minItems`; 0, none, by default. */
  readonly curriculum?: number | undefined;
}

/** What an evaluation may have otherwise. */
export interface AssociativeRecallEvaluation {
  /** This many items, 2 and more. */
  readonly items?: number | undefined;
  /** The fewest items; as in training by default. */
  readonly minItems?: number | undefined;
  /** The most; as in training by default. */
  readonly maxItems?: number | undefined;
  /** Vectors of an item; as in training by default. */
  readonly itemLength?: number | undefined;
}

/** What {@link associativeRecall} makes. */
export interface AssociativeRecallTask extends Task<AssociativeRecallEvaluation> {
  readonly name: "associative-recall";
  /** What it was made with, in full. */
  readonly options: { readonly [K in keyof AssociativeRecallOptions]-?: number };
  /** A batch of it; all chance is drawn from `random`. @throws {NTMError} `option` */
  batch(random: Random, options: BatchOptions & AssociativeRecallEvaluation): TensorBatch;
}

/** Of one item none is followed by another. */
const items = integer(2, 2 ** 20);
const constructionOptions = record<AssociativeRecallTask["options"]>({
  bits: optional(size, 6),
  itemLength: optional(size, 3),
  minItems: optional(items, 2),
  maxItems: optional(items, 6),
  curriculum: optional(updates, 0),
});
const ownItems = optional(items, undefined);
const batchOptions = record({
  ...everyBatch,
  items: ownItems,
  minItems: ownItems,
  maxItems: ownItems,
  itemLength: own,
});

/**
 * The task of recalling which of `minItems` to `maxItems` items, of `itemLength` vectors of `bits` fair bits each, came after
 * the one that is asked for.
 *
 * In: the bits, a channel for the item delimiter, one for the query delimiter. `K` items of `V` vectors, an item delimiter before
 * each; the query, any item but the last, between two query delimiters; `V` silent steps: `T = K·(V + 1) + 2·(V + 1)`. Out: the
 * bits of the item that followed the query, at the silent steps, where alone the mask is 1. `K` is uniform, drawn once a
 * batch; the query uniform, drawn for each sequence. That two items are alike is left to chance.
 *
 * @throws {NTMError} `option`
 */
export function associativeRecall(options: AssociativeRecallOptions = {}): AssociativeRecallTask {
  const resolved = Object.freeze(constructionOptions(options, "associativeRecall"));
  const { bits } = resolved;
  assertRange("items", resolved);
  return Object.freeze<AssociativeRecallTask>({
    name: "associative-recall",
    options: resolved,
    inputSize: bits + 2,
    outputSize: bits,
    batch(random, options) {
      assertGenerator(random);
      const { batchSize, itemLength = resolved.itemLength, ...asked } = batchOptions(options, "");
      const items = drawSize(random, "items", resolved, asked);

      const stride = itemLength + 1; // a delimiter and an item
      const query = items * stride;
      const answer = query + stride + 1;
      const batch = emptyBatch(answer + itemLength, batchSize, bits + 2, bits);
      const { input, target, mask } = batch;
      for (let step = 0; step < query; step++)
        for (let sequence = 0; sequence < batchSize; sequence++)
          if (step % stride === 0) input.data[at(input, step, sequence, bits)] = 1;
          else
            for (let channel = 0; channel < bits; channel++)
              input.data[at(input, step, sequence, channel)] = random.bit();

      for (let sequence = 0; sequence < batchSize; sequence++) {
        const chosen = random.integer(0, items - 2) * stride + 1;
        input.data[at(input, query, sequence, bits + 1)] = 1;
        input.data[at(input, answer - 1, sequence, bits + 1)] = 1;
        for (let vector = 0; vector < itemLength; vector++)
          for (let channel = 0; channel < bits; channel++) {
            const bit = (step: number) => input.data[at(input, step + vector, sequence, channel)] as number;
            input.data[at(input, query + 1 + vector, sequence, channel)] = bit(chosen);
            target.data[at(target, answer + vector, sequence, channel)] = bit(chosen + stride);
          }
      }
      mask.data.fill(1, at(mask, answer, 0));
      return batch;
    },
  });
}

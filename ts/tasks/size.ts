/** Sizes that a task draws once a batch, uniformly over a range of integers: a length, a number of repeats or of items. */
import { mismatch, unexpected } from "../errors.js";
import { type Check, integer, optional, type Schema } from "../options.js";
import type { Random } from "../random.js";

/** A number of bits, vectors, repeats or items. @internal */
export const size: Check<number> = integer(1, 2 ** 20);

/** A number of updates. @internal */
export const updates: Check<number> = integer(0, Number.MAX_SAFE_INTEGER);

/** Throws unless all chance can be drawn from it: `Math.random` is none such. @internal */
export function assertGenerator(random: Random): void {
  if (typeof random !== "object" || random === null)
    throw unexpected("random", "a generator, as random(seed) makes", random);
}

/** What every batch is asked with. @internal */
export const everyBatch: Schema<{ batchSize: number; step: number }> = { batchSize: size, step: updates };

/** An option that an evaluation may have, or not. @internal */
export const own: Check<number | undefined> = optional(size, undefined);

/** The options that say how small a size may be, and how large: `minLength` and `maxLength` of a `length`. */
type Bound<Name extends string> = `${"min" | "max"}${Capitalize<Name>}`;
type Range<Name extends string> = { readonly [K in Bound<Name>]: number };

/** What a task was made with. */
type Made<Name extends string> = Range<Name> & { readonly curriculum: number };
/** What a batch is asked with. */
type Asked<Name extends string> = { readonly [K in Name | Bound<Name>]: number | undefined } & {
  readonly step: number;
};

/**
 * Draws a size: from what was asked for of this batch, or else from the task's own range, of which a curriculum lets only the
 * lower part through at first.
 *
 * @internal
 */
export function drawSize<Name extends string>(
  random: Random,
  name: Name,
  made: Made<Name>,
  asked: Asked<Name>,
): number {
  const [min, max] = boundsOf(name);
  const trained: Range<Name> = made;
  const [only, least, most] = [asked[name], asked[min], asked[max]];
  if (only !== undefined && (least ?? most) !== undefined)
    throw mismatch("option", name, `either it or ${min} and ${max}`, "both");
  if ((only ?? least ?? most) === undefined)
    return random.integer(trained[min], grown(trained[min], trained[max], made.curriculum, asked.step));
  const range = { [min]: only ?? least ?? trained[min], [max]: only ?? most ?? trained[max] } as Range<Name>;
  assertRange(name, range);
  return random.integer(range[min], range[max]);
}

/** Throws unless the least is at most the most. @internal */
export function assertRange<Name extends string>(name: Name, range: Range<Name>): void {
  const [min, max] = boundsOf(name);
  if (range[min] > range[max]) throw mismatch("option", min, `at most ${max}, ${range[max]}`, String(range[min]));
}

/** The largest size after `step` updates: in even steps from the least, all of the range from update `curriculum` on. */
function grown(min: number, max: number, curriculum: number, step: number): number {
  return step < curriculum ? min + Math.floor((max - min) * (step / curriculum)) : max;
}

function boundsOf<Name extends string>(name: Name): [min: Bound<Name>, max: Bound<Name>] {
  const capitalized = `${name.charAt(0).toUpperCase()}${name.slice(1)}` as Capitalize<Name>;
  return [`min${capitalized}`, `max${capitalized}`];
}

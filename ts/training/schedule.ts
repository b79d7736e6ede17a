/**
 * Rates that change as training goes on. A schedule is plain data, so that it can be saved; it looks at `machine.step` alone,
 * so that a run that is stopped and goes on has the same rates.
 */
import { mismatch, unexpected } from "../errors.js";
import { type Check, integer, object, oneOf, optional, record, single } from "../options.js";

/** The same rate always. */
export interface ConstantRate {
  /** Which schedule this is. */
  readonly kind: "constant";
  /** The rate, 0 or more. */
  readonly value: number;
}

/** A rate that goes from one value to another over some updates, and stays there. */
export interface MovingRate {
  /** In a straight line, or along half a cosine: flat at both ends. */
  readonly kind: "linear" | "cosine";
  /** The rate up to `start`, 0 or more. */
  readonly from: number;
  /** The rate from `start + steps` updates on, 0 or more. */
  readonly to: number;
  /** How many updates it takes. */
  readonly steps: number;
  /** The value of `machine.step` at which it starts; 0 by default. */
  readonly start: number;
}

/** A rate as a function of `machine.step`. */
export type Schedule = ConstantRate | MovingRate;

/** A learning rate: a number, or a schedule. */
export type Rate = number | Schedule;

/** What {@link linear} and {@link cosine} take. */
export interface MovingRateOptions {
  /** The rate at first, 0 or more. */
  readonly from: number;
  /** The rate at last, 0 or more. */
  readonly to: number;
  /** How many updates it takes. */
  readonly steps: number;
  /** The value of `machine.step` at which it starts; 0 by default. */
  readonly start?: number | undefined;
}

/** The same rate always. @throws {NTMError} `option` */
export function constant(value: number): ConstantRate {
  return schedule({ kind: "constant", value }, "constant") as ConstantRate;
}

/** From `from` to `to` in a straight line over `steps` updates, then `to`. @throws {NTMError} `option` */
export function linear(options: MovingRateOptions): MovingRate {
  return schedule({ ...object(options, "linear"), kind: "linear" }, "linear") as MovingRate;
}

/**
 * From `from` to `to` along half a cosine over `steps` updates, then `to` (Loshchilov & Hutter, *SGDR*, 2017, eq. 5, without restarts).
 *
 * @throws {NTMError} `option`
 */
export function cosine(options: MovingRateOptions): MovingRate {
  return schedule({ ...object(options, "cosine"), kind: "cosine" }, "cosine") as MovingRate;
}

const atLeast0 = single("≥");

const constantRate = record<ConstantRate>({ kind: oneOf("constant"), value: atLeast0 });
const movingRate = record<MovingRate>({
  kind: oneOf("linear", "cosine"),
  from: atLeast0,
  to: atLeast0,
  steps: integer(1),
  start: optional(integer(0, Number.MAX_SAFE_INTEGER), 0),
});
const kind = oneOf("constant", "linear", "cosine");

const schedule: Check<Schedule> = (value, where) => {
  const { kind: given } = object(value, where);
  const check: Check<Schedule> = kind(given, `${where}.kind`) === "constant" ? constantRate : movingRate;
  return Object.freeze(check(value, where));
};

/** A number or a schedule. @internal */
export const rate: Check<Rate> = (value, where) => {
  if (typeof value === "number") return atLeast0(value, where);
  if (typeof value !== "object" || value === null) throw unexpected(where, "a number or a schedule", value);
  return schedule(value, where);
};

/**
 * Throws where the rate has fallen to 0 for good, so that nothing more would be learned.
 *
 * @throws {NTMError} `option`, which says what to give for another fall
 *
 * @internal
 */
export function assertNotOver(rate: Rate, step: number): void {
  if (typeof rate === "number" || rate.kind === "constant" || rate.to > 0 || step < rate.start + rate.steps) return;
  const where = "optimizer.learningRate";
  const over = `one that is 0 from step ${rate.start + rate.steps} on (another begins here with start: ${step})`;
  throw mismatch("option", where, `a rate above 0 at step ${step}`, over);
}

/**
 * The rate of the update that follows `step` others.
 *
 * @param cosine the core's own `cos(2π·turns)`: no host's cosine decides a number of a run
 *
 * @internal
 */
export function rateAt(rate: Rate, step: number, cosine: (turns: number) => number): number {
  if (typeof rate === "number") return rate;
  if (rate.kind === "constant") return rate.value;
  const done = Math.min(Math.max((step - rate.start) / rate.steps, 0), 1);
  const left = rate.kind === "linear" ? 1 - done : (1 + cosine(done / 2)) / 2;
  return rate.to + (rate.from - rate.to) * left;
}

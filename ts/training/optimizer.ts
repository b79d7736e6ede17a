/** The optimisers, as plain data: what an update does with a gradient is the core's. */
import { mismatch } from "../errors.js";
import type { Optimizer as CoreOptimizer, Glue } from "../generated/glue.js";
import { type Check, finite, object, oneOf, optional, record, type Schema, single } from "../options.js";
import { type Rate, rate } from "./schedule.js";

/** RMSProp with momentum in the form of Graves, *Generating Sequences with Recurrent Neural Networks* (2013), eq. 38–41. */
export interface RmspropOptions {
  /** Which optimiser this is. */
  readonly kind: "rmsprop";
  /** η: 0 or more, or a schedule; by default 1e-4. */
  readonly learningRate: Rate;
  /**
   * ρ: how long the mean of a gradient and of its square remember. From 0 up to, not including, 1 in float32; by default
   * 0.95.
   */
  readonly decay: number;
  /** μ: from 0 up to, not including, 1 in float32; by default 0.9. */
  readonly momentum: number;
  /** ε, under the root: above 0 in float32; by default 1e-4. */
  readonly epsilon: number;
}

/** Adam (Kingma & Ba, 2015). */
export interface AdamOptions {
  /** Which optimiser this is. */
  readonly kind: "adam";
  /** η: 0 or more, or a schedule; by default 1e-3. */
  readonly learningRate: Rate;
  /** β₁: how long the mean of a gradient remembers. From 0 up to, not including, 1 in float32; by default 0.9. */
  readonly beta1: number;
  /** β₂: the same of its square. From 0 up to, not including, 1 in float32; by default 0.999. */
  readonly beta2: number;
  /** ε, beside the root: at least 1e-19, and finite in float32; by default 1e-8. */
  readonly epsilon: number;
}

/** An optimiser: its kind and its values. {@link rmsprop} and {@link adam} make one. */
export type OptimizerOptions = RmspropOptions | AdamOptions;

/** An optimiser as plain data, what is left out at its default: as it may stand in a file of settings. */
export type OptimizerValues =
  | (Pick<RmspropOptions, "kind"> & Values<RmspropOptions>)
  | (Pick<AdamOptions, "kind"> & Values<AdamOptions>);

type Values<T> = { readonly [K in keyof Omit<T, "kind">]?: T[K] | undefined };

/**
 * RMSProp as the paper trains with; by default η 1e-4, ρ 0.95, μ 0.9, ε 1e-4.
 *
 * @throws {NTMError} `option` for what is no finite number, a rate below 0 or an unknown name. The ranges of the others
 *   are the core's to say: whatever makes updates refuses what is outside them, before the first.
 */
export function rmsprop(values: Values<RmspropOptions> = {}): RmspropOptions {
  return optimizer({ ...object(values, "rmsprop"), kind: "rmsprop" }, "rmsprop") as RmspropOptions;
}

/**
 * Adam; by default η 1e-3, β₁ 0.9, β₂ 0.999, ε 1e-8.
 *
 * @throws {NTMError} `option`, as {@link rmsprop}
 */
export function adam(values: Values<AdamOptions> = {}): AdamOptions {
  return optimizer({ ...object(values, "adam"), kind: "adam" }, "adam") as AdamOptions;
}

const rmspropSchema: Schema<RmspropOptions> = {
  kind: oneOf("rmsprop"),
  learningRate: optional(rate, 1e-4),
  decay: optional(finite, 0.95),
  momentum: optional(finite, 0.9),
  epsilon: optional(finite, 1e-4),
};

const adamSchema: Schema<AdamOptions> = {
  kind: oneOf("adam"),
  learningRate: optional(rate, 1e-3),
  beta1: optional(finite, 0.9),
  beta2: optional(finite, 0.999),
  epsilon: optional(finite, 1e-8),
};

type Kind = OptimizerOptions["kind"];

const checks: { readonly [K in Kind]: Check<Extract<OptimizerOptions, { kind: K }>> } = {
  rmsprop: record(rmspropSchema),
  adam: record(adamSchema),
};

/** All kinds. @internal */
export function optimizerKinds(): readonly Kind[] {
  return Object.keys(checks) as Kind[];
}

/** An optimiser, whole and frozen. @internal */
export const optimizer: Check<OptimizerOptions> = (value, where) => {
  const kind = oneOf(...optimizerKinds())(object(value, where)["kind"], `${where}.kind`);
  const check: Check<OptimizerOptions> = checks[kind];
  return Object.freeze(check(value, where));
};

/** The core's own form of an optimiser; the rate goes with each update. @internal */
export function coreOptimizer(glue: Glue, options: OptimizerOptions): CoreOptimizer {
  return options.kind === "rmsprop"
    ? glue.Optimizer.rmsprop(options.decay, options.momentum, options.epsilon)
    : glue.Optimizer.adam(options.beta1, options.beta2, options.epsilon);
}

/**
 * How gradients are clipped: kept within ±`value` entry by entry, or scaled to a `norm` of at most this, all together; or, with null,
 * left as they are.
 *
 * With `backward` they are clipped on their way, too: at every time step of the backward pass entries of the gradients of weightings,
 * memory, reads, the sums of heads and layers, and cells are kept within ± it (docs/machine.md says which), so that none grows from step
 * to step without end (the paper's section 4.6: "during the backward pass"). What an update then follows is no longer the loss's exact
 * gradient.
 */
export type Clip =
  | ((
      | {
          /** The greatest absolute value of an entry, above 0. */
          readonly value: number;
          /** One or the other. */
          readonly norm?: undefined;
        }
      | {
          /** The greatest norm of all gradients together, above 0. */
          readonly norm: number;
          /** One or the other. */
          readonly value?: undefined;
        }
    ) & {
      /** The greatest absolute value of an entry within the backward pass, above 0; without a limit where there is none. */
      readonly backward?: number | undefined;
    })
  | null;

/** {@link Clip} as the core takes it. @internal */
export interface CoreClip {
  readonly kind: "none" | "value" | "norm";
  readonly limit: number;
  readonly backward: number | undefined;
}

/** The paper clips to ±10 (section 4.6). */
const paperClip: CoreClip = { kind: "value", limit: 10, backward: undefined };

const bound = single(">");

/** A {@link Clip}; the paper's where nothing is given. @internal */
export const clip: Check<CoreClip> = (value, where) => {
  if (value === undefined) return paperClip;
  if (value === null) return { kind: "none", limit: 0, backward: undefined };
  const given = record<{ value: number | undefined; norm: number | undefined; backward: number | undefined }>({
    value: optional(bound, undefined),
    norm: optional(bound, undefined),
    backward: optional(bound, undefined),
  })(value, where);
  if ((given.value === undefined) === (given.norm === undefined))
    throw mismatch("option", where, "{ value }, { norm } or null", given.value === undefined ? "neither" : "both");
  const { backward } = given;
  return given.value === undefined
    ? { kind: "norm", limit: given.norm as number, backward }
    : { kind: "value", limit: given.value, backward };
};

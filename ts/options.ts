/**
 * A small declarative checker for every options object of the package: a schema is an object of checks, a check takes a
 * value and the path to it and returns the value as it is used from then on, or throws an {@link NTMError}.
 *
 * It knows JavaScript's types only. What is a sensible number of memory rows is the core's to say.
 */
import { NTMError, tag, unexpected } from "./errors.js";
import { nearest } from "./nearest.js";

/** Returns `value` as it is used from then on, or throws an error that names `where`. */
export type Check<T> = (value: unknown, where: string) => T;

/** Checks by key. */
export type Schema<T> = { readonly [K in keyof T]-?: Check<T[K]> };

const u32 = 2 ** 32 - 1;

/** An integer from `min` to `max`, both included; `expected` is what an error says of it. */
export function integer(min = 0, max: number = u32, expected = range(min, max)): Check<number> {
  return (value, where) => {
    if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max)
      throw unexpected(where, expected, value);
    return value + 0; // -0 becomes 0
  };
}

function range(min: number, max: number): string {
  if (max !== u32) return `an integer from ${min} to ${max}`;
  return min === 0 ? "an integer of 0 or more, below 2^32" : `an integer from ${min} on, below 2^32`;
}

/** A finite number. */
export const finite: Check<number> = (value, where) => {
  if (typeof value !== "number" || !Number.isFinite(value)) throw unexpected(where, "a finite number", value);
  return value + 0; // -0 becomes 0, as it would in JSON
};

/** A number that is finite, and `compared` with 0, also in the 32 bits in which the core has it. */
export function single(compared: ">" | "≥"): Check<number> {
  return (value, where) => {
    const given = finite(value, where);
    const rounded = Math.fround(given);
    if (Number.isFinite(rounded) && (compared === ">" ? rounded > 0 : given >= 0)) return given;
    throw unexpected(where, `a finite number ${compared} 0 in float32`, value);
  };
}

/** A string; which one is the core's to say. The type is for the reader's benefit. */
export function string<T extends string>(): Check<T> {
  return (value, where) => {
    if (typeof value !== "string") throw unexpected(where, "a string", value);
    return value as T;
  };
}

/** One of a few strings. */
export function oneOf<const T extends string>(...known: readonly T[]): Check<T> {
  return (value, where) => {
    if (typeof value !== "string" || !(known as readonly string[]).includes(value))
      throw unexpected(where, known.map((each) => JSON.stringify(each)).join(" or "), value);
    return value as T;
  };
}

/** `true` or `false`. */
export const boolean: Check<boolean> = (value, where) => {
  if (typeof value !== "boolean") throw unexpected(where, "true or false", value);
  return value;
};

/** An `AbortSignal`, also one from another realm or a polyfill. */
export const abortSignal: Check<AbortSignal> = (value, where) => {
  const signal = value as Partial<AbortSignal> | null | undefined;
  const heard = [signal?.addEventListener, signal?.removeEventListener].every((each) => typeof each === "function");
  if (!heard || typeof signal?.aborted !== "boolean") throw unexpected(where, "an AbortSignal", value);
  return value as AbortSignal;
};

/** A function. */
export const callable: Check<(...args: never[]) => unknown> = (value, where) => {
  if (typeof value !== "function") throw unexpected(where, "a function", value);
  return value as (...args: never[]) => unknown;
};

/** As `check`, or `fallback` where nothing (`undefined`) is given. */
export function optional<T, F>(check: Check<T>, fallback: F): Check<T | F> {
  return (value, where) => (value === undefined ? fallback : check(value, where));
}

/** An object whose keys are known. An unknown key is an error that names the nearest known ones, or lists them. */
export function record<T extends object>(schema: Schema<T>): Check<T> {
  const keys = Object.keys(schema) as (keyof T & string)[];
  return (value, where) => {
    const given = object(value, where);
    for (const key in given) if (!Object.hasOwn(schema, key)) throw unknownKey(where, key, keys);
    const result: Partial<T> = {};
    for (const key of keys) result[key] = schema[key](given[key], path(where, key));
    return result as T;
  };
}

/** The longest chain of classes whose getters are read: a proxy could go on for ever. */
const deepest = 99;

/**
 * An object used as a bag of options: not an array, not null. Returns its own enumerable entries, and of
 * a class's instance what its getters give, too. Each is read once.
 */
export function object(value: unknown, where: string): Record<string, unknown> {
  if (tag(value) !== "Object") throw unexpected(where || "options", "an object", value);
  const own: Record<string, unknown> = Object.create(null);
  let from = value as object;
  for (let depth = 0; depth < deepest; depth++) {
    for (const [key, { get, enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(from)))
      if ((depth ? get : enumerable) && !(key in own)) own[key] = (value as Record<string, unknown>)[key];
    from = Object.getPrototypeOf(from);
    // What has no prototype itself, as Object.prototype, ends every chain and holds no options.
    if (!from || !Object.getPrototypeOf(from)) break;
  }
  return own;
}

/** The path of `key` within `where`. */
export function path(where: string, key: string): string {
  return where ? `${where}.${key}` : key;
}

/** The error for a key that nothing is known of. */
export function unknownKey(where: string, key: string, known: readonly string[]): NTMError {
  const at = path(where, key);
  const near = nearest(key, known).map((each) => path(where, each));
  const expected = (near.length > 0 ? near : known.map((each) => path(where, each))).join(", ") || "none";
  const hint = near.length > 0 ? `did you mean ${near.join(" or ")}?` : `known: ${expected}`;
  const error = new NTMError("option", `${at}: unknown option; ${hint}`, { where: at, expected, received: key });
  return Object.defineProperty(error, "known", { value: known });
}

/** Throws unless the map has all of these names. @throws {NTMError} `option` @internal */
export function assertWhole(
  map: ReadonlyMap<string, unknown>,
  names: readonly string[],
  where: string,
  why: string,
): void {
  const missing = names.filter((name) => !map.has(name)).join(", ");
  if (missing)
    throw new NTMError("option", `${where}: ${missing} missing; ${why}`, {
      where,
      expected: names.join(", "),
      received: [...map.keys()].join(", ") || "none",
    });
}

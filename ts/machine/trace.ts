/** What can be seen of a run: the stages of addressing, what was read and written, step by step. */
import { unexpected } from "../errors.js";
import type { Tensor } from "../tensor.js";

/** All of {@link Traces}, in the order of the core's mask. @internal */
export const traceNames = [
  "weightings",
  "content",
  "interpolated",
  "shifted",
  "reads",
  "memory",
  "key",
  "keyStrength",
  "gate",
  "sharpening",
  "shift",
  "erase",
  "add",
] as const satisfies readonly TraceName[];

/**
 * What can be traced, over a run of `T` steps, `B` sequences, `R` read heads and `W` write heads on `N` memory rows and `M` columns;
 * of heads the read heads come first. One step of a session has no `T`.
 *
 * @typeParam Outer the sizes before those of a step of a sequence
 */
export interface Traces<Outer extends number[] = [steps: number, sequences: number]> {
  /** `[T, B, R + W, N]`: where each head looks (eq. 9). */
  weightings: Tensor<[...outer: Outer, heads: number, rows: number]>;
  /** `[T, B, R + W, N]`: what the content alone would give (eq. 5). */
  content: Tensor<[...outer: Outer, heads: number, rows: number]>;
  /** `[T, B, R + W, N]`: the content's, mixed with the weighting of the step before (eq. 7). */
  interpolated: Tensor<[...outer: Outer, heads: number, rows: number]>;
  /** `[T, B, R + W, N]`: the same, shifted, before it is sharpened (eq. 8). */
  shifted: Tensor<[...outer: Outer, heads: number, rows: number]>;
  /** `[T, B, R, M]`: what each read head has read (eq. 2). */
  reads: Tensor<[...outer: Outer, heads: number, columns: number]>;
  /** `[T, B, N, M]`: the memory after that step's write (eq. 4). */
  memory: Tensor<[...outer: Outer, rows: number, columns: number]>;
  /** `[T, B, R + W, M]`: what each head looks for. */
  key: Tensor<[...outer: Outer, heads: number, columns: number]>;
  /** `[T, B, R + W]`: β, how exclusively. */
  keyStrength: Tensor<[...outer: Outer, heads: number]>;
  /** `[T, B, R + W]`: g, 1 for the content, 0 for the weighting of the step before. */
  gate: Tensor<[...outer: Outer, heads: number]>;
  /** `[T, B, R + W]`: γ, 1 or more. */
  sharpening: Tensor<[...outer: Outer, heads: number]>;
  /** `[T, B, R + W, S]`: the shift weighting; entry `j` is that of the shift by `j - K` rows. */
  shift: Tensor<[...outer: Outer, heads: number, shifts: number]>;
  /** `[T, B, W, M]`: what part of each column a write head erases (eq. 3). */
  erase: Tensor<[...outer: Outer, heads: number, columns: number]>;
  /** `[T, B, W, M]`: what it adds (eq. 4). */
  add: Tensor<[...outer: Outer, heads: number, columns: number]>;
}

/** The name of something that can be traced. */
export type TraceName = keyof Traces;

/**
 * What was traced, by name. What the machine has not got, a write head's `erase` without write heads, is absent, whatever the type
 * says: who makes machines without heads looks.
 */
export type Trace<
  Name extends TraceName = TraceName,
  Outer extends number[] = [steps: number, sequences: number],
> = Pick<Traces<Outer>, Name>;

/** All that can be traced, or nothing, or what is named. */
export type TraceOption = boolean | readonly TraceName[];

/** The {@link Trace} that an option asks for: with names that only the run knows, any of them may be missing. */
export type TraceOf<
  Asked extends TraceOption | undefined,
  Outer extends number[] = [steps: number, sequences: number],
> = Asked extends true
  ? Trace<TraceName, Outer>
  : Asked extends readonly (infer Name extends TraceName)[]
    ? number extends Asked["length"]
      ? Partial<Trace<Name, Outer>>
      : Trace<Name, Outer>
    : undefined;

/** The names asked for. @throws {NTMError} `option` for one that is unknown. @internal */
export function resolveTrace(value: unknown, where: string): readonly TraceName[] {
  if (value === undefined || value === false) return [];
  if (value === true) return traceNames;
  if (!Array.isArray(value)) throw unexpected(where, "true, false or an array of names", value);
  return Array.from(value, (name: unknown, index) => {
    if ((traceNames as readonly unknown[]).includes(name)) return name as TraceName;
    throw unexpected(`${where}[${index}]`, `one of ${traceNames.join(", ")}`, name);
  });
}

/** The core's mask of some names. @internal */
export function traceMask(names: readonly TraceName[]): number {
  return names.reduce((mask, name) => mask | (1 << traceNames.indexOf(name)), 0);
}

/** Takes what was traced out of the core, which gives a quantity of a run once. @param from gives shapes of `[T, …]`; `axis` 1 leaves `T` away, where it is 1 @internal */
export function readTrace(
  from: { trace(name: string): Tensor["data"]; traceShape(name: string): Uint32Array },
  names: readonly TraceName[],
  axis: 0 | 1 = 0,
): Partial<Trace> {
  const trace: Partial<Record<TraceName, Tensor>> = {};
  for (const name of new Set(names)) {
    const shape = [...from.traceShape(name)].slice(axis);
    if (!shape.includes(0)) trace[name] = { data: from.trace(name), shape };
  }
  return trace as Partial<Trace>;
}

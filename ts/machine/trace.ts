/** What can be seen of a run: the stages of addressing, what was read and written, step by step. */
import { unexpected } from "../errors.js";
import type { Tensor } from "../tensor.js";

/**
 * What a trace may hold, in the order of the core's mask. Over a run of `T` steps, `B` sequences, `R` read and `W` write heads:
 *
 * - `weightings`, `content`, `interpolated`, `shifted` `[T, B, R + W, N]`: a head's weighting, and the three stages on the way to it
 * - `reads` `[T, B, R, M]`; `memory` `[T, B, N, M]`, after that step's write
 * - `key` `[T, B, R + W, M]`; `keyStrength`, `gate`, `sharpening` `[T, B, R + W]`; `shift` `[T, B, R + W, S]`
 * - `erase`, `add` `[T, B, W, M]`
 *
 * One step of a session has no `T`.
 */
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
] as const;

/** The name of something that can be traced. */
export type TraceName = (typeof traceNames)[number];

/**
 * What was traced, by name. What the machine has not got, a write head's `erase` without write heads, is absent, whatever the type
 * says: who makes machines without heads looks.
 */
export type Trace<Name extends TraceName = TraceName> = { [Each in Name]: Tensor };

/** All that can be traced, or nothing, or what is named. */
export type TraceOption = boolean | readonly TraceName[];

/** The {@link Trace} that an option asks for: with names that only the run knows, any of them may be missing. */
export type TraceOf<Asked extends TraceOption | undefined> = Asked extends true
  ? Trace
  : Asked extends readonly (infer Name extends TraceName)[]
    ? number extends Asked["length"]
      ? Partial<Trace<Name>>
      : Trace<Name>
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
  from: { trace(name: string): Float32Array; traceShape(name: string): Uint32Array },
  names: readonly TraceName[],
  axis: 0 | 1 = 0,
): Partial<Trace> {
  const trace: Partial<Trace> = {};
  for (const name of new Set(names)) {
    const shape = [...from.traceShape(name)].slice(axis);
    if (!shape.includes(0)) trace[name] = { data: from.trace(name), shape };
  }
  return trace;
}

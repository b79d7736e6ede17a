/** The state that is carried from one step to the next, as named tensors and as the core's own. */
import type { State as CoreState } from "../generated/glue.js";
import { assertWhole, path, unknownKey } from "../options.js";
import { asEntries, assertShape, asTensor, type Given, type Tensor } from "../tensor.js";

/**
 * `memory [B, N, M]`, `weightings [B, R + W, N]`, `reads [B, R, M]`, and of an LSTM for each layer `l` `hidden.l`, `cell.l`
 * `[B, H]`. What the machine has not got is absent.
 */
export type State = Map<string, Tensor>;

/** Copies a state out of the core. @internal */
export function readState(core: CoreState): State {
  return new Map(core.names().map((name) => [name, { data: core.get(name), shape: [...core.shape(name)] }]));
}

/** A state from outside, its numbers the caller's. @internal */
export type GivenState = ReadonlyMap<string, Given>;

/** A state from outside as tensors; which ones belong in it is {@link writeState}'s to say. @throws {NTMError} `option`, `shape` @internal */
export function asState(state: unknown, where: string): GivenState {
  return new Map(asEntries(state, where).map(([name, value]) => [name, asTensor(value, path(where, name))]));
}

/**
 * Copies a state into the core. A state is whole: every tensor, each of its shape.
 *
 * @throws {NTMError} `shape` or `option`; the core's state is then half written and must be thrown away.
 *
 * @internal
 */
export function writeState(core: CoreState, state: GivenState, where: string): void {
  const names = core.names();
  assertWhole(state, names, where, "a state is set as a whole");
  for (const [name, tensor] of state) {
    if (!names.includes(name)) throw unknownKey(where, name, names);
    assertShape(path(where, name), [...core.shape(name)], tensor.shape);
    core.set(name, tensor.data);
  }
}

/** The memory rows of a state, 0 (the machine's own) where it has no memory. @internal */
export function rowsOf(state: GivenState): number {
  return state.get("memory")?.shape[1] ?? 0;
}

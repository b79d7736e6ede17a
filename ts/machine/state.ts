/** The state that is carried from one step to the next, as named tensors and as the core's own. */
import { NTMError, wrongShape } from "../errors.js";
import type { State as CoreState } from "../generated/glue.js";
import { path, unknownKey } from "../options.js";
import { asEntries, asTensor, type Tensor } from "../tensor.js";
import { sameShape } from "./body.js";

/**
 * `memory [B, N, M]`, `weightings [B, R + W, N]`, `reads [B, R, M]`, and of an LSTM for each layer `l` `hidden.l`, `cell.l`
 * `[B, H]`. What the machine has not got is absent.
 */
export type State = Map<string, Tensor>;

/** Copies a state out of the core. @internal */
export function readState(core: CoreState): State {
  return new Map(core.names().map((name) => [name, { data: core.get(name), shape: [...core.shape(name)] }]));
}

/** A state from outside as tensors; which ones belong in it is {@link writeState}'s to say. @throws {NTMError} `option`, `shape` @internal */
export function asState(state: unknown, where: string): State {
  return new Map(asEntries(state, where).map(([name, value]) => [name, asTensor(value, path(where, name))]));
}

/**
 * Copies a state into the core. A state is whole: every tensor, each of its shape.
 *
 * @throws {NTMError} `shape` or `option`; the core's state is then half written and must be thrown away.
 *
 * @internal
 */
export function writeState(core: CoreState, state: State, where: string): void {
  const names = core.names();
  const missing = names.filter((name) => !state.has(name));
  if (missing.length > 0)
    throw new NTMError("option", `${where}: ${missing.join(", ")} missing; a state is set as a whole`, {
      where,
      expected: names.join(", "),
      received: [...state.keys()].join(", ") || "none",
    });
  for (const [name, tensor] of state) {
    if (!names.includes(name)) throw unknownKey(where, name, names);
    const shape = [...core.shape(name)];
    if (!sameShape(tensor.shape, shape)) throw wrongShape(path(where, name), `[${shape.join(", ")}]`, tensor.shape);
    core.set(name, tensor.data);
  }
}

/** The memory rows of a state, 0 (the machine's own) where it has no memory. @internal */
export function rowsOf(state: State): number {
  return state.get("memory")?.shape[1] ?? 0;
}

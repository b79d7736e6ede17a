// A machine's settings in full, from those that were said.

import { resolveConfig } from "../../machine/config.js";
import { over } from "./tree.js";

/** With the defaults of what is not said; the sizes of input and output and the seed are no settings of a machine. */
export function wholeMachine(said: unknown): unknown {
  const { inputSize: _, outputSize: __, seed: ___, ...usual } = resolveConfig({ inputSize: 1, outputSize: 1 });
  return over(usual, said);
}

// Machines small enough to make thousands of.
import { copy, NTM, type NTMConfig, type NTMOptions } from "neural-turing-machine";

/** Two inputs, two outputs, a memory of 5 rows; with heads of both kinds. */
export const small = {
  inputSize: 3,
  outputSize: 2,
  controller: { kind: "lstm", hiddenSize: 6 },
  memory: { rows: 5, columns: 4 },
  seed: 3,
} as const satisfies NTMOptions;

/** A task of the same sizes as {@link small}. */
export const smallTask = copy({ bits: 2, minLength: 1, maxLength: 3 });

/** {@link small}, or what is given otherwise. */
export async function make(options: Partial<NTMOptions> = {}): Promise<NTM> {
  return NTM.create({ ...small, ...options });
}

/** The sizes of a configuration by the letters of the documentation. */
export function sizes({ inputSize, outputSize, controller, memory, readHeads, writeHeads, shiftRange }: NTMConfig) {
  return {
    X: inputSize,
    Y: outputSize,
    H: controller.hiddenSize,
    N: memory.rows,
    M: memory.columns,
    R: readHeads,
    W: writeHeads,
    S: 2 * shiftRange + 1,
  };
}

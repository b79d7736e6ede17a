// What a run has noted of its progress, as far as a curve needs it. The file comes from anywhere.

import { Failure } from "../failure.js";
import { isTree } from "../settings/tree.js";

export interface Learned {
  readonly step: number;
  /** Sequences so far. */
  readonly sequences: number;
  /** The mean cost of a sequence since the line before: bits, or the squared error, which is not measured in them. */
  readonly cost: number;
}

export function learned(path: string, lines: readonly unknown[]): readonly Learned[] {
  return lines.map((line, index) => {
    const { step, sequences, loss, bitsPerSequence } = isTree(line) ? line : {};
    const cost = bitsPerSequence ?? loss;
    if (typeof step !== "number" || typeof sequences !== "number" || typeof cost !== "number")
      throw new Failure(`${path}: line ${index + 1} is not the progress of a run`);
    return { step, sequences, cost };
  });
}

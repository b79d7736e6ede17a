// What a run has noted of its progress, one JSON object a line.

import { Failure } from "../failure.js";

export interface Learned {
  readonly step: number;
  /** Sequences so far. */
  readonly sequences: number;
  /** The mean since the line before, in bits per sequence. */
  readonly bits: number;
}

/** Lines without bits, of a loss that is not measured in them, are left out; so is a last line that a run is still writing. */
export function readMetrics(path: string, bytes: Uint8Array): readonly Learned[] {
  const lines = new TextDecoder().decode(bytes).split("\n");
  const learned: Learned[] = [];
  lines.slice(0, -1).forEach((line, index) => {
    const { step, sequences, bitsPerSequence: bits } = parsed(line) ?? {};
    if (typeof step !== "number" || typeof sequences !== "number" || (bits !== null && typeof bits !== "number"))
      throw new Failure(`${path}: line ${index + 1} is not the progress of a run`);
    if (typeof bits === "number") learned.push({ step, sequences, bits });
  });
  return learned;
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

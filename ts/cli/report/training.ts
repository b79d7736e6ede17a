// How a machine was trained, as far as its checkpoint says: the file comes from anywhere, and is believed only as far as it has the right form.

import type { Clip, NTM, OptimizerOptions } from "../../index.js";

export interface Training {
  readonly batchSize: number | undefined;
  readonly clip: Clip | undefined;
  /** Null before the first update. */
  readonly optimizer: OptimizerOptions | null;
}

export function trainingOf({ metadata, optimizer }: NTM): Training {
  const { batchSize, clip } = fields(fields(metadata)["training"]);
  return { batchSize: typeof batchSize === "number" ? batchSize : undefined, clip: clipIn(clip), optimizer };
}

function clipIn(clip: unknown): Clip | undefined {
  if (clip === null) return null;
  const { value, norm } = fields(clip);
  return typeof value === "number" ? { value } : typeof norm === "number" ? { norm } : undefined;
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

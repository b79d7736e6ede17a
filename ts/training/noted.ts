/**
 * How a machine was trained, as far as its checkpoint says: what the command and the page note as `training` in the metadata, and the
 * machine's own optimiser. Nothing but types is imported here, so that the page may use it as it stands.
 */
import type { Clip, OptimizerOptions } from "./optimizer.js";
import type { Rate } from "./schedule.js";

/** What a checkpoint says of training. */
export interface Training {
  readonly batchSize: number | undefined;
  readonly clip: Clip | undefined;
  /** Null before the first update. */
  readonly optimizer: OptimizerOptions | null;
}

/** The file comes from anywhere: believed only as far as it has the right form. @internal */
export function trainingOf(machine: {
  readonly metadata: unknown;
  readonly optimizer: OptimizerOptions | null;
}): Training {
  const { batchSize, clip } = fields(fields(machine.metadata)["training"]);
  return { batchSize: isNumber(batchSize) ? batchSize : undefined, clip: clipIn(clip), optimizer: machine.optimizer };
}

/** With which a schedule begins. @internal */
export function firstRate(rate: Rate): number {
  if (typeof rate === "number") return rate;
  return rate.kind === "constant" ? rate.value : rate.from;
}

/** An object's fields; none of what is no object. @internal */
export function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** @internal */
export function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function clipIn(clip: unknown): Clip | undefined {
  if (clip === null) return null;
  const { value, norm, backward } = fields(clip);
  const within = isNumber(backward) ? { backward } : {};
  return isNumber(value) ? { value, ...within } : isNumber(norm) ? { norm, ...within } : undefined;
}

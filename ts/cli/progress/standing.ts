// Where a training run stands, and what it has cost of late in words.

import { bits } from "../format.js";

/** After an update. */
export interface Standing {
  readonly step: number;
  readonly sequences: number;
  /** Per sequence, of this update alone: nats, or the squared error. */
  readonly loss: number;
  /** The same in bits; null for squared error. */
  readonly bits: number | null;
  /** The mean over the last sequences. */
  readonly recentLoss: number;
  readonly recentBits: number | null;
  readonly sequencesPerSecond: number;
  readonly secondsLeft: number;
}

/** What a sequence has cost of late, and in which unit: " 7.31 bits", "0.042 squared error" */
export function recentCost({ recentBits, recentLoss }: Standing): string {
  return `${bits(recentBits ?? recentLoss).padStart(5)} ${recentBits === null ? "squared error" : "bits"}`;
}

/** The paper's unit. */
import type { NTMConfig } from "../machine/config.js";

/** A loss in nats as bits; null where it is no cross-entropy. */
export function bits(loss: number, config: NTMConfig): number | null {
  return config.loss === "mean-squared-error" ? null : loss / Math.LN2;
}

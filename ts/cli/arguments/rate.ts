// A learning rate in words: "0.0001", "0.0001 to 0, linear over 100,000 updates".

import type { Rate } from "../../index.js";
import { firstRate } from "../../training/noted.js";
import { count } from "../format.js";

export function describeRate(rate: Rate): string {
  if (typeof rate === "number" || rate.kind === "constant") return String(firstRate(rate));
  return `${rate.from} to ${rate.to}, ${rate.kind} over ${count(rate.steps)} updates`;
}

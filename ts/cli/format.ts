// Numbers as people read them.

import type { NTMConfig } from "../index.js";

/** 12345 → "12,345" */
export function count(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** (1, "head") → "1 head", (2, "head") → "2 heads" */
export function counted(value: number, noun: string, inFigures = count): string {
  return `${inFigures(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** What a machine of this loss gives right or wrong: bits, or with a softmax an answer a step. */
export function answerNoun(loss: NTMConfig["loss"]): "bit" | "answer" {
  return loss === "softmax-cross-entropy" ? "answer" : "bit";
}

/** Three figures or so: 1,234, 84.2, 7.31, 0.042, 1.2e+7; a dash for a loss that is not measured in bits. */
export function bits(value: number | null): string {
  if (value === null) return "–";
  if (value >= 1000) return value < 1e5 ? count(value) : value.toExponential(1);
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

/** A value of an option: 1,200, 0.25, a word, [1,2] */
export function optionValue(value: unknown): string {
  if (typeof value === "string") return value;
  return Number.isInteger(value) ? count(value as number) : JSON.stringify(value);
}

/** A mean of whole numbers, which often is one: 160, 52.4 */
export function mean(value: number): string {
  return Number.isInteger(value) ? count(value) : bits(value);
}

/** 75 seconds → "1:15", 3675 → "1:01:15" */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const twoDigits = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${twoDigits(rest)}` : `${minutes}:${twoDigits(rest)}`;
}

/** The end of a scale: 120, not 1.2e+2. */
export function endOf(value: number): string {
  return String(Number(value.toPrecision(2))).replace("-", "−");
}

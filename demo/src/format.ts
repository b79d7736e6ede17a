/** Numbers as they are shown. */

/** Three figures, or fewer: `0.012`, `3.14`, `152`. */
export function figures(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.0005) return value < 0 ? "−0.000" : "0.000";
  const digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
  return value.toFixed(digits).replace("-", "−");
}

/** `12,345` */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** `1 update`, `12,345 updates` */
export function counted(value: number, thing: string): string {
  return `${count(value)} ${thing}${value === 1 ? "" : "s"}`;
}

/** `9.4 s`, `2 min 05 s` */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** A number as a subscript: `₁₂` */
export function sub(value: number): string {
  return String(value).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)] as string);
}

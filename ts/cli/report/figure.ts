// A measured number as a table shows it: what is exactly 0 says so.

import { bits } from "../format.js";

export function figure(value: number | null): string {
  return value === 0 ? "0" : bits(value);
}

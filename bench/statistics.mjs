export function median(/** @type {number[]} */ values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Three digits, without an exponent. */
export function digits(/** @type {number} */ value) {
  if (value >= 999.5) return Math.round(value).toLocaleString("en").replaceAll(",", "\u202f");
  return value.toPrecision(3);
}

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

/** Four digits, as they are written to files. */
export const rounded = (/** @type {number} */ value) => Number(value.toPrecision(4));

/**
 * The line constant + slope · x that is nearest to the points, by relative distance.
 * @param {{ x: number, y: number }[]} points
 */
export function nearestLine(points) {
  // Least squares with weights 1 / y².
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (const { x, y } of points) {
    const weight = 1 / (y * y);
    w += weight;
    wx += weight * x;
    wy += weight * y;
    wxx += weight * x * x;
    wxy += weight * x * y;
  }
  const slope = (w * wxy - wx * wy) / (w * wxx - wx * wx);
  return { constant: (wy - slope * wx) / w, slope };
}

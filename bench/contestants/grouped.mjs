// Libraries of arrays want what is alike side by side. The controller gives its numbers head after head; here the rows of its weight
// are put in groups: the keys of all heads, then their strengths, gates, shifts, sharpenings, and the erase and add vectors.

/** @typedef {import("../plain/layout.mjs").Config} Config */

/** How many numbers each group has, in order. */
export function groupSizes(/** @type {Config} */ { columns: M, readHeads: R, writeHeads: W, shiftRange }) {
  const heads = R + W;
  return [heads * M, heads, heads, heads * (2 * shiftRange + 1), heads, W * M, W * M];
}

/** The rows of `heads.weight`, or the entries of `heads.bias`, in the order of the groups. */
export function grouped(
  /** @type {Config} */ { columns: M, readHeads: R, writeHeads: W, shiftRange },
  /** @type {{ data: Float32Array, shape: number[] }} */ { data, shape },
) {
  const S = 2 * shiftRange + 1;
  const pieces = [M, 1, 1, S, 1, M, M];
  const width = data.length / shape[0];
  /** @type {number[][]} */
  const groups = pieces.map(() => []);
  let row = 0;
  for (let head = 0; head < R + W; head++)
    pieces.slice(0, head < R ? 5 : 7).forEach((size, piece) => {
      for (let i = 0; i < size; i++) groups[piece].push(row++);
    });
  const reordered = new Float32Array(data.length);
  groups.flat().forEach((from, to) => {
    reordered.set(data.subarray(from * width, (from + 1) * width), to * width);
  });
  return { data: reordered, shape };
}

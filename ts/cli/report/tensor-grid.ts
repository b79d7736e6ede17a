// Some numbers of a tensor as a grid to be drawn.

import type { Tensor } from "../../index.js";
import type { Grid } from "../picture/grid.js";

/** `[T, 1, C]`, or one of `H` in `[T, 1, H, C]`: time to the right, an entry a row. */
export function channelsOf({ data, shape }: Tensor, index = 0): Grid {
  const height = shape.at(-1) ?? 0;
  const stride = shape.slice(2).reduce((product, size) => product * size, 1);
  return { width: shape[0] ?? 0, height, value: (t, channel) => data[t * stride + index * height + channel] ?? 0 };
}

/** Some of the rows, going on at the first after the last. */
export function rowsOf(grid: Grid, { first, count }: { readonly first: number; readonly count: number }): Grid {
  return { ...grid, height: count, value: (x, y) => grid.value(x, (first + y) % grid.height) };
}

/** The largest number, by its size. */
export function largest(grids: readonly Grid[]): number {
  let most = 0;
  for (const { width, height, value } of grids)
    for (let x = 0; x < width; x++) for (let y = 0; y < height; y++) most = Math.max(most, Math.abs(value(x, y)));
  return most;
}

// A picture before it is drawn: numbers from 0 to 1, time to the right, and which of them are wrong.

export interface Grid {
  readonly width: number;
  readonly height: number;
  value(x: number, y: number): number;
  wrong?(x: number, y: number): boolean;
}

/** Columns from `start` up to `end`. */
export function columns(grid: Grid, start: number, end: number): Grid {
  const { height, wrong } = grid;
  return {
    width: end - start,
    height,
    value: (x, y) => grid.value(start + x, y),
    ...(wrong && { wrong: (x: number, y: number) => wrong(start + x, y) }),
  };
}

/** Smaller: of each block of so many columns and rows the largest value, so that a thin line does not fade. */
export function pooled(grid: Grid, across: number, down: number): Grid {
  if (across === 1 && down === 1) return grid;
  return {
    width: Math.ceil(grid.width / across),
    height: Math.ceil(grid.height / down),
    value(x, y) {
      let largest = 0;
      for (let row = y * down; row < Math.min((y + 1) * down, grid.height); row++)
        for (let column = x * across; column < Math.min((x + 1) * across, grid.width); column++)
          largest = Math.max(largest, grid.value(column, row));
      return largest;
    },
  };
}

/** In pieces of one width, none wider than `widest`. */
export function strips(grid: Grid, widest: number): Grid[] {
  const width = Math.ceil(grid.width / Math.ceil(grid.width / widest));
  const pieces: Grid[] = [];
  for (let start = 0; start < grid.width; start += width)
    pieces.push(columns(grid, start, Math.min(start + width, grid.width)));
  return pieces;
}

// Which numbers the shades of a picture stand for: from 0 to 1, and further where there are numbers beyond.

import { endOf } from "../format.js";
import type { Grid } from "./grid.js";

export interface Span {
  /** Of the faintest shade. */
  readonly least: number;
  /** Of the strongest. */
  readonly most: number;
}

export function spanOf(...grids: readonly Grid[]): Span {
  let [least, most] = [0, 1];
  for (const { width, height, value } of grids)
    for (let x = 0; x < width; x++)
      for (let y = 0; y < height; y++) {
        least = Math.min(least, value(x, y));
        most = Math.max(most, value(x, y));
      }
  return { least, most };
}

/** A grid's numbers as shares of the span. */
export function within({ least, most }: Span, grid: Grid): Grid {
  return { ...grid, value: (x, y) => (grid.value(x, y) - least) / (most - least) };
}

/** The two ends in words, where they are not 0 and 1, as those of bits are. */
export function endsInWords({ least, most }: Span): readonly [least: string, most: string] | undefined {
  if (least === 0 && most === 1) return undefined;
  return [endOf(least), endOf(most)];
}

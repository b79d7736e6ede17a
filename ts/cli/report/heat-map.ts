// A grid of numbers as a picture: a grey PNG of one pixel an entry, black for 0 and white for 1. The numbers can be read back from it; the
// colours are those of the page, light or dark (ramps.ts).

import { encode } from "fast-png";
import type { Grid } from "../picture/grid.js";
import { type Html, html } from "./html.js";
import type { RampName } from "./ramps.js";

/** How tall an entry is drawn, in pixels of CSS; how wide, the page decides. */
export interface Look {
  readonly ramp: RampName;
  readonly cell: number;
}

/** @param words what one sees, for those who cannot */
export function heatMap(grid: Grid, { ramp, cell }: Look, words: string): Html {
  const picture = (source: Grid, name: string, alt: string) =>
    html`<img class="map ${name}" alt="${alt}" src="${png(source)}" width="${grid.width}" height="${grid.height}">`;
  const { wrong } = grid;
  const marks = wrong && picture({ ...grid, value: (x, y) => (wrong(x, y) ? 1 : 0) }, "wrong", "");
  return html`<div class="layers" style="--steps:${grid.width};--height:${grid.height * cell}px">${picture(grid, ramp, words)}${marks}</div>`;
}

/** A grid of numbers of both signs, none beyond ±`most`: 0 is the grey in the middle. */
export function signed(grid: Grid, most: number): Grid {
  return { ...grid, value: (x, y) => (1 + grid.value(x, y) / (most || 1)) / 2 };
}

function png({ width, height, value }: Grid): string {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data[y * width + x] = Math.round(255 * Math.min(Math.max(value(x, y), 0), 1));
  const bytes = encode({ width, height, data, channels: 1, depth: 8 }, { zlib: { level: 9 } });
  return `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;
}

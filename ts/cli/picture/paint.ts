// A grid as lines of characters: with colours two rows of it in every line, as half blocks; without, a shade for every entry.

import ansis from "ansis";
import type { Terminal } from "../terminal.js";
import type { Grid } from "./grid.js";
import { nearest256 } from "./palette.js";
import { type Colour, type Ramp, ramps } from "./ramps.js";

export type Look = Pick<Terminal, "colours" | "unicode">;

/** From nothing to all, and the mark of what is wrong. */
export function shadesOf({ unicode }: Look): { readonly shades: string; readonly wrong: string } {
  return unicode ? { shades: "·░▒▓█", wrong: "×" } : { shades: ".:+#@", wrong: "x" };
}

/** With sixteen colours or fewer there are no shades of any. */
export function inColour({ colours, unicode }: Look): boolean {
  return colours >= 2 && unicode;
}

export function paint(grid: Grid, ramp: Ramp, look: Look): string[] {
  return inColour(look) ? halfBlocks(grid, ramp, look) : shaded(grid, look);
}

function halfBlocks(grid: Grid, ramp: Ramp, look: Look): string[] {
  const colour = (x: number, y: number) => (grid.wrong?.(x, y) ? ramps.wrong : ramp)(grid.value(x, y));
  const lines: string[] = [];
  for (let y = 0; y < grid.height; y += 2) {
    const cells = Array.from({ length: grid.width }, (_, x) => ({
      upper: colour(x, y),
      lower: y + 1 < grid.height ? colour(x, y + 1) : undefined,
    }));
    lines.push(runs(cells, look));
  }
  return lines;
}

interface Cell {
  readonly upper: Colour;
  readonly lower: Colour | undefined;
}

/** Neighbours alike are written in one go. */
function runs(cells: readonly Cell[], look: Look): string {
  let line = "";
  for (let start = 0, end = 0; start < cells.length; start = end) {
    const cell = cells[start] as Cell;
    while (end < cells.length && same(cell, cells[end] as Cell)) end++;
    line += styled("▀".repeat(end - start), cell, look);
  }
  return line;
}

function styled(text: string, { upper, lower }: Cell, { colours }: Look): string {
  const over = colours >= 3 ? ansis.rgb(...upper) : ansis.fg(nearest256(upper));
  if (lower === undefined) return over(text);
  return (colours >= 3 ? over.bgRgb(...lower) : over.bg(nearest256(lower)))(text);
}

function same(one: Cell, other: Cell): boolean {
  return String(one.upper) === String(other.upper) && String(one.lower) === String(other.lower);
}

function shaded(grid: Grid, look: Look): string[] {
  const { shades, wrong } = shadesOf(look);
  return Array.from({ length: grid.height }, (_, y) =>
    Array.from({ length: grid.width }, (_, x) =>
      grid.wrong?.(x, y)
        ? ansis.red(wrong)
        : (shades[Math.round(Math.min(Math.max(grid.value(x, y), 0), 1) * (shades.length - 1))] ?? " "),
    ).join(""),
  );
}

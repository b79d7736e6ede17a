// The nearest of the 256 colours that most terminals have: a cube of 6 × 6 × 6, and 24 greys.

import type { Colour } from "./ramps.js";

const LEVELS = [0, 95, 135, 175, 215, 255];
const CUBE = 16;
const GREYS = 232;

/** Its number in the palette. */
export function nearest256(colour: Colour): number {
  const [red, green, blue] = colour.map(nearestLevel) as [number, number, number];
  const level = (index: number) => LEVELS[index] ?? 0;
  const cube: Colour = [level(red), level(green), level(blue)];
  const step = Math.min(23, Math.max(0, Math.round((colour.reduce((sum, channel) => sum + channel, 0) / 3 - 8) / 10)));
  const grey: Colour = [8 + 10 * step, 8 + 10 * step, 8 + 10 * step];
  return distance(colour, grey) < distance(colour, cube) ? GREYS + step : CUBE + 36 * red + 6 * green + blue;
}

function nearestLevel(channel: number): number {
  const gaps = LEVELS.map((level) => Math.abs(level - channel));
  return gaps.indexOf(Math.min(...gaps));
}

function distance(one: Colour, other: Colour): number {
  return one.reduce((sum, channel, index) => sum + (channel - (other[index] ?? 0)) ** 2, 0);
}

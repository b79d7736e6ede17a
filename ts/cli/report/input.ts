// What goes in, as a picture: bits, and numbers of both signs where a task has some, such as priorities.

import type { Grid } from "../picture/grid.js";
import { heatMap, signed } from "./heat-map.js";
import type { Html } from "./html.js";
import type { Observed } from "./observe.js";
import { panel, type Scales } from "./panel.js";
import { largest } from "./tensor-grid.js";

/** How tall a channel is drawn, in pixels. */
export function channelCell({ height }: Grid): number {
  return height === 1 ? 22 : 9;
}

/** Whether something is below 0; what is beyond ±1 is drawn as that. */
export function isSigned({ input: { width, height, value } }: Observed): boolean {
  for (let t = 0; t < width; t++)
    for (let channel = 0; channel < height; channel++) if (value(t, channel) < 0) return true;
  return false;
}

/** What a key says where numbers are drawn beyond the ends of the scale. */
export function beyondWords(observed: readonly Observed[]): readonly string[] {
  return largest(observed.map(({ input }) => input)) > 1 ? ["input beyond ±1 as ±1"] : [];
}

/** @param words what one sees, for those who cannot */
export function inputPanel(observed: Observed, words: string, scales: Scales): Html {
  const { input, real } = observed;
  const cell = channelCell(input);
  const map = isSigned(observed)
    ? heatMap(signed(input, 1), { ramp: "numbers", cell }, words)
    : heatMap(input, { ramp: "bits", cell }, words);
  return panel(real === undefined ? "input" : `input; ${real}`, map, scales);
}

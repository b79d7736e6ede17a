// What the colours of a figure stand for, and which way its time and its rows run.

import { type Html, html } from "./html.js";
import type { RampName } from "./ramps.js";

export interface Shades {
  readonly name: string;
  readonly ramp: RampName;
  /** The number of the strongest colour. */
  readonly most: string;
  /** From -most by 0 to most, not from 0. */
  readonly signed?: boolean;
}

/** @param ways "time →" */
export function keyOf(shades: readonly (Shades | false | undefined)[], ...ways: readonly string[]): Html {
  const all = shades.filter((one) => one !== false && one !== undefined);
  return html`<p class="keys">${all.map(swatch)}${ways.map((way) => html`<span>${way}</span> `)}</p>`;
}

function swatch({ name, ramp, most, signed = false }: Shades): Html {
  const scale = signed
    ? html`−${most} <i class="ramp below ${ramp}"></i> 0 <i class="ramp above ${ramp}"></i> ${most}`
    : html`0 <i class="ramp ${ramp}"></i> ${most}`;
  return html`<span>${name} ${scale}</span> `;
}

// From the greys of a heat map to the colours of the page: filters of SVG, one of each for a light page and a dark one.

import { Html } from "./html.js";

type Colour = readonly [red: number, green: number, blue: number];

const LIGHT: Colour = [240, 238, 231];
const DARK: Colour = [30, 32, 40];

const RAMPS = {
  bits: { light: [LIGHT, [38, 40, 50]], dark: [DARK, [233, 231, 223]] },
  write: { light: [LIGHT, [230, 160, 92], [136, 56, 6]], dark: [DARK, [184, 98, 38], [255, 226, 150]] },
  read: { light: [LIGHT, [98, 168, 214], [12, 62, 112]], dark: [DARK, [42, 116, 176], [170, 232, 255]] },
  /** Bits, and beside them what may be below 0. */
  numbers: {
    light: [[20, 82, 142], [112, 172, 212], LIGHT, [139, 139, 141], [38, 40, 50]],
    dark: [[150, 216, 255], [44, 112, 168], DARK, [132, 132, 132], [233, 231, 223]],
  },
  /** Below 0, 0, above 0. */
  signed: {
    light: [[20, 82, 142], [112, 172, 212], LIGHT, [228, 158, 92], [150, 62, 8]],
    dark: [[150, 216, 255], [44, 112, 168], DARK, [178, 96, 40], [255, 208, 128]],
  },
} as const satisfies Record<string, Record<"light" | "dark", readonly Colour[]>>;

export type RampName = keyof typeof RAMPS;

const NAMES = Object.keys(RAMPS) as RampName[];

/** Set once in a page; a picture refers to them by its class. */
export const filters: Html = new Html(
  `<svg class="filters" width="0" height="0" aria-hidden="true">${NAMES.flatMap((name) =>
    (["light", "dark"] as const).map((theme) => filter(`${name}-${theme}`, RAMPS[name][theme])),
  ).join(
    "",
  )}<filter id="marks" color-interpolation-filters="sRGB"><feColorMatrix values="0 0 0 0 .86  0 0 0 0 .15  0 0 0 0 .2  1 0 0 0 0"/></filter></svg>`,
);

const rulesOf = (theme: "light" | "dark") =>
  NAMES.map(
    (name) =>
      `.map.${name}{filter:url(#${name}-${theme})}.ramp.${name}{background-image:${gradient(RAMPS[name][theme])}}`,
  );

/** `.map`: a picture in these colours; `.ramp`: all of them side by side. */
export const rampStyle: string = [
  ...rulesOf("light"),
  ".map.wrong{filter:url(#marks)}",
  `@media screen and (prefers-color-scheme:dark){${rulesOf("dark").join("")}}`,
].join("\n");

function gradient(stops: readonly Colour[]): string {
  return `linear-gradient(90deg,${stops.map((stop) => `rgb(${stop.join(" ")})`).join(",")})`;
}

function filter(id: string, stops: readonly Colour[]): string {
  const table = (channel: 0 | 1 | 2) => stops.map((stop) => Number((stop[channel] / 255).toFixed(3))).join(" ");
  const functions = ["R", "G", "B"].map(
    (letter, channel) => `<feFunc${letter} type="table" tableValues="${table(channel as 0 | 1 | 2)}"/>`,
  );
  return `<filter id="${id}" color-interpolation-filters="sRGB"><feComponentTransfer>${functions.join("")}</feComponentTransfer></filter>`;
}

// Lines, bands and dots over two axes. The drawing is stretched to the room that the page has; words and strokes keep their size, so that
// it can be read on a telephone as on a wall.

import { scaleLinear, scaleLog } from "d3-scale";
import { area, line } from "d3-shape";
import { type Content, type Html, html } from "./html.js";

export type Point = readonly [x: number, y: number];

/** How something is drawn: a class of the page's style. */
export type Tone = "write" | "read" | "ink" | "faint";

export type Series =
  | { readonly kind: "line" | "dots"; readonly tone: Tone; readonly points: readonly Point[] }
  | {
      readonly kind: "band";
      readonly tone: Tone;
      readonly points: readonly (readonly [x: number, low: number, high: number])[];
    };

export interface Axis {
  readonly domain: readonly [number, number];
  readonly name: Content;
  readonly log?: boolean;
  /** Only these have marks. */
  readonly integers?: boolean;
  /** Where there is a mark at any rate, and what it says. */
  readonly rules?: readonly { readonly at: number; readonly text: string }[];
}

export interface Chart {
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** What one sees, for those who cannot. */
  readonly words: string;
  /** Lower, for several together. */
  readonly small?: boolean;
}

/** The side of the drawing, which is then stretched. */
const SIDE = 1000;

export function chart({ x, y, series, words, small = false }: Chart): Html {
  const [across, up] = [scaleOf(x, [0, SIDE]), scaleOf(y, [SIDE, 0])];
  const [columns, rows] = [ticksOf(x, across, 3), ticksOf(y, up, small ? 3 : 5)];
  const percent = (place: number) => `${round(place / (SIDE / 100))}%`;
  const grid = rows.map(({ at }) => `M0 ${round(up(at))}H${SIDE}`).join("");
  const rulePath = [
    ...(y.rules ?? []).map(({ at }) => `M0 ${round(up(at))}H${SIDE}`),
    ...(x.rules ?? []).map(({ at }) => `M${round(across(at))} 0V${SIDE}`),
  ].join("");
  return html`<div class="chart${small ? " small" : ""}" role="img" aria-label="${words}">
<div class="y-name">${y.name}</div>
<div class="frame"><svg viewBox="0 0 ${SIDE} ${SIDE}" preserveAspectRatio="none" aria-hidden="true"><path class="grid" d="${grid}"/>${series.map((one) => drawn(one, across, up))}${rulePath && html`<path class="rule" d="${rulePath}"/>`}</svg>${[
    rows.map(({ at, text }) => html`<span class="tick y" style="top:${percent(up(at))}">${text}</span>`),
    columns.map(({ at, text }) => html`<span class="tick x" style="left:${percent(across(at))}">${text}</span>`),
    (y.rules ?? []).map(({ at, text }) => html`<span class="note y" style="top:${percent(up(at))}">${text}</span>`),
    (x.rules ?? []).map(
      ({ at, text }) => html`<span class="note x" style="left:${percent(across(at))}">${text}</span>`,
    ),
  ]}</div>
<div class="x-name">${x.name}</div>
</div>`;
}

type Scale = ReturnType<typeof scaleOf>;

function scaleOf({ domain, log = false }: Axis, range: readonly [number, number]) {
  return (log ? scaleLog().domain(domain).nice() : scaleLinear().domain(domain)).range(range).clamp(true);
}

/** On a logarithmic axis powers of ten, where there are enough of them. */
function ticksOf({ log = false, integers = false }: Axis, scale: Scale, count: number): { at: number; text: string }[] {
  const all = scale.ticks(count).filter((value) => !integers || Number.isInteger(value));
  const tens = all.filter((value) => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9);
  const chosen = log && tens.length > 1 ? tens : all;
  return chosen.map((at) => ({
    at,
    text: Number(at.toPrecision(6)).toLocaleString("en-US", { maximumFractionDigits: 6 }),
  }));
}

function drawn(series: Series, across: Scale, up: Scale): Html {
  const path = (kind: string, d: string | null) => html`<path class="${kind} tone-${series.tone}" d="${d ?? ""}"/>`;
  if (series.kind === "band") {
    const shape = area<readonly [number, number, number]>(
      ([x]) => across(x),
      ([, low]) => up(low),
      ([, , high]) => up(high),
    );
    return path("band", shape.digits(1)([...series.points]));
  }
  // a line of no length with round ends is a dot, and is not stretched
  if (series.kind === "dots")
    return path("dots", series.points.map(([x, y]) => `M${round(across(x))} ${round(up(y))}h0`).join(""));
  const shape = line<Point>(
    ([x]) => across(x),
    ([, y]) => up(y),
  );
  return path("line", shape.digits(1)([...series.points]));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

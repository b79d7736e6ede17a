// What was learned: every parameter by its name, and how its numbers are spread.

import type { Tensor } from "../../../index.js";
import { count } from "../../format.js";
import { numbers } from "../../training/describe.js";
import { type Html, html } from "../html.js";
import { section } from "../panel.js";

const BINS = 41;

export function parameters(all: ReadonlyMap<string, Tensor>): Html {
  return section(
    "parameters",
    "Parameters",
    html`<div class="scroll" role="region" aria-label="Parameters" tabindex="0"><table class="parameters"><thead><tr><th scope="col">name</th><th scope="col">shape</th><th
scope="col">count</th><th scope="col">standard deviation</th><th scope="col">largest</th><th scope="col">spread, from −largest to largest</th></tr></thead><tbody>
${[...all].map(([name, tensor]) => row(name, tensor))}</tbody><tfoot><tr><th scope="row">all</th><td></td><td>${count(numbers(all))}</td><td></td><td></td><td></td></tr></tfoot></table></div>`,
  );
}

function row(name: string, { data, shape }: Tensor): Html {
  const { deviation, most, bins } = spreadOf(data);
  return html`<tr><th scope="row"><code>${name}</code></th><td>${shape.join(" × ")}</td><td>${count(data.length)}</td><td>${figure(deviation)}</td><td>${figure(most)}</td><td>${histogram(bins)}</td></tr>
`;
}

function spreadOf(data: Float32Array) {
  let [sum, squares, most] = [0, 0, 0];
  for (const value of data) {
    sum += value;
    squares += value * value;
    most = Math.max(most, Math.abs(value));
  }
  const mean = sum / data.length;
  const bins = Array.from({ length: BINS }, () => 0);
  for (const value of data) {
    const bin = Math.min(BINS - 1, Math.floor(((value / (most || 1) + 1) / 2) * BINS));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return { deviation: Math.sqrt(Math.max(0, squares / data.length - mean * mean)), most, bins };
}

/** Bars, by the square root of what they stand for: those of a few can be seen, too. */
function histogram(bins: readonly number[]): Html {
  const highest = Math.sqrt(Math.max(...bins));
  const bars = bins.flatMap((many, index) =>
    many === 0 ? [] : [`M${index} 20v-${Number(((20 * Math.sqrt(many)) / highest).toFixed(1))}h1V20z`],
  );
  return html`<svg class="histogram" viewBox="0 0 ${BINS} 20" preserveAspectRatio="none" aria-hidden="true"><path d="${bars.join("")}"/></svg>`;
}

function figure(value: number): string {
  return value === 0 ? "0" : value.toPrecision(2);
}

// How well it does at sizes that it was trained on and at others, as in the paper's figure 11.

import { count, mean, optionValue } from "../../format.js";
import type { Measured } from "../../measure.js";
import type { Asked, MadeTask } from "../../tasks.js";
import { chart } from "../chart.js";
import { figure } from "../figure.js";
import { type Html, html } from "../html.js";
import { section } from "../panel.js";
import { type Figures, likeFigure } from "../paper.js";

/** The training option that bounds a size. */
const BOUNDS: Readonly<Record<string, string>> = { length: "maxLength", items: "maxItems", repeats: "maxRepeats" };

/** @param noun of what is right or wrong: "bit" */
export function generalisation(
  measured: readonly Measured<Asked>[],
  noun: string,
  { task, figures }: { task: MadeTask; figures: Figures | undefined },
): Html {
  const sizes = Object.keys(measured[0]?.sizes ?? {});
  const [size] = sizes;
  const withOptimum = measured.some(({ optimum }) => optimum !== undefined);
  const withVectors = measured.some(({ wrongInVectorsPerSequence }) => wrongInVectorsPerSequence !== undefined);
  const inBits = measured.every(({ bitsPerSequence }) => bitsPerSequence !== null);
  return section(
    "generalisation",
    measured.length > 1 ? "How well it does at each size" : "How well it does",
    html`<p class="caption">Mean of ${count(measured[0]?.sequences ?? 0)} sequences of each size, drawn apart from those of
training${likeFigure(figures?.generalisation)}.</p>`,
    sizes.length === 1 && size !== undefined && overSize(measured, noun, size, task.options[BOUNDS[size] ?? ""]),
    html`<div class="scroll" role="region" aria-label="Figures" tabindex="0"><table class="figures"><thead><tr>${sizes.map((name) => html`<th scope="col">${name}</th>`)}<th
scope="col">${inBits ? "bits" : "squared error"} per sequence</th>${withOptimum && html`<th scope="col">optimal estimator</th>`}${
      inBits &&
      html`<th scope="col">wrong ${noun}s</th><th scope="col">of</th>${withVectors && html`<th scope="col">wrong in vectors</th><th scope="col">beside early end markers</th>`}`
    }</tr></thead><tbody>
${measured.map(
  (
    one,
  ) => html`<tr>${sizes.map((name) => html`<td>${optionValue(one.sizes[name])}</td>`)}<td>${figure(cost(one))}</td>${
    withOptimum && html`<td>${figure(one.optimum ?? null)}</td>`
  }${
    inBits &&
    html`<td>${figure(one.wrongBitsPerSequence)}</td><td>${mean(one.of)}</td>${
      withVectors &&
      html`<td>${figure(one.wrongInVectorsPerSequence ?? null)}</td><td>${figure(one.wrongBesideEndMarkersPerSequence ?? null)}</td>`
    }`
  }</tr>
`,
)}</tbody></table></div>`,
  );
}

/** Bits, or the squared error. */
const cost = ({ bitsPerSequence, squaredErrorPerSequence }: Measured<Asked>) =>
  bitsPerSequence ?? squaredErrorPerSequence ?? 0;

/** Charts, where there is enough to be drawn. */
function overSize(measured: readonly Measured<Asked>[], noun: string, size: string, trained: number | undefined) {
  const places = measured.flatMap((one) => {
    const at = one.sizes[size];
    return typeof at === "number" ? [{ at, one }] : [];
  });
  if (places.length < Math.max(3, measured.length)) return undefined;
  places.sort((a, b) => a.at - b.at);
  const longest = places.at(-1)?.at ?? 0;
  const draw = (name: string, value: (one: Measured<Asked>) => number) => {
    const points = places.map(({ at, one }) => [at, value(one)] as const);
    const most = Math.max(...points.map(([, y]) => y), 1e-3);
    return chart({
      x: {
        domain: [0, longest * 1.03],
        name: size,
        integers: true,
        rules: trained === undefined || trained >= longest ? [] : [{ at: trained, text: "longest in training" }],
      },
      y: { domain: [0, most * 1.25], name },
      series: [
        { kind: "line", tone: "read", points },
        { kind: "dots", tone: "read", points },
      ],
      words: `${name} by ${size}: ${points.map(([x, y]) => `${figure(y)} at ${x}`).join(", ")}`,
      small: true,
    });
  };
  const charts = measured.some(({ bitsPerSequence }) => bitsPerSequence === null)
    ? [draw("squared error per sequence", cost)]
    : [draw("bits per sequence", cost), draw(`wrong ${noun}s per sequence`, (one) => one.wrongBitsPerSequence ?? 0)];
  return html`<div class="couple">${charts}</div>`;
}

// What goes in, what is to come out, and what does: as in the paper's figures 4, 8, 14 and 16.

import { bits, count, counted } from "../../format.js";
import type { Grid } from "../../picture/grid.js";
import { endsInWords } from "../../picture/span.js";
import { chart, type Point } from "../chart.js";
import { heatMap } from "../heat-map.js";
import { type Html, html } from "../html.js";
import { beyondWords, channelCell, inputPanel, isSigned } from "../input.js";
import { keyOf } from "../key.js";
import type { Observed } from "../observe.js";
import { panel, type Scales, section } from "../panel.js";
import { type Figures, likeFigure } from "../paper.js";
import { channelsOf } from "../tensor-grid.js";

export function examples(observed: readonly Observed[], figures: Figures | undefined): Html {
  const figure = likeFigure(figures?.example);
  const predicts = observed.some(({ estimate }) => estimate !== undefined);
  const ofBits = observed.every(({ bits }) => bits);
  return section(
    "examples",
    "Input, target, output",
    html`<p class="caption">One sequence of each size${figure}; time runs to the right, the number of a step stands below; a channel
is a row. ${
      predicts
        ? "A bit is to be predicted from those before it; the output is its probability of being 1."
        : ofBits &&
          html`The output is a probability of each bit, shown where an answer is asked for.
<span class="mark">Red</span>: on the wrong side of a half.`
    }</p>
${keyOf(
  [
    observed.every(({ recall: { span } }) => !endsInWords(span)) && {
      name: ofBits ? "bits, probabilities" : "numbers",
      ramp: "bits",
      most: "1",
    },
    observed.some(isSigned) && { name: "what goes in", ramp: "numbers", most: "1", signed: true },
  ],
  "time →",
  "channel ↓",
  ...beyondWords(observed),
)}`,
    observed.map(example),
  );
}

function example(observed: Observed): Html {
  const { words, recall, input } = observed;
  const { target, output, steps } = recall;
  const turn = recall.turn === undefined ? undefined : recall.turn / steps;
  const cell = channelCell(input);
  const ends = endsInWords(recall.span);
  const draw = (name: string, grid: Grid, sentence: string, scales: Scales = {}) =>
    panel(
      ends ? `${name}; faintest ${ends[0]}, strongest ${ends[1]}` : name,
      heatMap(grid, { ramp: "bits", cell }, sentence),
      { turn, ...scales },
    );
  const verdict = inWords(observed);
  return html`<div class="example" style="--steps:${steps}">
<h3>${words} <small>${verdict}</small></h3>
${inputPanel(observed, `Input of ${counted(steps, "step")} in ${counted(input.height, "channel")}`, { turn })}
${draw("target", target, "Target: what is to come out")}
${draw("output", output, `Output: ${verdict}`, { steps })}
${observed.estimate && inference(observed)}
</div>
`;
}

/** How well it went; nothing where an output is no probability of a bit. */
function inWords({ recall, bits: ofBits, estimate }: Observed): string {
  const { answers, bitsPerSequence, optimum } = recall;
  if (!ofBits || !answers) return "";
  if (estimate) return `${bits(bitsPerSequence)} bits of loss; the optimal estimator ${bits(optimum ?? null)}`;
  const { wrong, of, noun } = answers;
  const right = wrong === 0 ? `all ${counted(of, noun)} right` : `${count(wrong)} of ${counted(of, noun)} wrong`;
  return `${right}, ${bits(bitsPerSequence)} bits of loss`;
}

/** The n-grams' figure 14: predictions beside those of the optimal estimator. */
function inference({ output, sequence, estimate, recall }: Observed): Html {
  const lineOf = (grid: Grid): Point[] => Array.from({ length: grid.width }, (_, t) => [t + 2, grid.value(t, 0)]);
  const asked = (_: Point, t: number) => (sequence.mask?.data[t] ?? 1) > 0;
  const best = estimate === undefined ? [] : lineOf(channelsOf(estimate)).filter(asked);
  return html`${chart({
    x: { domain: [0, recall.steps + 1], name: "bit", integers: true },
    y: { domain: [-0.04, 1.04], name: "probability that the next bit is 1" },
    series: [
      { kind: "line", tone: "read", points: best },
      { kind: "line", tone: "write", points: lineOf(channelsOf(output)).filter(asked) },
      { kind: "dots", tone: "ink", points: lineOf(channelsOf(sequence.target)).filter(asked) },
    ],
    words: "Predictions of the machine beside those of the optimal estimator, and the bits that came",
  })}
<p class="caption"><span class="key write">machine</span> <span class="key read">optimal estimator (eq. 10)</span>
<span class="key ink">the bit that came</span></p>`;
}

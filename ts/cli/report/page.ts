// The page as a whole. It says so itself that it loads nothing: its content security policy allows it no more than what it carries.

import { answerNoun, count, counted, mean } from "../format.js";
import type { Measured } from "../measure.js";
import { type Asked, sizesInWords } from "../tasks.js";
import { machineInWords, numbers } from "../training/describe.js";
import { figure } from "./figure.js";
import { type Html, html } from "./html.js";
import type { Observed } from "./observe.js";
import { section } from "./panel.js";
import { figuresOf } from "./paper.js";
import { filters } from "./ramps.js";
import type { Run } from "./run.js";
import { examples } from "./sections/examples.js";
import { generalisation } from "./sections/generalisation.js";
import { heads } from "./sections/heads.js";
import { curveOf, learning } from "./sections/learning.js";
import { memory } from "./sections/memory.js";
import { memoryUse } from "./sections/memory-use.js";
import { parameters } from "./sections/parameters.js";
import { settings } from "./sections/settings.js";
import { style } from "./style.js";

const BEGINNING = html`<!doctype html>`;
const SIGN = html`Made by <code>ntm report</code>`;

/** Whether a text is a page of these. */
export function isReport(text: string): boolean {
  return text.startsWith(BEGINNING.text) && text.includes(SIGN.text);
}

export function page(
  run: Run,
  observed: readonly [Observed, ...Observed[]],
  measured: readonly Measured<Asked>[],
): string {
  const { machine, known, task, name } = run;
  const figures = figuresOf(known.source);
  const { config } = machine;
  const curve = curveOf(run.curve);
  const unit = config.loss === "mean-squared-error" ? "squared error" : "bits";
  const all = machine.parameters();
  const noun = answerNoun(config.loss);
  const [first] = observed;
  const last = measured.at(-1);
  return html`${BEGINNING}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${name}: a Neural Turing Machine that learns ${task.name}</title>
${style}
</head>
<body>
${filters}
<main>
<header>
<p class="name">${name}</p>
<h1>${task.name}</h1>
<p class="lead">${sentence(machineInWords(config))}</p>
<dl class="tiles">${[
    machine.step > 0 && tile("updates", count(machine.step)),
    tile("parameters", count(numbers(all))),
    run.recent !== undefined && tile(`${unit} per sequence, of late`, figure(run.recent)),
    last?.wrongBitsPerSequence != null && outcome(last, noun, sizesInWords(known, last.sizes).join(", ")),
  ]}</dl>
</header>
${[
  learning({ curve, figures, unit, optimum: measured[0]?.optimum }),
  examples(observed, figures),
  memoryUse(first, config, figures) ??
    section(
      "memory-use",
      "No memory",
      html`<p class="caption">Without heads the machine is its controller alone: the baseline that the paper compares with.</p>`,
    ),
  memory(first, config),
  heads(first, config),
  generalisation(measured, noun, { task, figures }),
  parameters(all),
  settings(run),
]}</main>
<footer><p>${SIGN}. The machine: Graves, Wayne and Danihelka, <i>Neural Turing Machines</i>,
<a href="https://arxiv.org/abs/1410.5401">arXiv 1410.5401</a>.</p></footer>
</body>
</html>
`.text;
}

function tile(name: string, value: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** Of predictions what counts is how close they come to the best that there can be. */
function outcome(
  { bitsPerSequence, wrongBitsPerSequence, of, optimum }: Measured<Asked>,
  noun: string,
  words: string,
): Html {
  return optimum === undefined || bitsPerSequence === null
    ? tile([`of ${counted(of, noun, mean)} wrong`, words].filter(Boolean).join(", "), figure(wrongBitsPerSequence))
    : tile(`bits above the optimal estimator, ${words}`, figure(bitsPerSequence - optimum));
}

function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}

// The learning curves of a task as one SVG: a line for each seed, and beside them what the paper shows.

import { scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";
import type { PaperTaskName, PresetController } from "../../index.js";
import { type Html, html } from "../report/html.js";
import { PRESET_CONTROLLERS } from "../settings/machine.js";
import { SOLVED } from "../training/recent.js";
import type { Outcome, Place } from "./outcome.js";
import { PAPERS, type Reference } from "./table.js";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [820, 420, 58, 290, 44, 46];
const LINE = 14;
/** Where the names of the kinds begin, beside the longest title, and how wide one is in the widest usual font. */
const [LEGEND, NAME] = [210, 132];

const COLOURS: Readonly<Record<PresetController, string>> = {
  feedforward: "#b25410",
  lstm: "#2457a6",
  baseline: "#6a6c75",
};
const NAMES: Readonly<Record<PresetController, string>> = {
  feedforward: "NTM, feedforward",
  lstm: "NTM, LSTM",
  baseline: "stacked LSTM",
};

export function curves(task: PaperTaskName, outcomes: readonly Outcome[]): string {
  const { figure, levels } = PAPERS[task];
  const all = outcomes.flatMap(({ curve }) => curve);
  // What goes to 0 is told apart on a logarithmic scale.
  const log = levels.every(({ bits }) => bits === undefined);
  const marks: readonly Reference[] = log ? [{ text: "solved", bits: SOLVED, source: "here" }, ...levels] : levels;
  const values = [...all.map(({ bits }) => bits), ...marks.flatMap(({ bits }) => bits ?? [])];
  const [low, high] = log ? [1e-3, Math.max(10, ...values)] : [Math.min(...values) * 0.95, Math.max(...values)];
  const most = Math.max(
    1000,
    ...all.map(({ sequences }) => sequences),
    ...marks.flatMap((mark) => mark.sequences ?? []),
  );
  const across = scaleLinear([0, most], [LEFT, WIDTH - RIGHT]);
  const up = (log ? scaleLog() : scaleLinear())
    .domain([low, high])
    .range([HEIGHT - BOTTOM, TOP])
    .clamp(true);
  const shape = line<Place>(
    ({ sequences }) => across(sequences),
    ({ bits }) => up(bits),
  ).digits(1);
  const rows = up.ticks(5).filter((value) => !log || Number.isInteger(Math.round(Math.log10(value) * 1e9) / 1e9));
  const shown = PRESET_CONTROLLERS.filter((kind) =>
    outcomes.some(({ run, curve }) => run.entry.controller === kind && curve.length > 0),
  );

  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">
<title>${task}: bits per sequence against training sequences, a line for each seed, as in the paper's ${figure}</title>
<style>
svg { background: #fff; font: 12px system-ui, sans-serif; fill: #26282f }
path { fill: none; stroke-width: 1.3; stroke-opacity: 0.75 }
.grid { stroke: #e3e1da; stroke-width: 1 } .mark { stroke: #26282f; stroke-width: 1; stroke-dasharray: 4 3 }
.small { font-size: 11px } .head { font-size: 14px; font-weight: 600 }
</style>
<text class="head" x="${LEFT}" y="18">${task}</text>
<text class="small" x="${LEFT}" y="34">bits per sequence, mean of the last 1,000 or of all so far (compare the paper's ${figure})</text>
${rows.map((value) => html`<path class="grid" d="M${LEFT} ${round(up(value))}H${WIDTH - RIGHT}"/><text class="small" x="${LEFT - 6}" y="${round(up(value)) + 4}" text-anchor="end">${value}</text>`)}
${across.ticks(5).map((value) => html`<text class="small" x="${round(across(value))}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${value.toLocaleString("en-US")}</text>`)}
<text class="small" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">training sequences</text>
${outcomes.map(({ run, curve }) => curve.length > 0 && html`<path stroke="${COLOURS[run.entry.controller]}" d="${shape([...curve]) ?? ""}"/>`)}
${levelLines(marks, up)}
${marks.map(({ sequences, text, source }) => sequences !== undefined && html`<path class="mark" d="M${round(across(sequences))} ${TOP}V${HEIGHT - BOTTOM}"/><text class="small" x="${round(across(sequences)) + 4}" y="${TOP + 12}">${text} (${source})</text>`)}
${shown.map((kind, index) => html`<path stroke="${COLOURS[kind]}" d="M${LEGEND + NAME * index} 14h18"/><text class="small" x="${LEGEND + NAME * index + 24}" y="18">${NAMES[kind]}</text>`)}
</svg>
`.text;
}

/** Dashed lines, their words to the right, moved apart where they would lie over each other. */
function levelLines(marks: readonly Reference[], up: (value: number) => number): Html[] {
  const placed = marks
    .flatMap(({ bits, ...mark }) => (bits === undefined ? [] : [{ ...mark, bits, at: up(bits) }]))
    .sort((a, b) => a.at - b.at);
  let lowest = 0;
  return placed.map(({ text, bits, source, at }) => {
    lowest = Math.max(at + 4, lowest + LINE);
    return html`<path class="mark" d="M${LEFT} ${round(at)}H${WIDTH - RIGHT}"/><text class="small" x="${WIDTH - RIGHT + 6}" y="${round(lowest)}">${bits}: ${text} (${source})</text>\n`;
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

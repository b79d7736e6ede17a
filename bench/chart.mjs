// The chart of a file of results: a panel of bars a workload, all on one logarithmic scale of ratios to ours.
import { machineLine } from "./report.mjs";
import { digits } from "./statistics.mjs";

/**
 * @typedef {import("./report.mjs").Report} Report
 * @typedef {Report["workloads"][number]} Panel
 */

/** Sizes of the drawing, in its own units. */
const columns = 2;
const column = 440;
const names = 158;
const values = 100;
const bar = 13;
const line = 18;
const title = 52;
const top = 34;

export function chart(/** @type {Report} */ report) {
  const ratios = report.workloads.flatMap(({ results }) => results.map(({ ratio }) => ratio));
  const least = 10 ** Math.floor(Math.log10(Math.min(...ratios) * 0.999));
  const most = 10 ** Math.ceil(Math.log10(Math.max(...ratios, 1) * 1.001));
  const room = column - names - values;
  const x = (/** @type {number} */ ratio) => names + (room * Math.log(ratio / least)) / Math.log(most / least);

  let y = top;
  const panels = [];
  for (let first = 0; first < report.workloads.length; first += columns) {
    const row = report.workloads.slice(first, first + columns);
    for (const [i, workload] of row.entries())
      panels.push(`<g transform="translate(${i * column} ${y})">\n${panel(workload, x, least, most)}\n</g>`);
    y += title + line * Math.max(...row.map(({ results }) => results.length));
  }
  const width = columns * column;
  const height = y + 34;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>CPU time of a training step and of a time step of inference, as a multiple of this package's</title>
<style>
svg { background: #fff; font: 11px system-ui, sans-serif; }
text { fill: #333; stroke: #fff; stroke-width: 3px; paint-order: stroke; }
rect { fill: #a9b4c2; }
.ours rect { fill: #c2410c; }
.ours text, .title { font-weight: 600; }
.title { font-size: 13px; }
.scale, .note { fill: #767676; font-size: 10px; }
.grid { stroke: #e3e3e3; }
.one { stroke: #c2410c; stroke-dasharray: 3 3; }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117; }
text { fill: #d5dae0; stroke: #0d1117; }
rect { fill: #56616f; }
.ours rect { fill: #f97316; }
.scale, .note { fill: #8b949e; }
.grid { stroke: #262c34; }
.one { stroke: #f97316; }
}
</style>
<text class="title" x="12" y="22">CPU time, and how many times ours (logarithmic; shorter is faster)</text>
${panels.join("\n")}
<text class="note" x="12" y="${height - 12}">${escaped(machineLine(report))}</text>
</svg>
`;
}

/**
 * @param {Panel} panel
 * @param {(ratio: number) => number} x
 * @param {number} least
 * @param {number} most
 */
function panel({ title: name, unit, results }, x, least, most) {
  const end = title + line * results.length;
  const grid = [];
  for (let ratio = least; ratio <= most * 1.001; ratio *= 10) {
    const at = fixed(x(ratio));
    grid.push(`<line class="${Math.abs(ratio - 1) < 1e-9 ? "one" : "grid"}" x1="${at}" x2="${at}" y1="${title - 4}" y2="${end - 4}"/>
<text class="scale" x="${at}" y="${title - 8}" text-anchor="middle">${Number(ratio.toPrecision(1))}×</text>`);
  }
  const bars = results.map((result, i) => {
    const y = title + line * i;
    const ours = result.name === "ours";
    const [from, to] = [x(least), Math.max(x(result.ratio), x(least) + 1)];
    const value = `${digits(result.median)} ${unit}${ours ? "" : ` · ${digits(result.ratio)}×`}`;
    return `<g${ours ? ' class="ours"' : ""}><text x="${names - 8}" y="${y + 10}" text-anchor="end">${escaped(result.title)}</text>
<rect x="${fixed(from)}" y="${y}" width="${fixed(to - from)}" height="${bar}" rx="2"/><text x="${fixed(to + 5)}" y="${y + 10}">${escaped(value)}</text></g>`;
  });
  return [`<text class="title" x="${names}" y="${title - 24}">${escaped(name)}</text>`, ...grid, ...bars].join("\n");
}

const fixed = (/** @type {number} */ value) => Number(value.toFixed(1));

const escaped = (/** @type {string} */ text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

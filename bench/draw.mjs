// A chart and a Markdown table beside each file of results: node bench/draw.mjs FILE.json…
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { machineLine, markdown } from "./report.mjs";
import { digits } from "./statistics.mjs";

/** @typedef {import("./report.mjs").Report} Report */

export function draw(/** @type {string} */ file) {
  /** @type {Report} */
  const report = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file.replace(/\.json$/, ".svg"), chart(report));
  writeFileSync(file.replace(/\.json$/, ".md"), markdown(report));
}

/** Sizes of the drawing, in its own units. */
const width = 880;
const names = 190;
const values = 150;
const bar = 15;
const line = 21;
const title = 34;
const top = 64;

/** A panel of bars a workload, all on one logarithmic scale of ratios to ours. */
function chart(/** @type {Report} */ report) {
  const ratios = report.workloads.flatMap(({ results }) => results.map(({ ratio }) => ratio));
  const least = 10 ** Math.floor(Math.log10(Math.min(...ratios) * 0.999));
  const most = 10 ** Math.ceil(Math.log10(Math.max(...ratios, 1) * 1.001));
  const room = width - names - values;
  const x = (/** @type {number} */ ratio) => names + (room * Math.log(ratio / least)) / Math.log(most / least);

  let y = top;
  const panels = report.workloads.map(({ title: name, unit, results }) => {
    const start = y + title;
    y = start + line * results.length;
    const bars = results.map((result, i) => {
      const at = start + line * i;
      const ours = result.name === "ours";
      const [from, to] = [x(least), Math.max(x(result.ratio), x(least) + 1)];
      const value = ours
        ? `${digits(result.median)} ${unit}`
        : `${digits(result.median)} ${unit} · ${digits(result.ratio)}×`;
      return `<g${ours ? ' class="ours"' : ""}><text x="${names - 8}" y="${at + 12}" text-anchor="end">${escaped(result.title)}</text>
<rect x="${fixed(from)}" y="${at}" width="${fixed(to - from)}" height="${bar}" rx="2"/><text x="${fixed(to + 6)}" y="${at + 12}">${escaped(value)}</text></g>`;
    });
    return `<text class="title" x="${names}" y="${start - 9}">${escaped(name)}</text>\n${bars.join("\n")}`;
  });
  const grid = [];
  for (let ratio = least; ratio <= most * 1.001; ratio *= 10) {
    grid.push(`<line class="${Math.abs(ratio - 1) < 1e-9 ? "one" : "grid"}" x1="${fixed(x(ratio))}" x2="${fixed(x(ratio))}" y1="${top - 6}" y2="${y}"/>
<text class="scale" x="${fixed(x(ratio))}" y="${top - 12}" text-anchor="middle">${Number(ratio.toPrecision(1))}×</text>`);
  }
  const height = y + 34;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>CPU time of a training step and of a time step of inference, as a multiple of this package's</title>
<style>
svg { background: #fff; font: 12px system-ui, sans-serif; }
text { fill: #333; }
rect { fill: #a9b4c2; }
.ours rect { fill: #c2410c; }
.ours text, .title { font-weight: 600; }
.title { font-size: 13px; }
.scale, .note { fill: #767676; font-size: 11px; }
.grid { stroke: #e3e3e3; }
.one { stroke: #c2410c; stroke-dasharray: 3 3; }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117; }
text { fill: #d5dae0; }
rect { fill: #56616f; }
.ours rect { fill: #f97316; }
.scale, .note { fill: #8b949e; }
.grid { stroke: #262c34; }
.one { stroke: #f97316; }
}
</style>
<text class="title" x="12" y="22">CPU time as a multiple of ours (logarithmic; shorter is faster)</text>
${grid.join("\n")}
${panels.join("\n")}
<text class="note" x="12" y="${height - 12}">${escaped(machineLine(report))}</text>
</svg>
`;
}

const fixed = (/** @type {number} */ value) => Number(value.toFixed(1));

const escaped = (/** @type {string} */ text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) for (const file of process.argv.slice(2)) draw(file);

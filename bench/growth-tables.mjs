// The tables of growth: of one series as it is done, and of all for a page.
import { markdownTable, table } from "./report.mjs";
import { digits } from "./statistics.mjs";

/**
 * @typedef {object} Growth what growth.json holds
 * @property {import("./report.mjs").Settings} settings
 * @property {Record<string, string>} versions
 * @property {import("./report.mjs").Report["machine"]} machine
 * @property {Series[]} series
 *
 * @typedef {object} Series
 * @property {string} title what grows
 * @property {number} constant milliseconds
 * @property {number} slope milliseconds for one more
 * @property {{ size: number, median: number, minimum: number, samples: number[] }[]} results milliseconds of a training step
 */

/** @returns {string[][]} */
function rows(/** @type {Series} */ { title, constant, slope, results }) {
  const body = results.map(({ size, median }) => {
    const off = 100 * (median / (constant + slope * size) - 1);
    return [
      String(size),
      digits(median),
      digits((1e3 * median) / size),
      `${off < 0 ? "−" : "+"}${Math.abs(off).toFixed(1)} %`,
    ];
  });
  return [[title, "median ms", "µs for each", "off the line"], ...body];
}

const equation = (/** @type {Series} */ { title, constant, slope }) =>
  `${digits(constant)} ms + ${digits(1e3 * slope)} µs · ${title}`;

/** For the terminal. */
export const growthTable = (/** @type {Series} */ series) => `${table(rows(series)).join("\n")}\n${equation(series)}\n`;

/** For a page. */
export function growthMarkdown(/** @type {Growth} */ { series }) {
  return series.map((one) => `${markdownTable(rows(one))}\n\nNearest line: ${equation(one)}.`).join("\n\n");
}

// The tables: of one workload as it is done, and of all for the README.
import { digits } from "./statistics.mjs";

/**
 * @typedef {object} Result
 * @property {string} name
 * @property {string} title
 * @property {Record<string, string>} versions
 * @property {number} checked units of work that agreed with ours
 * @property {number} median milliseconds, or microseconds for inference
 * @property {number} minimum
 * @property {number} ratio of medians, to ours
 * @property {number} count training steps, or sequences of inference, in a sample
 * @property {number[]} samples
 */

/**
 * @typedef {object} Settings
 * @property {number} rounds
 * @property {number} seconds how long a turn lasts, at least a unit of work
 * @property {number} tolerance how far what is checked may be from ours, relative
 * @property {boolean} bound to one core
 */

/**
 * @typedef {object} Report what a file of results holds
 * @property {Settings} settings
 * @property {Awaited<ReturnType<typeof import("./machine.mjs").describeMachine>>} machine
 * @property {{ name: string, title: string, kind: "train" | "infer", unit: string, results: Result[] }[]} workloads
 */

/** The lines of a plain table; all columns but the first are numbers. */
export function table(/** @type {string[][]} */ rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join("  ")
      .trimEnd(),
  );
}

/** A workload's table for the terminal. */
export function workloadTable(/** @type {Report["workloads"][number]} */ { title, unit, results }) {
  const rows = results.map(({ title, median, minimum, ratio }) => [
    title,
    digits(median),
    digits(minimum),
    `${digits(ratio)}×`,
  ]);
  return table([[title, `median ${unit}`, `minimum ${unit}`, "ratio"], ...rows]).join("\n");
}

/**
 * One line: what all was measured on.
 * @param {{ machine: Report["machine"], settings: { bound?: boolean } }} report
 * @param {Record<string, string>[]} versionsOfAll
 */
export function conditions({ machine, settings }, versionsOfAll) {
  const versions = Object.assign({}, ...versionsOfAll);
  const known = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const cores = { true: ", one core", false: ", one thread" }[String(settings.bound)] ?? "";
  return `${machine.cpu}, ${machine.system}${cores}; rustc ${machine.rustc}, ${known.join(", ")}`;
}

/** The same of a run of many contestants. */
export function machineLine(/** @type {Report} */ report) {
  return conditions(
    report,
    report.workloads.flatMap(({ results }) => results.map(({ versions }) => versions)),
  );
}

/** All workloads side by side in Markdown: medians, and how many times ours in brackets. */
export function markdown(/** @type {Report} */ report) {
  const { workloads } = report;
  const contestants = new Map(workloads.flatMap(({ results }) => results.map(({ name, title }) => [name, title])));
  const head = ["CPU time, median", ...workloads.map(({ title, unit }) => `${title} (${unit})`)];
  const rows = [...contestants].map(([name, title]) => [
    name === "ours" ? `**${title}**` : title,
    ...workloads.map(({ results }) => {
      const result = results.find((result) => result.name === name);
      if (!result) return "–";
      return name === "ours" ? `**${digits(result.median)}**` : `${digits(result.median)} (${digits(result.ratio)}×)`;
    }),
  ]);
  return `${markdownTable([head, ...rows])}\n\n${wrapped(`${machineLine(report)}. In brackets: how many times ours.`)}`;
}

/** Words in lines of at most 120 characters. */
function wrapped(/** @type {string} */ text) {
  return text.replace(/(.{1,120})(?: |$)/g, "$1\n").trimEnd();
}

/** A table in Markdown; all columns but the first are numbers. */
export function markdownTable(/** @type {string[][]} */ [head, ...rows]) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(" | ")} |`;
  const rule = line(head.map((_, column) => (column === 0 ? "---" : "---:")));
  return [line(head), rule, ...rows.map(line)].join("\n");
}

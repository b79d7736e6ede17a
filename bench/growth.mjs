// npm run bench -- growth: training steps of the package alone, at growing numbers of time steps, sequences, rows and heads. Linear
// growth is a straight line: each table says how far every time is from the nearest one.
import { join } from "node:path";
import { root } from "../scripts/process.mjs";
import { writeCase } from "./case.mjs";
import { enter, takeTurns } from "./contest.mjs";
import { median, nearestLine, rounded } from "./statistics.mjs";
import { paper } from "./workloads.mjs";

/**
 * @typedef {import("./contest.mjs").Pace} Pace
 * @typedef {import("./growth-tables.mjs").Series} Series
 */

const base = { kind: /** @type {const} */ ("train"), config: paper, batchSize: 1, steps: 41 };

/** All of copy-lstm; what does not grow is the paper's, with B = 1 and T = 41. */
const growing = [
  {
    title: "time steps",
    sizes: [20, 50, 100, 200, 500, 1000, 2000],
    grow: (/** @type {number} */ steps) => ({ steps }),
  },
  { title: "sequences", sizes: [1, 2, 4, 8, 16, 32, 64], grow: (/** @type {number} */ batchSize) => ({ batchSize }) },
  {
    title: "memory rows",
    sizes: [128, 256, 512, 1024, 2048, 4096],
    grow: (/** @type {number} */ rows) => ({ config: { ...paper, rows } }),
  },
  {
    title: "heads of each kind",
    sizes: [1, 2, 4, 8, 16],
    grow: (/** @type {number} */ heads) => ({ config: { ...paper, readHeads: heads, writeHeads: heads } }),
  },
];

/**
 * @param {Pace & { launch: (folder: string) => import("./child.mjs").Child }} settings
 * @param {(text: string) => void} say
 * @param {(series: Series) => void} done
 */
export async function growth({ launch, ...pace }, say, done) {
  /** @type {Record<string, string>} */
  let versions = {};
  const series = [];
  for (const { title, sizes, grow } of growing) {
    const entrants = [];
    try {
      for (const size of sizes) {
        const name = `${title.replaceAll(" ", "-")}-${size}`;
        say(name);
        const folder = join(root, "build/bench/cases", name);
        await writeCase({ ...base, name, title: name, ...grow(size) }, folder);
        entrants.push({ size, ...(await enter(launch(folder), [], pace)) });
      }
      await takeTurns(entrants, pace, (round, { size }) => say(`${title}: round ${round} of ${pace.rounds}, ${size}`));
    } finally {
      await Promise.all(entrants.map(({ child }) => child.end()));
    }
    versions = entrants[0].versions;
    const results = entrants.map(({ size, samples }) => ({
      size,
      median: rounded(1e3 * median(samples)),
      minimum: rounded(1e3 * Math.min(...samples)),
      samples: samples.map((sample) => rounded(1e3 * sample)),
    }));
    const { constant, slope } = nearestLine(results.map(({ size, median }) => ({ x: size, y: median })));
    series.push({ title, constant: rounded(constant), slope: rounded(slope), results });
    done(series[series.length - 1]);
  }
  return { versions, series };
}

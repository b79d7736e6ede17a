// One workload: every contestant is started, checked against the package and warmed up; then they take turns, round after round,
// so that what else the machine does falls on all of them alike.
import { join } from "node:path";
import { root } from "../scripts/process.mjs";
import { writeCase } from "./case.mjs";
import { Child } from "./child.mjs";
import { median } from "./statistics.mjs";
import { timeSteps } from "./workloads.mjs";

/**
 * @typedef {import("./contestants.mjs").Contestant} Contestant
 * @typedef {import("./workloads.mjs").Workload} Workload
 * @typedef {{ contestant: Contestant, child: Child, versions: Record<string, string>, count: number, every: number, samples: number[] }} Entrant
 */

/** How far a contestant's values may be from ours, relative. */
const tolerance = 1e-3;

/** A contestant is warmed up for as long, and by at least one unit of work. */
const warmUpSeconds = 1.5;

/** A contestant whose turns would take longer than this altogether misses some, but gets at least {@link fewestTurns}. */
const patience = 60;
const fewestTurns = 3;

/**
 * @param {Workload} workload
 * @param {Contestant[]} contestants ours first
 * @param {{ rounds: number, seconds: number, launch: (contestant: Contestant) => { command: string, args: string[], env: NodeJS.ProcessEnv } }} settings
 * @param {(text: string) => void} say
 */
export async function contest(workload, contestants, { rounds, seconds, launch }, say) {
  const folder = join(root, "build/bench/cases", workload.name);
  await writeCase(workload, folder);
  /** @type {Entrant[]} */
  const entrants = [];
  /** @type {{ name: string, problem: string, disagrees: boolean }[]} */
  const absent = [];
  try {
    /** @type {number[] | undefined} */
    let reference;
    for (const contestant of contestants) {
      say(`${workload.name}: ${contestant.name}`);
      const { command, args, env } = launch(contestant);
      const child = new Child(command, [...args, folder], env);
      try {
        const { versions } = await child.hear();
        const { values } = await child.ask("check");
        reference ??= values;
        const disagreement = compare(values, reference ?? values);
        if (disagreement) {
          absent.push({ name: contestant.name, problem: disagreement, disagrees: true });
          await child.end();
          continue;
        }
        const unit = await warmUp(child);
        const count = Math.max(1, Math.round(seconds / unit));
        const turns = Math.min(rounds, Math.max(fewestTurns, Math.floor(patience / (unit * count))));
        entrants.push({ contestant, child, versions, count, every: Math.floor(rounds / turns), samples: [] });
      } catch (error) {
        if (contestant.name === "ours") throw error;
        const problem = error instanceof Error ? error.message : String(error);
        absent.push({ name: contestant.name, problem, disagrees: false });
        await child.end();
      }
    }
    for (let round = 0; round < rounds; round++) {
      for (const { contestant, child, count, every, samples } of entrants) {
        if (round % every !== 0) continue;
        say(`${workload.name}: round ${round + 1} of ${rounds}, ${contestant.name}`);
        samples.push((await child.measure(count)) / count);
      }
    }
  } finally {
    await Promise.all(entrants.map(({ child }) => child.end()));
  }
  if (entrants.length === 0) throw new Error(`nobody ran ${workload.name}`);
  return { results: summarise(workload, entrants), absent };
}

/** What a contestant's values differ in from ours, if they do. */
function compare(/** @type {number[]} */ values, /** @type {number[]} */ reference) {
  if (values.length !== reference.length) return `gave ${values.length} values to check, not ${reference.length}`;
  const index = values.findIndex((value, i) => !(Math.abs(value - reference[i]) <= tolerance * Math.abs(reference[i])));
  return index < 0 ? undefined : `value ${index} of the check is ${values[index]}, ours is ${reference[index]}`;
}

/** Runs until compilers have had their time; answers the seconds of the last unit of work. */
async function warmUp(/** @type {Child} */ child) {
  let spent = 0;
  let count = 1;
  for (;;) {
    const cpu = Math.max(await child.measure(count), 1e-6);
    spent += cpu;
    if (spent >= warmUpSeconds) return cpu / count;
    count = Math.max(1, Math.min(4 * count, Math.ceil(((warmUpSeconds - spent) * count) / cpu)));
  }
}

/** Milliseconds of a training step; microseconds of a time step of inference. */
function summarise(/** @type {Workload} */ { kind }, /** @type {Entrant[]} */ entrants) {
  const scale = kind === "train" ? 1e3 : 1e6 / timeSteps;
  const ours = median(entrants[0].samples);
  return entrants.map(({ contestant, versions, count, samples }) => ({
    name: contestant.name,
    title: contestant.title,
    versions,
    median: rounded(scale * median(samples)),
    minimum: rounded(scale * Math.min(...samples)),
    ratio: rounded(median(samples) / ours),
    count,
    samples: samples.map((sample) => rounded(scale * sample)),
  }));
}

const rounded = (/** @type {number} */ value) => Number(value.toPrecision(4));

// One workload: every contestant is started, checked against the package and warmed up; then they take turns, round after round,
// so that what else the machine does falls on all of them alike.
import { join } from "node:path";
import { root } from "../scripts/process.mjs";
import { writeCase } from "./case.mjs";
import { Child } from "./child.mjs";
import { median, rounded } from "./statistics.mjs";

/**
 * @typedef {import("./contestants.mjs").Contestant} Contestant
 * @typedef {import("./workloads.mjs").Workload} Workload
 *
 * @typedef {object} Entrant who has been checked and warmed up
 * @property {Child} child
 * @property {Record<string, string>} versions
 * @property {number} checked units of work that agreed with ours
 * @property {number} count units of work in a turn
 * @property {number} turns
 * @property {number[]} samples CPU seconds of a unit of work, a turn each
 *
 * @typedef {object} Pace
 * @property {number} rounds
 * @property {number} seconds how long a turn lasts, at least a unit of work
 */

/** A contestant that does not compute what ours does. */
class Disagreement extends Error {}

/** How far a contestant's values may be from ours, relative. */
export const tolerance = 1e-3;

/** How many units of work are checked, one after the other; fewer of a contestant that takes longer for them. */
const checks = 3;
const checkSeconds = 60;

/** A contestant has run for as long, its last check included, before it is measured. */
const warmUpSeconds = 1;

/** A contestant whose turns would take longer than this altogether misses some, but gets at least {@link fewestTurns}. */
const turnSeconds = 20;
const fewestTurns = 3;

/**
 * @param {Workload} workload
 * @param {Contestant[]} contestants ours first
 * @param {Pace & { launch: (contestant: Contestant, folder: string) => Child }} settings
 * @param {(text: string) => void} say
 */
export async function contest(workload, contestants, { launch, ...pace }, say) {
  const folder = join(root, "build/bench/cases", workload.name);
  await writeCase(workload, folder);
  /** @type {(Entrant & { contestant: Contestant })[]} */
  const entrants = [];
  /** @type {{ name: string, problem: string, disagrees: boolean }[]} */
  const absent = [];
  try {
    /** @type {number[][]} */
    const reference = [];
    for (const contestant of contestants) {
      say(`${workload.name}: ${contestant.name}`);
      const child = launch(contestant, folder);
      try {
        entrants.push({ contestant, ...(await enter(child, reference, pace)) });
      } catch (error) {
        if (contestant.name === "ours") throw error;
        const problem = error instanceof Error ? error.message : String(error);
        absent.push({ name: contestant.name, problem, disagrees: error instanceof Disagreement });
        await child.end();
      }
    }
    await takeTurns(entrants, pace, (round, { contestant }) =>
      say(`${workload.name}: round ${round} of ${pace.rounds}, ${contestant.name}`),
    );
  } finally {
    await Promise.all(entrants.map(({ child }) => child.end()));
  }
  return { results: summarise(workload, entrants), absent };
}

/**
 * Checks a contestant, warms it up and sees how much it can do in a turn.
 * @param {Child} child
 * @param {number[][]} reference the values of ours, which come first and fill it
 * @param {Pace} pace
 * @returns {Promise<Entrant>}
 */
export async function enter(child, reference, { rounds, seconds }) {
  const { versions } = await child.hear();
  const { unit: first, checked } = await check(child, reference);
  const unit = await warmUp(child, first);
  const count = Math.max(1, Math.round(seconds / unit));
  const turns = Math.min(rounds, Math.max(fewestTurns, Math.floor(turnSeconds / (unit * count))));
  return { child, versions, checked, count, turns, samples: [] };
}

/**
 * Round after round; fewer turns than rounds are spread over all of them.
 * @template {Entrant} T
 * @param {T[]} entrants
 * @param {Pace} pace
 * @param {(round: number, entrant: T) => void} say
 */
export async function takeTurns(entrants, { rounds }, say) {
  for (let round = 0; round < rounds; round++) {
    for (const entrant of entrants) {
      const { child, count, turns, samples } = entrant;
      if (Math.floor(((round + 1) * turns) / rounds) === Math.floor((round * turns) / rounds)) continue;
      say(round + 1, entrant);
      samples.push((await child.measure(count)) / count);
    }
  }
}

/**
 * Does the work that must agree with ours; answers the seconds of the last unit of it.
 * @param {Child} child
 * @param {number[][]} reference
 */
async function check(child, reference) {
  let unit = 0;
  let checked = 0;
  for (let spent = 0; checked < checks && spent < checkSeconds; spent += unit) {
    const { cpu, values } = await child.ask("check");
    unit = cpu;
    reference[checked] ??= values;
    const problem = compare(values, reference[checked]);
    if (problem) throw new Disagreement(`check ${checked + 1}: ${problem}`);
    checked++;
  }
  return { unit, checked };
}

/** What a contestant's values differ in from ours, if they do. */
function compare(/** @type {number[]} */ values, /** @type {number[]} */ reference) {
  const close = values.every((value, i) => Math.abs(value - reference[i]) <= tolerance * Math.abs(reference[i]));
  return close && values.length === reference.length ? undefined : `${values.join(", ")}; ours ${reference.join(", ")}`;
}

/**
 * Runs until compilers have had their time; answers the seconds of a unit of work.
 * @param {Child} child
 * @param {number} first the seconds of the one before
 */
async function warmUp(child, first) {
  let unit = first;
  for (let spent = first, count = 1; spent < warmUpSeconds; ) {
    const cpu = Math.max(await child.measure(count), 1e-6);
    spent += cpu;
    unit = cpu / count;
    count = Math.max(1, Math.min(4 * count, Math.ceil((warmUpSeconds - spent) / unit)));
  }
  return unit;
}

/** Milliseconds of a training step; microseconds of a time step of inference. */
function summarise(
  /** @type {Workload} */ { kind, steps },
  /** @type {(Entrant & { contestant: Contestant })[]} */ entrants,
) {
  const scale = kind === "train" ? 1e3 : 1e6 / steps;
  const ours = median(entrants[0].samples);
  return entrants.map(({ contestant, versions, checked, count, samples }) => ({
    name: contestant.name,
    title: contestant.title,
    versions,
    checked,
    median: rounded(scale * median(samples)),
    minimum: rounded(scale * Math.min(...samples)),
    ratio: rounded(median(samples) / ours),
    count,
    samples: samples.map((sample) => rounded(scale * sample)),
  }));
}

// The reproduction: so many runs at a time until all have ended, their results written as they come.

import { Failure } from "../failure.js";
import { count, counted, bits as inBits } from "../format.js";
import { say } from "../say.js";
import { Interrupt } from "../training/interrupt.js";
import { type Child, type How, trainIn } from "./child.js";
import { measureOnce, outcomeOf, updatesOf } from "./outcome.js";
import { type Asked, type Planned, plan, titleOf } from "./plan.js";
import { recorded } from "./record.js";
import { writeResults } from "./results.js";

/** Milliseconds from one line on how it goes to the next. */
const BETWEEN = 60_000;

export interface Reproduction extends Asked, How {
  /** Runs at a time; 0: only what is there is told. */
  readonly jobs: number;
  /** Where the results go. */
  readonly out: string;
}

export async function reproduce(asked: Reproduction): Promise<void> {
  const runs = plan(asked);
  await recorded(asked.out); // what may not be written over is said before hours of training
  const stop = new AbortController();
  const running = new Map<Planned, Child>();
  const failed = new Set<Planned>();
  const interrupt = new Interrupt(() => {
    say("Finishing the steps under way and saving; Ctrl-C again stops at once.");
    stop.abort();
    for (const child of running.values()) child.stop();
  });
  const write = inTurn(async () => writeResults(asked.out, await Promise.all(runs.map(outcomeOf))));

  const one = async (run: Planned) => {
    if ((await updatesOf(run)) <= run.steps) {
      if (stop.signal.aborted) return;
      say(`${titleOf(run)}: to ${count(run.steps * run.batchSize)} sequences`);
      const child = trainIn(run, asked);
      running.set(run, child);
      const { whole, failure } = await child.ended.finally(() => running.delete(run));
      if (failure !== undefined) {
        failed.add(run);
        say(`${titleOf(run)}: ${failure}`);
      }
      if (!whole) return;
    }
    if (stop.signal.aborted) return;
    await measureOnce(run, stop.signal);
    const { solved, bitsAtTheEnd } = await outcomeOf(run);
    const when = solved ? `solved after ${count(solved.sequences)} sequences` : "not solved";
    say(`${titleOf(run)}: ended, ${when}, ${inBits(bitsAtTheEnd)} bits at the end`);
    await write();
  };

  const told = setInterval(() => {
    for (const [run, child] of running) {
      const { sequences = 0, recentBits = null } = child.standing() ?? {};
      say(`${titleOf(run)}: at ${count(sequences)} of ${count(run.steps * run.batchSize)}, ${inBits(recentBits)} bits`);
    }
  }, BETWEEN);
  try {
    await inParallel(asked.jobs, runs, stop.signal, one);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    clearInterval(told);
    stop.abort(); // or, where a run could not be followed, others would still be begun
    for (const child of running.values()) child.stop();
    await Promise.allSettled([...running.values()].map((child) => child.ended));
    interrupt.stop();
    await write();
  }
  if (interrupt.why) throw interrupt.why;
  const updates = await Promise.all(runs.map(updatesOf));
  const ended = runs.filter((run, index) => !failed.has(run) && (updates[index] ?? 0) >= run.steps);
  say(`${count(ended.length)} of ${counted(runs.length, "run")} ended. Written in ${asked.out}.`);
  if (failed.size > 0) throw new Failure(`${counted(failed.size, "run")} failed`);
}

/** So many at a time, in order. */
async function inParallel(
  jobs: number,
  runs: readonly Planned[],
  signal: AbortSignal,
  one: (run: Planned) => Promise<void>,
): Promise<void> {
  const queue = [...runs];
  const worker = async () => {
    for (let run = queue.shift(); run !== undefined && !signal.aborted; run = queue.shift()) await one(run);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, runs.length) }, worker));
}

/** One call after the other. */
function inTurn(work: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(work, work);
    return last;
  };
}

// What a run's folder shows of it: when it was solved, where it stands, and, once it has ended, how it does on other sizes.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openCheckpoint } from "../files/checkpoint.js";
import { writeWhole } from "../files/write-whole.js";
import { type Measured, measure } from "../measure.js";
import { type Metrics, readMetrics } from "../run-folder/metrics.js";
import { RECENT } from "../training/learn.js";
import { ownSettings } from "./own-settings.js";
import type { Planned } from "./plan.js";
import { SOLVED } from "./table.js";

/** The mean over the last 1,000 sequences at a place of the run, or over all as long as there are fewer. */
export interface Place {
  readonly sequences: number;
  readonly bits: number;
  readonly cpuSeconds: number;
}

export interface Outcome {
  readonly run: Planned;
  /** Its settings that are not the package's, as `--set` takes them. */
  readonly set: readonly string[];
  readonly curve: readonly Place[];
  /** Sequences learned from, and the processor's time that they took. */
  readonly sequences: number;
  readonly cpuSeconds: number;
  readonly solved: Place | undefined;
  /** Where it stands; undefined before the first 1,000 sequences. */
  readonly end: Place | undefined;
  /** Undefined while training goes on. */
  readonly measured: readonly Measured[] | undefined;
  /** Why training ended early, if it did. */
  readonly failure: string | undefined;
}

const EVALUATION = "evaluation.json";
export const FAILURE = "failure.txt";

export async function outcomeOf(run: Planned): Promise<Outcome> {
  const lines = (await readMetrics(run.folder)).filter(({ step }) => step <= run.steps);
  const curve = recentMeans(lines);
  const whole = curve.filter(({ sequences }) => sequences >= RECENT);
  const last = lines.at(-1);
  return {
    run,
    set: await ownSettings(run),
    curve,
    sequences: last?.sequences ?? 0,
    cpuSeconds: last?.cpuSeconds ?? 0,
    solved: whole.find(({ bits }) => bits < SOLVED),
    end: whole.at(-1),
    measured: await savedMeasures(run),
    failure: (await readText(join(run.folder, FAILURE)))?.trim(),
  };
}

/** Whether a call that asked for more sequences has taken the run further. */
export async function wentFurther(run: Planned): Promise<boolean> {
  return (await readMetrics(run.folder)).some(({ step }) => step > run.steps);
}

/** At each line the mean over the last thousand sequences, or the few more that the lines are of. */
function recentMeans(lines: readonly Metrics[]): Place[] {
  const sequencesTo = (index: number) => lines[index]?.sequences ?? 0;
  let first = 0;
  return lines.map(({ sequences, cpuSeconds }, index) => {
    while (sequences - sequencesTo(first) >= RECENT) first++;
    let sum = 0;
    for (let i = first; i <= index; i++)
      sum += (lines[i]?.bitsPerSequence ?? 0) * (sequencesTo(i) - sequencesTo(i - 1));
    return { sequences, bits: sum / (sequences - sequencesTo(first - 1)), cpuSeconds };
  });
}

/** Measures what the table asks for, once: a second time it is only read. */
export async function measureOnce(run: Planned, signal: AbortSignal): Promise<void> {
  const { measured: asked } = run.entry;
  if (asked === undefined || (await savedMeasures(run)) !== undefined) return;
  const { machine, task } = await openCheckpoint(run.folder);
  try {
    if (machine.step !== run.steps) return; // it has gone further: what it was then is no more to be measured
    const results: Measured[] = [];
    const { sequences } = asked;
    for (const { sizes } of asked.each)
      results.push(await measure(machine, task, sizes, { sequences, seed: 0, signal }));
    const text = JSON.stringify({ step: run.steps, results }, null, 2);
    await writeWhole(join(run.folder, EVALUATION), `${text}\n`);
  } finally {
    machine.dispose();
  }
}

async function savedMeasures({ folder, steps }: Planned): Promise<readonly Measured[] | undefined> {
  const text = await readText(join(folder, EVALUATION));
  if (text === undefined) return;
  const { step, results } = JSON.parse(text) as { step: number; results: readonly Measured[] };
  return step === steps ? results : undefined;
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  });
}

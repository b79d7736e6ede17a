// What a run's folder shows of it: when it was solved, where it stands, and, once it has ended, how it does on other sizes.

import { join } from "node:path";
import { openCheckpoint } from "../files/checkpoint.js";
import { readText } from "../files/place.js";
import { writeWhole } from "../files/write-whole.js";
import { type Measured, measure } from "../measure.js";
import { readMetrics } from "../run-folder/metrics.js";
import { differences, type Tree } from "../settings/tree.js";
import { RECENT, recentMeans, SOLVED } from "../training/recent.js";
import { machinesOf } from "./machine.js";
import { settingsIn } from "./own-settings.js";
import type { Planned, Run } from "./plan.js";
import type { Wanted } from "./table.js";

/** The mean over the last 1,000 sequences at a place of the run, or over all as long as there are fewer. */
export interface Place {
  readonly sequences: number;
  readonly bits: number;
}

/** How much it took to come there. */
export interface Effort {
  readonly sequences: number;
  readonly cpuSeconds: number;
}

export interface Outcome {
  readonly run: Run;
  /** What decides how the machine learns; null where the run has not begun. */
  readonly settings: Tree | null;
  /** The processor and the system that trained it; where it was begun on one and went on on another, both. */
  readonly machine: string;
  /** No more points than can be told apart in a picture. */
  readonly curve: readonly Place[];
  /** Sequences learned from, and the processor's time that they took. */
  readonly sequences: number;
  readonly cpuSeconds: number;
  readonly solved: Effort | null;
  /** Over the last 1,000 sequences; null before there are so many. */
  readonly bitsAtTheEnd: number | null;
  /** Null while training goes on. */
  readonly measured: readonly Measured[] | null;
  /** Why training ended early, if it did: null of a run that is measured, whatever came after. */
  readonly failure: string | null;
}

const EVALUATION = "evaluation.json";
const MOST_POINTS = 250;
export const FAILURE = "failure.txt";

export async function outcomeOf(run: Planned): Promise<Outcome> {
  const lines = (await readMetrics(run.folder)).filter(({ step }) => step <= run.steps);
  // Of a squared error there are no bits, and so nothing that could be solved.
  const inBits = lines.flatMap(({ bitsPerSequence: cost, ...line }) => (cost === null ? [] : [{ ...line, cost }]));
  const means = recentMeans(inBits);
  const curve = inBits.map(({ sequences, cpuSeconds }, index) => ({ sequences, cpuSeconds, bits: means[index] ?? 0 }));
  const whole = curve.filter(({ sequences }) => sequences >= RECENT);
  const solved = whole.find(({ bits }) => bits < SOLVED);
  const last = lines.at(-1);
  const measured = await savedMeasures(run);
  return {
    run,
    settings: await settingsIn(run.folder),
    machine: await machinesOf(run.folder),
    curve: thinned(curve),
    sequences: last?.sequences ?? 0,
    cpuSeconds: last?.cpuSeconds ?? 0,
    solved: solved ? { sequences: solved.sequences, cpuSeconds: solved.cpuSeconds } : null,
    bitsAtTheEnd: whole.at(-1)?.bits ?? null,
    measured,
    failure: measured ? null : ((await readText(join(run.folder, FAILURE)))?.trim() ?? null),
  };
}

/** The updates that are noted of it: more than its own where a call that asked for more sequences has taken it further. */
export async function updatesOf({ folder }: Planned): Promise<number> {
  return (await readMetrics(folder)).at(-1)?.step ?? 0;
}

function thinned(curve: readonly Place[]): Place[] {
  const every = Math.ceil(curve.length / MOST_POINTS);
  const kept = curve.filter((_, index) => index % every === 0 || index === curve.length - 1);
  return kept.map(({ sequences, bits }) => ({ sequences, bits: Number(bits.toPrecision(4)) }));
}

/** Whether it was measured on sequences of these sizes, and has the figure that is wanted. */
export function isOf({ sizes, ...found }: Measured, wanted: Wanted): boolean {
  const figures = [found.wrongInVectorsPerSequence, found.wrongBesideEndMarkersPerSequence];
  const has = !wanted.vectorsRight || figures.every((figure) => figure !== undefined);
  return has && differences(sizes, wanted.sizes).length === 0;
}

/** Measures what the table asks for, once: a second time it is only read. */
export async function measureOnce(run: Planned, signal: AbortSignal): Promise<void> {
  const { measured: asked } = run.entry;
  if (asked === undefined) return;
  const saved = (await savedMeasures(run)) ?? [];
  const found = (wanted: Wanted) => saved.find((each) => isOf(each, wanted));
  if (asked.each.every(found)) return;
  const { machine, task } = await openCheckpoint(run.folder);
  try {
    if (machine.step !== run.steps) return; // it has gone further: what it was then is no more to be measured
    const results: Measured[] = [];
    const { sequences } = asked;
    for (const wanted of asked.each)
      results.push(found(wanted) ?? (await measure(machine, task, wanted.sizes, { sequences, seed: 0, signal })));
    const text = JSON.stringify({ step: run.steps, results }, null, 2);
    await writeWhole(join(run.folder, EVALUATION), `${text}\n`);
  } finally {
    machine.dispose();
  }
}

async function savedMeasures({ folder, steps }: Planned): Promise<readonly Measured[] | null> {
  const text = await readText(join(folder, EVALUATION));
  if (text === undefined) return null;
  const { step, results } = JSON.parse(text) as { step: number; results: readonly Measured[] };
  return step === steps ? results : null;
}

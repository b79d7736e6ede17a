// The results: all figures as JSON, a table to read, and the curves.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileFailure } from "../files/place.js";
import { writeWhole } from "../files/write-whole.js";
import { bits, count } from "../format.js";
import type { Measured } from "../measure.js";
import { differences } from "../settings/tree.js";
import { SOLVED } from "../training/recent.js";
import { curves } from "./curves.js";
import { isOf, type Outcome } from "./outcome.js";
import { ownSettings } from "./own-settings.js";
import { titleOf } from "./plan.js";
import { curvesOf, RESULTS, recorded, TO_READ, toText } from "./record.js";
import { TABLE, type Wanted } from "./table.js";

/**
 * What the folder has stays of runs that this call was not asked for, of those that have not begun here, and of those that it
 * knows further on, with the same settings.
 */
export async function writeResults(folder: string, found: readonly Outcome[]): Promise<void> {
  const same = (a: Outcome, b: Outcome) => a.run.entry === b.run.entry && a.run.seed === b.run.seed;
  const replaces = (each: Outcome, old: Outcome) =>
    each.settings !== null && (each.sequences >= old.sequences || differences(each.settings, old.settings).length > 0);
  const before = await recorded(folder);
  const kept = before.filter((old) => !found.some((each) => same(each, old) && replaces(each, old)));
  const fresh = found.filter((each) => !kept.some((old) => same(each, old)));
  const place = ({ run }: Outcome) => TABLE.indexOf(run.entry);
  const outcomes = [...kept, ...fresh].sort((a, b) => place(a) - place(b) || a.run.seed - b.run.seed);
  const tasks = [...new Set(outcomes.map(({ run }) => run.entry.task))];
  const files = [
    [RESULTS, toText(outcomes)],
    [TO_READ, markdown(outcomes)],
    ...tasks.map((task) => [
      curvesOf(task),
      curves(
        task,
        outcomes.filter(({ run }) => run.entry.task === task),
      ),
    ]),
  ] as const;
  try {
    await mkdir(folder, { recursive: true });
    for (const [name = "", content = ""] of files) await writeWhole(join(folder, name), content);
  } catch (error) {
    throw fileFailure(folder, error);
  }
}

function markdown(outcomes: readonly Outcome[]): string {
  const machines = [...new Set(outcomes.filter(({ sequences }) => sequences > 0).map(({ machine }) => machine))];
  const time = `CPU minutes are those of training, all threads together, on ${machines.join(" and on ")}.`;
  const tasks = [...new Set(outcomes.map(({ run }) => run.entry.task))];
  return [
    "# The paper, reproduced",
    "",
    "Written by `ntm reproduce`. Solved: the mean over the last 1,000 training sequences is below",
    `${SOLVED} bits per sequence.${machines.length > 0 ? ` ${time}` : ""}`,
    "Bits at the end: the mean over the last 1,000 training sequences, as far as a run has come.",
    ...otherSettings(outcomes),
    "",
    "## In all",
    "",
    ...table(
      [
        "task",
        "controller",
        "sequences",
        "ended",
        "wanted",
        "seeds",
        "solved",
        "sequences to solved",
        "CPU minutes to solved",
      ],
      groups(outcomes).map(summary),
    ),
    "",
    "## On other sizes, once training has ended",
    "",
    ...table(
      ["task", "controller", "size", "wanted", "seeds that do it", "the paper's"],
      groups(outcomes).flatMap(generalisation),
    ),
    "",
    ...tasks.flatMap((task) => [
      `## ${task}`,
      "",
      `![Learning curves of ${task}](${curvesOf(task)})`,
      "",
      ...table(
        ["controller", "seed", "sequences", "to solved", "CPU minutes to solved", "bits at the end", "generalisation"],
        outcomes.filter(({ run }) => run.entry.task === task).map(row),
      ),
      "",
    ]),
  ].join("\n");
}

/** Of which runs the settings are not the package's. */
function otherSettings(outcomes: readonly Outcome[]): string[] {
  const sets = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const own = ownSettings(outcome.run.entry, outcome.settings);
    const words = own.map((each) => `\`${each}\``).join(", ");
    if (words !== "") sets.set(words, [...(sets.get(words) ?? []), outcome]);
  }
  if (sets.size === 0) return [];
  const rows = [...sets].map(([words, those]) => [
    those.length === outcomes.length ? "all" : those.map(({ run }) => titleOf(run)).join("; "),
    words,
  ]);
  return ["", "Settings other than the package's:", "", ...table(["runs", "settings"], rows)];
}

/** Outcomes of the same entry of the table. */
function groups(outcomes: readonly Outcome[]): Outcome[][] {
  const entries = [...new Set(outcomes.map(({ run }) => run.entry))];
  return entries.map((entry) => outcomes.filter(({ run }) => run.entry === entry));
}

function summary(group: readonly Outcome[]): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { task, controller, sequences, solvedWithin, bitsAtTheEnd: most } = first.run.entry;
  const ended = group.filter((outcome) => outcome.sequences >= sequences);
  const solved = group.flatMap((outcome) => outcome.solved ?? []);
  const [wanted, met] =
    solvedWithin !== undefined
      ? [`solved within ${count(solvedWithin)}`, solved.filter((place) => place.sequences <= solvedWithin).length]
      : most !== undefined
        ? [`at most ${most} bits`, ended.filter(({ bitsAtTheEnd: bits }) => bits !== null && bits <= most).length]
        : ["–", undefined];
  return [
    task,
    controller,
    count(sequences),
    `${ended.length} of ${group.length}`,
    wanted,
    met === undefined ? "–" : `${met} of ${group.length}`,
    String(solved.length),
    span(solved.map((place) => place.sequences)),
    span(solved.map((place) => place.cpuSeconds / 60)),
  ];
}

function generalisation(group: readonly Outcome[]): string[][] {
  const { task = "", controller = "", measured } = group[0]?.run.entry ?? {};
  return (measured?.each ?? []).map((wanted) => {
    const found = group.flatMap((outcome) => outcome.measured?.filter((each) => isOf(each, wanted)) ?? []);
    const words = limitOf(wanted);
    const met = words === undefined ? "–" : `${found.filter((each) => meets(each, wanted)).length} of ${group.length}`;
    return [task, controller, sizesOf(wanted.sizes), words ?? "–", met, wanted.paper ?? "–"];
  });
}

function limitOf({ wrongBits, wrongShare, vectorsRight, bits, aboveOptimum }: Wanted): string | undefined {
  if (wrongBits !== undefined) return wrongBits === 0 ? "no wrong bit" : `at most ${wrongBits} wrong in a sequence`;
  if (wrongShare !== undefined) return `at most ${wrongShare * 100} % wrong bits`;
  if (vectorsRight) return "no wrong bit in its vectors";
  if (bits !== undefined) return `below ${bits} ${bits === 1 ? "bit" : "bits"}`;
  return aboveOptimum === undefined ? undefined : `at most ${aboveOptimum} above the optimum`;
}

function meets(found: Measured, { wrongBits, wrongShare, vectorsRight, bits, aboveOptimum }: Wanted): boolean {
  const { bitsPerSequence, wrongBitsPerSequence, of, optimum = 0 } = found;
  if (bitsPerSequence === null || wrongBitsPerSequence === null) return false;
  if (wrongBits !== undefined) return wrongBitsPerSequence <= wrongBits;
  if (wrongShare !== undefined) return wrongBitsPerSequence <= wrongShare * of;
  if (vectorsRight) return found.wrongInVectorsPerSequence === 0;
  if (bits !== undefined) return bitsPerSequence < bits;
  return aboveOptimum !== undefined && bitsPerSequence - optimum <= aboveOptimum;
}

function row({ run, sequences, solved, bitsAtTheEnd, measured, failure }: Outcome): string[] {
  const { controller, sequences: asked, measured: toMeasure } = run.entry;
  return [
    controller,
    String(run.seed),
    sequences >= asked ? count(sequences) : `${count(sequences)} of ${count(asked)}`,
    solved ? count(solved.sequences) : "–",
    solved ? figures(solved.cpuSeconds / 60) : "–",
    bitsAtTheEnd === null ? "–" : bits(bitsAtTheEnd),
    measured?.map(inWords).join("; ") ?? failure ?? (toMeasure ? "not yet" : "–"),
  ];
}

function inWords(found: Measured): string {
  const { sizes, bitsPerSequence, wrongBitsPerSequence, of, optimum } = found;
  const { wrongInVectorsPerSequence: inVectors, wrongBesideEndMarkersPerSequence: beside } = found;
  const ofThese = inVectors === undefined ? "" : `, ${figures(inVectors)} in vectors`;
  const ofThem = beside === undefined ? "" : ` (${figures(beside)} beside early end markers)`;
  const wrong =
    wrongBitsPerSequence === null ? "" : `, ${figures(wrongBitsPerSequence)} of ${of} wrong${ofThese}${ofThem}`;
  if (optimum === undefined) return `${sizesOf(sizes)}: ${bits(bitsPerSequence)} bits${wrong}`;
  const above = (bitsPerSequence ?? 0) - optimum;
  return `${sizesOf(sizes)}: ${bits(bitsPerSequence)} bits, ${figures(above)} above the optimum of ${bits(optimum)}`;
}

function sizesOf(sizes: Readonly<Record<string, number>>): string {
  return Object.entries(sizes)
    .map(([name, value]) => `${name} ${value}`)
    .join(" × ");
}

/** "4,800–7,200" */
function span(values: readonly number[]): string {
  if (values.length === 0) return "–";
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? figures(least) : `${figures(least)}–${figures(most)}`;
}

function figures(value: number): string {
  return Math.abs(value) >= 100 ? count(value) : String(Number(value.toPrecision(3)));
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lineOf = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [lineOf(header), lineOf(header.map(() => "---")), ...rows.map(lineOf)];
}

// The tasks that the command knows by name: what each can be asked for when it trains, is measured and is shown.

import type { Command, Option } from "commander";
import {
  associativeRecall,
  type Batch,
  copy,
  dynamicNGrams,
  type PaperTaskName,
  type PresetController,
  preset,
  prioritySort,
  repeatCopy,
  type Task,
} from "../index.js";
import { nearest } from "../nearest.js";
import { flagNamed } from "./arguments/flag.js";
import { flagOf } from "./arguments/names.js";
import { integerFrom, integersFrom } from "./arguments/numbers.js";
import { option } from "./arguments/option.js";
import { setListed, setOne } from "./arguments/set.js";
import { OPTIONS, SIZES } from "./arguments/task-options.js";
import { WrongUsage } from "./failure.js";
import { counted, optionValue } from "./format.js";
import { isModule, ownTask } from "./own-task.js";

/** Task options as the library takes them: plain data, so that a checkpoint can hold them. */
export type TaskOptions = Readonly<Record<string, number>>;

/** What sequences are asked for with: sizes, and what else a task knows. */
export type Asked = Readonly<Record<string, unknown>>;

/** How a run's configuration names its task: one of the package's, or the file of one's own. */
export type TaskSource = { readonly name: PaperTaskName } | { readonly module: string };

/** A task, and what it was made with. */
export interface MadeTask extends Task {
  /** What it is called where it is shown. */
  readonly name: string;
  /** What it was made with, in full. */
  readonly options: TaskOptions;
  /** What the best that there can be loses on a batch, in bits per sequence, where that is known. */
  optimum?(batch: Batch): number;
  /** The output that is 1 where a sequence ends, and no bit of a vector; absent where there is none. */
  readonly endMarker?: number;
}

/** A task that the command can train, measure and show. */
export interface KnownTask {
  /** What runs of it are called: its own name, or that of its file. */
  readonly name: string;
  readonly source: TaskSource;
  /** The task of the paper whose machine and training are the defaults: its own, or copy for a task of one's own. */
  readonly like: PaperTaskName;
  create(options?: TaskOptions): MadeTask;
  /** The sizes that one sequence may be asked for, in words; absent where only the task itself knows. */
  readonly sizes?: Readonly<Record<string, (count: number) => string>>;
  /** The sizes on which it is measured unless others are asked for. */
  readonly measured: readonly TaskOptions[];
  /** Where a sequence has several: those that it has unless others are asked for, the largest that were learned with these options. */
  learned?(options: TaskOptions, asked: Asked): TaskOptions;
  /** The sizes of the sequence that is shown unless others are asked for. */
  readonly shown: TaskOptions;
  /** The input channel that is no bit, but a number within ±reach or about so. */
  real?(options: TaskOptions): RealChannel;
}

export interface RealChannel {
  readonly channel: number;
  readonly reach: number;
  /** What the numbers of this channel, one a step, are. */
  words(sizes: Asked, numbers: readonly number[]): string;
}

const of = (noun: string) => (count: number) => counted(count, noun);
const decimal = (value: number) => value.toFixed(2).replace("-", "−");

interface PaperTask extends Omit<KnownTask, "source" | "like"> {
  readonly name: PaperTaskName;
  readonly sizes: Readonly<Record<string, (count: number) => string>>;
}

const COPY: PaperTask = {
  name: "copy",
  create: copy,
  sizes: { length: of("vector") },
  measured: [10, 20, 30, 50, 120].map((length) => ({ length })),
  shown: { length: 20 },
};

const PAPERS: readonly PaperTask[] = [
  COPY,
  {
    name: "repeat-copy",
    create(options) {
      const task = repeatCopy(options);
      return { ...task, endMarker: task.options.bits };
    },
    sizes: { length: of("vector"), repeats: of("repeat") },
    measured: [
      { length: 10, repeats: 10 },
      { length: 20, repeats: 10 },
      { length: 10, repeats: 20 },
    ],
    learned: ({ maxLength: length = 0, maxRepeats: repeats = 0 }) => ({ length, repeats }),
    shown: { length: 5, repeats: 4 },
    // the number of repeats: uniform with a standard deviation of 1
    real: ({ bits = 0 }) => ({
      channel: bits + 1,
      reach: Math.sqrt(3),
      words({ repeats }, numbers) {
        const goesIn = decimal(numbers.find((number) => number !== 0) ?? 0);
        return typeof repeats === "number"
          ? `repeats: ${repeats}, goes in as ${goesIn}`
          : `repeats, go in as ${goesIn}`;
      },
    }),
  },
  {
    name: "associative-recall",
    create: associativeRecall,
    sizes: { items: of("item") },
    measured: [6, 8, 10, 12, 15, 20].map((items) => ({ items })),
    shown: { items: 6 },
  },
  {
    name: "dynamic-n-grams",
    create: dynamicNGrams,
    sizes: { length: of("bit") },
    measured: [{ length: 200 }],
    shown: { length: 200 },
  },
  {
    name: "priority-sort",
    create: prioritySort,
    sizes: { vectors: of("vector"), sorted: (count) => `${count} sorted` },
    measured: [{ vectors: 20, sorted: 16 }],
    learned: ({ vectors = 0, sorted = 0 }, asked) => ({
      vectors,
      sorted: Math.min(sorted, Number(asked["vectors"] ?? vectors)),
    }),
    shown: { vectors: 20, sorted: 16 },
    real: ({ bits = 0 }) => ({ channel: bits, reach: 1, words: () => "priority, −1 … 1" }),
  },
];

const KNOWN = PAPERS.map((task) => ({ ...task, source: { name: task.name }, like: task.name }));

export const taskNames: readonly PaperTaskName[] = KNOWN.map(({ name }) => name);

/**
 * How many sequences a machine learns from unless other updates are asked for: until its preset's rate has fallen to 0. A baseline, whose
 * rate stays, learns from as many as the LSTM.
 */
export function usualSequences(like: PaperTaskName, controller: PresetController): number {
  const { batchSize, optimizer } = preset(like, controller).train;
  const rate = optimizer.learningRate;
  return typeof rate === "object" && rate.kind === "linear" ? rate.steps * batchSize : usualSequences(like, "lstm");
}

/** "SEQUENCES of TASK", of all; where its feedforward machine learns from fewer or more, so many of that, and of its others. */
export const taskSequences: string = taskNames
  .flatMap((name) => {
    const [feedforward, lstm] = [usualSequences(name, "feedforward"), usualSequences(name, "lstm")];
    return feedforward === lstm
      ? `${lstm} of ${name}`
      : [`${feedforward} of ${name} feedforward`, `${lstm} of its others`];
  })
  .concat(`${usualSequences(COPY.name, "lstm")} of a module`)
  .join(", ");

/** What a training sequence looks like: the flags of all tasks, each with the tasks that know it and their defaults. */
export const taskFlags: readonly Option[] = Object.entries(OPTIONS).map(([name, description]) => {
  const defaults = KNOWN.flatMap((known) => {
    const value = known.create().options[name];
    return value === undefined ? [] : [`${known.name} ${value}`];
  });
  const least = name === "curriculum" ? 0 : 1;
  return option(`${flagNamed(name)} <n>`, `${description} (${defaults.join(", ")})`, undefined, integerFrom(least));
});

function sizeFlags<T>(value: string, parse: (text: string) => T): Option[] {
  return Object.entries(SIZES).map(([name, description]) => {
    const tasks = KNOWN.filter(({ sizes }) => name in sizes).map((known) => known.name);
    return option(`${flagNamed(name)} <${value}>`, `${description} (${tasks.join(", ")})`, undefined, parse);
  });
}

/** What one sequence looks like: one size of each kind. */
export const oneSizeFlags: readonly Option[] = [...sizeFlags("n", integerFrom(1)), setOne];

const listedSizesFlags: readonly Option[] = [...sizeFlags("list", integersFrom(1)), setListed];

/** Gives a command the flags of `measuredSizes`. */
export function addListedSizes(command: Command): Command {
  command.optionsGroup("Sizes to measure, with commas between, each with each (default: those of the paper):");
  for (const flag of listedSizesFlags) command.addOption(flag);
  return command.optionsGroup("Options:");
}

/** Flags as they were typed: none of these has a default. */
export type TypedFlags = Readonly<Record<string, unknown>>;

/** The training options that were typed. */
export function typedOptions(known: KnownTask, flags: TypedFlags): TaskOptions {
  const own = "name" in known.source ? Object.keys(known.create().options) : undefined;
  return typed<number>(known, flags, Object.keys(OPTIONS), own);
}

/** What was typed of a sequence: its sizes, and over them what was set. */
export function typedSizes<T>(known: KnownTask, flags: TypedFlags): Readonly<Record<string, T>> {
  const sizes = typed<T>(known, flags, Object.keys(SIZES), known.sizes && Object.keys(known.sizes));
  return { ...sizes, ...(flags["set"] as Readonly<Record<string, T>> | undefined) };
}

/** What is measured: each with each of the sizes that were typed, of a kind that was not typed that of training; without any the paper's. */
export function measuredSizes(known: KnownTask, options: TaskOptions, flags: TypedFlags): readonly Asked[] {
  const typed = Object.entries(typedSizes<readonly unknown[]>(known, flags));
  if (typed.length === 0) return known.measured;
  const asked = typed.reduce<readonly Asked[]>(
    (settings, [name, values]) =>
      settings.flatMap((sizes) => [...new Set(values)].map((value) => ({ ...sizes, [name]: value }))),
    [{}],
  );
  return asked.map((sizes) => withSizes(known, options, sizes));
}

/** All sizes of a sequence of which some were asked for. */
export function withSizes(known: KnownTask, options: TaskOptions, asked: Asked): Asked {
  return over(known.learned?.(options, asked) ?? {}, asked);
}

/** The sizes of the sequence that is shown, where some were asked for: of the others none that is larger than what was learned. */
export function shownSizes(known: KnownTask, options: TaskOptions, asked: Asked): Asked {
  const learned = known.learned?.(options, asked);
  const shown = Object.entries(known.shown).map(([name, size]) => [name, Math.min(size, learned?.[name] ?? size)]);
  return over(Object.fromEntries(shown), asked);
}

/** A size between bounds that were asked for is drawn. */
function over(sizes: TaskOptions, asked: Asked): Asked {
  const isDrawn = (name: string) =>
    ["min", "max"].some((bound) => Object.hasOwn(asked, bound + name.charAt(0).toUpperCase() + name.slice(1)));
  return { ...Object.fromEntries(Object.entries(sizes).filter(([name]) => !isDrawn(name))), ...asked };
}

/** "20 vectors", "pairs 5" */
export function sizesInWords({ sizes }: KnownTask, asked: Asked): string[] {
  return Object.entries(asked).map(([name, value]) => {
    const inWords = sizes?.[name];
    return inWords && typeof value === "number" ? inWords(value) : `${name} ${optionValue(value)}`;
  });
}

/** `own`: what the task knows, where we know that; otherwise it judges itself. */
function typed<T>(known: KnownTask, flags: TypedFlags, names: readonly string[], own: readonly string[] | undefined) {
  const given = names.filter((name) => flags[name] !== undefined);
  const strange = own && given.find((name) => !own.includes(name));
  if (strange !== undefined)
    throw new WrongUsage(
      `option '${flagOf(strange)}': means nothing to ${known.name}, which knows ${own?.map(flagOf).join(", ")}`,
    );
  return Object.fromEntries(given.map((name) => [name, flags[name] as T]));
}

export function findTask(name: string): KnownTask | undefined {
  return KNOWN.find((known) => known.name === name);
}

/** The task that was typed: a name of the package's, or the file of one's own. */
export async function knownTask(name: string): Promise<KnownTask> {
  if (isModule(name)) return { ...(await ownTask(name)), like: COPY.name };
  const task = findTask(name);
  if (task !== undefined) return task;
  const meant = nearest(name, taskNames);
  const question = meant.length === 0 ? "" : `; did you mean ${meant.join(" or ")}?`;
  throw new WrongUsage(`unknown task '${name}'${question} (known: ${taskNames.join(", ")})`);
}

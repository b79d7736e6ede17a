// The tasks that the command knows by name: what each can be asked for when it trains, is measured and is shown.

import type { Option } from "commander";
import { copy, type Task } from "../index.js";
import { nearest } from "./arguments/nearest.js";
import { integerFrom } from "./arguments/numbers.js";
import { option } from "./arguments/option.js";
import { WrongUsage } from "./failure.js";

/** Task options as the library takes them: plain data, so that a checkpoint can hold them. */
export type TaskOptions = Readonly<Record<string, number>>;

export interface KnownTask {
  readonly name: string;
  /** What a training sequence looks like: the flags, named as the task's own options. */
  readonly flags: readonly Option[];
  create(options: TaskOptions): Task;
  /** What its length counts. */
  readonly unit: string;
  /** Updates after which the paper's settings have learned it, with a margin. */
  readonly steps: number;
  /** The lengths on which it is measured unless others are asked for. */
  readonly lengths: readonly number[];
  /** The size of one sequence, for `evaluate` and `batch`. */
  ofLength(length: number): Readonly<Record<string, number>>;
}

const KNOWN: readonly KnownTask[] = [
  {
    name: "copy",
    flags: [
      option("--bits <n>", "bits of a vector", 8, integerFrom(1)),
      option("--min-length <n>", "vectors in the shortest training sequence", 1, integerFrom(1)),
      option("--max-length <n>", "vectors in the longest training sequence", 20, integerFrom(1)),
    ],
    create: (options) => copy(options),
    unit: "vector",
    steps: 30_000,
    lengths: [10, 20, 30, 50, 120],
    ofLength: (length) => ({ length }),
  },
];

export const taskNames: readonly string[] = KNOWN.map((task) => task.name);

/** "30000 for copy" */
export const taskSteps: string = KNOWN.map(({ name, steps }) => `${steps} for ${name}`).join(", ");

export const taskFlags: readonly Option[] = KNOWN.flatMap((task) => task.flags);

export function findTask(name: string): KnownTask | undefined {
  return KNOWN.find((known) => known.name === name);
}

/** The task that was typed. */
export function knownTask(name: string): KnownTask {
  const task = findTask(name);
  if (task !== undefined) return task;
  const meant = nearest(name, taskNames);
  const question = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new WrongUsage(`unknown task '${name}'${question} (known: ${taskNames.join(", ")})`);
}

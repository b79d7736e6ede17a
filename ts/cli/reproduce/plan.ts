// Which runs there are to be: the table's, as far as they were asked for, each in a folder of its own.

import { join } from "node:path";
import { preset } from "../../index.js";
import { count } from "../format.js";
import { setLayer } from "../settings/layers.js";
import { valueAt } from "../settings/tree.js";
import { type Entry, TABLE } from "./table.js";

export interface Asked {
  /** None: all. */
  readonly tasks: readonly string[];
  readonly controllers: readonly string[];
  /** No more seeds than this. */
  readonly seeds: number;
  /** No more training sequences than this. */
  readonly sequences: number;
  /** Settings of all runs, other than the paper's. */
  readonly set: readonly string[];
  /** Where the runs are. */
  readonly dir: string;
}

/** A run of the table. */
export interface Run {
  readonly entry: Entry;
  readonly seed: number;
}

export interface Planned extends Run {
  readonly folder: string;
  /** Updates in all. */
  readonly steps: number;
  readonly batchSize: number;
}

/** In order: first one seed of each, and what takes longest at the end. */
export function plan({ tasks, controllers, seeds, sequences, set, dir }: Asked): Planned[] {
  const batch = valueAt(setLayer(set).tree, ["train", "batchSize"]);
  const entries = TABLE.filter(
    ({ task, controller }) => (tasks.length === 0 || tasks.includes(task)) && controllers.includes(controller),
  );
  const runs = entries.flatMap((entry) => {
    const { task, controller } = entry;
    // What is no batch size is for the run itself to refuse.
    const batchSize = typeof batch === "number" && batch >= 1 ? batch : preset(task, controller).train.batchSize;
    const steps = Math.ceil(Math.min(entry.sequences, sequences) / batchSize);
    return Array.from({ length: Math.min(entry.seeds, seeds) }, (_, index) => {
      const seed = index + 1;
      const name = [task, controller, seed, ...(entry.rate ? [entry.rate.over] : [])].join("-");
      return { entry, seed, folder: join(dir, name), steps, batchSize };
    });
  });
  return runs.sort((a, b) => Number(a.entry.last ?? 0) - Number(b.entry.last ?? 0) || a.seed - b.seed);
}

export function titleOf({ entry, seed }: Run): string {
  const length = entry.rate ? `, over ${count(entry.rate.over)}` : "";
  return `${entry.task}, ${entry.controller}${length}, seed ${seed}`;
}

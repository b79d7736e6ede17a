// The settings of a run, in full: what is in config.json.

import { unexpected } from "../../errors.js";
import {
  type Clip,
  NTM,
  type NTMConfig,
  NTMError,
  type OptimizerOptions,
  type Preset,
  type PresetController,
  preset,
  type Rate,
} from "../../index.js";
import { resolveConfig } from "../../machine/config.js";
import { boolean, type Check, finite, integer, object, oneOf, optional, record, string } from "../../options.js";
import { everyBatch } from "../../tasks/size.js";
import { firstRate } from "../../training/noted.js";
import { clip as checkClip, optimizer as checkOptimizer } from "../../training/optimizer.js";
import { WrongUsage } from "../failure.js";
import { type KnownTask, type MadeTask, type TaskOptions, type TaskSource, usualSequences } from "../tasks.js";
import type { Layers } from "./layers.js";
import { type MachineSettings, machineSettings, wholeMachine, withMachine, withScale } from "./machine.js";
import { isTree, over, pathsTo, type Tree, valueAt } from "./tree.js";

export interface Settings {
  readonly task: TaskSource & { readonly options: TaskOptions };
  readonly machine: MachineSettings;
  readonly train: TrainSettings;
}

export interface TrainSettings {
  /** Updates in all. */
  readonly steps: number;
  /** Decides the first parameters and all training data. */
  readonly seed: number;
  /** The checkpoint or the run whose parameters are the first ones; null: they are drawn. */
  readonly from: string | null;
  readonly batchSize: number;
  readonly optimizer: OptimizerOptions;
  readonly clip: Clip;
  /** Updates from one line of metrics to the next. */
  readonly every: number;
  /** Solved, and ended, when the mean of the last 1,000 sequences is below so many bits, or that squared error; null: not ended. */
  readonly until: number | null;
  /** Seconds from one checkpoint to the next; 0: after every update. */
  readonly saveEvery: number;
  readonly workers: number;
  readonly recompute: boolean;
}

/** What may be otherwise when a run goes on: none of it changes a number of the run. */
export const CHANGEABLE: readonly (keyof TrainSettings)[] = ["steps", "until", "saveEvery", "workers", "recompute"];

export interface Resolved {
  readonly settings: Settings;
  readonly task: MadeTask;
  /** New, its parameters drawn from the seed. */
  readonly machine: NTM;
}

const steps = integer(1, Number.MAX_SAFE_INTEGER);
/** How many worker threads a run may have. */
export const workers: Check<number> = integer(0, 256);
const positive: Check<number> = (value, where) => {
  if (finite(value, where) <= 0) throw unexpected(where, "a number above 0", value);
  return value as number;
};
const seconds: Check<number> = (value, where) => {
  if (finite(value, where) < 0) throw unexpected(where, "a number of seconds, 0 or more", value);
  return value as number;
};

/** The caller disposes of the machine. */
export async function resolve(known: KnownTask, controller: PresetController, layers: Layers): Promise<Resolved> {
  const { tree } = layers;
  const each = await Promise.all(
    layers.each.map(async (layer) => ({ layer, ...(await layer.within([], () => sections(layer.tree, ""))) })),
  );
  const task = await layers.within(["task", "options"], () =>
    known.create(valueAt(tree, ["task", "options"]) as TaskOptions),
  );
  for (const { layer, task: named, machine } of each) {
    await within(layer, "task", task, () => taskSection(named, ""));
    await layer.within(["machine"], () => resolveConfig({ ...machine, inputSize: 1, outputSize: 1 }));
  }
  const papers = preset(known.like, controller);
  const { inputSize, outputSize } = task;
  const train = await within(layers, "train", task, () =>
    trainSettings(papers.train, layers, usualSequences(known.like, controller)),
  );
  const said = layers.each.reduce<Tree>((lower, { tree }) => withMachine(lower, (tree["machine"] ?? {}) as Tree), {});
  const given = over(papers.config, withScale(said)) as NTMConfig;
  const machine = await layers.within(["machine"], () => {
    const { seed } = train;
    assertSaidElsewhere(tree["machine"], { inputSize, outputSize, seed }, layers);
    return NTM.create({ ...given, inputSize, outputSize, seed });
  });
  const settings = {
    task: { ...known.source, options: task.options },
    machine: machineSettings(machine.config),
    train,
  };
  return { settings, task, machine };
}

const section: Check<Tree> = (value = {}, where) => object(value, where);
const sections = record<{ task: Tree; machine: Tree; train: Tree }>({
  task: section,
  machine: section,
  train: section,
});
const taskSection = record<Tree>({
  name: optional(string(), undefined),
  module: optional(string(), undefined),
  options: section,
});

/**
 * What is said without its section, and is of no other, is taken for one of training. Where that has no such option, it may have been
 * meant as one within another, or as the task's, which of a module of one's own knows only that.
 */
async function within<T>(layers: Layers, name: "task" | "train", { options }: MadeTask, check: () => T): Promise<T> {
  return layers.within([name], () => {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof NTMError) || !error.known || error.where === undefined) throw error;
      const { where } = error;
      // What stands within another option of training, as optimizer.lr, is no task's.
      const mayBeOwn = !where.includes(".") && !error.message.includes("did you mean");
      const ofOwn = mayBeOwn && valueAt(layers.tree, ["task", "module"]) !== undefined;
      const isTasks = Object.hasOwn(options, where);
      const inner = isTasks ? [] : pathsTo(where, { ...wholeMachine({}), ...preset("copy").train });
      const meant = isTasks || (ofOwn && inner.length === 0) ? [`task.options.${where}`] : inner;
      if (meant.length === 0) throw error;
      throw new WrongUsage(
        `${layers.origin([name, where])}: unknown option; did you mean ${meant.join(" or ")}?`,
        error,
      );
    }
  });
}

/** What a machine's configuration says of the sizes and the seed may be what holds in any case, and nothing else. */
function assertSaidElsewhere(machine: unknown, holding: Readonly<Record<string, number>>, layers: Layers): void {
  for (const [key, held] of Object.entries(holding)) {
    const said = valueAt(machine, [key]);
    if (said !== undefined && said !== held)
      throw new WrongUsage(
        `${layers.origin(["machine", key])}: ${key === "seed" ? "the seed is train.seed" : "the size is the task's"}, ${held}`,
      );
  }
}

/** The paper's for the task, and what was given over it. */
function trainSettings(papers: Preset["train"], layers: Layers, sequences: number): TrainSettings {
  const { schedule, ...checked } = record<TrainSettings & { schedule: Kind | undefined }>({
    steps: optional(steps, Math.ceil(sequences / papers.batchSize)),
    seed: optional(integer(), 1),
    from: (value, where) => {
      if (value === "") throw unexpected(where, "a checkpoint, or the folder of a run", value);
      return value === undefined || value === null ? null : string()(value, where);
    },
    batchSize: everyBatch.batchSize,
    optimizer: checkOptimizer,
    clip: (value, where) => {
      checkClip(value, where);
      return value as Clip;
    },
    every: optional(steps, undefined as unknown as number),
    until: (value, where) => (value === undefined || value === null ? null : positive(value, where)),
    saveEvery: optional(seconds, 60),
    workers: optional(workers, 0),
    recompute: optional(boolean, false),
    schedule: optional(oneOf(...SCHEDULES), undefined),
  })(layers.onto(papers, "train"), "");
  const { batchSize, optimizer } = checked;
  const { learningRate } = optimizer;
  const rate = rateIn(layers.tree) === undefined ? usually(learningRate, schedule, checked.steps) : learningRate;
  const going = scheduled(rate, schedule, checked.steps, layers);
  if (
    typeof going === "object" &&
    going.kind !== "constant" &&
    going.to === 0 &&
    checked.steps > going.start + going.steps
  )
    throw unexpected(
      "steps",
      `at most ${going.start + going.steps}, where the learning rate has fallen to 0 (a run that begins with its machine, --from, goes on)`,
      checked.steps,
    );
  return {
    ...checked,
    optimizer: { ...optimizer, learningRate: going },
    every: checked.every ?? Math.max(1, Math.round(100 / batchSize)),
  };
}

/** A preset's rate: what a word of the user's goes on from; else it falls over all updates where these are more than the preset's. */
function usually(rate: Rate, schedule: Kind | undefined, steps: number): Rate {
  if (schedule) return firstRate(rate);
  if (typeof rate === "number" || rate.kind === "constant") return rate;
  return { ...rate, steps: Math.max(rate.steps, steps) };
}

/** The kinds of schedule that can be asked for in a word. */
export const SCHEDULES = ["constant", "linear", "cosine"] as const;
type Kind = (typeof SCHEDULES)[number];

/**
 * `train.schedule` is short for a learning rate that falls to 0 over all the updates, from the rate, or the first rate, that holds.
 * A schedule that is said in full, with its kind, stays as it is where it is of that kind, and lies over a word below.
 */
function scheduled(rate: Rate, kind: Kind | undefined, steps: number, layers: Layers): Rate {
  const saysWord = (tree: Tree) => valueAt(tree, ["train", "schedule"]) !== undefined;
  const isInFull = (tree: Tree) => valueAt(rateIn(tree), ["kind"]) !== undefined;
  const { written } = layers;
  const last = written.filter((tree) => saysWord(tree) || isInFull(tree)).at(-1);
  if (kind === undefined || last === undefined || !saysWord(last)) return rate;
  const full = written.map(isInFull).lastIndexOf(true);
  if (typeof rate === "object" && full >= 0) {
    if (rate.kind === kind) return rate;
    if (isInFull(last)) oneOf(rate.kind)(kind, "schedule");
  }
  const from = firstRate(rate);
  const parts = partsOf(rate, written.slice(full + 1));
  if (kind !== "constant") return { kind, from, to: 0, steps, start: 0, ...parts };
  for (const [key, value] of Object.entries(parts))
    if (key !== "from") throw unexpected(`optimizer.learningRate.${key}`, "none with a constant schedule", value);
  return from;
}

/** What of a schedule was written by itself. */
function partsOf(rate: Rate, written: readonly Tree[]): Partial<Tree> {
  const said = written.map(rateIn).flatMap((rate) => (isTree(rate) ? Object.keys(rate) : []));
  return Object.fromEntries(Object.entries(rate).filter(([key]) => said.includes(key)));
}

function rateIn(tree: Tree): unknown {
  return valueAt(tree, ["train", "optimizer", "learningRate"]);
}

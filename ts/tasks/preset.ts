/** The paper's settings (tables 1 to 3): which machine it trains on which of its tasks, and how. */
import { unexpected } from "../errors.js";
import type { NTMConfig } from "../machine/config.js";
import { oneOf } from "../options.js";
import { type Clip, type RmspropOptions, rmsprop } from "../training/optimizer.js";
import { associativeRecall } from "./associative-recall.js";
import { copy } from "./copy.js";
import { dynamicNGrams } from "./dynamic-n-grams.js";
import { prioritySort } from "./priority-sort.js";
import { repeatCopy } from "./repeat-copy.js";
import type { Task } from "./task.js";

/** What the paper compares: a Neural Turing Machine by its controller, and stacked LSTMs without a memory. */
export type PresetController = "lstm" | "feedforward" | "baseline";

/** A machine, and how it is trained. */
export interface Preset {
  /** For `NTM.create`; what is not here, the seed for instance, is as by default or as you like. */
  readonly config: Pick<
    NTMConfig,
    "inputSize" | "outputSize" | "controller" | "memory" | "readHeads" | "writeHeads" | "headInit"
  >;
  /** For `machine.train`, which must also be told how many steps. */
  readonly train: { readonly batchSize: number; readonly optimizer: RmspropOptions; readonly clip: Clip };
}

const creators = {
  copy,
  "repeat-copy": repeatCopy,
  "associative-recall": associativeRecall,
  "dynamic-n-grams": dynamicNGrams,
  "priority-sort": prioritySort,
};

/** The names of the paper's tasks. */
export type PaperTaskName = keyof typeof creators;

/** Read heads and as many write heads, units of a layer, layers, learning rate. */
type Row = readonly [heads: number, units: number, layers: number, rate: number];

/** Tables 1 (feedforward), 2 (lstm) and 3 (baseline). */
const tables: Readonly<Record<PaperTaskName, Readonly<Record<PresetController, Row>>>> = {
  copy: {
    feedforward: [1, 100, 1, 1e-4],
    lstm: [1, 100, 1, 1e-4],
    baseline: [0, 256, 3, 3e-5],
  },
  "repeat-copy": {
    feedforward: [1, 100, 1, 1e-4],
    lstm: [1, 100, 1, 1e-4],
    baseline: [0, 512, 3, 3e-5],
  },
  "associative-recall": {
    feedforward: [4, 256, 1, 1e-4],
    lstm: [1, 100, 1, 1e-4],
    baseline: [0, 256, 3, 1e-4],
  },
  "dynamic-n-grams": {
    feedforward: [1, 100, 1, 3e-5],
    lstm: [1, 100, 1, 3e-5],
    baseline: [0, 128, 3, 1e-4],
  },
  "priority-sort": {
    feedforward: [8, 512, 1, 3e-5],
    lstm: [5, 100, 2, 3e-5],
    baseline: [0, 128, 3, 3e-5],
  },
};

const controllers = oneOf("lstm", "feedforward", "baseline");

/**
 * The paper's settings for one of its tasks.
 *
 * `const { config, train } = preset(task, "lstm")` is for `NTM.create({ ...config, seed })` and
 * `machine.train(task, { ...train, steps })`.
 *
 * @param task the task, whose sizes the machine then has; or its name, which means the task with its default options
 * @param controller that of table 1 (`feedforward`) or 2 (`lstm`), or the stacked LSTM of table 3 (`baseline`), which has no
 *   heads and so no memory
 * @throws {NTMError} `option` for a task that is none of the paper's
 */
export function preset(task: Task | PaperTaskName, controller: PresetController = "lstm"): Preset {
  const name = typeof task === "object" && task !== null ? task.name : task;
  if (!isPapers(name)) throw unexpected("task", `one of the paper's (${Object.keys(creators).join(", ")})`, name);
  const { inputSize, outputSize } = typeof task === "object" ? task : creators[name]();
  const [heads, hiddenSize, layers, learningRate] = tables[name][controllers(controller, "controller")];
  return {
    config: {
      inputSize,
      outputSize,
      controller: { kind: controller === "feedforward" ? "feedforward" : "lstm", hiddenSize, layers },
      memory: { rows: 128, columns: 20, init: "constant", value: 1e-6 },
      headInit: { scale: 1, gate: 0, sharpening: 0 },
      readHeads: heads,
      writeHeads: heads,
    },
    train: { batchSize: 1, optimizer: rmsprop({ learningRate }), clip: { value: 10 } },
  };
}

function isPapers(name: unknown): name is PaperTaskName {
  return typeof name === "string" && Object.hasOwn(creators, name);
}

/** Which machine the paper trains on which of its tasks (tables 1 to 3), and how it is trained here. */
import type { HeadInitConfig, LstmInitConfig, MemoryConfig, NTMConfig } from "../machine/config.js";
import { oneOf } from "../options.js";
import { adam, type Clip, type OptimizerOptions, rmsprop } from "../training/optimizer.js";
import { linear } from "../training/schedule.js";
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
    "inputSize" | "outputSize" | "controller" | "memory" | "readHeads" | "writeHeads" | "lstmInit" | "headInit"
  >;
  /**
   * For `machine.train`, which must also be told how many steps. Of a machine with a memory the learning rate falls to 0 over as many
   * updates as docs/machine.md gives it: it then generalises more surely. Fewer steps are the beginning of such a run.
   */
  readonly train: {
    /** Sequences of an update, `B`. */
    readonly batchSize: number;
    /** RMSProp, or of repeat copy's feedforward machine Adam, and the rate that docs/machine.md gives this machine. */
    readonly optimizer: OptimizerOptions;
    /** How gradients are clipped. */
    readonly clip: Clip;
  };
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

/** One of the paper's tasks, or the sizes of another that is to have its machine. */
export interface PaperTask extends Pick<Task, "inputSize" | "outputSize"> {
  /** Which of the paper's. */
  readonly name: PaperTaskName;
}

/** Read heads and as many write heads, units of a layer, layers. */
type Sizes = readonly [heads: number, units: number, layers: number];

/** Tables 1 (feedforward), 2 (lstm) and 3 (baseline) of the paper. */
const tables: Readonly<Record<PaperTaskName, Readonly<Record<PresetController, Sizes>>>> = {
  copy: { feedforward: [1, 100, 1], lstm: [1, 100, 1], baseline: [0, 256, 3] },
  "repeat-copy": { feedforward: [1, 100, 1], lstm: [1, 100, 1], baseline: [0, 512, 3] },
  "associative-recall": { feedforward: [4, 256, 1], lstm: [1, 100, 1], baseline: [0, 256, 3] },
  "dynamic-n-grams": { feedforward: [1, 100, 1], lstm: [1, 100, 1], baseline: [0, 128, 3] },
  "priority-sort": { feedforward: [8, 512, 1], lstm: [5, 100, 2], baseline: [0, 128, 3] },
};

/** What the paper leaves open, or where another value lets more seeds learn than the paper's: docs/machine.md has them all. */
interface Learning {
  readonly rate: number;
  /** Sequences an update: 1, as in the paper, where none is said. */
  readonly batchSize?: number;
  /** Updates over which the rate falls to 0; none: it stays. */
  readonly updates?: number;
  readonly clip?: NonNullable<Clip>;
  /** ε of Adam, where its longer memory of squares is wanted; none: RMSProp. */
  readonly adam?: number;
  readonly memory?: Partial<Pick<MemoryConfig, "init" | "scale">>;
  readonly headInit?: Partial<HeadInitConfig>;
  readonly lstmInit?: LstmInitConfig;
}

const byNorm = { norm: 10 };
/** Heads that begin by moving on, a row a step: a way through the memory that some seeds never find from where heads stand by chance. */
const movingOn = { scale: 0.3, shift: 1 };
/** Heads that begin by staying where they are, as sharp as they were. */
const stayingSharp = { scale: 0.3, gate: -1, sharpening: 2 };
/**
 * Heads that begin by choosing among rows by content, for a memory whose rows differ from the beginning: that a read finds the row of the
 * case at hand tells a machine where it is, and a weighting spread over all rows (that of weak keys) tells it nothing.
 */
const lookingUp = { scale: 0.3, keyStrength: 3 };
/** An LSTM that begins much as a feedforward controller: of copy, more seeds then recall sequences far longer than those of training. */
const likeFeedforward: LstmInitConfig = { inputScale: 2, recurrentScale: 0, forgetBias: 0 };
const asDrawn: LstmInitConfig = { inputScale: 1, recurrentScale: 1, forgetBias: 1 };
const learned = { init: "learned" } as const;
/** Within the backward pass, too, where gradients grow from step to step: over 200 of them, or by eight heads. */
const onTheWay = (backward: number) => ({ norm: 10, backward });

const learning: Readonly<Record<PaperTaskName, Readonly<Record<PresetController, Learning>>>> = {
  copy: {
    feedforward: { rate: 1e-4, updates: 100_000, clip: byNorm, headInit: { ...movingOn, sharpening: 2 } },
    lstm: {
      rate: 1e-4,
      updates: 100_000,
      clip: byNorm,
      headInit: { ...movingOn, sharpening: 2 },
      lstmInit: likeFeedforward,
    },
    baseline: { rate: 3e-5 },
  },
  "repeat-copy": {
    feedforward: {
      // A vector of zeros comes in one sequence of fifty, and costs much. Clipped to a small norm, by RMSProp, which soon forgets how large
      // gradients were, it counts little more than any other, and is learned last or not at all.
      rate: 2e-3,
      batchSize: 4,
      updates: 37_500,
      adam: 1e-3,
      // Rows that no one has written are not known by being alike: else a machine takes the first of them for the end of the list, and a
      // vector of zeros for one of them.
      memory: { init: "random", scale: 4 },
      clip: { norm: 30, backward: 100 },
      headInit: stayingSharp,
    },
    lstm: { rate: 1e-4, updates: 200_000, clip: byNorm, headInit: stayingSharp },
    baseline: { rate: 3e-5 },
  },
  "associative-recall": {
    feedforward: {
      // Larger steps than single sequences bear: what then finds a row among 6 items finds it among 20, too.
      rate: 3e-4,
      batchSize: 8,
      updates: 12_500,
      clip: byNorm,
      // Of four heads that begin less surely some learned to go backward, until they met those that went on.
      headInit: { scale: 0.2, gate: 1, shift: 2 },
    },
    lstm: { rate: 3e-4, updates: 100_000, clip: byNorm, headInit: movingOn },
    baseline: { rate: 1e-4 },
  },
  "dynamic-n-grams": {
    feedforward: {
      rate: 3e-4,
      updates: 200_000,
      clip: onTheWay(100),
      memory: learned,
      headInit: { ...lookingUp, gate: 1 },
    },
    lstm: { rate: 3e-4, updates: 200_000, clip: onTheWay(100), memory: learned, headInit: { ...lookingUp, gate: 1 } },
    baseline: { rate: 1e-4 },
  },
  "priority-sort": {
    feedforward: {
      rate: 3e-4,
      batchSize: 4,
      updates: 50_000,
      clip: onTheWay(10),
      memory: learned,
      headInit: lookingUp,
    },
    lstm: { rate: 3e-4, updates: 200_000, clip: onTheWay(10), memory: learned, headInit: lookingUp },
    baseline: { rate: 3e-5 },
  },
};

/** Of every constant memory: rows of length 0.45 take their gradient less violently than rows near 0 (eq. 6). */
const memoryValue = 0.1;

const controllers = oneOf("lstm", "feedforward", "baseline");

/**
 * The paper's machine for one of its tasks, and how it is trained here.
 *
 * `const { config, train } = preset(task, "lstm")` is for `NTM.create({ ...config, seed })` and
 * `machine.train(task, { ...train, steps })`.
 *
 * A task of one's own takes the machine of the paper's task that is most like it: `preset({ name: "copy", inputSize, outputSize })`.
 *
 * @param task the task, whose sizes the machine then has; or its name, which means the task with its default options
 * @param controller that of table 1 (`feedforward`) or 2 (`lstm`), or the stacked LSTM of table 3 (`baseline`), which has no
 *   heads and so no memory
 * @throws {NTMError} `option` for a task that is none of the paper's
 */
export function preset(task: PaperTask | PaperTaskName, controller: PresetController = "lstm"): Preset {
  // Not beside `controllers`: bundlers keep a constant that spreads what a call returns, in apps without a preset, too.
  const papers = oneOf(...(Object.keys(creators) as PaperTaskName[]));
  const given = Object(task) === task ? (task as PaperTask) : undefined;
  const name = given ? papers(given.name, "task.name") : papers(task, "task");
  const { inputSize, outputSize } = given ?? creators[name]();
  const [heads, hiddenSize, layers] = tables[name][controllers(controller, "controller")];
  const {
    rate,
    batchSize = 1,
    updates,
    clip = { value: 10 },
    adam: epsilon,
    memory,
    headInit,
    lstmInit = asDrawn,
  } = learning[name][controller];
  const learningRate = updates ? linear({ from: rate, to: 0, steps: updates }) : rate;
  return {
    config: {
      inputSize,
      outputSize,
      controller: { kind: controller === "feedforward" ? "feedforward" : "lstm", hiddenSize, layers },
      memory: { rows: 128, columns: 20, init: "constant", value: memoryValue, scale: 1, ...memory },
      lstmInit: { ...lstmInit },
      headInit: { scale: 1, keyStrength: 0, gate: 0, shift: 0, sharpening: 0, ...headInit },
      readHeads: heads,
      writeHeads: heads,
    },
    train: {
      batchSize,
      optimizer: epsilon ? adam({ learningRate, epsilon }) : rmsprop({ learningRate }),
      clip: { ...clip },
    },
  };
}

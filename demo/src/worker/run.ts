/** A machine, its task, and what has been seen of its training: what the worker holds one of at a time. */
import { adam, NTM, type NTMOptions, preset, type Rate, rmsprop } from "neural-turing-machine";
import { fields } from "../../../ts/training/noted.js";
import type { Origin, Progress, Solved } from "../protocol.js";
import { type Settings, tasks } from "../settings.js";
import { metadataOf, type Noted, noHistory, notedIn, settingsOf, type Training } from "./checkpoint.js";
import type { Curve } from "./curve.js";
import type { Recent } from "./recent.js";
import { createTask, type PaperTask } from "./task.js";

/** How often the rate is measured, seconds. */
const rateEvery = 1;

/** The usual rate, falling as it does, from another beginning. */
function from(rate: number, usual: Rate): Rate {
  return typeof usual === "object" && "from" in usual ? { ...usual, from: rate } : rate;
}

/** What a run of these settings begins with: they, and what the package's preset has for what they do not say. */
function beginning(settings: Settings): { task: PaperTask; options: NTMOptions; training: Training } {
  const { controller, hiddenSize, layers, rows, columns, readHeads, writeHeads, seed } = settings;
  const task = createTask(settings.task, settings.taskOptions);
  const { config, train } = preset(task, controller);
  const options = {
    ...config,
    controller: { kind: controller, hiddenSize, layers },
    memory: { ...config.memory, rows, columns },
    readHeads,
    writeHeads,
    seed,
  };
  const { batchSize, optimizer, learningRate } = settings;
  const usual = { ...train.optimizer, learningRate: from(learningRate, train.optimizer.learningRate) };
  const another = { rmsprop, adam }[optimizer];
  const training = {
    batchSize,
    clip: train.clip,
    optimizer: optimizer === usual.kind ? usual : another({ learningRate }),
  };
  return { task, options, training };
}

/** Whether two values of plain data say the same. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || a === null) return a === b;
  const [mine, others] = [fields(a), fields(b)];
  const names = Object.keys(mine);
  return names.length === Object.keys(others).length && names.every((name) => same(mine[name], others[name]));
}

export class Run {
  readonly machine: NTM;
  readonly task: PaperTask;
  readonly settings: Settings;
  readonly origin: Origin;
  readonly name: string;
  readonly #training: Training;
  readonly #curve: Curve;
  readonly #recent: Recent;
  #sequences: number;
  #seconds: number;
  #solved: Solved | null;
  readonly #whole: boolean;
  #rate: number | null = null;
  #measured = { seconds: 0, sequences: 0 };

  private constructor(machine: NTM, { task, training, history }: Noted, origin: Origin, name: string) {
    this.machine = machine;
    this.task = task;
    this.settings = settingsOf(machine, { task, training, history });
    this.origin = origin;
    this.name = name;
    this.#training = training;
    this.#curve = history.curve;
    this.#recent = history.recent;
    this.#seconds = history.seconds;
    this.#solved = history.solved;
    this.#whole = history.whole;
    this.#sequences = machine.step * training.batchSize;
    this.#measured = { seconds: this.#seconds, sequences: this.#sequences };
  }

  /** @throws {NTMError} `option`, `memory`, `unsupported` */
  static async create(settings: Settings): Promise<Run> {
    const { task, options, training } = beginning(settings);
    const machine = await NTM.create(options);
    return new Run(machine, { task, training, history: noHistory(training) }, "new", "");
  }

  /** @throws {NTMError} `checkpoint`, `option`, `memory`, `unsupported` */
  static async load(bytes: Uint8Array | ArrayBuffer, origin: Origin, name: string): Promise<Run> {
    const machine = await NTM.load(bytes);
    try {
      return new Run(machine, notedIn(machine), origin, name);
    } catch (error) {
      machine.dispose();
      throw error;
    }
  }

  /** Whether a run of these settings begins as this one did: one that a browser has kept may be of a version with other presets. */
  beganWith(settings: Settings): boolean {
    const { task, options, training } = beginning(settings);
    const { config } = this.machine;
    return (
      same(this.task.options, task.options) && same(config, { ...config, ...options }) && same(this.#training, training)
    );
  }

  /** Updates until the learning rate has fallen to 0: from there on nothing would be learned. */
  get left(): number {
    const rate = this.#training.optimizer.learningRate;
    if (typeof rate === "number" || rate.kind === "constant" || rate.to !== 0) return Number.MAX_SAFE_INTEGER;
    return Math.max(0, rate.start + rate.steps - this.machine.step);
  }

  /** When the task was learned, if it is. */
  get solved(): Solved | null {
    return this.#solved;
  }

  /** So many updates, each a turn of the loop: in between the machine stands at a whole step. */
  async *train(steps: number): AsyncGenerator<void, void, undefined> {
    const options = { steps, ...this.#training };
    let since = performance.now();
    for await (const { sequences, bitsPerSequence } of this.machine.train(this.task, options)) {
      this.#seconds += (performance.now() - since) / 1000;
      this.#sequences = sequences;
      this.#note(bitsPerSequence ?? 0);
      yield;
      since = performance.now();
    }
  }

  progress(training: boolean): Progress {
    return {
      training,
      step: this.machine.step,
      sequences: this.#sequences,
      bitsPerSequence: this.#recent.mean,
      sequencesPerSecond: this.#rate,
      seconds: this.#seconds,
      solved: this.#solved,
      whole: this.#whole,
      curve: this.#curve.points(this.#training.batchSize),
    };
  }

  /** The checkpoint, with all that training needs to go on to the same bits. */
  save(): Uint8Array<ArrayBuffer> {
    const history = {
      curve: this.#curve,
      recent: this.#recent,
      seconds: this.#seconds,
      solved: this.#solved,
      whole: this.#whole,
    };
    const metadata = metadataOf({ task: this.task, training: this.#training, history });
    return this.machine.save({ training: true, metadata });
  }

  dispose(): void {
    this.machine.dispose();
  }

  #note(bits: number): void {
    this.#curve.add(bits);
    this.#recent.add(bits);
    const passed = this.#seconds - this.#measured.seconds;
    if (passed >= rateEvery || (this.#rate === null && passed >= rateEvery / 4)) {
      this.#rate = (this.#sequences - this.#measured.sequences) / passed;
      this.#measured = { seconds: this.#seconds, sequences: this.#sequences };
    }
    const below = tasks[this.settings.task].solvedBelow;
    if (this.#solved || !this.#whole || below === null || !this.#recent.full || (this.#recent.mean as number) >= below)
      return;
    this.#solved = { sequences: this.#sequences, seconds: this.#seconds };
  }
}

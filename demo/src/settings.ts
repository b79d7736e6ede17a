/** What a run is decided by, and how it is said in a link: the same settings give the same run, to the bit. */
import type { OptimizerOptions, PaperTaskName } from "neural-turing-machine";

/** The paper's tasks by the package's names. */
export type TaskName = PaperTaskName;

/** A number that may be set: its range, and what it is unless set. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly least: number;
  readonly most: number;
  readonly initial: number;
  /** A whole number, unless this says otherwise. */
  readonly real?: boolean;
}

const field = (name: string, label: string, least: number, most: number, initial: number): Field => ({
  name,
  label,
  least,
  most,
  initial,
});

/** A size of one sequence, and the option that says how large the machine learns it at most. */
export interface Size extends Field {
  readonly limitedBy: string;
}

const size = (limitedBy: string, ...of: Parameters<typeof field>): Size => ({ ...field(...of), limitedBy });

/** What a task is called, the options that it learns with, and the sizes that one sequence of it may have. */
export interface TaskFields {
  readonly title: string;
  /** What is learned. */
  readonly words: string;
  readonly options: readonly Field[];
  readonly sizes: readonly Size[];
  /** Learning is called solved below so many bits per sequence; null where the least that there can be is not 0. */
  readonly solvedBelow: number | null;
}

export const tasks: Readonly<Record<TaskName, TaskFields>> = {
  copy: {
    title: "Copy",
    words: "Vectors of random bits go in, then a mark; from memory, the same vectors are to come out.",
    options: [field("maxLength", "longest, vectors", 1, 200, 20), field("bits", "bits of a vector", 1, 32, 8)],
    sizes: [size("maxLength", "length", "vectors", 1, 200, 10)],
    solvedBelow: 0.1,
  },
  "repeat-copy": {
    title: "Repeat copy",
    words: "Vectors go in, and a number; the vectors are to come out so many times, and then an end mark.",
    options: [
      field("maxLength", "longest, vectors", 1, 50, 10),
      field("maxRepeats", "most repeats", 1, 50, 10),
      field("bits", "bits of a vector", 1, 32, 8),
    ],
    sizes: [size("maxLength", "length", "vectors", 1, 50, 5), size("maxRepeats", "repeats", "repeats", 1, 50, 4)],
    solvedBelow: 0.1,
  },
  "associative-recall": {
    title: "Associative recall",
    words: "A list of items goes in, then one of them again; the item that followed it is to come out.",
    options: [
      field("maxItems", "most items", 2, 50, 6),
      field("itemLength", "vectors of an item", 1, 20, 3),
      field("bits", "bits of a vector", 1, 32, 6),
    ],
    sizes: [size("maxItems", "items", "items", 2, 50, 5)],
    solvedBelow: 0.1,
  },
  "dynamic-n-grams": {
    title: "Dynamic n-grams",
    words: "Bits go in, drawn by a table that is new in each sequence; the next bit is to be foretold.",
    options: [field("length", "bits of a sequence", 2, 1000, 200), field("order", "bits of context", 1, 8, 5)],
    sizes: [size("length", "length", "bits", 2, 1000, 200)],
    solvedBelow: null,
  },
  "priority-sort": {
    title: "Priority sort",
    words: "Vectors go in, each with a priority; those of the highest are to come out, highest first.",
    options: [
      field("vectors", "vectors in", 1, 100, 20),
      field("sorted", "vectors out", 1, 100, 16),
      field("bits", "bits of a vector", 1, 32, 8),
    ],
    sizes: [size("vectors", "vectors", "vectors in", 1, 100, 20), size("sorted", "sorted", "vectors out", 1, 100, 16)],
    solvedBelow: 0.1,
  },
};

/** In the paper's order. */
export const taskNames = Object.keys(tasks) as readonly TaskName[];

/** The machine's sizes, and how it learns. The preset's for copy unless set. */
export const machineFields = [
  field("hiddenSize", "units", 1, 2048, 100),
  field("layers", "layers", 1, 8, 1),
  field("rows", "memory rows", 1, 4096, 128),
  field("columns", "memory columns", 1, 256, 20),
  field("readHeads", "read heads", 0, 16, 1),
  field("writeHeads", "write heads", 0, 16, 1),
  field("batchSize", "sequences an update", 1, 256, 1),
  { ...field("learningRate", "learning rate", 1e-7, 1, 1e-4), real: true },
  field("seed", "seed", 0, 2 ** 32 - 1, 1),
] as const satisfies readonly Field[];

export const controllers = ["lstm", "feedforward"] as const;
/** The package's optimisers, with their usual rates. */
const usualRates: Readonly<Record<OptimizerOptions["kind"], number>> = { rmsprop: 1e-4, adam: 1e-3 };
export const optimizers = Object.keys(usualRates) as OptimizerOptions["kind"][];

/** Everything that decides a run. Names are those of the package's options. */
export interface Settings {
  readonly task: TaskName;
  readonly taskOptions: Readonly<Record<string, number>>;
  readonly controller: (typeof controllers)[number];
  readonly optimizer: (typeof optimizers)[number];
  readonly hiddenSize: number;
  readonly layers: number;
  readonly rows: number;
  readonly columns: number;
  readonly readHeads: number;
  readonly writeHeads: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
}

type MachineNumber = Exclude<keyof Settings, "task" | "taskOptions" | "controller" | "optimizer">;

type Machine = Pick<
  Settings,
  "hiddenSize" | "layers" | "readHeads" | "writeHeads" | "batchSize" | "optimizer" | "learningRate"
>;
type Controller = Settings["controller"];

const ofCopy: Machine = {
  hiddenSize: 100,
  layers: 1,
  readHeads: 1,
  writeHeads: 1,
  batchSize: 1,
  optimizer: "rmsprop",
  learningRate: 1e-4,
};
const others: Partial<Record<TaskName, Readonly<Record<Controller, Partial<Machine>>>>> = {
  "repeat-copy": { lstm: {}, feedforward: { batchSize: 4, optimizer: "adam", learningRate: 2e-3 } },
  "associative-recall": {
    lstm: { learningRate: 3e-4 },
    feedforward: { hiddenSize: 256, readHeads: 4, writeHeads: 4, batchSize: 8, learningRate: 3e-4 },
  },
  "dynamic-n-grams": { lstm: { learningRate: 3e-4 }, feedforward: { learningRate: 3e-4 } },
  "priority-sort": {
    lstm: { layers: 2, readHeads: 5, writeHeads: 5, learningRate: 3e-4 },
    feedforward: { hiddenSize: 512, readHeads: 8, writeHeads: 8, batchSize: 4, learningRate: 3e-4 },
  },
};

/** The paper's machine for a task (tables 1 and 2), and how it learns: what the package's `preset` gives, without the package in the first paint. */
export function papersMachine(task: TaskName, controller: Controller): Machine {
  return { ...ofCopy, ...others[task]?.[controller] };
}

/** The same with another task, as the paper trains it. */
export function withTask(settings: Settings, task: TaskName): Settings {
  const taskOptions = Object.fromEntries(tasks[task].options.map(({ name, initial }) => [name, initial]));
  return { ...settings, task, taskOptions, ...papersMachine(task, settings.controller) };
}

/** The same with another controller: a preset's settings become those of the other's, any others stay as they are. */
export function withController(settings: Settings, controller: Controller): Settings {
  const papers = Object.entries(papersMachine(settings.task, settings.controller));
  const isPapers = papers.every(([name, value]) => settings[name as keyof Machine] === value);
  return { ...settings, controller, ...(isPapers ? papersMachine(settings.task, controller) : {}) };
}

/** The same with another optimiser, at its usual rate: the preset's, where it is the preset's own, or the package's. */
export function withOptimizer(settings: Settings, optimizer: Settings["optimizer"]): Settings {
  const papers = papersMachine(settings.task, settings.controller);
  const learningRate = optimizer === papers.optimizer ? papers.learningRate : usualRates[optimizer];
  return { ...settings, optimizer, learningRate };
}

/** The settings of a link's query. What is not there is as by default, and so is what is wrong: of that `complaints` speak. */
export function readSettings(query: URLSearchParams): { settings: Settings; complaints: string[] } {
  const complaints: string[] = [];
  const word = <T extends string>(name: string, words: readonly T[]): T => {
    const value = query.get(name);
    if (value === null || (words as readonly string[]).includes(value)) return (value as T | null) ?? (words[0] as T);
    complaints.push(`${name}: expected one of ${words.join(", ")}, got “${value.slice(0, 40)}”`);
    return words[0] as T;
  };
  const numbers = (fields: readonly Field[]): Record<string, number> =>
    Object.fromEntries(
      fields.map((field) => {
        const text = query.get(field.name);
        if (text === null) return [field.name, field.initial];
        const value = inRange(field, text);
        if (value === undefined)
          complaints.push(`${field.name}: expected ${rangeOf(field)}, got “${text.slice(0, 40)}”`);
        return [field.name, value ?? field.initial];
      }),
    );
  const task = word("task", taskNames);
  const settings = {
    task,
    taskOptions: numbers(tasks[task].options),
    controller: word("controller", controllers),
    optimizer: word("optimizer", optimizers),
    ...(numbers(machineFields) as Record<MachineNumber, number>),
  };
  return { settings, complaints };
}

/** The query of a link that reproduces a run: everything that the page has a field for is said. */
export function queryOf({ task, taskOptions, ...machine }: Settings): string {
  const entries = Object.entries({ task, ...taskOptions, ...machine }).map(([name, value]) => [name, String(value)]);
  return new URLSearchParams(entries).toString();
}

/** The number that a text says, if the field may have it. */
export function inRange(field: Field, text: string): number | undefined {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < field.least || value > field.most) return undefined;
  return field.real || Number.isInteger(value) ? value : undefined;
}

/** What a field may have, in words. */
export function rangeOf(field: Field): string {
  return `${field.real ? "a number" : "a whole number"} from ${field.least} to ${field.most}`;
}

// The paper's machines, of its tables 1 to 3, and how they are trained.
import { readFileSync } from "node:fs";
import {
  associativeRecall,
  copy,
  dynamicNGrams,
  NTM,
  type PaperTask,
  type PaperTaskName,
  type PresetController,
  preset,
  prioritySort,
  random,
  repeatCopy,
} from "neural-turing-machine";
import { describe, expect, test } from "vitest";

const tasks = [copy(), repeatCopy(), associativeRecall(), dynamicNGrams(), prioritySort()];

/** Heads (as many that read as write), units, layers. */
const tables: [PresetController, PaperTaskName, number, number, number][] = [
  ["feedforward", "copy", 1, 100, 1],
  ["feedforward", "repeat-copy", 1, 100, 1],
  ["feedforward", "associative-recall", 4, 256, 1],
  ["feedforward", "dynamic-n-grams", 1, 100, 1],
  ["feedforward", "priority-sort", 8, 512, 1],
  ["lstm", "copy", 1, 100, 1],
  ["lstm", "repeat-copy", 1, 100, 1],
  ["lstm", "associative-recall", 1, 100, 1],
  ["lstm", "dynamic-n-grams", 1, 100, 1],
  ["lstm", "priority-sort", 5, 100, 2],
  ["baseline", "copy", 0, 256, 3],
  ["baseline", "repeat-copy", 0, 512, 3],
  ["baseline", "associative-recall", 0, 256, 3],
  ["baseline", "dynamic-n-grams", 0, 128, 3],
  ["baseline", "priority-sort", 0, 128, 3],
];

/** The memory of those machines for which it is not constant. */
const memories: Readonly<Record<string, object>> = {
  "repeat-copy, feedforward": { init: "random", scale: 4 },
  "dynamic-n-grams, feedforward": { init: "learned" },
  "dynamic-n-grams, lstm": { init: "learned" },
  "priority-sort, feedforward": { init: "learned" },
  "priority-sort, lstm": { init: "learned" },
};

describe("the paper's tables", () => {
  test.each(tables)("%s, %s", (controller, name, heads, hiddenSize, layers) => {
    const task = tasks.find((each) => each.name === name);
    const { lstmInit: _, headInit: __, ...config } = preset(name, controller).config;
    expect(config).toEqual({
      inputSize: task?.inputSize,
      outputSize: task?.outputSize,
      controller: { kind: controller === "feedforward" ? "feedforward" : "lstm", hiddenSize, layers },
      memory: {
        ...{ rows: 128, columns: 20, init: "constant", value: 0.1, scale: 1 },
        ...memories[`${name}, ${controller}`],
      },
      readHeads: heads,
      writeHeads: heads,
    });
  });
});

describe("how they are trained", () => {
  const documented = readFileSync(new URL("../../docs/machine.md", import.meta.url), "utf8");

  /** The cells of docs/machine.md's row for a machine, after those that name it. */
  const row = (name: PaperTaskName, controller: PresetController) =>
    documented
      .split("\n")
      .find((line) => line.startsWith(`| ${name}, ${controller} |`))
      ?.split("|")
      .slice(2, -1)
      .map((cell) => cell.trim()) ?? expect.fail(`docs/machine.md has no row for ${name}, ${controller}`);

  test.each(tables)("%s, %s: as docs/machine.md has it", (controller, name) => {
    const { config, train } = preset(name, controller);
    const { learningRate, ...optimizer } = train.optimizer;
    const { scale, keyStrength, gate, shift, sharpening } = config.headInit;
    const { inputScale, recurrentScale, forgetBias } = config.lstmInit;
    const falling = typeof learningRate === "object" && learningRate.kind === "linear" ? learningRate : undefined;
    const from = falling?.from ?? (learningRate as number);
    const limit = train.clip && "norm" in train.clip ? `norm ${train.clip.norm}` : `value ${train.clip?.value}`;
    const clip = train.clip?.backward === undefined ? limit : `${limit}, backward ${train.clip.backward}`;
    const updates = falling ? falling.steps.toLocaleString("en") : "–";
    const written = (value: number) => String(value).replace("-", "−");
    const byAdam = optimizer.kind === "adam";
    expect(row(name, controller)).toEqual([
      `${from.toExponential()}${byAdam ? ", Adam" : ""}`,
      String(train.batchSize),
      updates,
      clip,
      controller === "baseline" ? "–" : [scale, keyStrength, gate, shift, sharpening].map(written).join(", "),
      controller === "feedforward" ? "–" : [inputScale, recurrentScale, forgetBias].map(written).join(", "),
    ]);
    expect(falling?.to ?? 0).toBe(0);
    expect(optimizer).toEqual(
      byAdam
        ? { kind: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-3 }
        : { kind: "rmsprop", decay: 0.95, momentum: 0.9, epsilon: 1e-4 },
    );
  });
});

test("makes a machine that trains on the task, whose sizes it takes", async () => {
  const task = prioritySort({ bits: 2, vectors: 3, sorted: 2 });
  const { config, train } = preset(task, "lstm");
  expect([config.inputSize, config.outputSize]).toEqual([4, 2]);
  const machine = await NTM.create({ ...config, memory: { rows: 8 }, seed: 3 });
  for await (const { step, learningRate } of machine.train(task, { ...train, steps: 1 }))
    expect([step, learningRate]).toEqual([1, 3e-4]);
  machine.dispose();
});

test("the LSTM is the one that is meant where nothing is said, and the sizes of a machine are its for copy", async () => {
  expect(preset("copy")).toEqual(preset(copy(), "lstm"));
  const machine = await NTM.create(preset("copy").config);
  const plain = await NTM.create({ inputSize: 9, outputSize: 8 });
  const { lstmInit, headInit, memory } = plain.config;
  expect({ ...machine.config, lstmInit, headInit, memory }).toEqual(plain.config);
  machine.dispose();
  plain.dispose();
});

test("is the caller's to change: the next one is as the first was", () => {
  for (const task of tasks)
    for (const controller of ["feedforward", "lstm", "baseline"] as const) {
      const before = structuredClone(preset(task, controller));
      const changed = preset(task, controller) as unknown as Record<string, Record<string, object>>;
      for (const section of Object.values(changed))
        for (const value of Object.values(section))
          if (!Object.isFrozen(value))
            for (const key of Object.keys(Object(value))) Object.assign(value, { [key]: 99 });
      expect(preset(task, controller)).toEqual(before);
    }
});

test.each(tasks)("$name itself is nobody's to change, nor are its options", (task) => {
  expect([task, task.options].map(Object.isFrozen)).toEqual([true, true]);
});

test("every task is drawn for its baseline, too", async () => {
  for (const task of tasks) {
    const machine = await NTM.create({ ...preset(task, "baseline").config, controller: { hiddenSize: 4, layers: 3 } });
    const { loss } = machine.lossAndGradients(task.batch(random(1), { batchSize: 2, step: 0 }));
    expect(loss).toBeGreaterThan(0);
    machine.dispose();
  }
});

test("gives the machine of a paper's task for sizes of one's own", () => {
  const { config, train } = preset({ name: "associative-recall", inputSize: 3, outputSize: 2 }, "feedforward");
  const papers = preset("associative-recall", "feedforward");
  expect(config).toEqual({ ...papers.config, inputSize: 3, outputSize: 2 });
  expect(train).toEqual(papers.train);
});

test("refuses tasks that are none of the paper's, and other controllers", () => {
  const own = { name: "chess", inputSize: 1, outputSize: 1, batch: () => ({ input: [], target: [] }) };
  for (const [task, where] of [
    ["chess", "task"],
    [own, "task.name"],
  ] as [PaperTask, string][]) {
    const message = new RegExp(`^${where}: expected "copy" or "repeat-copy" or .+, got "chess"$`);
    expect(() => preset(task)).toThrow(
      expect.objectContaining({ code: "option", where, message: expect.stringMatching(message) }),
    );
  }
  for (const task of [undefined, null, {}, "toString"])
    expect(() => preset(task as unknown as "copy")).toThrow(expect.objectContaining({ code: "option" }));
  expect(() => preset("copy", "gru" as "lstm")).toThrow(
    expect.objectContaining({ message: 'controller: expected "lstm" or "feedforward" or "baseline", got "gru"' }),
  );
});

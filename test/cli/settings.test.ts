// Flags over a file over the defaults, and output for machines.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Json, NTM } from "neural-turing-machine";
import { expect, test } from "vitest";
import { metrics, ntm, temporaryFolder, tiny } from "./ntm.js";

const config = (cwd: string, run: string) => JSON.parse(readFileSync(join(cwd, run, "config.json"), "utf8"));

const narrow = "--bits 1 --hidden-size 4 --layers 1 --rows 4 --columns 2".split(" ");

test("flags go over a file, a file over the defaults, --set over all", async () => {
  const cwd = temporaryFolder();
  const file = {
    task: { name: "copy", options: { bits: 3, maxLength: 4 } },
    machine: { controller: { kind: "feedforward", hiddenSize: 9 }, memory: { rows: 12, columns: 5 } },
    train: { steps: 3, batchSize: 2, optimizer: { learningRate: 0.01, decay: 0.8 }, clip: { norm: 2 } },
  };
  writeFileSync(join(cwd, "my.json"), JSON.stringify(file));
  const flags = "--config my.json --out a --rows 10 --max-length 2 --learning-rate 0.02 --set memory.columns=6";
  expect(
    await ntm(["train", ...flags.split(" "), "--set", "optimizer.momentum=0.5", "--set", "headInit.gate=0.5"], { cwd }),
  ).toMatchObject({
    code: 0,
    stderr: "",
  });
  expect(config(cwd, "a")).toMatchObject({
    task: { name: "copy", options: { bits: 3, minLength: 1, maxLength: 2 } },
    machine: {
      controller: { kind: "feedforward", hiddenSize: 9, layers: 1 },
      memory: { rows: 10, columns: 6 },
      headInit: { gate: 0.5 },
      readHeads: 1,
    },
    train: {
      steps: 3,
      batchSize: 2,
      optimizer: { kind: "rmsprop", learningRate: 0.02, decay: 0.8, momentum: 0.5, epsilon: 1e-4 },
      clip: { norm: 2 },
    },
  });

  // Another kind comes with its own defaults, a whole configuration makes the same run again.
  const adam = "--config my.json --out b --optimizer adam --clip 3 --controller baseline --hidden-size 4";
  await ntm(["train", ...adam.split(" ")], { cwd });
  expect(config(cwd, "b")).toMatchObject({
    machine: { controller: { kind: "lstm", hiddenSize: 4, layers: 3 }, readHeads: 0, writeHeads: 0 },
    train: { optimizer: { kind: "adam", learningRate: 0.001 }, clip: { value: 3 } },
  });
  await ntm(["train", "--config", join("a", "config.json"), "--out", "again"], { cwd });
  expect(config(cwd, "again")).toEqual(config(cwd, "a"));

  // Of a file that names no optimiser it is the preset's: the flag names no other, or another.
  writeFileSync(join(cwd, "rate.json"), JSON.stringify({ train: { steps: 1, optimizer: { learningRate: 0.01 } } }));
  const repeat = ["train", "repeat-copy", "--controller", "feedforward", ...narrow, "--config", "rate.json"];
  await ntm([...repeat, "--optimizer", "adam", "--out", "same"], { cwd });
  expect(config(cwd, "same").train.optimizer).toMatchObject({ kind: "adam", learningRate: 0.01, epsilon: 1e-3 });
  await ntm([...repeat, "--optimizer", "rmsprop", "--out", "other"], { cwd });
  expect(config(cwd, "other").train.optimizer).toMatchObject({ kind: "rmsprop", learningRate: 1e-4 });

  // A baseline is one in a file, too, and is not saved among machines with heads.
  await ntm(["train", "--config", join("b", "config.json"), "--seed", "2"], { cwd });
  expect(config(cwd, "runs/copy-baseline-2").machine).toEqual(config(cwd, "b").machine);
});

const single = ["--read-heads", "1", "--write-heads", "1"];

test.each([
  ["priority-sort", "feedforward", 4, 50_000],
  ["priority-sort", "lstm", 1, 200_000],
  ["repeat-copy", "feedforward", 4, 37_500],
  ["repeat-copy", "lstm", 1, 200_000],
])(
  "without --steps %s is learned by a %s machine until its preset's rate is 0",
  async (task, controller, batchSize, steps) => {
    const cwd = temporaryFolder();
    const train = ["train", task, "--controller", controller, ...narrow, ...single];
    await ntm([...train, "--until", "1e6", "--out", "run"], { cwd });
    expect(config(cwd, "run").train).toMatchObject({ batchSize, steps, optimizer: { learningRate: { to: 0, steps } } });
  },
);

test("a baseline, whose rate stays, learns from as many sequences as the LSTM", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "repeat-copy", "--controller", "baseline", ...narrow, "--until", "1e6", "--out", "run"], { cwd });
  expect(config(cwd, "run").train).toMatchObject({ steps: 200_000, optimizer: { learningRate: 3e-5 } });
});

test("of a schedule in a word and a rate in full what lies above holds", async () => {
  const cwd = temporaryFolder();
  const full = (kind: string) => ({ kind, from: 0.001, to: 0.0001, steps: 20, start: 0 });
  const files = {
    empty: {},
    word: { schedule: "linear" },
    both: { schedule: "constant", optimizer: { learningRate: 0.002 } },
    full: { optimizer: { learningRate: full("linear") } },
  };
  for (const [name, train] of Object.entries(files))
    writeFileSync(join(cwd, `${name}.json`), JSON.stringify({ train }));
  const rate = async (name: string, ...flags: string[]) => {
    const args = ["train", "copy", ...tiny, "--steps", "3", "--config", `${name}.json`, "--out", "run", ...flags];
    const { code, stderr } = await ntm(args, { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    const found = config(cwd, "run").train.optimizer.learningRate;
    rmSync(join(cwd, "run"), { recursive: true });
    return found;
  };
  const cosine = ["--set", `train.optimizer.learningRate=${JSON.stringify(full("cosine"))}`];
  expect(await rate("word", ...cosine)).toEqual(full("cosine"));
  expect(await rate("both", ...cosine)).toEqual(full("cosine"));
  expect(await rate("both")).toBe(0.002);
  const falling = { kind: "linear", from: 0.002, to: 0, steps: 3, start: 0 };
  expect(await rate("word", "--learning-rate", "0.002")).toEqual(falling);
  expect(await rate("both", "--schedule", "linear")).toEqual(falling);
  expect(await rate("both", "--schedule", "linear", "--set", "optimizer.learningRate=0.002")).toEqual(falling);
  expect(await rate("full", "--schedule", "constant")).toBe(0.001);
  expect(await rate("full", "--schedule", "linear")).toEqual(full("linear"));
  expect(await rate("full", "--schedule", "cosine")).toEqual({ ...full("cosine"), to: 0, steps: 3 });
  // A part of a schedule is none in full: also over the preset's, which falls over 100,000 updates.
  const part = ["--set", "optimizer.learningRate.from=0.003"];
  const arced = { kind: "cosine", from: 0.003, to: 0, steps: 3, start: 0 };
  expect(await rate("empty", "--schedule", "cosine", ...part)).toEqual(arced);
  expect(await rate("empty", "--schedule", "linear", ...part)).toEqual({ ...arced, kind: "linear" });
  expect(await rate("word", ...part)).toEqual({ ...arced, kind: "linear" });
  const parts = ["to=0.00001", "steps=2", "start=1"].flatMap((part) => ["--set", `optimizer.learningRate.${part}`]);
  const all = { ...arced, from: 0.0001, to: 0.00001, steps: 2, start: 1 };
  expect(await rate("empty", "--schedule", "cosine", ...parts)).toEqual(all);
  expect(await rate("word", ...parts, ...part)).toEqual({ ...all, kind: "linear", from: 0.003 });
  expect(await rate("empty", "--schedule", "constant", ...part)).toBe(0.003);
  const none = await ntm(["train", "copy", ...tiny, "--out", "run", "--schedule", "constant", ...parts], { cwd });
  expect([none.code, none.stderr]).toEqual([
    2,
    expect.stringContaining("optimizer.learningRate.to': expected none with"),
  ]);
  const both = await ntm(["train", "copy", ...tiny, "--out", "run", ...cosine, "--set", "schedule=linear"], { cwd });
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('schedule\': expected "cosine", got "linear"')]);
});

test("a scale that is said stays with its memory, and goes with it", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "half.json"), JSON.stringify({ machine: { memory: { init: "learned", scale: 0.5 } } }));
  const train = ["train", "copy", ...tiny, "--steps", "3", "--config", "half.json", "--out"];
  const memory = (folder: string) => config(cwd, folder).machine.memory;
  await ntm([...train, "same", "--set", "memory.init=learned"], { cwd });
  expect(memory("same")).toMatchObject({ init: "learned", scale: 0.5 });
  await ntm([...train, "other", "--memory-init", "random"], { cwd });
  expect(memory("other")).toMatchObject({ init: "random", scale: 1 });
  const again = ["train", "copy", "--resume", "--out", "same", "--steps", "4", "--memory-init", "learned"];
  expect(await ntm(again, { cwd })).toMatchObject({ code: 0, stderr: "" });
});

test("a memory that is said comes with a scale of 1 where none is said, and not with the preset's", async () => {
  const cwd = temporaryFolder();
  const train = ["train", "repeat-copy", "--controller", "feedforward", ...narrow, "--steps", "1", "--out"];
  const memory = (run: string) => config(cwd, run).machine.memory;
  await ntm([...train, "usual"], { cwd });
  expect(memory("usual")).toMatchObject({ init: "random", scale: 4 });
  await ntm([...train, "plain", "--memory-init", "random"], { cwd });
  expect(memory("plain")).toMatchObject({ init: "random", scale: 1 });
  await ntm([...train, "wide", "--memory-init", "random", "--set", "memory.scale=3"], { cwd });
  expect(memory("wide")).toMatchObject({ init: "random", scale: 3 });

  // A run of a version that knew no scale begins again as it was.
  const { machine, ...rest } = config(cwd, "plain");
  const { scale: _, ...fewer } = machine.memory;
  writeFileSync(join(cwd, "old.json"), JSON.stringify({ ...rest, machine: { ...machine, memory: fewer } }));
  await ntm(["train", "--config", "old.json", "--out", "again"], { cwd });
  expect(config(cwd, "again")).toEqual(config(cwd, "plain"));
});

test("a machine's whole configuration is settings: its sizes and its seed are those that hold in any case", async () => {
  const cwd = temporaryFolder();
  const machine = await NTM.create({ inputSize: 9, outputSize: 8, controller: { hiddenSize: 7 }, memory: { rows: 6 } });
  writeFileSync(join(cwd, "whole.json"), JSON.stringify({ machine: machine.config }));
  const train = ["train", "copy", "--config", "whole.json", "--steps", "1", "--out", "run"];
  expect(await ntm(train, { cwd })).toMatchObject({ code: 0, stderr: "" });
  const { inputSize, outputSize, seed, ...settings } = machine.config;
  expect(config(cwd, "run").machine).toEqual(settings);
  machine.dispose();
});

test.each([
  [{ machine: { memory: { rowz: 1 } } }, "my.json: machine.memory.rowz: unknown option; did you mean memory.rows?"],
  [{ machine: { memory: { rows: 0 } } }, "my.json: machine.memory.rows: expected an integer from 1"],
  [{ machine: { seed: 3 } }, "my.json: machine.seed: the seed is train.seed, 1"],
  [{ machine: { inputSize: 8 } }, "my.json: machine.inputSize: the size is the task's, 9"],
  [{ train: { batchSize: 1048577 } }, "my.json: train.batchSize: expected an integer from 1 to 1048576, got 1048577"],
  [{ train: { rate: 3 } }, "my.json: train.rate: unknown option"],
  [{ train: { optimizer: { kind: "sgd" } } }, 'my.json: train.optimizer.kind: expected "rmsprop" or "adam", got "sgd"'],
  [{ train: { clip: { value: -1 } } }, "my.json: train.clip.value: expected a finite number > 0"],
  [{ train: { until: "soon" } }, 'my.json: train.until: expected a finite number, got "soon"'],
  [{ task: { options: { maxLength: 0 } } }, "my.json: task.options.maxLength: expected an integer from 1"],
  [{ machine: [] }, "my.json: machine: expected an object, got an array"],
  [{ machine: 5 }, "my.json: machine: expected an object, got 5"],
  [{ train: 5 }, "my.json: train: expected an object, got 5"],
  [{ task: 5 }, "my.json: task: expected an object, got 5"],
  [{ trian: {} }, "my.json: trian: unknown option; did you mean train?"],
  [{ task: { maxLength: 5 } }, "my.json: task.maxLength: unknown option; did you mean task.options.maxLength?"],
  [{ task: { option: {} } }, "my.json: task.option: unknown option; did you mean options?"],
  [{ task: { options: 5 } }, "my.json: task.options: expected an object, got 5"],
  // which --rows and --hidden-size would otherwise cover
  [{ machine: { memory: 5 } }, "my.json: machine.memory: expected an object, got 5"],
  [{ machine: { controller: [] } }, "my.json: machine.controller: expected an object, got an array"],
])("a mistake in a file is named with the file: %j", async (settings, words) => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "my.json"), JSON.stringify(settings));
  const flags = ["--rows", "8", "--hidden-size", "8"];
  const typed = JSON.stringify(settings).includes("rows") ? [] : flags;
  const { code, stdout, stderr } = await ntm(["train", "copy", "--config", "my.json", ...typed], { cwd });
  expect(stderr).toContain(words);
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect([code, stdout]).toEqual([2, ""]);
});

test("--json: every line of standard output is an object", async () => {
  const cwd = temporaryFolder();
  const lines = async (...args: string[]) => {
    const { code, stdout, stderr } = await ntm(args, { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  };
  const [begun, ...rest] = await lines("train", "copy", ...tiny, ..."--steps 20 --every 8 --out a --json".split(" "));
  expect(begun).toEqual({ event: "start", run: "a", step: 0, config: config(cwd, "a") });
  const end = rest.pop();
  expect(end).toMatchObject({ event: "end", reason: "steps", step: 20, solved: false, sequences: 20 });
  expect(rest.map(({ event }) => event)).toEqual(["progress", "progress", "progress"]);
  for (const [index, line] of metrics(join(cwd, "a")).entries()) expect(rest[index]).toMatchObject(line);
  for (const { step, sequencesPerSecond, secondsLeft } of rest)
    expect(secondsLeft).toBeCloseTo((20 - step) / sequencesPerSecond, 9);
  const resumed = await lines("train", "--resume", ..."--steps 50 --out a --json".split(" "));
  expect(resumed.map(({ event, sequences }) => [event, sequences])).toEqual([
    ["start", undefined],
    ...[24, 32, 40, 48, 50].map((sequences) => ["progress", sequences]),
    ["end", 50],
  ]);

  const measured = await lines("eval", "a", "--json", "--length", "2,3", "--sequences", "5");
  expect(measured).toMatchObject([
    { length: 2, sequences: 5, seed: 0, of: 4 },
    { length: 3, sequences: 5, seed: 0, of: 6 },
  ]);
  const [ran] = await lines("run", "a", "--json", "--length", "3", "--seed", "4");
  expect(ran).toMatchObject({ length: 3, seed: 4, of: 6 });
  expect(ran.input).toHaveLength(7);
  expect(ran.target.slice(4)).toEqual(ran.input.slice(0, 3).map((vector: number[]) => vector.slice(0, 2)));
  expect(ran.weightings[6].map((head: number[]) => head.length)).toEqual([8, 8]);
  for (const head of ran.weightings[6]) expect(head.reduce((a: number, b: number) => a + b)).toBeCloseTo(1, 5);
  const [info] = await lines("info", "a", "--json");
  expect(info).toMatchObject({ step: 50, config: { memory: { rows: 8 } }, metadata: { task: { name: "copy" } } });
  expect(info.parameters[0]).toEqual({ name: "controller.0.weight", shape: [8, 7], count: 56 });
});

test("ntm info shows what a machine is made of, in a folder or a file", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "copy", ...tiny, "--steps", "5", "--out", "a"], { cwd });
  const { code, stdout, stderr } = await ntm(["info", "a"], { cwd });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^parameter +shape +count\ncontroller\.0\.weight +8 × 7 +56\n/);
  expect(stdout).toMatch(/\nin all +362\n/);
  for (const line of [
    "after 5 updates",
    "config.memory.rows 8",
    'optimizer.kind "rmsprop"',
    'metadata.task.name "copy"',
  ])
    expect(stdout.split("\n")).toContain(line);
  expect((await ntm(["info", join("a", "checkpoint.safetensors")], { cwd })).stdout).toBe(stdout);

  // What the run needs to go on, up to a thousand losses, is nothing to read.
  const machine = await NTM.load(readFileSync(join(cwd, "a", "checkpoint.safetensors")));
  const { progress, ...others } = machine.metadata as { [key: string]: Json };
  expect(progress).toMatchObject({ recent: expect.any(Array) });
  expect(stdout).not.toContain("progress");
  expect(JSON.parse((await ntm(["info", "a", "--json"], { cwd })).stdout).metadata).toEqual(others);

  const points = Array.from({ length: 300 }, (_, index) => index);
  writeFileSync(join(cwd, "page"), machine.save({ metadata: { page: { curve: { points, updates: [4, 8] } } } }));
  machine.dispose();
  const lines = (await ntm(["info", "page"], { cwd })).stdout.split("\n");
  expect(lines).toContain("without a record of updates");
  expect(lines).toContain("metadata.page.curve.points 300 values");
  expect(lines).toContain("metadata.page.curve.updates [4,8]");
});

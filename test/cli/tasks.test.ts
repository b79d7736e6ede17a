// Each of the paper's tasks goes through the whole command: learned, gone on with, measured, drawn.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dynamicNGrams, NTM, type PaperTaskName } from "neural-turing-machine";
import { describe, expect, test } from "vitest";
import { CHECKPOINT, ntm, temporaryFolder } from "./ntm.js";

const machine = "--controller feedforward --hidden-size 8 --rows 8 --columns 4 --read-heads 1 --write-heads 1".split(
  " ",
);

interface Case {
  readonly name: PaperTaskName;
  /** Flags that make it small. */
  readonly small: string;
  readonly options: object;
  /** The columns of `ntm eval`, and the sizes that it measures unless others are asked for. */
  readonly columns: string;
  readonly measured: readonly string[];
  /** Other sizes, and what they come to. */
  readonly asked: string;
  readonly measuredThen: readonly string[];
  readonly shown: string;
  /** Bits that the default picture asks for. */
  readonly bits: number;
}

const cases: readonly Case[] = [
  {
    name: "repeat-copy",
    small: "--bits 2 --max-length 2 --max-repeats 3",
    options: { bits: 2, minLength: 1, maxLength: 2, minRepeats: 1, maxRepeats: 3, curriculum: 0 },
    columns: "length repeats",
    measured: ["10 10", "20 10", "10 20"],
    asked: "--length 2,3 --repeats 4,5",
    measuredThen: ["2 4", "2 5", "3 4", "3 5"],
    shown: "repeat-copy, 2 vectors, 3 repeats",
    bits: 3 * 7,
  },
  {
    name: "associative-recall",
    small: "--bits 2 --max-items 3 --item-length 2",
    options: { bits: 2, itemLength: 2, minItems: 2, maxItems: 3, curriculum: 0 },
    columns: "items",
    measured: ["6", "8", "10", "12", "15", "20"],
    asked: "--items 3",
    measuredThen: ["3"],
    shown: "associative-recall, 6 items",
    bits: 2 * 2,
  },
  {
    name: "dynamic-n-grams",
    small: "--length 20 --order 2",
    options: { length: 20, order: 2 },
    columns: "length",
    measured: ["200"],
    asked: "--length 30",
    measuredThen: ["30"],
    shown: "dynamic-n-grams, 200 bits",
    bits: 198,
  },
  {
    name: "priority-sort",
    small: "--bits 2 --vectors 4 --sorted 3",
    options: { bits: 2, vectors: 4, sorted: 3 },
    columns: "vectors sorted",
    measured: ["20 16"],
    asked: "--vectors 5,6 --sorted 4",
    measuredThen: ["5 4", "6 4"],
    shown: "priority-sort, 4 vectors, 3 sorted",
    bits: 6,
  },
];

describe.each(cases)("$name", ({ name, small, options, columns, measured, asked, measuredThen, shown, bits }) => {
  const run = `runs/${name}-feedforward-1`;
  const train = (...flags: string[]) => ["train", name, ...machine, ...small.split(" "), ...flags];

  test("is learned, and gone on with to the same bytes", async () => {
    const cwd = temporaryFolder();
    expect(await ntm(train("--steps", "12", "--out", "whole"), { cwd })).toMatchObject({ code: 0, stderr: "" });
    await ntm(train("--steps", "5"), { cwd });
    expect(await ntm(["train", "--resume", "--out", run, "--steps", "12"], { cwd })).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(readFileSync(join(cwd, run, CHECKPOINT)).equals(readFileSync(join(cwd, "whole", CHECKPOINT)))).toBe(true);
    const trained = await NTM.load(readFileSync(join(cwd, run, CHECKPOINT)));
    expect(trained.metadata).toMatchObject({ task: { name, options } });
    trained.dispose();
  });

  test("is measured at the paper's sizes, and at others, and drawn", async () => {
    const cwd = temporaryFolder();
    await ntm(train("--steps", "5"), { cwd });
    const sizes = async (...flags: string[]) => {
      const { code, stdout, stderr } = await ntm(["eval", run, "--sequences", "2", ...flags], { cwd });
      expect([code, stderr]).toEqual([0, ""]);
      const [header = "", ...rows] = stdout.trimEnd().split("\n");
      expect(header.trim()).toMatch(new RegExp(`^${columns.replace(" ", " +")} +sequences +bits per sequence`));
      expect(new Set([header, ...rows].map((line) => line.length)).size).toBe(1);
      const count = columns.split(" ").length;
      return rows.map((row) => row.trim().split(/\s+/).slice(0, count).join(" "));
    };
    expect(await sizes()).toEqual(measured);
    expect(await sizes(...asked.split(" "))).toEqual(measuredThen);

    for (const colour of ["0", "3"]) {
      const { code, stdout, stderr } = await ntm(["run", run], { cwd, env: { FORCE_COLOR: colour } });
      expect([code, stderr]).toEqual([0, ""]);
      for (const title of ["input", "target", "output", "write weighting", "read weighting"])
        expect(stdout).toContain(title);
      if (colour === "0") {
        expect(stdout.split("\n")[0]).toBe(shown);
        expect(stdout).toMatch(new RegExp(`(of|all) ${bits}\\b`));
        for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
      }
    }
  });
});

test("a number of repeats and priorities are drawn by shade, apart from where there is none", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "repeat-copy", ...machine, "--bits", "2", "--steps", "1"], { cwd });
  await ntm(["train", "priority-sort", ...machine, "--bits", "2", "--steps", "1"], { cwd });
  const inputs = async (...args: string[]) => {
    const { stdout } = await ntm(["run", ...args, "--width", "200"], { cwd });
    const lines = stdout.split("\n");
    const top = lines.findIndex((line) => line.trimStart().startsWith("input"));
    return lines.slice(top + 1, top + 5).map((line) => line.trim().split(" ")[0]);
  };
  const shade = async (repeats: string) =>
    (await inputs("runs/repeat-copy-feedforward-1", "--length", "3", "--repeats", repeats))[3];
  expect(await shade("1")).toBe("····░");
  expect(await shade("7")).toBe("····▓");
  expect(await shade("10")).toBe("····█");
  const priorities = (await inputs("runs/priority-sort-feedforward-1"))[2] ?? "";
  expect(priorities).toMatch(/^[░▒▓█]{20}·$/);
  expect(new Set(priorities).size).toBe(5);
});

test("dynamic n-grams are measured beside the optimal estimator, on the same sequences", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "dynamic-n-grams", ...machine, "--steps", "2"], { cwd });
  const run = "runs/dynamic-n-grams-feedforward-1";
  const { stdout } = await ntm(["eval", run, "--length", "60", "--sequences", "20", "--seed", "3"], { cwd });
  const [header, row = ""] = stdout.trimEnd().split("\n");
  expect(header).toMatch(/optimum$/);

  const task = dynamicNGrams();
  const trained = await NTM.load(readFileSync(join(cwd, run, CHECKPOINT)));
  const optima: number[] = [];
  const observed = {
    ...task,
    batch(...[random, options]: Parameters<typeof task.batch>) {
      const batch = task.batch(random, options);
      optima.push(task.optimum(batch) * options.batchSize);
      return batch;
    },
  };
  await trained.evaluate(observed, { length: 60, sequences: 20, seed: 3 });
  trained.dispose();
  const optimum = optima.reduce((sum, value) => sum + value, 0) / 20;
  expect(Number(row.trim().split(/\s+/).at(-1))).toBeCloseTo(optimum, 0);
  expect((await ntm(["run", run], { cwd })).stdout).toMatch(/\d bits of loss[\s\S]* by the optimal estimator/);
});

test("--controller chooses the paper's machine for the task, and flags go over it", async () => {
  const cwd = temporaryFolder();
  let runs = 0;
  const made = async (...flags: string[]) => {
    const out = `run-${++runs}`;
    const { code, stderr } = await ntm(["train", ...flags, "--steps", "1", "--out", out], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    const machine = await NTM.load(readFileSync(join(cwd, out, CHECKPOINT)));
    const { config, optimizer } = machine;
    machine.dispose();
    return { ...config, optimizer };
  };
  const small = ["--vectors", "3", "--sorted", "2"];
  expect(await made("priority-sort", ...small)).toMatchObject({
    controller: { kind: "lstm", hiddenSize: 100, layers: 2 },
    memory: { rows: 128, columns: 20 },
    readHeads: 5,
    writeHeads: 5,
    optimizer: { kind: "rmsprop", learningRate: { kind: "linear", from: 3e-4, to: 0 } },
  });
  expect(await made("priority-sort", ...small, "--controller", "baseline", "--hidden-size", "9")).toMatchObject({
    controller: { kind: "lstm", hiddenSize: 9, layers: 3 },
    readHeads: 0,
    writeHeads: 0,
    optimizer: { learningRate: 3e-5 },
  });
  const recall = ["associative-recall", "--controller", "feedforward", "--optimizer", "adam", "--rows", "16"];
  expect(await made(...recall)).toMatchObject({
    controller: { kind: "feedforward", hiddenSize: 256, layers: 1 },
    memory: { rows: 16, columns: 20 },
    readHeads: 4,
    writeHeads: 4,
    optimizer: { kind: "adam", learningRate: 1e-3 },
  });
});

test("a curriculum is an option of the task, and kept with it", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "copy", ...machine, "--curriculum", "40", "--steps", "3"], { cwd });
  const trained = await NTM.load(readFileSync(join(cwd, "runs/copy-feedforward-1", CHECKPOINT)));
  expect(trained.metadata).toMatchObject({ task: { options: { curriculum: 40 } } });
  trained.dispose();
});

test("sizes of other tasks are refused in one line", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "copy", ...machine, "--steps", "1"], { cwd });
  for (const command of ["eval", "run"]) {
    const { code, stderr } = await ntm([command, "runs/copy-feedforward-1", "--items", "3"], { cwd });
    expect(stderr).toBe("error: option '--items': means nothing to copy, which knows --length\n");
    expect(code).toBe(2);
  }
});

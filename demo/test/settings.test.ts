/** What decides a run, and the link that says it. */
import { adam, preset, rmsprop } from "neural-turing-machine";
import { describe, expect, test } from "vitest";
import {
  controllers,
  papersMachine,
  queryOf,
  readSettings,
  taskNames,
  tasks,
  withController,
  withOptimizer,
  withTask,
} from "../src/settings.js";

const initial = readSettings(new URLSearchParams()).settings;

describe.each(taskNames)("%s", (task) => {
  test.each(controllers)("with the paper's %s is what the package's preset is", (controller) => {
    const { config, train } = preset(task, controller);
    const { hiddenSize, layers } = config.controller;
    const { readHeads, writeHeads } = config;
    const { kind: optimizer, learningRate: rate } = train.optimizer;
    const learningRate = typeof rate === "object" && "from" in rate ? rate.from : rate;
    const { batchSize } = train;
    const machine = { hiddenSize, layers, readHeads, writeHeads, batchSize, optimizer, learningRate };
    expect(papersMachine(task, controller)).toEqual(machine);
    expect(withController(withTask(initial, task), controller)).toMatchObject({ task, controller, ...machine });
  });

  test("knows which of its options limits each size of a sequence", () => {
    const { options, sizes } = tasks[task];
    for (const { limitedBy, most } of sizes)
      expect(options.find(({ name }) => name === limitedBy)).toMatchObject({ most });
    expect(sizes).not.toEqual([]);
  });

  test("in a link comes back as it was", () => {
    const settings = { ...withTask(initial, task), seed: 2 ** 32 - 1, rows: 77, learningRate: 1.25e-5 };
    expect(readSettings(new URLSearchParams(queryOf(settings)))).toEqual({ settings, complaints: [] });
  });
});

test("another optimiser comes with its usual rate", () => {
  const repeated = withController(withTask(initial, "repeat-copy"), "feedforward");
  expect(repeated).toMatchObject({ optimizer: "adam", learningRate: 2e-3 });
  const other = withOptimizer(repeated, "rmsprop");
  expect(other).toEqual({ ...repeated, optimizer: "rmsprop", learningRate: rmsprop().learningRate });
  expect(withOptimizer(other, "adam")).toEqual(repeated);
  const copying = withTask(initial, "copy");
  expect(withOptimizer(copying, "adam")).toEqual({ ...copying, optimizer: "adam", learningRate: adam().learningRate });
});

test("a machine that is not the paper's keeps its sizes under another controller", () => {
  const own = { ...withTask(initial, "priority-sort"), hiddenSize: 64 };
  expect(withController(own, "feedforward")).toEqual({ ...own, controller: "feedforward" });
});

/** What the worker holds: a machine, its task, and what has been seen of its training. */
import { readFileSync } from "node:fs";
import {
  copy,
  type Json,
  NTM,
  type NTMOptions,
  preset,
  random,
  rmsprop,
  type UpdateOptions,
} from "neural-turing-machine";
import { expect, test, vi } from "vitest";
import type { Progress } from "../src/protocol.js";
import { readSettings } from "../src/settings.js";
import { recall } from "../src/worker/recall.js";
import { Run } from "../src/worker/run.js";
import { quick } from "./support/visitor.js";

test.each(["softmax-cross-entropy", "mean-squared-error"] as const)(
  "a machine with the loss %s is refused in words: the page's equations are not true of it",
  async (loss) => {
    const { inputSize, outputSize, name, options } = copy({ maxLength: 4, bits: 3 });
    const saved = async (loss: "binary-cross-entropy" | "softmax-cross-entropy" | "mean-squared-error") => {
      using machine = await NTM.create({ inputSize, outputSize, loss });
      return machine.save({ metadata: { task: { name, options: { ...options } } } });
    };
    await expect(Run.load(await saved(loss), "file", "")).rejects.toMatchObject({
      code: "checkpoint",
      message: expect.stringContaining(`binary-cross-entropy, and the file's has ${loss}`),
    });
    const shown = await Run.load(await saved("binary-cross-entropy"), "file", "");
    expect(shown.settings.taskOptions).toMatchObject({ maxLength: 4, bits: 3 });
    shown.dispose();
  },
);

test("saved and loaded in between, training goes on to the same curve, mean and time to solved", async () => {
  const { settings } = readSettings(new URLSearchParams(quick));
  const straight = await Run.create(settings);
  let stopped = await Run.create(settings);
  for await (const _ of straight.train(600)) if (straight.progress(true).solved) break;
  const { step } = straight.progress(false);
  // A point of the curve is of four updates: 203 leave one half done, and the window of 250 not full.
  for (const updates of [203, step - 203]) {
    for await (const _ of stopped.train(updates));
    const loaded = await Run.load(stopped.save(), "kept", "");
    stopped.dispose();
    stopped = loaded;
  }
  const seen = ({ solved, bitsPerSequence, curve }: Progress) => ({ after: solved?.sequences, bitsPerSequence, curve });
  expect(seen(straight.progress(false)).after).toBe(step * 4);
  expect(seen(stopped.progress(false))).toEqual(seen(straight.progress(false)));
  straight.dispose();
  stopped.dispose();
});

test.each([
  ["dynamic-n-grams-lstm", 3e-4],
  ["associative-recall-lstm", 3e-4],
  ["priority-sort-lstm", 3e-4],
  ["copy-lstm", 1e-4],
])("%s, shipped without its training, learns on with its preset's rate and clipping", async (name, rate) => {
  const shipped = await Run.load(
    readFileSync(new URL(`../../models/${name}.safetensors`, import.meta.url)),
    "file",
    "",
  );
  expect(shipped.settings.learningRate).toBe(rate);
  for await (const _ of shipped.train(1));
  using saved = await NTM.load(shipped.save());
  const { batchSize, optimizer, clip } = preset(shipped.task, "lstm").train;
  expect(saved.optimizer).toEqual(optimizer);
  expect(saved.metadata).toMatchObject({ training: { batchSize, clip } });
  shipped.dispose();
});

test("a sequence of more steps than are followed is not run at all", async () => {
  const { machine, task } = await Run.create(readSettings(new URLSearchParams(quick)).settings);
  const [run, create] = [vi.spyOn(machine, "run"), vi.spyOn(NTM, "create")];
  for (const off of [[], [0]]) {
    const watched = {
      sequence: { kind: "drawn", seed: 1, sizes: { minLength: 5, maxLength: 5 } },
      rows: null,
      off,
    } as const;
    expect(await recall(machine, task, watched, 10)).toBeUndefined();
    expect(run).not.toHaveBeenCalled();
    expect(create).not.toHaveBeenCalled();
    expect(await recall(machine, task, watched, 11)).toMatchObject({ steps: 11 });
    vi.clearAllMocks();
  }
  vi.restoreAllMocks();
  machine.dispose();
});

test("a kept run is known by all that it began with, and not only by what a link says", async () => {
  const { settings } = readSettings(new URLSearchParams(quick));
  const run = await Run.create(settings);
  for await (const _ of run.train(1));
  const bytes = run.save();
  run.dispose();
  using machine = await NTM.load(bytes);
  const { config, optimizer } = machine;
  const metadata = machine.metadata as { task: { options: object }; training: object };
  const batch = copy({ maxLength: 5, bits: 4 }).batch(random(1), { batchSize: 4, step: 0 });
  /** Whether it is still taken for the run of the link, where something was otherwise. */
  const isKnown = async (options: Partial<NTMOptions>, update: UpdateOptions, noted: object): Promise<boolean> => {
    using other = await NTM.create({ ...config, ...options });
    other.trainStep(batch, { optimizer: optimizer ?? undefined, ...update });
    const kept = await Run.load(
      other.save({ training: true, metadata: { ...metadata, ...noted } as Json }),
      "kept",
      "",
    );
    const known = kept.beganWith(settings);
    kept.dispose();
    return known;
  };
  expect(await isKnown({}, {}, {})).toBe(true);
  expect(await isKnown({ memory: { ...config.memory, init: "learned" } }, {}, {})).toBe(false);
  expect(await isKnown({ headInit: { ...config.headInit, gate: 1 } }, {}, {})).toBe(false);
  expect(await isKnown({ lstmInit: { ...config.lstmInit, forgetBias: 0 } }, {}, {})).toBe(false);
  expect(await isKnown({}, { optimizer: rmsprop({ learningRate: 1e-3 }) }, {})).toBe(false);
  expect(await isKnown({}, {}, { training: { ...metadata.training, clip: { value: 10 } } })).toBe(false);
  const task = { ...metadata.task, options: { ...metadata.task.options, minLength: 2 } };
  expect(await isKnown({}, {}, { task })).toBe(false);
});

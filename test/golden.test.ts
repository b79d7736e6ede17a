// The machine, by each of its two builds, against independent float64 implementations: see golden/README.md for what the files hold and how near is near.
import { readFileSync } from "node:fs";
import { adam, NTM, type NTMOptions, readTensors, rmsprop, type Tensor } from "neural-turing-machine";
import { describe, expect, inject, test } from "vitest";
import { expectClose, expectCloseOverall } from "./support/numbers.js";

const plain = ["baseline", "feedforward", "heads", "identity", "lstm"];
const trained = ["train-adam", "train-rmsprop"];
/** Those whose gradients are clipped within the backward pass. */
const clipped = ["backward-feedforward", "backward-lstm"];

/** The configuration as the files write it, flat. */
interface FlatConfig {
  inputSize: number;
  outputSize: number;
  controller: "lstm" | "feedforward";
  hiddenSize: number;
  layers: number;
  rows: number;
  cols: number;
  readHeads: number;
  writeHeads: number;
  shiftRange: number;
  memory: "constant" | "learned" | "random";
  keyActivation: "identity" | "tanh";
  addActivation: "identity" | "tanh";
  loss: "binary-cross-entropy";
  clip?: { backward: number };
  train?: {
    optimizer: ({ kind: "adam" } & Parameters<typeof adam>[0]) | ({ kind: "rmsprop" } & Parameters<typeof rmsprop>[0]);
    clip: { value: number } | { norm: number };
    steps: number;
  };
}

function open(name: string) {
  const bytes = readFileSync(new URL(`golden/${name}.safetensors`, import.meta.url));
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString());
  const config: FlatConfig = JSON.parse(header.__metadata__.config);
  const tensors = readTensors(bytes);
  const get = (key: string): Tensor => tensors.get(key) ?? expect.fail(`${name} has no ${key}`);
  /** The tensors called PREFIX.NAME, by NAME. */
  const all = (prefix: string) =>
    new Map(
      [...tensors].filter(([key]) => key.startsWith(`${prefix}.`)).map(([key, t]) => [key.slice(prefix.length + 1), t]),
    );
  return { config, tensors, get, all, batch: { input: get("input"), target: get("target"), mask: get("mask") } };
}

async function machineOf({ config, get, all }: ReturnType<typeof open>): Promise<NTM> {
  const { controller: kind, hiddenSize, layers, rows, cols, memory: init, clip: _, train: __, ...same } = config;
  const options: NTMOptions = {
    ...same,
    controller: { kind, hiddenSize, layers },
    memory: { rows, columns: cols, init },
  };
  const machine = await NTM.create(options, { simd: inject("simd") });
  const parameters = all("param");
  expect([...machine.parameters().keys()].filter((name) => name !== "initial.memory").sort()).toEqual(
    [...parameters.keys()].filter((name) => name !== "initial.memory").sort(),
  );
  machine.setParameters(parameters);
  if (init === "random") machine.setParameters(new Map([["initial.memory", get("initial_memory")]]));
  return machine;
}

describe.each([...plain, ...trained, ...clipped])("%s", (name) => {
  const golden = open(name);

  test("outputs, weightings, reads and memory", async () => {
    const machine = await machineOf(golden);
    const { logits, output, state, trace } = machine.run(golden.get("input"), { trace: ["weightings", "reads"] });
    expectClose(logits, golden.get("output"), {}, "logits");
    const sigmoid = Float32Array.from(golden.get("output").data, (z) => 1 / (1 + Math.exp(-z)));
    expectClose(output, { data: sigmoid, shape: logits.shape }, {}, "output");
    expectClose(trace?.weightings, golden.tensors.get("weighting"), {}, "weightings");
    expectClose(trace?.reads, golden.tensors.get("read"), {}, "reads");
    expectClose(state.get("memory"), golden.tensors.get("memory"), {}, "memory");
    machine.dispose();
  });
});

describe.each([...plain, ...trained])("%s", (name) => {
  const golden = open(name);

  test("loss and every gradient", async () => {
    const machine = await machineOf(golden);
    const { loss, gradients } = machine.lossAndGradients(golden.batch);
    expectClose({ data: Float32Array.of(loss), shape: [1] }, golden.get("loss"), {}, "loss");
    const expected = golden.all("grad");
    expect([...gradients.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [parameter, tensor] of expected) expectCloseOverall(gradients.get(parameter), tensor, 1e-4, parameter);
    machine.dispose();
  });

  test("the same gradients, from the gradient by the logits", async () => {
    const machine = await machineOf(golden);
    const { logits } = machine.run(golden.get("input"));
    const [steps = 0, batch = 0, width = 0] = logits.shape;
    const outer = logits.data.map((z, index) => {
      const weight = golden.get("mask").data[Math.floor(index / width)] ?? Number.NaN;
      return (weight * (1 / (1 + Math.exp(-z)) - (golden.get("target").data[index] ?? Number.NaN))) / batch;
    });
    const { gradients } = machine.gradients(golden.get("input"), { data: outer, shape: [steps, batch, width] });
    for (const [parameter, tensor] of golden.all("grad"))
      expectCloseOverall(gradients.get(parameter), tensor, 1e-4, parameter);
    machine.dispose();
  });
});

describe.each(clipped)("%s", (name) => {
  const golden = open(name);
  const { backward } = golden.config.clip ?? expect.fail("no clipping in this case");

  test("loss and every gradient, clipped within the backward pass", async () => {
    const machine = await machineOf(golden);
    // The gradients are an update's: Adam's m, where it remembers none before, is the last one.
    const optimizer = adam({ beta1: 0, learningRate: 0 });
    const { loss, gradientNorm } = machine.trainStep(golden.batch, { optimizer, clip: { value: 1e30, backward } });
    expectClose({ data: Float32Array.of(loss), shape: [1] }, golden.get("loss"), {}, "loss");
    const slots = readTensors(machine.save({ training: true }));
    const expected = golden.all("grad");
    expect([...slots.keys()].filter((key) => key.startsWith("optimizer.m.")).sort()).toEqual(
      [...expected.keys()].map((parameter) => `optimizer.m.${parameter}`).sort(),
    );
    for (const [parameter, tensor] of expected)
      expectCloseOverall(slots.get(`optimizer.m.${parameter}`), tensor, 1e-4, parameter);
    const norm = Math.hypot(...[...expected.values()].flatMap(({ data }) => [...data]));
    expect(Math.abs(gradientNorm / norm - 1)).toBeLessThan(1e-3);
    machine.dispose();
  });
});

describe.each(trained)("%s", (name) => {
  const golden = open(name);
  const plan = golden.config.train ?? expect.fail("no training in this case");
  const { kind, ...values } = plan.optimizer;
  const optimizer = kind === "adam" ? adam(values) : rmsprop(values);

  function expectTrained(machine: NTM, losses: number[], norms: number[]): void {
    const shape = [plan.steps];
    expectCloseOverall({ data: Float32Array.from(losses), shape }, golden.get("losses"), 1e-4, "losses");
    expectClose(
      { data: Float32Array.from(norms), shape },
      golden.get("gradient_norms"),
      { relative: 1e-3 },
      "gradient norms",
    );
    const parameters = machine.parameters();
    for (const [parameter, tensor] of golden.all("after"))
      expectCloseOverall(parameters.get(parameter), tensor, 1e-4, parameter);
    expect(machine.step).toBe(plan.steps);
  }

  test("updates by trainStep", async () => {
    const machine = await machineOf(golden);
    const updates = Array.from({ length: plan.steps }, () =>
      machine.trainStep(golden.batch, { optimizer, clip: plan.clip }),
    );
    expectTrained(
      machine,
      updates.map(({ loss }) => loss),
      updates.map(({ gradientNorm }) => gradientNorm),
    );
    machine.dispose();
  });

  test("updates by lossAndGradients and applyGradients", async () => {
    const machine = await machineOf(golden);
    const losses: number[] = [];
    const norms: number[] = [];
    for (let step = 0; step < plan.steps; step++) {
      const { loss, gradients } = machine.lossAndGradients(golden.batch);
      losses.push(loss);
      norms.push(machine.applyGradients(gradients, { optimizer, clip: plan.clip }).gradientNorm);
    }
    expectTrained(machine, losses, norms);
    machine.dispose();
  });

  test("updates by train, from a task of one batch", async () => {
    const machine = await machineOf(golden);
    const { inputSize, outputSize } = machine.config;
    const task = { inputSize, outputSize, batch: () => golden.batch };
    const losses: number[] = [];
    const norms: number[] = [];
    const options = { steps: plan.steps, batchSize: 3, optimizer, clip: plan.clip };
    for await (const progress of machine.train(task, options)) {
      losses.push(progress.loss);
      norms.push(progress.gradientNorm);
    }
    expectTrained(machine, losses, norms);
    machine.dispose();
  });
});

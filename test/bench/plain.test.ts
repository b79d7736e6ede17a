// The benchmark's machine in plain JavaScript shares no code with the package, so that each is a check of the other; and both are
// checked against the golden files.
import { readFileSync } from "node:fs";
import { copy, NTM, random, readTensors, rmsprop, type Tensor } from "neural-turing-machine";
import { describe, expect, test } from "vitest";
import type { Config } from "../../bench/plain/layout.mjs";
import { PlainNTM } from "../../bench/plain/machine.mjs";
import { expectClose, shake } from "../support/numbers.js";

describe.each(["baseline", "feedforward", "heads", "identity", "lstm", "train-rmsprop"])("%s", (name) => {
  const { config, train, get, all, batch } = open(name);

  test("loss and every gradient", () => {
    const machine = plain(config, all("param"), get);
    expectClose(scalar(machine.lossAndGradients(batch)), get("loss"), {}, "loss");
    for (const [parameter, tensor] of all("grad")) expectCloseTo(machine.gradients[parameter], tensor, parameter);
  });

  if (!train) return;

  test("updates", () => {
    const machine = plain(config, all("param"), get);
    const { optimizer, clip, steps } = train;
    const updates = Array.from({ length: steps }, () => machine.trainStep(batch, { ...optimizer, clip: clip.value }));
    const losses = Float32Array.from(updates, ({ loss }) => loss);
    const norms = Float32Array.from(updates, ({ gradientNorm }) => gradientNorm);
    expectCloseTo(losses, get("losses"), "losses");
    expectClose({ data: norms, shape: [steps] }, get("gradient_norms"), { relative: 1e-3 }, "gradient norms");
    for (const [parameter, tensor] of all("after")) expectCloseTo(machine.parameters[parameter], tensor, parameter);
  });
});

const task = copy({ bits: 3, minLength: 4, maxLength: 4 });
const sizes = { inputSize: task.inputSize, outputSize: task.outputSize };

describe.each([
  { controller: "lstm", layers: 1, readHeads: 1, writeHeads: 1, shiftRange: 1, init: "constant" },
  { controller: "feedforward", layers: 2, readHeads: 2, writeHeads: 3, shiftRange: 2, init: "constant" },
  { controller: "lstm", layers: 2, readHeads: 0, writeHeads: 1, shiftRange: 0, init: "learned" },
  { controller: "feedforward", layers: 1, readHeads: 5, writeHeads: 0, shiftRange: 3, init: "learned" },
] as const)("beside the package: %o", ({ controller, layers, init, ...heads }) => {
  const config: Config = {
    ...sizes,
    controller,
    hiddenSize: 7,
    layers,
    ...heads,
    rows: 6,
    columns: 5,
    memory: init,
    keyActivation: "identity",
    addActivation: "tanh",
  };

  async function both() {
    const ours = await NTM.create({
      ...sizes,
      controller: { kind: controller, hiddenSize: 7, layers },
      memory: { rows: 6, columns: 5, init },
      ...heads,
      addActivation: "tanh",
    });
    shake(ours, 1, 0.6);
    const theirs = new PlainNTM(config);
    theirs.setParameters(ours.parameters());
    return { ours, theirs };
  }

  test("loss, gradients and updates of a batch", async () => {
    const { ours, theirs } = await both();
    const batch = task.batch(random(1), { batchSize: 3, step: 0 });
    const { loss, gradients } = ours.lossAndGradients(batch);
    expectClose(scalar(loss), scalar(theirs.lossAndGradients(batch)), {}, "loss");
    expect([...gradients.keys()].sort()).toEqual(Object.keys(theirs.gradients).sort());
    for (const [name, tensor] of gradients) expectCloseTo(theirs.gradients[name], tensor, name);

    const optimizer = rmsprop({ learningRate: 1e-2 });
    for (let step = 0; step < 5; step++) {
      const update = ours.trainStep(batch, { optimizer, clip: { value: 0.1 } });
      const expected = theirs.trainStep(batch, { learningRate: 1e-2, clip: 0.1 });
      expectClose(scalar(update.loss), scalar(expected.loss), { relative: 1e-4 }, `loss of update ${step}`);
      expectClose(scalar(update.gradientNorm), scalar(expected.gradientNorm), { relative: 1e-3 }, "gradient norm");
    }
    ours.dispose();
  });

  test("a session, started anew", async () => {
    const { ours, theirs } = await both();
    const [a, b] = [ours.session(), theirs.session()];
    const { input } = task.batch(random(2), { batchSize: 1, step: 0 });
    for (let round = 0; round < 2; round++) {
      for (let start = 0; start < input.data.length; start += sizes.inputSize) {
        const x = input.data.subarray(start, start + sizes.inputSize);
        const { logits } = a.step({ data: x, shape: [1, sizes.inputSize] });
        expectClose({ data: b.step(x), shape: logits.shape }, logits, {}, "logits");
      }
      a.reset();
      b.reset();
    }
    ours.dispose();
  });
});

interface Train {
  optimizer: { learningRate: number; decay: number; momentum: number; epsilon: number };
  clip: { value: number };
  steps: number;
}

function open(name: string) {
  const bytes = readFileSync(new URL(`../golden/${name}.safetensors`, import.meta.url));
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString());
  const { cols, train, ...config } = JSON.parse(header.__metadata__.config);
  const tensors = readTensors(bytes);
  const get = (key: string): Tensor => tensors.get(key) ?? expect.fail(`${name} has no ${key}`);
  /** The tensors called PREFIX.NAME, by NAME. */
  const all = (prefix: string): [string, Tensor][] =>
    [...tensors].filter(([key]) => key.startsWith(`${prefix}.`)).map(([key, t]) => [key.slice(prefix.length + 1), t]);
  const batch = { input: get("input"), target: get("target"), mask: get("mask") };
  return { config: { ...config, columns: cols } as Config, train: train as Train | undefined, get, all, batch };
}

function plain(config: Config, parameters: [string, Tensor][], get: (key: string) => Tensor): PlainNTM {
  const machine = new PlainNTM(config);
  machine.setParameters(parameters);
  if (config.memory === "random") machine.setParameters([["initial.memory", get("initial_memory")]]);
  return machine;
}

const scalar = (value: number): Tensor => ({ data: Float32Array.of(value), shape: [1] });

/** Every entry within 1e-4 of the tensor's largest one, or where rounding of a loss of some 10 nats shows in a gradient. */
function expectCloseTo(actual: Float32Array | undefined, expected: Tensor, what: string): void {
  const largest = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const tensor = { data: actual ?? new Float32Array(), shape: expected.shape };
  expectClose(tensor, expected, { relative: 0, absolute: Math.max(1e-4 * largest, 1e-7) }, what);
}

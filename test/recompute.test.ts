// `recompute`: the same bits in less memory.
import { readFileSync } from "node:fs";
import { adam, copy, NTM, type NTMOptions, random, type Tensor } from "neural-turing-machine";
import { afterAll, describe, expect, inject, test, vi } from "vitest";
import { make, smallTask } from "./support/machines.js";
import { bits, noise } from "./support/numbers.js";

/** The memories of all instances made since. */
const memories: WebAssembly.Memory[] = [];
const { instantiate } = WebAssembly;
vi.spyOn(WebAssembly, "instantiate").mockImplementation((async (
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
) => {
  const instance = await instantiate(module, imports);
  memories.push(instance.exports["memory"] as WebAssembly.Memory);
  return instance;
}) as typeof instantiate);
afterAll(() => vi.restoreAllMocks());

/** A batch longer than a few segments. */
const long = (): { input: Tensor; target: Tensor } => ({
  input: noise([150, 11, 3], 1),
  target: { data: new Float32Array(150 * 11 * 2), shape: [150, 11, 2] },
});

describe.each(["lstm", "feedforward"] as const)("the same bits (%s)", (kind) => {
  const of = () => make({ controller: { kind, hiddenSize: 6 } });

  test("of the loss and its gradients, and of a loss of one's own", async () => {
    const machine = await of();
    const kept = machine.lossAndGradients(long());
    const again = machine.lossAndGradients(long(), { recompute: true });
    expect(again.loss).toBe(kept.loss);
    expect(bits(again.gradients)).toEqual(bits(kept.gradients));
    const own = [long().input, noise([150, 11, 2], 2)] as const;
    const ownKept = machine.gradients(...own);
    const ownAgain = machine.gradients(...own, { recompute: true });
    expect(bits(ownAgain.gradients)).toEqual(bits(ownKept.gradients));
    expect(ownAgain.inputGradient).toEqual(ownKept.inputGradient);
    machine.dispose();
  });

  test("of an update, and of training, with workers and without", async () => {
    const task = { ...smallTask, batch: () => long() };
    const saved = [];
    for (const options of [{}, { recompute: true }, { recompute: true, workers: 2 }]) {
      const machine = await of();
      const { workers, ...step } = { workers: 0, ...options };
      machine.trainStep(long(), { ...step, optimizer: adam() });
      for await (const _ of machine.train(task, { ...options, steps: 3, batchSize: 11 }));
      saved.push(machine.save({ training: true }));
      machine.dispose();
    }
    expect(saved[1]).toEqual(saved[0]);
    expect(saved[2]).toEqual(saved[0]);
  });
});

test("what is no option is refused", async () => {
  const machine = await make();
  const wrong = { recompute: "yes" } as never;
  const refused = expect.objectContaining({ code: "option", message: 'recompute: expected true or false, got "yes"' });
  expect(() => machine.trainStep(long(), wrong)).toThrow(refused);
  expect(() => machine.lossAndGradients(long(), wrong)).toThrow(refused);
  expect(() => machine.gradients(long().input, noise([150, 11, 2], 2), wrong)).toThrow(refused);
  expect(() => machine.applyGradients(new Map(), { recompute: true } as never)).toThrow(/recompute: unknown option/);
  machine.dispose();
});

const large: Partial<NTMOptions> = {
  controller: { kind: "lstm", hiddenSize: 256 },
  memory: { rows: 512, columns: 64 },
  readHeads: 4,
  writeHeads: 4,
};

test.each<[number, string, Partial<NTMOptions>]>([
  [2000, "the paper's machine", {}],
  [500, "an LSTM of 256 units, a memory of 512 × 64, four heads of each kind", large],
])("%i steps of 16 sequences fit in 1 GiB: %s", { timeout: 300_000 }, async (steps, _, configuration) => {
  // An instance of its own.
  const wasm = await WebAssembly.compile(readFileSync(`${inject("packageFolder")}/dist/ntm.wasm`));
  const machine = await NTM.create({ inputSize: 9, outputSize: 8, ...configuration }, { wasm });
  const memory = memories.at(-1);
  const length = steps / 2;
  const batch = copy({ bits: 8, minLength: length, maxLength: length }).batch(random(1), { batchSize: 16, step: 0 });
  expect(batch.input.shape[0]).toBeGreaterThanOrEqual(steps);
  const { loss } = machine.trainStep(batch, { recompute: true });
  expect(loss).toBeGreaterThan(0);
  expect((memory?.buffer.byteLength ?? Number.POSITIVE_INFINITY) / 2 ** 20).toBeLessThan(1024);
  machine.dispose();
});

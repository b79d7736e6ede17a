// What a full WebAssembly memory leaves: whatever is asked for succeeds or is refused, and nothing that is there is lost.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  adam,
  NTM,
  NTMError,
  type NTMOptions,
  type Session,
  type TensorBatch,
  type TrainOptions,
} from "neural-turing-machine";
import { expect, test } from "vitest";
import { WasmReader } from "../scripts/wasm-reader.mjs";
import { noise } from "./support/numbers.js";

const MEMORY_SECTION = 5;

/** The default build with a memory of at most so many MiB. */
function limited(mebibytes: number): Uint8Array {
  const bytes = readFileSync(fileURLToPath(import.meta.resolve("neural-turing-machine/ntm.wasm")));
  const reader = new WasmReader(bytes);
  while (reader.position < bytes.length) {
    const start = reader.position;
    const id = reader.byte();
    const end = reader.number() + reader.position;
    if (id !== MEMORY_SECTION) {
      reader.position = end;
      continue;
    }
    expect([reader.number(), reader.number()]).toEqual([1, 0]); // one memory, without a limit
    const limits = [1, 1, ...leb(reader.number()), ...leb(16 * mebibytes)];
    const section = [MEMORY_SECTION, ...leb(limits.length), ...limits];
    return Uint8Array.from([...bytes.subarray(0, start), ...section, ...bytes.subarray(end)]);
  }
  throw new Error("the build has no memory of its own");
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...leb(Math.floor(value / 128))];
}

const wide = {
  inputSize: 3,
  outputSize: 2,
  controller: { kind: "lstm", hiddenSize: 6 },
  memory: { rows: 4096, columns: 20 },
} as const satisfies NTMOptions;

/** Whether it succeeds; else it must have been refused for memory. */
async function fits(act: () => unknown): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(NTMError);
    expect(error).toMatchObject({
      code: "memory",
      message: expect.stringMatching(
        /expected (at most the \d+ MiB|arrays no larger than the pieces of memory) left.*, got \d+ MiB/,
      ),
    });
    return false;
  }
}

/** Fills what is left with sessions. */
async function fill(machine: NTM): Promise<Session[]> {
  const sessions: Session[] = [];
  while (await fits(() => sessions.push(machine.session())));
  return sessions;
}

async function trained(machine: NTM, batch: TensorBatch, options: Partial<TrainOptions>): Promise<void> {
  const [, batchSize] = batch.input.shape as [number, number];
  const task = { inputSize: 3, outputSize: 2, batch: () => batch };
  for await (const _ of machine.train(task, { steps: 1, batchSize, ...options }));
}

const batchOf = (steps: number, batch: number): TensorBatch => ({
  input: noise([steps, batch, 3], 1),
  target: { data: new Float32Array(steps * batch * 2), shape: [steps, batch, 2] },
  mask: { data: new Float32Array(steps * batch).fill(1), shape: [steps, batch] },
});

/** Whatever copies arrays in or out, or needs buffers. */
const calls: Readonly<Record<string, (machine: NTM, batch: TensorBatch) => unknown>> = {
  run: (machine, { input }) => machine.run(input),
  "run with a trace": (machine, { input }) => machine.run(input, { trace: true }),
  "run on": (machine, { input }) => machine.run(input, { state: machine.run(input).state }),
  gradients: (machine, { input, target }) => machine.gradients(input, target),
  lossAndGradients: (machine, batch) => machine.lossAndGradients(batch),
  "lossAndGradients, recomputed": (machine, batch) => machine.lossAndGradients(batch, { recompute: true }),
  trainStep: (machine, batch) => machine.trainStep(batch, { optimizer: adam() }),
  applyGradients: (machine, batch) => machine.applyGradients(machine.lossAndGradients(batch).gradients),
  evaluate: (machine, batch) => {
    const [, batchSize] = batch.input.shape as [number, number];
    const task = { inputSize: 3, outputSize: 2, batch: () => batch };
    return machine.evaluate(task, { sequences: batchSize, batchSize });
  },
  "train with a worker": (machine, batch) => trained(machine, batch, { workers: 1 }),
  "a session": (machine, { input }) => {
    const [steps, batchSize] = input.shape as [number, number];
    using session = machine.session({ batchSize, trace: true });
    session.step({ data: input.data.subarray(0, input.data.length / steps), shape: [batchSize, 3] });
    session.restore(session.state());
    session.reset();
  },
  parameters: (machine) => machine.setParameters(machine.parameters()),
  save: (machine) => machine.save({ training: true }),
};

const shapes: readonly (readonly [options: NTMOptions, steps: number, batch: number])[] = [
  [wide, 20, 4],
  [{ ...wide, memory: { rows: 8, columns: 4 } }, 20, 8000],
  [{ ...wide, controller: { kind: "lstm", hiddenSize: 400 }, memory: { rows: 64, columns: 20 } }, 70, 9],
  [wide, 1, 100], // whose state is larger than all that a run needs
];

test.each(Object.entries(calls))("%s succeeds or is refused, and ends nothing", async (name, call) => {
  let refused = 0;
  for (const [options, steps, sequences] of shapes) {
    const batch = batchOf(steps, sequences);
    let succeeded = 0;
    // From a memory that holds little more than the machine to one that holds all.
    for (let mebibytes = 3; succeeded < 2 && mebibytes < 500; mebibytes = Math.ceil(mebibytes * 1.12)) {
      const machine = await NTM.create(options, { wasm: limited(mebibytes) }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "memory" });
      });
      if (!machine) continue;
      if (await fits(() => call(machine, batch))) succeeded++;
      else refused++;
      // That would be refused, too, if the instance had ended, and not for memory.
      await fits(() => machine.run(noise([1, 1, 3], 1)));
      machine.dispose();
    }
    expect(succeeded).toBe(2);
  }
  if (name !== "parameters" && name !== "save") expect(refused).toBeGreaterThan(3);
});

test("a run that goes on from a state has room for both, or is refused", async () => {
  const options = { ...wide, memory: { rows: 8, columns: 4 } } as const;
  const input = noise([64, 8000, 3], 1);
  using other = await NTM.create(options);
  const { state } = other.run(noise([1, 8000, 3], 2));
  let refused = 0;
  for (let mebibytes = 8; mebibytes < 24; mebibytes++) {
    using machine = await NTM.create(options, { wasm: limited(mebibytes) });
    if (!(await fits(() => machine.run(input, { state })))) refused++;
    await fits(() => machine.run(noise([1, 1, 3], 1)));
  }
  expect(refused).toBeGreaterThan(3);
});

test("what was trained can be saved, though the buffers of training be given up", { timeout: 180_000 }, async () => {
  const options = {
    ...wide,
    controller: { kind: "lstm", hiddenSize: 400 },
    memory: { rows: 64, columns: 20 },
  } as const;
  let least = 14;
  const cases = [
    { batch: batchOf(1, 1), times: 3 }, // whose buffers are too small to be worth giving up
    { batch: batchOf(64, 8), times: 8 },
  ];
  for (const { batch, times } of cases) {
    const update = (machine: NTM) => fits(() => machine.trainStep(batch, { optimizer: adam() }));
    let trained = 0;
    for (let mebibytes = least; trained < times; mebibytes++) {
      const wasm = limited(mebibytes);
      const machine = await NTM.create(options, { wasm }).catch(() => undefined);
      if (!machine) {
        least = mebibytes;
        continue;
      }
      if (await update(machine)) {
        trained++;
        await update(machine);
        using loaded = await NTM.load(machine.save({ training: true }));
        expect(loaded.parameters()).toEqual(machine.parameters());
        if (batch.input.data.length > 3) expect(machine.run(noise([4000, 1, 3], 1)).logits.shape).toEqual([4000, 1, 2]);
      }
      machine.dispose();
    }
  }
});

test("a session's state can be had, though the buffers of training be given up", async () => {
  let refused = 0;
  for (let mebibytes = 30; mebibytes < 70; mebibytes += 2) {
    using machine = await NTM.create(wide, { wasm: limited(mebibytes) });
    const session = machine.session({ batchSize: 8 });
    if (!(await fits(() => machine.lossAndGradients(batchOf(12, 4))))) refused++;
    session.restore(session.state());
  }
  expect(refused).toBeGreaterThan(1);
  expect(refused).toBeLessThan(18);
});

test.each([
  { inputSize: 3, outputSize: 8192 },
  { inputSize: 16384, outputSize: 2 },
])("a session that opens can take its steps, of $inputSize numbers to $outputSize", async (sizes) => {
  let refused = 0;
  for (let mebibytes = 8; mebibytes < 24; mebibytes += 0.5) {
    const options = { ...wide, ...sizes, memory: { rows: 8, columns: 4 } };
    const machine = await NTM.create(options, { wasm: limited(mebibytes) }).catch(() => undefined);
    if (!machine) continue;
    const [batchSize, x] = [64, noise([64, sizes.inputSize], 1)];
    if (!(await fits(() => machine.session({ batchSize }).step(x)))) refused++;
    const sessions: Session[] = [];
    if (await fits(() => sessions.push(machine.session({ batchSize })))) sessions[0]?.step(x);
    machine.dispose();
  }
  expect(refused).toBeGreaterThan(3);
  expect(refused).toBeLessThan(30);
});

test("a small session's state can be had and set in a memory that is full", async () => {
  for (let mebibytes = 10; mebibytes < 30; mebibytes++) {
    const wasm = limited(mebibytes); // one for both: they share its memory
    using machine = await NTM.create(wide, { wasm });
    using tiny = await NTM.create({ ...wide, memory: { rows: 8, columns: 4 } }, { wasm });
    const session = tiny.session();
    await fill(machine);
    await fill(tiny);
    session.restore(session.state());
    session.step(noise([1, 3], 1));
  }
});

test("where there is room enough, but between what is there, no other figure is said to be left", async () => {
  using machine = await NTM.create(wide, { wasm: limited(64) });
  const sessions = await fill(machine);
  for (const [index, session] of sessions.entries()) if (index % 2 === 0) session.dispose();
  const gradients = () => machine.lossAndGradients(batchOf(6, 4));
  expect(gradients).toThrow(
    /^time steps × sequences: expected arrays no larger than the pieces of memory left, got \d+ MiB$/,
  );
  for (const session of sessions) session.dispose();
  gradients();
});

test("recompute is advised where it would do", async () => {
  const batch = batchOf(60_000, 1);
  for (const mebibytes of [64, 200]) {
    using machine = await NTM.create(wide, { wasm: limited(mebibytes) });
    const error = await Promise.resolve()
      .then(() => machine.lossAndGradients(batch))
      .catch((error: unknown) => error);
    const isAdvised = /recompute/.test(String(error));
    expect(error).toMatchObject({ code: "memory" });
    expect(await fits(() => machine.lossAndGradients(batch, { recompute: true }))).toBe(isAdvised);
  }
});

test("what fits is not refused after a call that was, nor once more", async () => {
  const gradients = (steps: number, sequences: number) => (machine: NTM) =>
    machine.lossAndGradients(batchOf(steps, sequences));
  for (const act of [gradients(12, 4), gradients(16, 4), gradients(20, 4), gradients(8, 8)]) {
    using fresh = await NTM.create(wide, { wasm: limited(60) });
    expect(await fits(() => act(fresh))).toBe(true);
    using machine = await NTM.create(wide, { wasm: limited(60) });
    expect(await fits(() => gradients(200, 8)(machine))).toBe(false);
    for (let time = 0; time < 3; time++) expect(await fits(() => act(machine))).toBe(true);
  }
});

test("the same call goes on to be refused, or not, and succeeds with more memory", async () => {
  const paper = { ...wide, controller: { kind: "lstm", hiddenSize: 100 }, memory: { rows: 128, columns: 20 } } as const;
  const batch = batchOf(33, 8);
  const acts: ((machine: NTM) => unknown)[] = [
    (machine) => machine.trainStep(batch, { optimizer: adam() }),
    (machine) => machine.run(batch.input, { trace: true }),
  ];
  for (const act of acts) {
    const last: boolean[] = [];
    for (let mebibytes = 8; mebibytes < 24; mebibytes++) {
      using machine = await NTM.create(paper, { wasm: limited(mebibytes) });
      const times: boolean[] = [];
      while (times.length < 6) times.push(await fits(() => act(machine)));
      expect(new Set(times.slice(1)).size).toBe(1);
      last.push(times[5] === true);
    }
    expect(last).toEqual([...last].sort()); // false, then true
    expect(new Set(last).size).toBe(2);
  }
});

test("a feedforward machine's session takes no room for cells that it has not got", async () => {
  const hidden = { kind: "feedforward", hiddenSize: 8192 } as const;
  const options = { inputSize: 1, outputSize: 1, controller: hidden, memory: { rows: 4, columns: 4 } };
  using machine = await NTM.create(options, { wasm: limited(60) });
  for (const batchSize of [1000, 3000, 40_000]) {
    using session = machine.session({ batchSize });
    expect(session.step(noise([batchSize, 1], 1)).logits.shape).toEqual([batchSize, 1]);
  }
});

test("more steps than gradients go back through are refused, and run", async () => {
  const options = { ...wide, controller: { kind: "lstm", hiddenSize: 1 }, memory: { rows: 1, columns: 1 } } as const;
  using machine = await NTM.create(options, { wasm: limited(24) });
  for (const recompute of [false, true])
    expect(() => machine.lossAndGradients(batchOf(131_073, 1), { recompute })).toThrow(
      "input: expected at most 131072 steps, got 131073",
    );
  expect(await fits(() => machine.lossAndGradients(batchOf(131_072, 1)))).toBe(false);
  machine.lossAndGradients(batchOf(131_072, 1), { recompute: true });
  expect(machine.run(noise([131_073, 1, 3], 1)).logits.shape).toEqual([131_073, 1, 2]);
});

test("recompute finds room for the longest sequences, by whichever method, and in a worker", async () => {
  const options = { ...wide, controller: { kind: "lstm", hiddenSize: 1 }, memory: { rows: 1, columns: 1 } } as const;
  using machine = await NTM.create(options, { wasm: limited(24) });
  const batch = batchOf(131_072, 1);
  for (const act of [
    (recompute: boolean) => machine.gradients(batch.input, batch.target, { recompute }),
    (recompute: boolean) => machine.trainStep(batch, { recompute }),
    (recompute: boolean) => trained(machine, batch, { recompute }),
    (recompute: boolean) => trained(machine, batch, { recompute, workers: 1 }),
  ])
    for (const recompute of [false, true]) expect(await fits(() => act(recompute)), `${act}`).toBe(recompute);
});

test.each([5, 64])("of %d layers, too, the longest sequences are refused where they do not fit", async (layers) => {
  const controller = { kind: "lstm", hiddenSize: 1, layers } as const;
  const options = { ...wide, controller, memory: { rows: 1, columns: 1 } };
  const most = 64 * Math.floor(2048 / layers);
  using machine = await NTM.create(options);
  expect(() => machine.lossAndGradients(batchOf(most + 1, 1))).toThrow(
    `input: expected at most ${most} steps, got ${most + 1}`,
  );
  let refused = 0;
  for (let mebibytes = 3; mebibytes < 20; mebibytes++) {
    using machine = await NTM.create(options, { wasm: limited(mebibytes) });
    for (const recompute of [false, true])
      if (!(await fits(() => machine.lossAndGradients(batchOf(most, 1), { recompute })))) refused++;
  }
  expect(refused).toBeGreaterThan(3);
});

test("a memory that is full refuses, and ends nothing", async () => {
  const wasm = limited(24);
  using machine = await NTM.create(wide, { wasm });
  using tiny = await NTM.create({ ...wide, memory: { rows: 8, columns: 4 } }, { wasm });
  await fill(machine);
  await fill(tiny);
  expect(await fits(() => tiny.run(noise([21_845, 1, 3], 1)))).toBe(false);
  await fits(() => tiny.run(noise([1, 1, 3], 1)));
});

test("parameters are had, set and saved in a memory that is full, or are refused", async () => {
  const options = { ...wide, controller: { kind: "lstm", hiddenSize: 400 } } as const;
  using machine = await NTM.create(options, { wasm: limited(40) });
  const parameters = machine.parameters();
  const sessions = await fill(machine);
  const last = sessions.pop();
  const acts = [() => machine.parameters(), () => machine.setParameters(parameters), () => machine.save()];
  const found: boolean[] = [];
  for (let freed = 0; sessions.length > 0; freed = 2 * freed || 1) {
    for (const session of sessions.splice(0, freed)) session.dispose();
    for (const act of acts) found.push(await fits(act));
  }
  expect(found).toEqual(expect.arrayContaining([false, true]));
  expect(last?.step(noise([1, 3], 1)).logits.data).toHaveLength(2);
});

test("sessions beyond number are refused, and those that are open go on", async () => {
  using machine = await NTM.create(wide, { wasm: limited(48) });
  const traced = machine.session({ batchSize: 8, trace: true });
  const x = noise([1, 3], 1);
  const sessions = await fill(machine);
  expect(sessions.length).toBeGreaterThan(5);
  for (const session of sessions) expect(session.step(x).logits.data).toHaveLength(2);
  await fits(() => traced.step(noise([8, 3], 1)));
  for (const call of Object.values(calls)) await fits(() => call(machine, batchOf(40, 8)));
  for (const session of sessions) {
    session.reset();
    expect(session.step(x).logits.data).toHaveLength(2);
  }
  for (const session of sessions.splice(0, 6)) session.dispose();
  sessions[0]?.restore(machine.run(noise([1, 1, 3], 2)).state);
  expect(sessions[0]?.state().get("memory")?.shape).toEqual([1, 4096, 20]);
});

test("a step that is refused was not taken", async () => {
  const options = { ...wide, outputSize: 8192, memory: { rows: 8, columns: 4 } };
  using machine = await NTM.create(options, { wasm: limited(48) });
  const session = machine.session({ batchSize: 64 });
  const sessions = await fill(machine);
  const x = noise([64, 3], 1);
  const state = session.state();
  expect(await fits(() => session.step(x))).toBe(false);
  expect(session.state()).toEqual(state);
  for (const each of sessions) each.dispose();
  expect(session.step(x).logits.shape).toEqual([64, 8192]);
});

test("a file that there is no room for is not loaded, and ends no other machine", async () => {
  const big = { ...wide, controller: { kind: "lstm", hiddenSize: 700 }, memory: { rows: 8, columns: 4 } } as const;
  using other = await NTM.create(big);
  other.trainStep(batchOf(1, 1), { optimizer: adam() });
  const bytes = other.save({ training: true });
  let refused = 0;
  let succeeded = 0;
  for (let mebibytes = 24; succeeded < 2 && mebibytes < 300; mebibytes += 4) {
    const wasm = limited(mebibytes);
    using machine = await NTM.create(wide, { wasm });
    if (await fits(async () => (await NTM.load(bytes, { wasm })).dispose())) succeeded++;
    else refused++;
    expect(machine.run(noise([1, 1, 3], 1)).logits.data).toHaveLength(2);
  }
  expect(succeeded).toBe(2);
  expect(refused).toBeGreaterThan(3);
});

test("a small session in a full memory takes whole steps", async () => {
  const wasm = limited(24);
  using machine = await NTM.create(wide, { wasm });
  using tiny = await NTM.create({ ...wide, memory: { rows: 8, columns: 4 } }, { wasm });
  const session = tiny.session({ trace: true });
  await fill(machine);
  await fill(tiny);
  const x = noise([1, 3], 1);
  expect(session.step(x).trace.memory.shape).toEqual([1, 8, 4]);
  const state = session.state();
  session.step(x);
  session.restore(state);
  expect(session.state()).toEqual(state);
});

// Streaming: what a session keeps, gives out and takes back.
import { type NTM, NTMError, type NTMOptions, type State, type TraceName } from "neural-turing-machine";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { make } from "./support/machines.js";
import { bits, noise } from "./support/numbers.js";

let machine: NTM;
beforeEach(async () => {
  machine = await make();
});
afterEach(() => machine.dispose());

const x = (seed: number, batch = 1) => noise([batch, 3], seed);

describe("a session", () => {
  test("gives the caller arrays of its own at every step", () => {
    const session = machine.session({ trace: ["reads"] });
    const first = session.step(x(1));
    const copy = structuredClone(first);
    session.step(x(2));
    expect(first).toEqual(copy);
    first.logits.data.fill(7);
    first.trace?.reads?.data.fill(7);
    expect(session.step(x(3)).logits.data).not.toContain(7);
  });

  test("has no trace unless it was asked for", () => {
    expect(machine.session().step(x(1)).trace).toBeUndefined();
    expect(machine.session({ trace: false }).step(x(1)).trace).toBeUndefined();
    expect(Object.keys(machine.session({ trace: ["gate"] }).step(x(1)).trace ?? {})).toEqual(["gate"]);
    expect(machine.session({ trace: true }).step(x(1)).trace?.memory?.shape).toEqual([1, 5, 4]);
  });

  test.each<[string, Partial<NTMOptions>]>([
    ["one layer", {}],
    ["two layers", { controller: { hiddenSize: 6, layers: 2 } }],
    ["three layers without heads", { controller: { hiddenSize: 6, layers: 3 }, readHeads: 0, writeHeads: 0 }],
  ])("traces step by step what a run traces as a whole, beyond a segment of it, too: %s", async (_, configuration) => {
    const other = await make(configuration);
    onTestFinished(() => other.dispose());
    const [steps, batch] = [130, 2];
    const input = noise([steps, batch, 3], 5);
    const whole = other.run(input, { trace: true });
    const session = other.session({ batchSize: batch, trace: true });
    const part = (data: Float32Array, step: number) => {
      const width = data.length / steps;
      return data.slice(step * width, (step + 1) * width);
    };
    for (let step = 0; step < steps; step++) {
      const { logits, trace } = session.step({ data: part(input.data, step), shape: [batch, 3] });
      expect(logits.data).toEqual(part(whole.logits.data, step));
      for (const [name, { data }] of Object.entries(trace))
        expect(data, `${name} of step ${step}`).toEqual(part(whole.trace[name as TraceName].data, step));
    }
  });

  test("takes nested arrays", () => {
    const values = [0.5, -1, 2];
    const nested = machine.session().step([values]);
    expect(nested).toEqual(machine.session().step({ data: Float32Array.from(values), shape: [1, 3] }));
  });

  test("is independent of its sisters", () => {
    const [one, two] = [machine.session(), machine.session()];
    one.step(x(1));
    const alone = machine.session().step(x(2));
    expect(two.step(x(2))).toEqual(alone);
  });

  test("uses the parameters that the machine has at each step", () => {
    const [one, two] = [machine.session(), machine.session()];
    one.step(x(1));
    two.step(x(1));
    const before = one.step(x(2));
    const bias = { data: Float32Array.of(5, 5), shape: [2] };
    machine.setParameters(new Map([["output.bias", bias]]));
    expect(two.step(x(2)).logits).not.toEqual(before.logits);
  });

  test("starts anew by reset, from the initial state as it is then", () => {
    const session = machine.session();
    const first = session.step(x(1));
    session.step(x(2));
    session.reset();
    expect(session.step(x(1))).toEqual(first);
    machine.setParameters(new Map([["initial.hidden.0", noise([6], 1)]]));
    session.reset();
    expect(session.step(x(1))).toEqual(machine.session().step(x(1)));
    expect(session.step(x(1))).not.toEqual(first);
  });

  test("goes back to a state that it gave, to the bit", () => {
    const session = machine.session({ batchSize: 3, trace: true });
    session.step(x(1, 3));
    const state = session.state();
    const then = session.step(x(2, 3));
    session.step(x(3, 3));
    session.restore(state);
    expect(session.step(x(2, 3))).toEqual(then);
  });

  test("hands its state to another session, a run, and back from JSON", () => {
    const session = machine.session();
    session.step(x(1));
    const plain = JSON.parse(
      JSON.stringify([...session.state()].map(([name, t]) => [name, { ...t, data: [...t.data] }])),
    );
    const other = machine.session();
    other.restore(new Map(plain));
    const [there, here] = [other.step(x(2)), session.step(x(2))];
    expect(there).toEqual(here);
    const run = machine.run({ data: x(2).data, shape: [1, 1, 3] }, { state: new Map(plain) });
    expect(run.logits.data).toEqual(here.logits.data);
  });

  test("gives a state of copies", () => {
    const session = machine.session();
    session.step(x(1));
    const state = session.state();
    const before = bits(session.state());
    state.get("memory")?.data.fill(9);
    expect(bits(session.state())).toEqual(before);
  });

  test("has the state's names and shapes of its machine", async () => {
    const shapes = (state: State) => Object.fromEntries([...state].map(([name, { shape }]) => [name, shape]));
    expect(shapes(machine.session({ batchSize: 2 }).state())).toEqual({
      memory: [2, 5, 4],
      weightings: [2, 2, 5],
      reads: [2, 1, 4],
      "hidden.0": [2, 6],
      "cell.0": [2, 6],
    });
    const other = await make({ controller: { kind: "feedforward" }, readHeads: 0, writeHeads: 0 });
    expect(shapes(other.session().state())).toEqual({});
    other.session().restore(new Map());
    other.dispose();
  });

  test("that is disposed while its argument is read was disposed, and nothing else ends", () => {
    const whole = machine.session().state();
    const disposed = expect.objectContaining({ code: "disposed", message: "this session was disposed" });
    const ending = (session: { dispose(): void }, data: Float32Array, shape: number[]) => ({
      get data() {
        session.dispose();
        return data;
      },
      shape,
    });
    const stepped = machine.session();
    expect(() => stepped.step(ending(stepped, new Float32Array(3), [1, 3]))).toThrow(disposed);
    const restored = machine.session();
    const [[name, { data, shape }] = expect.fail()] = whole;
    expect(() => restored.restore(new Map([...whole, [name, ending(restored, data, shape)]]))).toThrow(disposed);
    expect(machine.session().step(x(1)).output.shape).toEqual([1, 2]);
  });

  test("keeps its state where a step fails", () => {
    const session = machine.session();
    session.step(x(1));
    const before = bits(session.state());
    expect(() => session.step([[1, Number.NaN, 0]])).toThrow(expect.objectContaining({ code: "option" }));
    expect(() => session.step([[1, 2]])).toThrow(expect.objectContaining({ code: "shape", where: "x" }));
    // All gates open: every hidden unit is near 1, and six times 3e38 is no float32.
    machine.setParameters(
      new Map([
        ["controller.0.bias", { data: new Float32Array(24).fill(50), shape: [24] }],
        ["output.weight", { data: new Float32Array(20).fill(3e38), shape: [2, 10] }],
      ]),
    );
    expect(() => session.step(x(2))).toThrow(
      expect.objectContaining({ code: "non-finite", tensor: "logits", step: 2 }),
    );
    expect(bits(session.state())).toEqual(before);
    session.reset();
    expect(() => session.step(x(2))).toThrow(expect.objectContaining({ code: "non-finite", step: 1 }));
  });

  test("runs with other rows than its machine", () => {
    const session = machine.session({ rows: 12 });
    session.step(x(1));
    expect(session.state().get("memory")?.shape).toEqual([1, 12, 4]);
    session.reset();
    expect(session.state().get("weightings")?.shape).toEqual([1, 2, 12]);
    const run = machine.run({ data: x(1).data, shape: [1, 1, 3] }, { state: session.state() });
    expect(run.state.get("memory")?.shape).toEqual([1, 12, 4]);
  });
});

describe("restore takes a whole state or nothing", () => {
  const cases: [string, (state: State) => void, { code: string; where?: string; message?: RegExp }][] = [
    ["a missing tensor", (state) => state.delete("reads"), { code: "option", message: /state: reads missing/ }],
    [
      "an unknown one",
      (state) => state.set("rads", noise([1], 1)),
      { code: "option", message: /state\.rads.*state\.reads/ },
    ],
    [
      "another shape",
      (state) => state.set("memory", noise([1, 4, 5], 1)),
      { code: "shape", message: /state\.memory: expected shape \[1, 5, 4\], got \[1, 4, 5\]/ },
    ],
    [
      "data of another length",
      (state) => state.set("reads", { data: new Float32Array(3), shape: [1, 1, 4] }),
      { code: "shape", where: "state.reads" },
    ],
    [
      "no weight above 0",
      (state) => state.get("weightings")?.data.fill(0, 5, 10),
      {
        code: "option",
        message: /state\.weightings\[5\]: expected a weighting with a weight of at least 1e-30, got one of at most 0/,
      },
    ],
    [
      "a weight below 0",
      (state) => state.get("weightings")?.data.fill(-0.5, 1, 2),
      { code: "option", message: /state\.weightings\[1\]: expected a weight ≥ 0, got -0\.5/ },
    ],
    [
      "a number that is not finite",
      (state) => state.get("cell.0")?.data.fill(Number.POSITIVE_INFINITY),
      { code: "option", message: /state\.cell\.0\[0\]: expected a finite number/ },
    ],
  ];
  test.each(cases)("%s", (_, harm, { message, ...others }) => {
    const session = machine.session();
    session.step(x(1));
    const before = bits(session.state());
    const state = machine.session().state();
    harm(state);
    const expected = { ...others, ...(message ? { message: expect.stringMatching(message) } : {}) };
    expect(() => session.restore(state)).toThrow(expect.objectContaining(expected));
    expect(bits(session.state())).toEqual(before);
    expect(() => machine.run([[[1, 2, 3]]], { state })).toThrow(NTMError);
  });

  test("a state of another batch", () => {
    const of3 = machine.session({ batchSize: 3 }).state();
    expect(() => machine.session().restore(of3)).toThrow(expect.objectContaining({ code: "shape" }));
    expect(() => machine.run([[[1, 2, 3]]], { state: of3 })).toThrow(expect.objectContaining({ code: "shape" }));
  });

  test("what is no state at all", () => {
    for (const nothing of [null, {}, [], "state"])
      expect(() => machine.session().restore(nothing as unknown as State)).toThrow(/state: expected a Map/);
  });
});

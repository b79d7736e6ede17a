// What a machine starts with, where its configuration says so.
import { NTM } from "neural-turing-machine";
import { expect, test } from "vitest";
import { make, sizes } from "./support/machines.js";

test("a constant memory holds its value, with however many rows", async () => {
  const machine = await make({ memory: { rows: 5, columns: 4, value: 0.25 } });
  for (const rows of [5, 9]) {
    const state = machine.session({ batchSize: 2, rows }).state();
    expect(state.get("memory")).toEqual({ data: new Float32Array(2 * rows * 4).fill(0.25), shape: [2, rows, 4] });
  }
  const loaded = await NTM.load(machine.save());
  expect(loaded.config).toEqual(machine.config);
  expect(loaded.session().state()).toEqual(machine.session().state());
  machine.dispose();
  loaded.dispose();
});

test("head biases are those of every head's key strength, gate, shift by +1 and sharpening, and of nothing else", async () => {
  const shifts = [[0], [0, 0, 1.5], [0, 0, 0, 1.5, 0]];
  for (const [shiftRange, shift] of shifts.entries()) {
    const headInit = { keyStrength: 2.5, gate: -2, shift: 1.5, sharpening: 3 };
    const machine = await make({ readHeads: 2, writeHeads: 2, shiftRange, headInit });
    const { R, M } = sizes(machine.config);
    const expected = [];
    for (const head of [0, 1, 2, 3]) {
      expected.push(...Array(M).fill(0), 2.5, -2, ...shift, 3);
      if (head >= R) expected.push(...Array(2 * M).fill(0));
    }
    expect([...(machine.parameters().get("heads.bias")?.data ?? [])]).toEqual(expected);
    machine.dispose();
  }
});

test("the scale is that of the heads' weight, and changes no other draw", async () => {
  const [whole, half] = [await make(), await make({ headInit: { scale: 0.5 } })];
  const halved = half.parameters();
  for (const [name, { data }] of whole.parameters())
    expect(halved.get(name)?.data).toEqual(name === "heads.weight" ? data.map((weight) => weight / 2) : data);
  whole.dispose();
  half.dispose();
});

test.each(["learned", "random"] as const)(
  "the scale of a %s memory is its own, and changes no other draw",
  async (init) => {
    const [whole, wide] = [await make({ memory: { init } }), await make({ memory: { init, scale: 4 } })];
    const wider = wide.parameters();
    for (const [name, { data }] of whole.parameters())
      expect(wider.get(name)?.data, name).toEqual(name === "initial.memory" ? data.map((value) => 4 * value) : data);
    whole.dispose();
    wide.dispose();
  },
);

test("an LSTM's scales are of its two weights, its bias of the forget gates, and no other draw changes", async () => {
  const controller = { kind: "lstm", hiddenSize: 3, layers: 2 } as const;
  const plain = await make({ controller });
  const made = await make({ controller, lstmInit: { inputScale: 2, recurrentScale: 0.5, forgetBias: -1.5 } });
  const found = made.parameters();
  for (const [name, { data }] of plain.parameters()) {
    const times = name.endsWith("weight_ih") ? 2 : name.endsWith("weight_hh") ? 0.5 : 1;
    const expected = /controller\..\.bias/.test(name) ? [0, 0, 0, -1.5, -1.5, -1.5, 0, 0, 0, 0, 0, 0] : data;
    expect(found.get(name)?.data, name).toEqual(Float32Array.from(expected, (value) => times * value));
  }
  plain.dispose();
  made.dispose();
});

test("a feedforward controller has nothing of an LSTM's", async () => {
  const controller = { kind: "feedforward", hiddenSize: 3 } as const;
  const [plain, made] = [
    await make({ controller }),
    await make({ controller, lstmInit: { inputScale: 1e39, forgetBias: 5 } }),
  ];
  expect(made.parameters()).toEqual(plain.parameters());
  plain.dispose();
  made.dispose();
});

test("without heads there is nothing of either", async () => {
  const machine = await make({ readHeads: 0, writeHeads: 0, headInit: { gate: 1e39 } });
  expect([...machine.parameters().keys()].filter((name) => /heads|memory/.test(name))).toEqual([]);
  machine.dispose();
});

// What holds of every machine, whatever its configuration, its parameters and its input.
import fc from "fast-check";
import { NTM, type NTMOptions, type Tensor, type TraceName } from "neural-turing-machine";
import { describe, expect, test } from "vitest";
import { make, sizes } from "./support/machines.js";
import { expectClose, noise, pick, shake, stepsOf } from "./support/numbers.js";

// The same cases every time: a bound on rounding has no room for the one in a million that magnifies it.
fc.configureGlobal({ seed: 1 });

const size = (min: number, max: number) => fc.integer({ min, max });

/** Configurations of all kinds, small. */
const configurations: fc.Arbitrary<NTMOptions> = fc.record({
  inputSize: size(1, 4),
  outputSize: size(1, 4),
  controller: fc.record({
    kind: fc.constantFrom("lstm" as const, "feedforward" as const),
    hiddenSize: size(1, 9),
    layers: size(1, 3),
  }),
  memory: fc.record({
    rows: size(1, 9),
    columns: size(1, 6),
    init: fc.constantFrom("constant" as const, "learned" as const, "random" as const),
  }),
  readHeads: size(0, 3),
  writeHeads: size(0, 3),
  shiftRange: size(0, 3),
  keyActivation: fc.constantFrom("identity" as const, "tanh" as const),
  addActivation: fc.constantFrom("identity" as const, "tanh" as const),
  loss: fc.constantFrom(
    "binary-cross-entropy" as const,
    "softmax-cross-entropy" as const,
    "mean-squared-error" as const,
  ),
  seed: fc.nat(),
});

/** Sizes of what goes in, and how far from its initial parameters the machine is. */
const runs = fc.record({ steps: size(1, 7), batch: size(1, 19), seed: fc.nat(), bound: fc.constantFrom(0.3, 1, 4) });

/** Checks `property` on machines with parameters of all sizes, and frees them. */
async function everyMachine(
  property: (machine: NTM, input: Tensor, seed: number) => void | Promise<void>,
  options: { configurations?: fc.Arbitrary<NTMOptions>; numRuns?: number; most?: number } = {},
): Promise<void> {
  const { configurations: all = configurations, numRuns = 60, most = 4 } = options;
  await fc.assert(
    fc.asyncProperty(all, runs, async (configuration, { steps, batch, seed, bound }) => {
      const machine = await NTM.create(configuration);
      try {
        shake(machine, seed, Math.min(bound, most));
        await property(machine, noise([steps, batch, configuration.inputSize], seed + 1000), seed);
      } finally {
        machine.dispose();
      }
    }),
    { numRuns },
  );
}

const near = { relative: 1e-5, absolute: 1e-5 };

describe("weightings", () => {
  test("of every stage are nowhere negative and sum to 1, also where they are extreme", async () => {
    await everyMachine(
      (machine, input, seed) => {
        shake(machine, seed, 30);
        const { trace } = machine.run(input, { trace: true });
        const { R, W } = sizes(machine.config);
        if (R + W === 0) expect(trace).toEqual({});
        for (const stage of ["content", "interpolated", "shifted", "weightings", "shift"] as const) {
          const { data, shape } = trace?.[stage] ?? { data: new Float32Array(), shape: [1] };
          const width = shape.at(-1) ?? 1;
          for (let at = 0; at < data.length; at += width) {
            const weighting = data.subarray(at, at + width);
            expect(weighting.every((weight) => weight >= 0)).toBe(true);
            expect(weighting.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
          }
        }
      },
      { numRuns: 100 },
    );
  });

  test("are shaped as promised, and so is all else that is traced", async () => {
    await everyMachine((machine, input) => {
      const { X: _, Y, N, M, R, W, S } = sizes(machine.config);
      const [T = 0, B = 0] = input.shape;
      const { logits, output, trace } = machine.run(input, { trace: true });
      expect([logits.shape, output.shape]).toEqual([
        [T, B, Y],
        [T, B, Y],
      ]);
      const heads = R + W;
      const expected: Record<string, number[]> = {
        weightings: [T, B, heads, N],
        content: [T, B, heads, N],
        interpolated: [T, B, heads, N],
        shifted: [T, B, heads, N],
        reads: [T, B, R, M],
        memory: [T, B, heads === 0 ? 0 : N, M],
        key: [T, B, heads, M],
        keyStrength: [T, B, heads],
        gate: [T, B, heads],
        sharpening: [T, B, heads],
        shift: [T, B, heads, S],
        erase: [T, B, W, M],
        add: [T, B, W, M],
      };
      const present = Object.entries(expected).filter(([, shape]) => !shape.includes(0));
      expect(Object.fromEntries(Object.entries(trace ?? {}).map(([name, { shape }]) => [name, shape]))).toEqual(
        Object.fromEntries(present),
      );
    });
  });

  test("are the same numbers whether one is traced or all", async () => {
    const machine = await make();
    const input = noise([3, 2, 3], 1);
    const { trace } = machine.run(input, { trace: true });
    expect(Object.keys(trace)).toHaveLength(13);
    for (const name of Object.keys(trace) as TraceName[])
      expect(machine.run(input, { trace: [name] }).trace).toEqual({ [name]: trace[name] });
    expect(machine.run(input, { trace: ["key", "key"] }).trace).toEqual({ key: trace.key });
    machine.dispose();
  });
});

test("the order of the write heads means nothing", async () => {
  const several = configurations.map((configuration) => ({
    ...configuration,
    // In rows of one column a cosine is a sign: where an entry is near 0 the last digit of a sum turns it around.
    memory: { ...configuration.memory, columns: 2 + (configuration.memory?.columns ?? 2) },
    readHeads: Math.min(configuration.readHeads ?? 1, 2),
    writeHeads: 3,
  }));
  await everyMachine(
    (machine, input, seed) => {
      const { M, R, W, S } = sizes(machine.config);
      const before = machine.run(input, { trace: ["reads", "memory", "weightings"] });
      const orders = [
        [1, 2, 0],
        [2, 1, 0],
        [0, 2, 1],
      ];
      const order = orders[seed % 3] ?? [];
      // Where each head's rows are: the read heads first, then the write heads, and among these the new order.
      const reading = M + S + 3;
      const writing = 3 * M + S + 3;
      const rowsOfHeads = [...Array(R * reading).keys()].concat(
        order.flatMap((head) => [...Array(writing).keys()].map((row) => R * reading + head * writing + row)),
      );
      const heads = [...Array(R).keys(), ...order.map((head) => R + head)];
      const rows = (name: string, taken: number[]): [string, Tensor] => {
        const { data, shape } = machine.parameters().get(name) ?? expect.fail(name);
        const [height = 1, width = 1] = shape;
        // One sequence a row, to have them picked.
        return [name, { data: pick({ data, shape: [1, height, width] }, taken).data, shape }];
      };
      machine.setParameters(
        new Map([rows("heads.weight", rowsOfHeads), rows("heads.bias", rowsOfHeads), rows("initial.weighting", heads)]),
      );
      const after = machine.run(input, { trace: ["reads", "memory", "weightings"] });
      expect(W).toBe(3);
      expectClose(after.logits, before.logits, near, "logits");
      expectClose(after.trace?.memory, before.trace?.memory, near, "memory");
      if (R > 0) expectClose(after.trace?.reads, before.trace?.reads, near, "reads");
      const was = before.trace?.weightings ?? expect.fail("no weightings");
      const is = after.trace?.weightings ?? expect.fail("no weightings");
      const [T = 0, B = 0, H = 0, N = 0] = is.shape;
      const perHead = ({ data }: Tensor): Tensor => ({ data, shape: [T * B, H, N] });
      expectClose(perHead(is), pick(perHead(was), heads), near, "weightings");
    },
    { configurations: several, most: 1 },
  );
});

describe("a batch", () => {
  test("of B sequences is B batches of one", async () => {
    await everyMachine(
      (machine, input) => {
        const together = machine.run(input, { trace: true });
        for (let sequence = 0; sequence < (input.shape[1] ?? 0); sequence++) {
          const alone = machine.run(pick(input, [sequence]), { trace: true });
          expectClose(alone.logits, pick(together.logits, [sequence]), near, "logits");
          expectClose(alone.output, pick(together.output, [sequence]), near, "output");
          for (const [name, tensor] of Object.entries(alone.trace ?? {}))
            expectClose(tensor, pick(together.trace?.[name as "reads"] as Tensor, [sequence]), near, name);
        }
      },
      { numRuns: 40, most: 1 },
    );
  });

  test("has the mean of its sequences' losses and gradients", async () => {
    await everyMachine(
      (machine, input, seed) => {
        const [T = 0, B = 0] = input.shape;
        const target = noise([T, B, machine.config.outputSize], seed + 1);
        target.data.forEach((y, index) => {
          target.data[index] = Math.abs(y);
        });
        const mask = noise([T, B], seed + 2);
        mask.data.forEach((weight, index) => {
          mask.data[index] = Math.max(0, weight);
        });
        const together = machine.lossAndGradients({ input, target, mask });
        let loss = 0;
        const sums = new Map<string, Float32Array>();
        for (let sequence = 0; sequence < B; sequence++) {
          const one = (tensor: Tensor) => pick(tensor, [sequence]);
          const alone = machine.lossAndGradients({ input: one(input), target: one(target), mask: one(mask) });
          loss += alone.loss / B;
          for (const [name, { data }] of alone.gradients) {
            const sum = sums.get(name) ?? new Float32Array(data.length);
            data.forEach((entry, index) => {
              sum[index] = (sum[index] ?? 0) + entry / B;
            });
            sums.set(name, sum);
          }
        }
        expect(Math.abs(together.loss - loss)).toBeLessThanOrEqual(1e-5 * Math.abs(loss) + 1e-6);
        const largest = Math.max(...[...sums.values()].flatMap((sum) => [...sum].map(Math.abs)));
        for (const [name, tensor] of together.gradients) {
          const expected = { data: sums.get(name) ?? new Float32Array(), shape: tensor.shape };
          expectClose(tensor, expected, { relative: 1e-3, absolute: 1e-5 * largest + 1e-7 }, name);
        }
      },
      { numRuns: 40, most: 1 },
    );
  });

  test("gives each sequence the same bits in whatever order they come", async () => {
    await everyMachine((machine, input) => {
      const B = input.shape[1] ?? 0;
      const order = [...Array(B).keys()].reverse();
      const straight = machine.run(input);
      const reversed = machine.run(pick(input, order));
      expect(pick(reversed.logits, order).data).toEqual(straight.logits.data);
    });
  });
});

describe("a run that is split", () => {
  test("by its state is the whole run", async () => {
    await everyMachine(
      (machine, input, seed) => {
        const T = input.shape[0] ?? 0;
        const cut = seed % (T + 1);
        const whole = machine.run(input, { trace: true });
        if (cut === 0 || cut === T) return;
        const first = machine.run(stepsOf(input, 0, cut), { trace: true });
        const second = machine.run(stepsOf(input, cut, T), { trace: true, state: first.state });
        expectClose(first.logits, stepsOf(whole.logits, 0, cut), near, "first");
        expectClose(second.logits, stepsOf(whole.logits, cut, T), near, "second");
        for (const [name, tensor] of second.state) expectClose(tensor, whole.state.get(name), near, name);
        for (const [name, tensor] of Object.entries(second.trace ?? {}))
          expectClose(tensor, stepsOf(whole.trace?.[name as "reads"] as Tensor, cut, T), near, name);
      },
      { most: 1 },
    );
  });

  test("into a session's steps is the whole run", async () => {
    await everyMachine(
      (machine, input) => {
        const [T = 0, B = 0, X = 0] = input.shape;
        const whole = machine.run(input, { trace: true });
        const session = machine.session({ batchSize: B, trace: true });
        for (let t = 0; t < T; t++) {
          const step = session.step({ data: stepsOf(input, t, t + 1).data, shape: [B, X] });
          const then = (tensor: Tensor): Tensor => ({
            data: stepsOf(tensor, t, t + 1).data,
            shape: tensor.shape.slice(1),
          });
          expectClose(step.logits, then(whole.logits), near, "logits");
          expectClose(step.output, then(whole.output), near, "output");
          expect(Object.keys(step.trace ?? {})).toEqual(Object.keys(whole.trace ?? {}));
          for (const [name, tensor] of Object.entries(step.trace ?? {}))
            expectClose(tensor, then(whole.trace?.[name as "reads"] as Tensor), near, name);
        }
        for (const [name, tensor] of session.state()) expectClose(tensor, whole.state.get(name), near, name);
      },
      { most: 1 },
    );
  });
});

test("with other rows a machine is the one that has these rows, its weightings cut or padded with their least", async () => {
  const constant = configurations.map((configuration) => ({
    ...configuration,
    readHeads: 1 + (configuration.readHeads ?? 0),
    memory: { ...configuration.memory, init: "constant" as const },
  }));
  await everyMachine(
    async (machine, input, seed) => {
      const { N, R, W } = sizes(machine.config);
      const rows = 1 + (seed % 14);
      const { memory } = machine.config;
      const other = await NTM.create({ ...machine.config, memory: { ...memory, rows } });
      const parameters = machine.parameters();
      const logits = parameters.get("initial.weighting")?.data ?? expect.fail("no weightings");
      const resized = new Float32Array((R + W) * rows);
      for (let head = 0; head < R + W; head++) {
        const own = logits.subarray(head * N, (head + 1) * N);
        resized.fill(Math.min(...own), head * rows, (head + 1) * rows);
        resized.set(own.subarray(0, rows), head * rows);
      }
      parameters.set("initial.weighting", { data: resized, shape: [R + W, rows] });
      other.setParameters(parameters);

      const here = machine.run(input, { rows, trace: true });
      const there = other.run(input, { trace: true });
      expectClose(here.logits, there.logits, near, "logits");
      for (const [name, tensor] of Object.entries(there.trace ?? {}))
        expectClose(here.trace?.[name as "reads"], tensor, near, name);

      const [, B = 0, X = 0] = input.shape;
      const session = machine.session({ batchSize: B, rows });
      const step = session.step({ data: stepsOf(input, 0, 1).data, shape: [B, X] });
      expectClose({ ...step.logits, shape: [1, ...step.logits.shape] }, stepsOf(there.logits, 0, 1), near, "session");
      other.dispose();
    },
    { configurations: constant, most: 1 },
  );
});

test("a machine comes back from its checkpoint, whatever it is", async () => {
  await everyMachine(async (machine, input) => {
    const loaded = await NTM.load(machine.save());
    expect(loaded.config).toEqual(machine.config);
    expect(loaded.run(input)).toEqual(machine.run(input));
    loaded.dispose();
  });
});

test("an output is σ, softmax or the logits, by the loss", async () => {
  await everyMachine((machine, input) => {
    const { logits, output } = machine.run(input);
    const Y = machine.config.outputSize;
    const expected = logits.data.map((z, index) => {
      if (machine.config.loss === "mean-squared-error") return z;
      if (machine.config.loss === "binary-cross-entropy") return 1 / (1 + Math.exp(-z));
      const start = index - (index % Y);
      const row = logits.data.subarray(start, start + Y);
      return 1 / row.reduce((sum, other) => sum + Math.exp(other - z), 0);
    });
    expectClose(output, { data: expected, shape: logits.shape }, { relative: 1e-5, absolute: 1e-7 }, "output");
  });
});

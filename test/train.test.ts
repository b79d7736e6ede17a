// Training as its user sees it: what is learned, what is reported, and how it ends.
import {
  adam,
  constant,
  copy,
  cosine,
  linear,
  NTM,
  type Progress,
  random,
  rmsprop,
  type Task,
  type TrainOptions,
  tensor,
} from "neural-turing-machine";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { make, smallTask } from "./support/machines.js";
import { bits, noise } from "./support/numbers.js";

let machine: NTM;
beforeEach(async () => {
  machine = await make();
});
afterEach(() => machine.dispose());

async function all(options: TrainOptions, task: Task = smallTask): Promise<Progress[]> {
  const progress: Progress[] = [];
  for await (const each of machine.train(task, options)) progress.push(each);
  return progress;
}

test.each(["feedforward", "lstm"] as const)(
  "a small copy task is solved by RMSProp (%s), and recalled at a length never seen",
  async (kind) => {
    const task = copy({ bits: 3, minLength: 1, maxLength: 6 });
    const learner = await NTM.create({
      inputSize: task.inputSize,
      outputSize: task.outputSize,
      controller: { kind, hiddenSize: 32 },
      memory: { rows: 16, columns: 8 },
      seed: 1,
    });
    const before = await learner.evaluate(task, { sequences: 50 });
    expect(before.bitsPerSequence).toBeGreaterThan(8);
    const options = { steps: 10_000, every: 200, optimizer: rmsprop({ learningRate: 1e-3 }) };
    let solved = 0;
    for await (const { bitsPerSequence } of learner.train(task, options)) {
      solved = (bitsPerSequence ?? 1) < 0.03 ? solved + 1 : 0;
      if (solved === 2) break;
    }
    const after = await learner.evaluate(task, { sequences: 100 });
    expect(after.bitsPerSequence).toBeLessThan(0.1);
    expect(after.wrongBitsPerSequence).toBeLessThan(0.1);
    // Of 30 bits; guessing has 15 wrong.
    const longer = await learner.evaluate(task, { sequences: 50, length: 10 });
    expect(longer.wrongBitsPerSequence).toBeLessThan(3);
    learner.dispose();
  },
);

describe("progress", () => {
  test("comes every so many updates, and once more at the end, with means since the last", async () => {
    const options = { steps: 10, batchSize: 3, optimizer: adam({ learningRate: 1e-2 }) };
    const each = await all(options);
    expect(each.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(each.map(({ sequences }) => sequences)).toEqual(each.map(({ step }) => 3 * step));

    machine.dispose();
    machine = await make();
    const some = await all({ ...options, every: 4 });
    expect(some.map(({ step, sequences }) => [step, sequences])).toEqual([
      [4, 12],
      [8, 24],
      [10, 30],
    ]);
    const mean = (key: "loss" | "gradientNorm", from: number, to: number) =>
      each.slice(from, to).reduce((sum, progress) => sum + progress[key], 0) / (to - from);
    for (const [index, [from, to]] of [[0, 4] as const, [4, 8] as const, [8, 10] as const].entries()) {
      expect(some[index]?.loss).toBeCloseTo(mean("loss", from, to), 9);
      expect(some[index]?.gradientNorm).toBeCloseTo(mean("gradientNorm", from, to), 9);
    }
  });

  test("has the loss in bits, the norm before clipping and the rate", async () => {
    const [first] = await all({ steps: 1, optimizer: rmsprop({ learningRate: 0.125 }), clip: { norm: 1e-6 } });
    const other = await make();
    const batch = smallTask.batch(random(3, 1), { batchSize: 1, step: 0 });
    const { loss, gradients } = other.lossAndGradients(batch);
    const squares = [...gradients.values()].flatMap(({ data }) => [...data].map((entry) => entry * entry));
    expect(first?.loss).toBeCloseTo(loss, 6);
    expect(first?.bitsPerSequence).toBeCloseTo(loss / Math.LN2, 6);
    expect(first?.gradientNorm).toBeCloseTo(Math.sqrt(squares.reduce((sum, square) => sum + square, 0)), 5);
    expect(first?.learningRate).toBe(0.125);
    other.dispose();
  });

  test("has no bits where the loss is no cross-entropy, and neither has an evaluation", async () => {
    machine.dispose();
    machine = await make({ loss: "mean-squared-error" });
    const [first] = await all({ steps: 1 });
    expect(first?.bitsPerSequence).toBeNull();
    const report = await machine.evaluate(smallTask, { sequences: 3 });
    expect(report).toMatchObject({ bitsPerSequence: null, wrongBitsPerSequence: null, sequences: 3 });
    expect(report.loss).toBeGreaterThan(0);
  });

  test("counts the time of training alone, not the consumer's", async () => {
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
    onTestFinished(() => clock.mockRestore());
    const task: Task = {
      ...smallTask,
      batch(...given) {
        now += 2;
        return smallTask.batch(...given);
      },
    };
    const rates: number[] = [];
    for await (const { sequencesPerSecond } of machine.train(task, { steps: 9, every: 3, batchSize: 4 })) {
      rates.push(sequencesPerSecond);
      now += 1000;
    }
    expect(rates).toEqual([2000, 2000, 2000]);
  });

  test("by a clock too coarse to have moved has the speed of before, and the next tick speaks for all since the last", async () => {
    let [now, drawn] = [0, 0];
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
    onTestFinished(() => clock.mockRestore());
    const task: Task = {
      ...smallTask,
      batch(...given) {
        if (++drawn % 3 === 0) now += 6;
        return smallTask.batch(...given);
      },
    };
    const speeds = (await all({ steps: 7, batchSize: 4 }, task)).map(({ sequencesPerSecond }) => sequencesPerSecond);
    expect(speeds).toEqual([0, 0, 2000, 2000, 2000, 2000, 2000]);
  });

  test("of no steps is none", async () => {
    const before = bits(machine.parameters());
    expect(await all({ steps: 0 })).toEqual([]);
    expect(bits(machine.parameters())).toEqual(before);
    expect(machine.step).toBe(0);
  });
});

describe("a rate", () => {
  const rates = async (learningRate: Parameters<typeof adam>[0] & object) =>
    (await all({ steps: 8, optimizer: adam(learningRate) })).map((progress) => progress.learningRate);

  test("is constant", async () => {
    expect(new Set(await rates({ learningRate: constant(0.25) }))).toEqual(new Set([0.25]));
  });

  test("goes in a straight line, and stays", async () => {
    const learningRate = linear({ from: 1, to: 0.5, steps: 4, start: 2 });
    expect(await rates({ learningRate })).toEqual([1, 1, 1, 0.875, 0.75, 0.625, 0.5, 0.5]);
  });

  test("goes along half a cosine, and stays", async () => {
    const seen = await rates({ learningRate: cosine({ from: 0.02, to: 0.01, steps: 6 }) });
    seen.forEach((rate, step) => {
      const left = (1 + Math.cos((Math.PI * Math.min(step, 6)) / 6)) / 2;
      expect(rate).toBeCloseTo(0.01 + 0.01 * left, 12);
    });
    expect(seen.slice(6)).toEqual([0.01, 0.01]);
  });

  test("goes on by the machine's step where training is taken up again", async () => {
    const optimizer = adam({ learningRate: linear({ from: 1e-2, to: 0, steps: 10 }) });
    await all({ steps: 3, optimizer });
    const [next] = await all({ steps: 1 });
    expect(next?.learningRate).toBeCloseTo(7e-3, 15);
  });
});

describe("a rate that has fallen to 0", () => {
  const over = (start?: number) => adam({ learningRate: linear({ from: 1e-2, to: 0, steps: 3, start }) });

  test("is refused at once, with what to give for another", async () => {
    await all({ steps: 3, optimizer: over() });
    const words = "one that is 0 from step 3 on (another begins here with start: 3)";
    const message = `optimizer.learningRate: expected a rate above 0 at step 3, got ${words}`;
    expect(() => machine.train(smallTask, { steps: 1, optimizer: over() })).toThrow(message);
    // that of the updates before, which was not given again
    expect(() => machine.train(smallTask, { steps: 1 })).toThrow(message);
    const more = await all({ steps: 2, optimizer: over(3) });
    expect(more.map(({ learningRate }) => learningRate)).toEqual([1e-2, expect.closeTo(2e-2 / 3)]);
  });

  test("is refused where it fell between the call and the loop", async () => {
    const waiting = machine.train(smallTask, { steps: 1, optimizer: over() });
    await all({ steps: 3, optimizer: over() });
    await expect(waiting.next()).rejects.toThrow("expected a rate above 0 at step 3");
    expect(machine.step).toBe(3);
  });

  test("may be there at first, and may be asked for as it is", async () => {
    const rising = adam({ learningRate: linear({ from: 0, to: 1e-2, steps: 2 }) });
    expect((await all({ steps: 2, optimizer: rising })).map(({ learningRate }) => learningRate)).toEqual([0, 5e-3]);
    expect(await all({ steps: 1, optimizer: adam({ learningRate: 0 }) })).toHaveLength(1);
    expect(await all({ steps: 0, optimizer: over() })).toEqual([]);
  });
});

describe("training ends", () => {
  test("where the consumer breaks, at a whole step", async () => {
    for await (const { step } of machine.train(smallTask, { steps: 100 })) if (step === 3) break;
    expect(machine.step).toBe(3);
    // It is free again.
    machine.trainStep(smallTask.batch(random(1), { batchSize: 1, step: 0 }));
    expect(machine.step).toBe(4);
  });

  test("where the consumer throws", async () => {
    const mine = new Error("mine");
    const run = async () => {
      for await (const _ of machine.train(smallTask, { steps: 100 })) throw mine;
    };
    await expect(run()).rejects.toBe(mine);
    await all({ steps: 1 });
  });

  test("at the next step boundary after an abort, with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = { any: "thing" };
    const steps: number[] = [];
    const run = async () => {
      for await (const { step } of machine.train(smallTask, { steps: 100, signal: controller.signal })) {
        steps.push(step);
        if (step === 4) controller.abort(reason);
      }
    };
    await expect(run()).rejects.toBe(reason);
    expect(steps).toEqual([1, 2, 3, 4]);
    expect(machine.step).toBe(4);
    await all({ steps: 1 });
  });

  test("before the first step where the signal was aborted before, with an AbortError unless there is a reason", async () => {
    await expect(all({ steps: 5, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
    expect(machine.step).toBe(0);
  });

  test("with the reason of a signal aborted while the last progress is in hand, or before no steps at all", async () => {
    const controller = new AbortController();
    const run = async () => {
      for await (const { step } of machine.train(smallTask, { steps: 2, signal: controller.signal }))
        if (step === 2) controller.abort("enough");
    };
    await expect(run()).rejects.toBe("enough");
    expect(machine.step).toBe(2);
    await expect(all({ steps: 0, signal: controller.signal })).rejects.toBe("enough");
    await all({ steps: 1 });
  });

  test("by a timeout's signal, heard in the midst of a long stretch", async () => {
    const signal = AbortSignal.timeout(300);
    await expect(all({ steps: 1_000_000, every: 1_000_000, signal })).rejects.toMatchObject({ name: "TimeoutError" });
    expect(machine.step).toBeLessThan(1_000_000);
  });

  test("where the machine is disposed", async () => {
    const other = await make();
    const training = other.train(smallTask, { steps: 10 });
    await training.next();
    other.dispose();
    await expect(training.next()).rejects.toMatchObject({ code: "disposed" });
  });

  test("where the task throws, and the machine can go on", async () => {
    const mine = new Error("no more data");
    const task: Task = {
      ...smallTask,
      batch(random, options) {
        if (options.step === 2) throw mine;
        return smallTask.batch(random, options);
      },
    };
    await expect(all({ steps: 10 }, task)).rejects.toBe(mine);
    expect(machine.step).toBe(2);
    const after = await all({ steps: 1 });

    const straight = await make();
    const losses: number[] = [];
    for await (const { loss } of straight.train(smallTask, { steps: 3 })) losses.push(loss);
    // The data that could not be used was not used up.
    expect(after[0]?.loss).toBe(losses[2]);
    straight.dispose();
  });
});

describe("while a progress is in hand the machine stands still", () => {
  const changes: [string, (machine: NTM) => unknown][] = [
    ["setParameters", (m) => m.setParameters(new Map())],
    ["trainStep", (m) => m.trainStep(smallTask.batch(random(1), { batchSize: 1, step: 0 }))],
    ["applyGradients", (m) => m.applyGradients(new Map())],
    ["train", (m) => m.train(smallTask, { steps: 1 }).next()],
  ];

  test.each(changes)("%s is refused as busy", async (_, change) => {
    for await (const { step } of machine.train(smallTask, { steps: 2 })) {
      const before = bits(machine.parameters());
      await expect(async () => change(machine)).rejects.toMatchObject({ name: "NTMError", code: "busy" });
      expect(bits(machine.parameters())).toEqual(before);
      expect(machine.step).toBe(step);
    }
    expect(machine.step).toBe(2);
  });

  test("run, evaluate, save and a session are not", async () => {
    for await (const _ of machine.train(smallTask, { steps: 2 })) {
      machine.run(noise([2, 1, 3], 1));
      machine.session().step([[1, 2, 3]]);
      expect((await machine.evaluate(smallTask, { sequences: 3 })).sequences).toBe(3);
      const loaded = await NTM.load(machine.save({ training: true }));
      expect(bits(loaded.parameters())).toEqual(bits(machine.parameters()));
      loaded.dispose();
    }
  });

  test.each(changes)("%s is refused during an evaluation, too", async (_, change) => {
    const evaluation = machine.evaluate(slowTask, { sequences: 2, batchSize: 1 });
    await expect(async () => change(machine)).rejects.toMatchObject({ code: "busy" });
    await evaluation;
    await all({ steps: 1 });
  });

  test("the next progress is refused while an evaluation is under way", async () => {
    const training = machine.train(smallTask, { steps: 5 });
    await training.next();
    const evaluation = machine.evaluate(slowTask, { sequences: 2, batchSize: 1 });
    await expect(training.next()).rejects.toThrow(/evaluation was still under way .* training has ended/);
    await evaluation;
    expect(await training.next()).toEqual({ done: true, value: undefined });
    expect(machine.step).toBe(1);
  });

  test("from an abort on it may be changed, though nobody has come back to the loop", async () => {
    const controller = new AbortController();
    const first = machine.train(smallTask, { steps: 5, signal: controller.signal });
    await first.next();
    controller.abort("over");
    machine.setParameters(new Map());
    machine.trainStep(smallTask.batch(random(1), { batchSize: 1, step: 0 }));
    const second = machine.train(smallTask, { steps: 3 });
    await second.next();
    // That the first ends, at last, is nothing to the second.
    await expect(first.next()).rejects.toBe("over");
    expect(() => machine.setParameters(new Map())).toThrow(expect.objectContaining({ code: "busy" }));
    await second.next();
    expect(machine.step).toBe(4);
    await second.return();
    machine.setParameters(new Map());
  });

  test("a training that was begun and aborted makes way for the next, as effects of a page want it", async () => {
    const begin = async (signal: AbortSignal) => {
      for await (const _ of machine.train(smallTask, { steps: 4, signal }));
    };
    const [first, second] = [new AbortController(), new AbortController()];
    const aborted = begin(first.signal);
    first.abort("unmounted");
    const { step } = machine;
    const ended = begin(second.signal);
    await expect(aborted).rejects.toBe("unmounted");
    await ended;
    expect(machine.step).toBe(step + 4);
  });

  test("a task that aborts its own training has made its last batch in vain", async () => {
    const controller = new AbortController();
    const task: Task = {
      ...smallTask,
      batch(random, options) {
        if (options.step === 2) controller.abort("enough");
        return smallTask.batch(random, options);
      },
    };
    await expect(all({ steps: 5, signal: controller.signal }, task)).rejects.toBe("enough");
    expect(machine.step).toBe(2);
  });

  test("evaluate is refused while training runs on", async () => {
    let refused: unknown;
    const timer = setTimeout(() => {
      machine.evaluate(smallTask).catch((error: unknown) => {
        refused = error;
      });
    }, 50);
    const signal = AbortSignal.timeout(500);
    await all({ steps: 1e6, every: 1e6, signal }).catch(() => undefined);
    clearTimeout(timer);
    expect(refused).toMatchObject({ code: "busy" });
  });
});

/** Takes longer over a batch than the event loop is ever made to wait: an evaluation of two gives it a turn between them. */
const slowTask: Task = {
  inputSize: 3,
  outputSize: 2,
  batch: () => {
    const until = performance.now() + 150;
    while (performance.now() < until);
    return { input: noise([1, 1, 3], 1), target: [[[0, 1]]] };
  },
};

test("timers fire while training runs, though the consumer awaits nothing", async () => {
  let ticks = 0;
  const controller = new AbortController();
  const timer = setInterval(() => {
    if (++ticks === 3) controller.abort("heard");
  }, 20);
  onTestFinished(() => clearInterval(timer));
  await expect(all({ steps: 1e6, every: 50, signal: controller.signal })).rejects.toBe("heard");
});

describe("numbers that leave the finite", () => {
  test("stop training with the step and the tensor, and the machine as it was before that step", async () => {
    const optimizer = adam({ learningRate: linear({ from: 1e-3, to: 3e38, steps: 3 }) });
    const steps: number[] = [];
    let before = machine.save({ training: true });
    let caught: unknown;
    try {
      for await (const { step } of machine.train(smallTask, { steps: 100, optimizer })) {
        steps.push(step);
        before = machine.save({ training: true });
      }
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({
      name: "NTMError",
      code: "non-finite",
      step: machine.step + 1,
      tensor: expect.stringMatching(/./),
      message: expect.stringContaining(`step ${machine.step + 1}: `),
    });
    expect(steps.at(-1) ?? 0).toBe(machine.step);
    expect(machine.save({ training: true })).toEqual(before);
  });

  test("leave trainStep's and applyGradients' machine alone", () => {
    const batch = smallTask.batch(random(1), { batchSize: 2, step: 0 });
    machine.trainStep(batch, { optimizer: adam() });
    const before = machine.save({ training: true });
    const mad = { optimizer: adam({ learningRate: 3e38 }) };
    const expected = expect.objectContaining({ code: "non-finite", step: 2 });
    expect(() => machine.trainStep(batch, mad)).toThrow(expected);
    expect(() => machine.applyGradients(machine.lossAndGradients(batch).gradients, mad)).toThrow(expected);
    // Another kind's fresh slots are not kept, either.
    expect(() => machine.trainStep(batch, { optimizer: rmsprop({ learningRate: 3e38 }) })).toThrow(expected);
    expect(machine.save({ training: true })).toEqual(before);
  });

  test("in a first update leave a machine that was never updated", async () => {
    const batch = smallTask.batch(random(1), { batchSize: 2, step: 0 });
    const before = machine.save({ training: true });
    expect(() => machine.trainStep(batch, { optimizer: rmsprop({ learningRate: 3e38 }) })).toThrow(/step 1: /);
    expect(machine.save({ training: true })).toEqual(before);
    (await NTM.load(before)).dispose();
  });
});

describe("the optimiser", () => {
  const batch = smallTask.batch(random(5), { batchSize: 4, step: 0 });
  const twin = async (acts: ((machine: NTM) => void)[]) => {
    const other = await make();
    for (const act of acts) act(other);
    const result = other.save({ training: true });
    other.dispose();
    return result;
  };

  test("is the last one's unless another is given, and rmsprop() at first", async () => {
    expect(machine.optimizer).toBeNull();
    machine.trainStep(batch);
    expect(machine.optimizer).toEqual(rmsprop());
    machine.trainStep(batch, { optimizer: adam({ learningRate: 0.01 }) });
    machine.trainStep(batch);
    expect(machine.optimizer).toEqual(adam({ learningRate: 0.01 }));
    expect(machine.save({ training: true })).toEqual(
      await twin([
        (m) => m.trainStep(batch, { optimizer: rmsprop() }),
        (m) => m.trainStep(batch, { optimizer: adam({ learningRate: 0.01 }) }),
        (m) => m.trainStep(batch, { optimizer: adam({ learningRate: 0.01 }) }),
      ]),
    );
  });

  test("of another kind starts afresh; other values of the same kind go on", async () => {
    const [fast, slow] = [{ optimizer: adam({ learningRate: 0.1 }) }, { optimizer: adam({ learningRate: 0.001 }) }];
    const other = { optimizer: rmsprop({ learningRate: 0.01 }) };
    const parameters = async (acts: ((machine: NTM) => void)[]) => {
      const loaded = await NTM.load(await twin(acts));
      const result = bits(loaded.parameters());
      loaded.dispose();
      return result;
    };
    // Where slots are fresh, what went before is forgotten: a machine set to the same parameters does the same.
    machine.trainStep(batch, fast);
    const between = machine.parameters();
    const set = (m: NTM) => m.setParameters(between);
    machine.trainStep(batch, other);
    expect(bits(machine.parameters())).toEqual(await parameters([set, (m) => m.trainStep(batch, other)]));
    // Where they are kept, it is not.
    const kept = await parameters([(m) => m.trainStep(batch, fast), (m) => m.trainStep(batch, slow)]);
    expect(kept).not.toEqual(await parameters([set, (m) => m.trainStep(batch, slow)]));
    // And setting parameters leaves the slots alone.
    expect(await parameters([(m) => m.trainStep(batch, fast), set, (m) => m.trainStep(batch, slow)])).toEqual(kept);
  });

  test("steps are counted by whichever method", async () => {
    machine.trainStep(batch);
    machine.applyGradients(machine.lossAndGradients(batch).gradients);
    await all({ steps: 2 });
    expect(machine.step).toBe(4);
  });

  test("trainStep is lossAndGradients and applyGradients, to the bit", async () => {
    const options = { optimizer: adam({ learningRate: 0.01 }), clip: { norm: 0.5 } };
    const first = machine.trainStep(batch, options);
    const other = await make();
    const { loss, gradients } = other.lossAndGradients(batch);
    const second = other.applyGradients(gradients, options);
    expect(first).toEqual({ loss, ...second });
    expect(bits(other.parameters())).toEqual(bits(machine.parameters()));
    other.dispose();
  });
});

describe("clipping", () => {
  const batch = smallTask.batch(random(5), { batchSize: 4, step: 0 });

  /** What the optimiser got, read off the slot m of its first update: (1 - ρ)·g with ρ = 0.5. */
  async function clipped(clip: TrainOptions["clip"]): Promise<number[]> {
    const other = await make();
    other.trainStep(batch, { optimizer: rmsprop({ decay: 0.5 }), ...(clip === undefined ? {} : { clip }) });
    const { readTensors } = await import("neural-turing-machine");
    const slots = [...readTensors(other.save({ training: true }))].filter(([name]) => name.startsWith("optimizer.m."));
    other.dispose();
    return slots.flatMap(([, { data }]) => [...data].map((entry) => 2 * entry));
  }
  const norm = (entries: number[]) => Math.sqrt(entries.reduce((sum, entry) => sum + entry * entry, 0));

  test("by value, by norm, or not at all; by default as the paper does, at 10", async () => {
    const free = await clipped(null);
    expect(norm(free)).toBeGreaterThan(0.1);
    const limit = Math.max(...free.map(Math.abs)) / 2;
    const byValue = await clipped({ value: limit });
    byValue.forEach((entry, index) => {
      expect(entry).toBeCloseTo(Math.min(Math.max(free[index] ?? 0, -limit), limit), 6);
    });
    const byNorm = await clipped({ norm: 0.05 });
    byNorm.forEach((entry, index) => {
      expect(entry).toBeCloseTo(((free[index] ?? 0) * 0.05) / norm(free), 6);
    });
    expect(await clipped({ norm: 1e6 })).toEqual(free);
    expect(await clipped(undefined)).toEqual(await clipped({ value: 10 }));
  });

  test("within the backward pass, what would grow from step to step without end does not", async () => {
    const task = copy({ bits: 3, minLength: 30, maxLength: 30 });
    const long = task.batch(random(2), { batchSize: 9, step: 0 });
    const grows = () =>
      NTM.create({
        inputSize: task.inputSize,
        outputSize: task.outputSize,
        controller: { kind: "feedforward", hiddenSize: 20 },
        memory: { rows: 16, columns: 6 },
        headInit: { scale: 3, sharpening: 5 },
        readHeads: 2,
        writeHeads: 2,
        seed: 2,
      });
    const other = await grows();
    const own = other.lossAndGradients(long).gradients;
    const { gradientNorm } = other.trainStep(long, { clip: { norm: 10, backward: 1 } });
    expect(gradientNorm).toBeLessThan(1e-3 * norm([...own.values()].flatMap(({ data }) => [...data])));
    // It is that update's alone,
    const [free, wide] = [await grows(), await grows()];
    other.setParameters(free.parameters());
    expect(bits(other.lossAndGradients(long).gradients)).toEqual(bits(own));
    // and a bound that nothing reaches changes nothing.
    free.trainStep(long, { clip: { norm: 10 } });
    wide.trainStep(long, { clip: { norm: 10, backward: 1e30 } });
    expect(bits(wide.parameters())).toEqual(bits(free.parameters()));
    expect(() => other.applyGradients(own, { clip: { norm: 10, backward: 1 } })).toThrow(
      expect.objectContaining({ code: "option", where: "clip.backward" }),
    );
    for (const made of [other, free, wide]) made.dispose();
  });

  test("within the backward pass is an update's, not of gradients that are asked for later", () => {
    const own = () => machine.gradients(batch.input, batch.target);
    const before = own();
    machine.trainStep(batch, { optimizer: adam({ learningRate: 0 }), clip: { norm: 1, backward: 1e-6 } });
    expect(own()).toEqual(before);
  });
});

describe("a batch", () => {
  test("is an average over what the mask leaves: masked steps count for nothing", () => {
    const [input, target] = [noise([4, 2, 3], 1), { data: new Float32Array(16).fill(1), shape: [4, 2, 2] }];
    const mask = { data: Float32Array.of(1, 1, 1, 1, 0, 0, 0, 0), shape: [4, 2] };
    const whole = machine.lossAndGradients({ input, target, mask });
    const half = machine.lossAndGradients({
      input: { data: input.data.slice(0, 12), shape: [2, 2, 3] },
      target: { data: target.data.slice(0, 8), shape: [2, 2, 2] },
    });
    expect(whole.loss).toBeCloseTo(half.loss, 5);
    expect(machine.lossAndGradients({ input, target }).loss).toBeGreaterThan(whole.loss * 1.2);
  });

  test("of one's own task is a few lines", async () => {
    // Says whether the two last inputs were the same.
    const task: Task = {
      inputSize: 3,
      outputSize: 2,
      batch(random, { batchSize }) {
        const row = () => Array.from({ length: batchSize }, () => [random.bit(), random.bit(), 1]);
        const input = [row(), row()];
        const target = input.map((step) => step.map(([a, b]) => [a === b ? 1 : 0, a === b ? 0 : 1]));
        return { input, target };
      },
    };
    const [first, ...others] = await all(
      { steps: 400, batchSize: 16, every: 40, optimizer: adam({ learningRate: 0.01 }) },
      task,
    );
    expect(others.at(-1)?.loss).toBeLessThan((first?.loss ?? 0) / 3);
    const report = await machine.evaluate(task, { sequences: 64 });
    expect(report.wrongBitsPerSequence).toBe(0);
  });
});

describe("evaluate", () => {
  test("is the mean over all its sequences, whatever the batch size leaves over", async () => {
    const fixed = copy({ bits: 2, minLength: 2, maxLength: 2 });
    const asked: number[] = [];
    const spy = {
      ...fixed,
      batch(...[source, options]: Parameters<typeof fixed.batch>) {
        asked.push(options.batchSize);
        return fixed.batch(source, options);
      },
    };
    const report = await machine.evaluate(spy, { sequences: 10, batchSize: 4, seed: 5 });
    expect(asked).toEqual([4, 4, 2]);
    expect(report.sequences).toBe(10);
    expect(report.answersPerSequence).toBe(4);
    const source = random(5, 2);
    const losses = [4, 4, 2].map(
      (batchSize) => machine.lossAndGradients(fixed.batch(source, { batchSize, step: 0 })).loss * batchSize,
    );
    expect(report.loss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 10, 5);
    expect(report.bitsPerSequence).toBeCloseTo(report.loss / Math.LN2, 10);
  });

  test("is not held back by a curriculum, however few updates were made", async () => {
    const whole = await machine.evaluate(copy({ bits: 2, maxLength: 9 }), { seed: 5 });
    expect(await machine.evaluate(copy({ bits: 2, maxLength: 9, curriculum: 1000 }), { seed: 5 })).toEqual(whole);
  });

  test("draws from the second stream of its seed, after every curriculum whatever step the machine is at", async () => {
    await all({ steps: 3 });
    const seen: [random: unknown, step: number][] = [];
    const spy: Task = {
      ...smallTask,
      batch(source, options) {
        seen.push([source.state(), options.step]);
        return smallTask.batch(source, options);
      },
    };
    await machine.evaluate(spy, { sequences: 2, batchSize: 1, seed: 5 });
    const source = random(5, 2);
    const first = source.state();
    smallTask.batch(source, { batchSize: 1, step: 3 });
    expect(seen).toEqual([
      [first, Number.MAX_SAFE_INTEGER],
      [source.state(), Number.MAX_SAFE_INTEGER],
    ]);
  });

  test("of a batch is that of a task that gives no other", async () => {
    const batch = smallTask.batch(random(3), { batchSize: 3, step: 0 });
    const found = await machine.evaluate(batch);
    expect(found).toEqual(await machine.evaluate({ ...smallTask, batch: () => batch }, { sequences: 3 }));
    expect(found.sequences).toBe(3);
    expect(found.loss).toBe(machine.lossAndGradients(batch).loss);
    const { rows } = machine.config.memory;
    const more = { rows: 2 * rows };
    expect(await machine.evaluate(batch, more)).toEqual(
      await machine.evaluate({ ...smallTask, batch: () => batch }, { sequences: 3, ...more }),
    );
  });

  test("counts wrong bits where the mask is not 0", async () => {
    const task: Task = {
      inputSize: 3,
      outputSize: 2,
      batch: () => ({
        input: noise([3, 1, 3], 1),
        target: [[[1, 1]], [[0, 0]], [[1, 0]]],
        mask: [[1], [0], [0.5]],
      }),
    };
    const bias = (a: number, b: number) =>
      machine.setParameters(
        new Map([
          ["output.weight", { data: new Float32Array(20), shape: [2, 10] }],
          ["output.bias", { data: Float32Array.of(a, b), shape: [2] }],
        ]),
      );
    const wrong = async () => (await machine.evaluate(task, { sequences: 1, batchSize: 1 })).wrongBitsPerSequence;
    bias(1, 1);
    expect(await wrong()).toBe(1);
    bias(-1, -1);
    expect(await wrong()).toBe(3);
    bias(1, -1);
    expect(await wrong()).toBe(1);
  });

  test("counts all answers where the mask is not 0: outputs, or with a softmax steps", async () => {
    const input = noise([3, 2, 3], 1);
    const target = tensor(new Float32Array(12), [3, 2, 2]);
    const mask = tensor([1, 0, 0, 0, 0.5, 2], [3, 2]);
    for (const [loss, answers] of [
      ["binary-cross-entropy", 3],
      ["mean-squared-error", 3],
      ["softmax-cross-entropy", 1.5],
    ] as const) {
      const other = await make({ inputSize: 3, outputSize: 2, loss });
      expect((await other.evaluate({ input, target, mask })).answersPerSequence).toBe(answers);
      expect((await other.evaluate({ input, target })).answersPerSequence).toBe(2 * answers);
      other.dispose();
    }
  });

  test("has defaults of 100 sequences by 16", async () => {
    const report = await machine.evaluate(smallTask);
    expect(report).toEqual(await machine.evaluate(smallTask, { sequences: 100, batchSize: 16, seed: 0 }));
    expect(report.sequences).toBe(100);
  });

  test("hands on what it does not own to the task", async () => {
    const steps: (number | undefined)[] = [];
    const spy = {
      ...smallTask,
      batch(...[source, options]: Parameters<typeof smallTask.batch>) {
        const batch = smallTask.batch(source, options);
        steps.push(batch.input.shape[0]);
        return batch;
      },
    };
    await machine.evaluate(spy, { sequences: 2, batchSize: 1, length: 7, rows: 9 });
    expect(steps).toEqual([15, 15]);
    await expect(machine.evaluate(smallTask, { lenght: 7 } as object)).rejects.toThrow(/lenght: unknown option/);
  });

  test("ends with the signal's reason", async () => {
    const controller = new AbortController();
    const spy = {
      ...smallTask,
      batch: (...[source, options]: Parameters<typeof smallTask.batch>) => {
        controller.abort("enough");
        return smallTask.batch(source, options);
      },
    };
    await expect(machine.evaluate(spy, { signal: controller.signal })).rejects.toBe("enough");
    machine.setParameters(new Map());
  });
});

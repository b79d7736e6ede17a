// Whatever the configuration and however high the rate, training ends with finite parameters or with an error that says where.
import {
  adam,
  copy,
  NTM,
  NTMError,
  type NTMOptions,
  type OptimizerOptions,
  type Random,
  random,
  rmsprop,
} from "neural-turing-machine";
import { expect, test } from "vitest";

const task = copy({ bits: 3, minLength: 1, maxLength: 6 });
const steps = 60;

/** One of `values`. */
const one = <T>(random: Random, ...values: T[]): T => values[random.integer(0, values.length - 1)] as T;

/** A machine and a way to train it, drawn from a seed: rates up to 100 times the defaults, and no clipping at all among the clips. */
function draw(seed: number) {
  const by = random(seed);
  const machine: NTMOptions = {
    inputSize: task.inputSize,
    outputSize: task.outputSize,
    controller: {
      kind: one(by, "lstm", "feedforward"),
      hiddenSize: by.integer(1, 40),
      layers: by.integer(1, 3),
    },
    memory: {
      rows: by.integer(1, 40),
      columns: by.integer(1, 20),
      init: one(by, "constant", "learned", "random"),
      value: one(by, 1e-6, 0.1, 1),
      scale: one(by, 1, 4),
    },
    lstmInit: { inputScale: one(by, 1, 3), recurrentScale: one(by, 0, 1, 3), forgetBias: by.integer(-3, 3) },
    headInit: {
      scale: one(by, 0.3, 1, 3),
      keyStrength: by.integer(-3, 3),
      gate: by.integer(-3, 3),
      shift: by.integer(-3, 3),
      sharpening: by.integer(-3, 3),
    },
    readHeads: by.integer(0, 4),
    writeHeads: by.integer(0, 4),
    shiftRange: by.integer(0, 2),
    keyActivation: one(by, "identity", "tanh"),
    addActivation: one(by, "identity", "tanh"),
    loss: one(by, "binary-cross-entropy", "softmax-cross-entropy", "mean-squared-error"),
    seed,
  };
  const times = one(by, 1, 10, 100);
  const optimizer = one<OptimizerOptions>(
    by,
    rmsprop({ learningRate: times * 1e-4 }),
    adam({ learningRate: times * 1e-3 }),
  );
  const clip = one(by, { value: 10 }, { norm: 10 }, { norm: 10, backward: 10 }, null);
  const training = { optimizer, clip, batchSize: one(by, 1, 3, 9), steps };
  return { machine, training };
}

const finite = (machine: NTM) => [...machine.parameters().values()].every(({ data }) => data.every(Number.isFinite));

/** Trains the machine of a seed, at another rate where one is given; whether it stayed finite rather than stop. */
async function train(seed: number, learningRate?: number): Promise<boolean> {
  const { machine: options, training } = draw(seed);
  const machine = await NTM.create(options);
  const how = learningRate === undefined ? training : { ...training, optimizer: rmsprop({ learningRate }), clip: null };
  try {
    for await (const { loss, gradientNorm } of machine.train(task, how))
      expect([loss, gradientNorm].every(Number.isFinite)).toBe(true);
    expect(machine.step).toBe(steps);
    return true;
  } catch (error) {
    if (!(error instanceof NTMError)) throw error;
    expect({ code: error.code, step: error.step }).toEqual({ code: "non-finite", step: machine.step + 1 });
    expect(error.message).toContain(`step ${machine.step + 1}`);
    expect(error.tensor ?? error.where).toMatch(/\S/);
    return false;
  } finally {
    expect(finite(machine)).toBe(true);
    machine.dispose();
  }
}

test("a hundred machines stay finite, or stop with an error that names step and tensor", async () => {
  for (let seed = 0; seed < 100; seed++) await train(seed);
});

test("at a rate that no machine stands, they stop with that error", async () => {
  const ends = [];
  for (let seed = 0; seed < 10; seed++) ends.push(await train(seed, 1e38));
  expect(ends).toContain(false);
});

// Training in worker threads: the same bits with any number, and an end to everything that can end badly.
import { spawnSync } from "node:child_process";
import { getEventListeners } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Worker } from "node:worker_threads";
import {
  adam,
  NTM,
  type NTMOptions,
  type Progress,
  rmsprop,
  type Task,
  type TrainOptions,
  tensor,
} from "neural-turing-machine";
import { afterEach, beforeEach, describe, expect, inject, onTestFinished, test } from "vitest";
import { make, smallTask } from "./support/machines.js";
import { noise } from "./support/numbers.js";
import { otherVersion, version } from "./support/version.js";
import { altered, outdated, scripted, worker } from "./support/workers.js";

const entry = new URL(`file://${inject("packageFolder")}/dist/index.js`).href;

async function train(machine: NTM, options: TrainOptions, task: Task = smallTask): Promise<Progress[]> {
  const progress: Progress[] = [];
  for await (const each of machine.train(task, options)) progress.push(each);
  return progress;
}

/** All that is seen of a training, but its speed. */
async function trained(configuration: Partial<NTMOptions>, options: TrainOptions, task?: Task) {
  const machine = await make(configuration);
  const seen = (await train(machine, options, task)).map(({ sequencesPerSecond, ...rest }) => rest);
  const bytes = machine.save({ training: true });
  machine.dispose();
  return { seen, bytes };
}

describe("any number of workers gives the same bits", () => {
  const machines: [string, Partial<NTMOptions>][] = [
    [
      "an LSTM with heads of both kinds",
      { readHeads: 2, writeHeads: 2, memory: { rows: 5, columns: 4, init: "learned" } },
    ],
    [
      "a feedforward controller with a random memory",
      { controller: { kind: "feedforward", hiddenSize: 7 }, memory: { rows: 5, columns: 4, init: "random" } },
    ],
  ];
  describe.each(machines)("%s", (_, configuration) => {
    test.each([1, 8, 20])("batches of %i", async (batchSize) => {
      const options = { steps: 12, batchSize, every: 5, optimizer: adam({ learningRate: 1e-2 }) };
      const alone = await trained(configuration, options);
      for (const workers of [1, 2, 4])
        expect(await trained(configuration, { ...options, workers }), `${workers} workers`).toEqual(alone);
    });
  });

  test("clipped within the backward pass", async () => {
    const options = { steps: 4, batchSize: 20 };
    const free = await trained({}, options);
    const alone = await trained({}, { ...options, clip: { value: 10, backward: 1e-3 } });
    expect(alone.bytes).not.toEqual(free.bytes);
    expect(await trained({}, { ...options, clip: { value: 10, backward: 1e-3 }, workers: 2 })).toEqual(alone);
  });

  test("with a task of one's own, a closure without a mask", async () => {
    let drawn = 0;
    const task: Task = {
      inputSize: 3,
      outputSize: 2,
      batch: (random, { batchSize, step }) => {
        drawn++;
        const [T, B] = [1 + (step % 3), batchSize];
        const numbers = (...shape: number[]) =>
          tensor(
            Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.uniform()),
            shape,
          );
        return { input: numbers(T, B, 3), target: numbers(T, B, 2) };
      },
    };
    const alone = await trained({}, { steps: 7, batchSize: 19 }, task);
    expect(await trained({}, { steps: 7, batchSize: 19, workers: 2 }, task)).toEqual(alone);
    expect(drawn).toBe(14);
  });

  test("with a task that has the next use for its arrays before all pieces are given out", async () => {
    const [steps, sequences] = [30, 80];
    const input = { data: new Float32Array(steps * sequences * 2), shape: [steps, sequences, 2] };
    const target = { data: new Float32Array(steps * sequences), shape: [steps, sequences, 1] };
    const task: Task = {
      inputSize: 2,
      outputSize: 1,
      batch(random) {
        for (const { data } of [input, target]) data.set(data.map(() => random.bit()));
        setTimeout(() => input.data.fill(0.5));
        return { input, target };
      },
    };
    const options = { steps: 3, batchSize: sequences };
    const alone = await trained({ inputSize: 2, outputSize: 1 }, options, task);
    expect(await trained({ inputSize: 2, outputSize: 1 }, { ...options, workers: 1 }, task)).toEqual(alone);
  });

  test("whichever piece is done first", async () => {
    const options = { steps: 6, batchSize: 60, optimizer: rmsprop({ learningRate: 1e-2 }) };
    let made = 0;
    /** Each worker's answers come later than those of the next. */
    const createWorker = () => {
      const real = worker();
      const delay = 12 - 6 * made++;
      return {
        postMessage: (message: unknown, transfer: ArrayBuffer[]) => real.postMessage(message, transfer),
        terminate: () => real.terminate(),
        addEventListener: (type: string, listener: (event: { data: unknown }) => void) => {
          if (type === "message") real.on("message", (data) => setTimeout(() => listener({ data }), delay));
        },
      };
    };
    expect(await trained({}, { ...options, workers: 3, createWorker })).toEqual(await trained({}, options));
    expect(made).toBe(3);
  });

  test("whatever is done with the machine meanwhile", async () => {
    const options = { steps: 40, batchSize: 20, optimizer: adam({ learningRate: 1e-2 }) };
    const alone = await trained({}, options);
    const machine = await make();
    const batch = { input: noise([4, 9, 3], 1), target: { data: new Float32Array(72), shape: [4, 9, 2] } };
    const timer = setInterval(() => {
      machine.lossAndGradients(batch);
      machine.run(batch.input);
      machine.save({ training: true });
    }, 1);
    await train(machine, { ...options, workers: 2, every: 40 });
    clearInterval(timer);
    expect(machine.save({ training: true })).toEqual(alone.bytes);
    machine.dispose();
  });

  test("saved, loaded, and gone on with by another number", async () => {
    const options = { batchSize: 20, optimizer: adam({ learningRate: 1e-2 }) };
    const straight = await trained({}, { ...options, steps: 20 });
    const first = await trained({}, { ...options, steps: 10, workers: 2 });
    const machine = await NTM.load(first.bytes);
    await train(machine, { steps: 4, batchSize: 20 });
    await train(machine, { steps: 6, batchSize: 20, workers: 3 });
    expect(machine.save({ training: true })).toEqual(straight.bytes);
    machine.dispose();
  });
});

describe("workers", () => {
  let machine: NTM;
  /** All that were made, with a promise of their end. */
  let made: { worker: Worker; ended: Promise<void> }[];
  /** Notes the worker. */
  const noted = (worker: Worker) => {
    made.push({ worker, ended: new Promise((resolve) => worker.on("exit", () => resolve())) });
    return worker;
  };
  const createWorker = () => noted(worker());
  const allEnded = () => Promise.all(made.map(({ ended }) => ended));
  const options = { steps: 50, batchSize: 20, workers: 2, createWorker };

  beforeEach(async () => {
    machine = await make();
    made = [];
  });
  afterEach(() => machine.dispose());

  /** The machine is at `step`, is free, and goes on to the bits that it would have reached without the mishap. */
  async function standsAt(step: number): Promise<void> {
    expect(machine.step).toBe(step);
    await allEnded();
    const straight = await trained({}, { steps: step + 2, batchSize: 20 });
    await train(machine, { steps: 2, batchSize: 20 });
    expect(machine.save({ training: true })).toEqual(straight.bytes);
  }

  test("are no more than a batch has pieces, are there for a training only, and are not started for none", async () => {
    await train(machine, { ...options, steps: 2, workers: 8 });
    expect(made).toHaveLength(3);
    await allEnded();
    await train(machine, { ...options, steps: 0 });
    await train(machine, { ...options, steps: 1, workers: 0 });
    expect(made).toHaveLength(3);
  });

  test("leave the machine free to be looked at while a progress is in hand, and not to be changed", async () => {
    for await (const _ of machine.train(smallTask, { ...options, steps: 3 })) {
      expect(() => machine.setParameters(new Map())).toThrow(expect.objectContaining({ code: "busy" }));
      machine.run(noise([2, 1, 3], 1));
      expect((await machine.evaluate(smallTask, { sequences: 3 })).sequences).toBe(3);
    }
    await standsAt(3);
  });

  test("finish a training of which nobody else holds anything", async () => {
    const timer = setInterval(() => globalThis.gc?.(), 10);
    onTestFinished(() => clearInterval(timer));
    const training = train(machine, { ...options, steps: 3 });
    // Of a training that was collected the workers end, and nothing is heard.
    const collected = allEnded().then(() => []);
    expect(await Promise.race([training, collected])).toHaveLength(3);
    await standsAt(3);
  });

  test("are ended by a signal only while they are there", async () => {
    const { signal } = new AbortController();
    await train(machine, { ...options, steps: 2, signal });
    for await (const _ of machine.train(smallTask, { ...options, signal })) {
      expect(getEventListeners(signal, "abort")).toHaveLength(1);
      break;
    }
    expect(getEventListeners(signal, "abort")).toEqual([]);
    await standsAt(3);
  });

  test.each([0, 2])(
    "trainings that are aborted, each for the next, come to the bits of one (%d workers)",
    async (workers) => {
      const { createWorker: _, ...plain } = options;
      const ends: Promise<unknown>[] = [];
      for (const wait of [0, 1, 5, 12, 30]) {
        const controller = new AbortController();
        const given = { ...plain, steps: 1e6, workers, signal: controller.signal };
        ends.push(train(machine, given).catch((reason: unknown) => reason));
        await new Promise((resolve) => setTimeout(resolve, wait));
        controller.abort(wait);
      }
      await train(machine, { ...plain, steps: 3, workers });
      expect(await Promise.all(ends)).toEqual([0, 1, 5, 12, 30]);
      const one = await make();
      await train(one, { ...plain, steps: machine.step, workers: 0 });
      expect(machine.save({ training: true })).toEqual(one.save({ training: true }));
      one.dispose();
    },
  );

  describe("end", () => {
    test("where the consumer breaks", async () => {
      for await (const { step } of machine.train(smallTask, options)) if (step === 3) break;
      await standsAt(3);
    });

    test("where the consumer throws", async () => {
      const mine = new Error("mine");
      const run = async () => {
        for await (const _ of machine.train(smallTask, options)) throw mine;
      };
      await expect(run()).rejects.toBe(mine);
      await standsAt(1);
    });

    test("where the task throws", async () => {
      const mine = new Error("no more data");
      const task: Task = {
        ...smallTask,
        batch(random, options) {
          if (options.step === 2) throw mine;
          return smallTask.batch(random, options);
        },
      };
      await expect(train(machine, options, task)).rejects.toBe(mine);
      await standsAt(2);
    });

    test("where the signal is aborted in the midst of a step, which is discarded", async () => {
      const controller = new AbortController();
      const reason = { any: "thing" };
      const task: Task = {
        ...smallTask,
        batch(random, options) {
          // Once the pieces are with the workers.
          if (options.step === 2) queueMicrotask(() => setTimeout(() => controller.abort(reason)));
          return smallTask.batch(random, options);
        },
      };
      const silent = () => noted(silentFrom(3));
      await expect(train(machine, { ...options, signal: controller.signal, createWorker: silent }, task)).rejects.toBe(
        reason,
      );
      await standsAt(2);
    });

    test("where the signal was aborted before, and are not even started", async () => {
      await expect(train(machine, { ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({
        name: "AbortError",
      });
      expect(made).toEqual([]);
    });

    test("where the machine is disposed, in the midst of a step or between two", async () => {
      const other = await make();
      const training = other.train(smallTask, { ...options, createWorker: () => noted(silentFrom(2)) });
      await training.next();
      const next = training.next();
      other.dispose();
      await expect(next).rejects.toMatchObject({ code: "disposed" });
      await allEnded();

      const third = await make();
      const held = third.train(smallTask, options);
      await held.next();
      third.dispose();
      await allEnded();
      await expect(held.next()).rejects.toMatchObject({ code: "disposed" });
    });

    test("though one of them cannot be: the others do, and the machine is free", async () => {
      const createWorker = () => {
        const real = noted(worker());
        const number = made.length;
        return {
          postMessage: (message: unknown, transfer: ArrayBuffer[]) => real.postMessage(message, transfer),
          terminate: () => {
            real.terminate();
            if (number === 1) throw new Error("immortal");
            return Promise.reject(new Error("immortal, too"));
          },
          addEventListener: (type: string, listener: (event: { data: unknown }) => void) => {
            if (type === "message") real.on("message", (data) => listener({ data }));
          },
        };
      };
      await train(machine, { ...options, steps: 2, createWorker });
      await allEnded();
      expect(made).toHaveLength(2);
      await train(machine, { ...options, steps: 1, workers: 0 });
      await standsAt(3);
    });

    test("where the training is forgotten, though a signal of it lives on", async () => {
      const { signal } = new AbortController();
      await (async () => {
        await machine.train(smallTask, { ...options, signal }).next();
      })();
      machine.dispose();
      machine = await make();
      await (async () => {
        await machine.train(smallTask, options).next();
      })();
      expect(made).toHaveLength(4);
      const waiting = setInterval(() => globalThis.gc?.(), 50);
      await allEnded();
      clearInterval(waiting);
      expect(signal.aborted).toBe(false);
    });
  });

  /** A worker that answers no more from that update on; each gets two pieces of an update at most. */
  function silentFrom(update: number): Worker {
    return altered(`
      import { parentPort } from "node:worker_threads";
      const post = parentPort.postMessage.bind(parentPort);
      let updates = 0;
      const on = parentPort.on.bind(parentPort);
      parentPort.on = (type, listener) => on(type, (message) => {
        if (message.parameters) updates++;
        if (updates < ${update}) listener(message);
      })`);
  }

  describe("that fail end training with an error, and leave the machine at its last whole step:", () => {
    const fails = async (
      createWorker: () => Worker,
      message: RegExp,
      step: number,
      { workers = 2, task = smallTask }: { workers?: number; task?: Task } = {},
    ) => {
      const given = { ...options, workers, createWorker: () => noted(createWorker()) };
      const error = await train(machine, given, task).catch((e) => e);
      expect(error).toMatchObject({ name: "NTMError", code: "worker", message: expect.stringMatching(message) });
      await standsAt(step);
      return error as NTMError;
    };
    type NTMError = Error & { cause: Error };

    test("dead at the start", async () => {
      await fails(() => scripted("process.exit(3)"), /^a worker failed: it ended with exit code 3$/, 0);
    });

    test("throwing at the start", async () => {
      const { cause } = await fails(() => scripted("throw new RangeError('no luck')"), /^a worker failed: no luck$/, 0);
      expect(cause).toMatchObject({ name: "RangeError", message: "no luck" });
    });

    test("a file that is not there", async () => {
      await fails(() => scripted("import 'file:///nowhere/worker.js'"), /nowhere\/worker\.js'[^;]*$/, 0);
    });

    test("the package's own, which a bundler has left behind: what helps is told", async () => {
      const folder = mkdtempSync(join(tmpdir(), "ntm-"));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const { createWorker: _, ...own } = options;
      const left = (file: string) => !file.endsWith("worker.js");
      cpSync(new URL(".", entry), folder, { recursive: true, filter: left });
      const { NTM: Bundled } = (await import(pathToFileURL(join(folder, "index.js")).href)) as { NTM: typeof NTM };
      const other = await Bundled.create(machine.config);
      await expect(train(other, own)).rejects.toMatchObject({
        code: "worker",
        message: expect.stringMatching(
          /Cannot find module '.*worker\.js'.*; where worker\.js is elsewhere.*pass createWorker$/,
        ),
      });
      other.dispose();
    });

    test("killed in the midst of a step", async () => {
      const task: Task = {
        ...smallTask,
        batch(random, options) {
          // Once the pieces are with the workers.
          if (options.step === 2) setTimeout(() => void made[1]?.worker.terminate());
          return smallTask.batch(random, options);
        },
      };
      await fails(() => silentFrom(3), /it ended with exit code 1$/, 2, { task });
    });

    test("killed while a progress is in hand", async () => {
      const training = machine.train(smallTask, options);
      await training.next();
      await made[1]?.worker.terminate();
      await expect(training.next()).rejects.toMatchObject({ code: "worker" });
      await standsAt(1);
    });

    test("silent, then killed", async () => {
      const createWorker = () => {
        const worker = scripted("setInterval(() => {}, 1000)");
        worker.on("online", () => void worker.terminate());
        return worker;
      };
      await fails(createWorker, /it ended with exit code \d$/, 0);
    });

    test("answering with something else", async () => {
      const code =
        "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => parentPort.postMessage('hi'))";
      await fails(() => scripted(code), /something else; is it neural-turing-machine\/worker/, 0);
    });

    test("answering with a gradient of another length", async () => {
      const code = `
        import { parentPort } from "node:worker_threads";
        parentPort.on("message", ({ index, parameters }) => {
          if (parameters) parentPort.postMessage({ index, parameters, loss: 0, gradient: new Float32Array(3) });
        })`;
      await fails(() => scripted(code), /something else; is it neural-turing-machine\/worker/, 0);
    });

    test("not to be sent a piece", async () => {
      const createWorker = () => {
        const real = worker();
        const post = real.postMessage.bind(real);
        let posted = 0;
        real.postMessage = (...given) => {
          if (++posted === 2) throw new Error("no room");
          post(...given);
        };
        return real;
      };
      await fails(createWorker, /^a worker failed: it cannot be sent a message: Error: no room$/, 0);
    });

    test("of another version", async () => {
      const { message } = await fails(outdated, /is it neural-turing-machine\/worker of this version\?/, 0);
      expect(message).toContain(
        `wasm: expected the WebAssembly of version ${otherVersion}, got that of version ${version}`,
      );
    });

    test("a trap in its WebAssembly, whose text is told", async () => {
      const trapping = () =>
        altered(`
          const { instantiate } = WebAssembly;
          let calls = 0;
          WebAssembly.instantiate = async (...given) => {
            const { exports } = await instantiate(...given);
            const machine_pieceGradients = (...args) => {
              if (++calls > 2) throw new WebAssembly.RuntimeError("unreachable");
              return exports.machine_pieceGradients(...args);
            };
            return { exports: { ...exports, machine_pieceGradients } };
          }`);
      const message = /^a worker failed: its WebAssembly instance ended: RuntimeError: unreachable$/;
      // Three pieces an update: the worker has its third in the first update.
      const { cause } = await fails(trapping, message, 0, { workers: 1 });
      expect(cause.stack).toContain("machine_pieceGradients");
    });

    test.each([1, 2])("createWorker that throws at call %d, with what it threw as the cause", async (call) => {
      const mine = new Error("mine");
      const error = await train(machine, {
        ...options,
        createWorker: () => {
          if (made.length + 1 === call) throw mine;
          return createWorker();
        },
      }).catch((e) => e);
      expect(error).toMatchObject({ code: "worker", cause: mine });
      await standsAt(0);
    });
  });

  describe("give the error that the calling thread would give:", () => {
    const both = async (step: number, given: Partial<TrainOptions>, task?: Task) => {
      const errors = [];
      for (const workers of [0, 2]) {
        const one = await make();
        const error = await train(one, { ...options, ...given, workers }, task).catch((e) => e);
        const { name, message, code, where, expected, received, tensor } = error;
        errors.push({ name, message, code, where, expected, received, tensor, step: error.step, at: one.step });
        one.dispose();
      }
      expect(errors[1]).toEqual(errors[0]);
      expect(errors[1]?.at).toBe(step);
      await allEnded();
      return errors[1];
    };

    test("a number that is not finite, with its step and tensor", async () => {
      const huge: Task = {
        ...smallTask,
        batch: (random, options) => {
          const batch = smallTask.batch(random, options);
          const mask = { data: new Float32Array(batch.mask.data.length).fill(3e38), shape: batch.mask.shape };
          return options.step === 2 ? { ...batch, mask } : batch;
        },
      };
      const error = await both(2, {}, huge);
      expect(error).toMatchObject({ code: "non-finite", step: 3, tensor: expect.stringMatching(/./) });
    });

    test("a batch that is refused, with the place in the whole batch", async () => {
      const wrong: Task = {
        ...smallTask,
        batch: (random, options) => {
          const batch = smallTask.batch(random, options);
          if (options.step === 1) batch.target.data[batch.target.data.length - 1] = 2;
          return batch;
        },
      };
      expect(await both(1, {}, wrong)).toMatchObject({
        code: "option",
        where: expect.stringMatching(/^target\[\d+\]$/),
      });
    });

    test("more steps than gradients go back through", async () => {
      const steps = 131_073;
      const long: Task = {
        inputSize: 3,
        outputSize: 2,
        batch: () => ({
          input: { data: new Float32Array(steps * 3), shape: [steps, 1, 3] },
          target: { data: new Float32Array(steps * 2), shape: [steps, 1, 2] },
        }),
      };
      expect(await both(0, { batchSize: 1 }, long)).toMatchObject({ code: "option", received: `${steps}` });
    });

    test("sequences that do not fit in memory, with the figures and what would help", async () => {
      const steps = 100_000;
      const wide = await make({ memory: { rows: 1000, columns: 4 } });
      const long: Task = {
        inputSize: 3,
        outputSize: 2,
        batch: (_, { batchSize }) => ({
          input: { data: new Float32Array(steps * batchSize * 3), shape: [steps, batchSize, 3] },
          target: { data: new Float32Array(steps * batchSize * 2), shape: [steps, batchSize, 2] },
        }),
      };
      const error = await train(wide, { ...options, batchSize: 2, workers: 1 }, long).catch((e) => e);
      const figures = /expected at most \d+ MiB \(recompute: true needs \d+ MiB\), got \d+ MiB$/;
      expect(error).toMatchObject({ code: "memory", message: expect.stringMatching(figures) });
      expect(wide.step).toBe(0);
      await allEnded();
      wide.dispose();
    });
  });

  test.each([
    [{ workers: -1 }, "workers: expected an integer from 0 to 256, got -1"],
    [{ workers: 257 }, "workers: expected an integer from 0 to 256, got 257"],
    [{ workers: "2" }, 'workers: expected an integer from 0 to 256, got "2"'],
    [{ createWorker: "worker.js" }, 'createWorker: expected a function, got "worker.js"'],
    [{ recompute: 1 }, "recompute: expected true or false, got 1"],
  ])("%o is refused at once", (wrong, message) => {
    expect(() => machine.train(smallTask, { ...options, ...wrong } as TrainOptions)).toThrow(
      expect.objectContaining({ code: "option", message }),
    );
  });

  test.each([
    [undefined, "createWorker(): expected a Worker, got undefined"],
    [{}, "createWorker(): expected a Worker, got an object"],
  ])("createWorker that gives %o is refused", async (given, message) => {
    const createWorker = (() => given) as unknown as () => Worker;
    await expect(train(machine, { ...options, createWorker })).rejects.toMatchObject({ code: "option", message });
    await standsAt(0);
  });

  test("createWorker that gives the same twice is refused, in one training or in the next", async () => {
    const one = worker();
    const message = "createWorker(): expected a new Worker at each call, got one that was given before";
    const again = { ...options, createWorker: () => one };
    await expect(train(machine, again)).rejects.toMatchObject({ code: "option", message });
    await standsAt(0);
    await expect(train(machine, { ...again, workers: 1 })).rejects.toMatchObject({ code: "option", message });
  });

  test("createWorker that is async is refused, and how its promise ends is nobody's to hear", async () => {
    const createWorker = (async () => {
      throw new Error("mine, of which the process would end");
    }) as unknown as () => Worker;
    const message = "createWorker(): expected a Worker, got a Promise";
    await expect(train(machine, { ...options, createWorker })).rejects.toMatchObject({ code: "option", message });
  });
});

describe("a process ends by itself", () => {
  const runs = (code: string) => {
    const program = `
      import { copy, NTM } from ${JSON.stringify(entry)};
      const task = copy({ bits: 2, maxLength: 3 });
      const machine = await NTM.create({ inputSize: 3, outputSize: 2, memory: { rows: 5, columns: 4 } });
      const options = { steps: 4, batchSize: 16, workers: 2 };
      ${code}`;
    const args = ["--input-type=module", "--eval", program];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { timeout: 30_000, encoding: "utf8" });
    return { status, stdout, stderr };
  };

  test("once training has ended", () => {
    const code = "for await (const { step } of machine.train(task, options)) console.log(step);";
    expect(runs(code)).toEqual({ status: 0, stdout: "1\n2\n3\n4\n", stderr: "" });
  });

  test("after a break", () => {
    const code = "for await (const { step } of machine.train(task, options)) break; console.log(machine.step);";
    expect(runs(code)).toEqual({ status: 0, stdout: "1\n", stderr: "" });
  });

  test("with a progress in hand and nothing more to do", () => {
    const code = "const training = machine.train(task, options); await training.next(); console.log(machine.step);";
    expect(runs(code)).toEqual({ status: 0, stdout: "1\n", stderr: "" });
  });
});

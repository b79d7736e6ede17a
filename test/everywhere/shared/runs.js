// What is run everywhere, and the digest that it must come to: digests.json. The package is given, because each project comes by it in
// a way of its own.

/** @typedef {typeof import("neural-turing-machine")} Package */
/** @typedef {import("neural-turing-machine").TrainOptions} TrainOptions */
/** @typedef {Pick<TrainOptions, "workers" | "createWorker">} Threads */
/** @typedef {{ sha256: string, workers: number }} Result the digest, and how many workers have had a part in it */
/** @typedef {Record<string, Result[]>} Results those of a run by its name: their digests are one */

/**
 * Two hundred updates of copy, in this thread and then in two workers.
 * @param {Package} ntm
 * @param {Pick<TrainOptions, "createWorker">} [options]
 * @returns {Promise<Results>}
 */
export async function copyRun(ntm, options = {}) {
  const run = (/** @type {Threads} */ threads) => counted(() => trainCopy(ntm, threads));
  return { copy: [await run({}), await run({ ...options, workers: 2 })] };
}

/**
 * Three hundred updates of four machines that have, taken together, whatever decides a number: each controller, several heads, every
 * initial memory, task, loss, optimiser and schedule. In this thread, and then in two workers.
 * @param {Package} ntm
 * @param {Pick<TrainOptions, "createWorker">} [options]
 * @returns {Promise<Results>}
 */
export async function everyRun(ntm, options = {}) {
  const run = (/** @type {Threads} */ threads) => counted(() => trainEvery(ntm, threads));
  return { every: [await run({}), await run({ ...options, workers: 2 })] };
}

/** The workers that have answered since the run under way began: the same bits come from none, so that the digest does not tell. */
const answered = new Set();
const threads = globalThis.process?.getBuiltinModule?.("node:worker_threads");
if (globalThis.Worker)
  globalThis.Worker = class extends Worker {
    /** @param {ConstructorParameters<typeof Worker>} args */
    constructor(...args) {
      super(...args);
      this.addEventListener("message", () => answered.add(this));
    }
  };
else if (threads) {
  threads.Worker = class extends threads.Worker {
    /** @param {ConstructorParameters<typeof import("node:worker_threads").Worker>} args */
    constructor(...args) {
      super(...args);
      this.on("message", () => answered.add(this));
    }
  };
  // For who imports it by name.
  globalThis.process.getBuiltinModule("node:module").syncBuiltinESMExports();
}

/** @type {Promise<unknown>} */
let before = Promise.resolve();

/**
 * Runs a training after those before it, and counts its workers.
 * @param {() => Promise<string>} train
 * @returns {Promise<Result>}
 */
function counted(train) {
  const run = before.then(async () => {
    answered.clear();
    const sha256 = await train();
    return { sha256, workers: answered.size };
  });
  before = run.catch(() => {});
  return run;
}

/**
 * @param {Package} ntm
 * @param {Threads} threads
 */
async function trainCopy({ NTM, copy, rmsprop }, threads) {
  const task = copy({ bits: 4, maxLength: 4 });
  const machine = await NTM.create({
    inputSize: task.inputSize,
    outputSize: task.outputSize,
    controller: { hiddenSize: 24 },
    memory: { rows: 16, columns: 8 },
  });
  const options = { steps: 200, batchSize: 16, optimizer: rmsprop({ learningRate: 1e-3 }), every: 200, ...threads };
  for await (const _ of machine.train(task, options));
  return sha256(encode(machine.parameters()));
}

/**
 * @param {Package} ntm
 * @param {Threads} threads
 */
async function trainEvery(ntm, threads) {
  const { adam, associativeRecall, constant, copy, cosine, dynamicNGrams, linear, prioritySort, repeatCopy, rmsprop } =
    ntm;
  const memory = { rows: 10, columns: 5 };
  const heads = { readHeads: 2, writeHeads: 2 };
  /** @type {Case[]} */
  const cases = [
    {
      task: copy({ bits: 3, maxLength: 4 }),
      machine: { controller: { hiddenSize: 12 }, memory, ...heads, shiftRange: 2 },
      train: {
        optimizer: rmsprop({ learningRate: cosine({ from: 1e-2, to: 1e-4, steps: 300 }) }),
        clip: { value: 10 },
      },
    },
    {
      task: prioritySort({ bits: 3, vectors: 5, sorted: 4 }),
      machine: {
        // So wide that products back through a layer go in more than one block of its outputs.
        controller: { hiddenSize: 40, layers: 2 },
        memory: { ...memory, init: "learned" },
        ...heads,
        keyActivation: "tanh",
        addActivation: "tanh",
      },
      train: { optimizer: adam({ learningRate: linear({ from: 1e-2, to: 0, steps: 300 }) }), clip: { norm: 10 } },
    },
    {
      task: dynamicNGrams({ length: 16, order: 3 }),
      machine: {
        controller: { kind: "feedforward", hiddenSize: 12, layers: 2 },
        memory: { ...memory, init: "random" },
        readHeads: 3,
      },
      train: { optimizer: adam({ learningRate: constant(1e-3) }), clip: null },
    },
    {
      task: repeatCopy({ bits: 3, maxLength: 3, maxRepeats: 3 }),
      machine: { controller: { kind: "feedforward", hiddenSize: 12 }, memory, ...heads, loss: "mean-squared-error" },
      train: { optimizer: rmsprop({ learningRate: 1e-3 }), clip: { norm: 1 } },
    },
    {
      task: associativeRecall({ bits: 3, itemLength: 2, maxItems: 3 }),
      machine: {
        readHeads: 0,
        writeHeads: 0,
        controller: { hiddenSize: 40, layers: 3 },
        loss: "softmax-cross-entropy",
      },
      train: { optimizer: adam({ learningRate: 1e-2 }), clip: { value: 1 } },
    },
  ];
  const parts = [];
  for (const each of cases) parts.push(await trained(ntm, each, threads));
  return sha256(parts.flat());
}

/** @typedef {import("neural-turing-machine").Tensor} Tensor */
/** @typedef {import("neural-turing-machine").NTMOptions} NTMOptions */
/** @typedef {{ task: import("neural-turing-machine").Task, machine: Partial<NTMOptions>, train: Omit<TrainOptions, "steps"> }} Case */

/**
 * Losses, parameters, the optimiser's slots and outputs.
 * @param {Package} ntm
 * @param {Case} each
 * @param {Threads} threads
 */
async function trained({ NTM, random, readTensors }, { task, machine: options, train }, threads) {
  const machine = await NTM.create({ inputSize: task.inputSize, outputSize: task.outputSize, seed: 5, ...options });
  const losses = [];
  for await (const { loss } of machine.train(task, { steps: 300, batchSize: 16, every: 30, ...train, ...threads }))
    losses.push(loss);
  const { input } = task.batch(random(6), { batchSize: 3, step: 0 });
  const { output, logits } = machine.run(input);
  const tensors = readTensors(machine.save({ training: true }));
  machine.dispose();
  return [letters(JSON.stringify(losses)), ...encode([...tensors, ["output", output], ["logits", logits]])];
}

const letters = (/** @type {string} */ text) => new TextEncoder().encode(text);

/**
 * Names, shapes and bits.
 * @param {Iterable<[string, Tensor]>} tensors
 */
function encode(tensors) {
  return [...tensors].flatMap(([name, { data, shape }]) => {
    const numbers = new DataView(new ArrayBuffer(4 * data.length));
    data.forEach((value, index) => {
      numbers.setFloat32(4 * index, value, true);
    });
    return [letters(`${name} [${shape.join(", ")}]`), new Uint8Array(numbers.buffer)];
  });
}

/** @param {Uint8Array<ArrayBuffer>[]} parts */
async function sha256(parts) {
  const bytes = await new Blob(parts).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

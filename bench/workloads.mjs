// What is measured: training steps of the paper's machines on copy, of a larger one, and a time step of inference.

/** @typedef {import("./plain/layout.mjs").Config} Config */

/**
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {"train" | "infer"} kind a training step, or one time step of a session
 * @property {Config} config
 * @property {number} batchSize
 * @property {number} steps T
 */

/** T of copying 20 vectors: twice as many, and a delimiter. */
const steps = 41;

/** The paper's machine for copy. @type {Config} */
export const paper = {
  inputSize: 9,
  outputSize: 8,
  controller: "lstm",
  hiddenSize: 100,
  layers: 1,
  rows: 128,
  columns: 20,
  readHeads: 1,
  writeHeads: 1,
  shiftRange: 1,
  memory: "constant",
  keyActivation: "identity",
  addActivation: "identity",
};

/** @type {Config} */
const feedforward = { ...paper, controller: "feedforward" };

/** @type {Config} */
const big = { ...paper, hiddenSize: 256, rows: 512, columns: 64, readHeads: 4, writeHeads: 4 };

/** @type {Workload[]} */
export const workloads = [
  { name: "copy-lstm-1", title: "copy-lstm, B = 1", kind: "train", config: paper, batchSize: 1, steps },
  { name: "copy-lstm-16", title: "copy-lstm, B = 16", kind: "train", config: paper, batchSize: 16, steps },
  { name: "copy-ff-1", title: "copy-ff, B = 1", kind: "train", config: feedforward, batchSize: 1, steps },
  { name: "copy-ff-16", title: "copy-ff, B = 16", kind: "train", config: feedforward, batchSize: 16, steps },
  { name: "big-16", title: "big, B = 16", kind: "train", config: big, batchSize: 16, steps },
  { name: "inference", title: "inference, one time step", kind: "infer", config: paper, batchSize: 1, steps },
];

/** The configuration as the package's `NTM.create` takes it. */
export function options(/** @type {Config} */ { controller, hiddenSize, layers, rows, columns, memory, ...same }) {
  return { ...same, controller: { kind: controller, hiddenSize, layers }, memory: { rows, columns, init: memory } };
}

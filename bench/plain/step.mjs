// One time step of one sequence, forward and backward.

import { address, addressBackward, rowSquares } from "./addressing.mjs";
import { LayerStep } from "./controller.mjs";
import { Head } from "./heads.mjs";
import { headWidths } from "./layout.mjs";
import { addShares, erase, eraseBackward } from "./memory.mjs";
import { addOuterProducts, multiply, multiplyTransposed } from "./products.mjs";

/**
 * @typedef {import("./layout.mjs").Config} Config
 * @typedef {import("./machine.mjs").PlainNTM} PlainNTM
 * @typedef {import("./machine.mjs").Scratch} Scratch
 */

/** All that one time step leaves behind: its state for the next step, the rest for the way back. */
export class Step {
  constructor(/** @type {Config} */ config) {
    const { inputSize, outputSize, controller, hiddenSize: H, layers, rows, columns, readHeads, writeHeads } = config;
    const hasMemory = readHeads + writeHeads > 0;
    /** [h, r…]: what the read-out sees. */
    this.features = new Float32Array(H + readHeads * columns);
    this.reads = this.features.subarray(H);
    this.readOf = Array.from({ length: readHeads }, (_, i) => this.reads.subarray(i * columns, (i + 1) * columns));
    this.layers = Array.from({ length: layers }, (_, l) => {
      const inputs = l === 0 ? inputSize + readHeads * columns : H;
      const hidden = l === layers - 1 ? this.features.subarray(0, H) : new Float32Array(H);
      return new LayerStep(inputs, H, controller === "lstm" ? 4 * H : H, hidden);
    });
    const widths = headWidths(config);
    this.raw = new Float32Array(widths.reduce((sum, width) => sum + width, 0));
    this.dRaw = new Float32Array(this.raw.length);
    this.rawOf = slices(this.raw, widths);
    this.dRawOf = slices(this.dRaw, widths);
    this.heads = widths.map((_, h) => new Head(config, h >= readHeads));
    this.memory = new Float32Array(hasMemory ? rows * columns : 0);
    /** |row|² of the memory as the step before left it. */
    this.squares = new Float32Array(hasMemory ? rows : 0);
    this.logits = new Float32Array(outputSize);
    this.dLogits = new Float32Array(outputSize);
  }
}

function slices(/** @type {Float32Array} */ array, /** @type {number[]} */ widths) {
  let start = 0;
  return widths.map((width) => {
    start += width;
    return array.subarray(start - width, start);
  });
}

/**
 * @param {PlainNTM} machine
 * @param {Step} step
 * @param {Step} previous
 * @param {Float32Array} x
 */
export function forward({ config, parameters, layers }, step, previous, x) {
  const { readHeads } = config;
  step.layers.forEach((layer, l) => {
    if (l === 0) {
      layer.input.set(x);
      layer.input.set(previous.reads, x.length);
    } else layer.input.set(step.layers[l - 1].hidden);
    layers[l].forward(layer, previous.layers[l]);
  });

  if (step.heads.length > 0) {
    step.raw.set(parameters["heads.bias"]);
    multiply(step.raw, parameters["heads.weight"], step.layers[step.layers.length - 1].hidden);
    rowSquares(step.squares, previous.memory);
    step.heads.forEach((head, h) => {
      head.activate(step.rawOf[h]);
      address(head, previous.memory, step.squares, previous.heads[h].weighting);
    });
    step.reads.fill(0);
    for (let i = 0; i < readHeads; i++) multiplyTransposed(step.readOf[i], previous.memory, step.heads[i].weighting);
    write(step, previous, readHeads);
  }

  step.logits.set(parameters["output.bias"]);
  multiply(step.logits, parameters["output.weight"], step.features);
}

/** All write heads erase, then all add. */
function write(/** @type {Step} */ { heads, memory }, /** @type {Step} */ previous, /** @type {number} */ readHeads) {
  if (heads.length === readHeads) memory.set(previous.memory);
  for (let h = readHeads; h < heads.length; h++)
    erase(memory, h === readHeads ? previous.memory : memory, heads[h].weighting, heads[h].erase);
  const writing = heads.slice(readHeads);
  addOuterProducts(
    memory,
    writing.map((head) => head.weighting),
    writing.map((head) => head.add),
  );
}

/**
 * From `step.dLogits` and the gradients by the state after the step, in `scratch`, to those by the state before it. What the weights'
 * gradients need is left in the step.
 * @param {PlainNTM} machine
 * @param {Step} step
 * @param {Step} previous
 * @param {Scratch} scratch
 */
export function backward({ config, parameters, layers }, step, previous, scratch) {
  const { readHeads, hiddenSize, inputSize } = config;
  multiplyTransposed(scratch.dFeatures, parameters["output.weight"], step.dLogits);
  if (step.heads.length > 0) {
    writeBackward(step, previous, readHeads, scratch);
    readBackward(step, previous, readHeads, scratch);
    step.heads.forEach((head, h) => {
      head.activateBackward(step.dRawOf[h], step.rawOf[h], scratch.heads[h]);
    });
    multiplyTransposed(scratch.dHidden[layers.length - 1], parameters["heads.weight"], step.dRaw);
  }
  for (let l = layers.length - 1; l >= 0; l--) {
    layers[l].backward(step.layers[l], previous.layers[l], scratch.dInput[l], scratch.dHidden[l]);
    if (l > 0) for (let j = 0; j < hiddenSize; j++) scratch.dHidden[l - 1][j] += scratch.dInput[l][j];
  }
  scratch.dReads.set(scratch.dInput[0].subarray(inputSize));
}

function writeBackward(
  /** @type {Step} */ { heads },
  /** @type {Step} */ previous,
  /** @type {number} */ readHeads,
  /** @type {Scratch} */ { dMemory, heads: gradients, erased },
) {
  // The memory as each write head found it, by the erasing of those before.
  let before = previous.memory;
  for (let h = readHeads; h < heads.length; h++) {
    const { weighting, add, erase: vector } = heads[h];
    const gradient = gradients[h];
    multiply(gradient.weighting, dMemory, add);
    gradient.add.fill(0);
    multiplyTransposed(gradient.add, dMemory, weighting);
    gradient.erase.fill(0);
    if (h < heads.length - 1) {
      erase(erased[h - readHeads], before, weighting, vector);
      before = erased[h - readHeads];
    }
  }
  for (let h = heads.length - 1; h >= readHeads; h--) {
    const before = h === readHeads ? previous.memory : erased[h - readHeads - 1];
    const { weighting, erase: vector } = heads[h];
    eraseBackward(dMemory, gradients[h].weighting, gradients[h].erase, before, weighting, vector);
  }
}

/** Gradients of reading and of every head's addressing: both look at the memory as the step before left it. */
function readBackward(
  /** @type {Step} */ { heads, squares },
  /** @type {Step} */ previous,
  /** @type {number} */ readHeads,
  /** @type {Scratch} */ { dMemory, dReadOf, heads: gradients, ownShare, addressing },
) {
  ownShare.fill(0);
  heads.forEach((head, h) => {
    if (h < readHeads) multiply(gradients[h].weighting, previous.memory, dReadOf[h]);
    addressBackward(head, gradients[h], previous.memory, squares, previous.heads[h].weighting, ownShare, addressing);
  });
  const reading = heads.slice(0, readHeads);
  addOuterProducts(
    dMemory,
    [...gradients.map((gradient) => gradient.keyShare), ...reading.map((head) => head.weighting)],
    [...heads.map((head) => head.key), ...dReadOf],
  );
  addShares(dMemory, ownShare, previous.memory);
}

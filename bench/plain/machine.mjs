// A Neural Turing Machine as one would write it in plain JavaScript: typed arrays and loops, one sequence after the other,
// every buffer made once. What the package is measured against, and an independent check of its numbers.
import { sigmoid, softmax, softmaxBackward, softplus, tanh } from "./activations.mjs";
import { AddressingScratch } from "./addressing.mjs";
import { FeedforwardLayer, LstmLayer } from "./controller.mjs";
import { HeadGradient } from "./heads.mjs";
import { allocate, shapes } from "./layout.mjs";
import { addAll, addOuterProducts } from "./products.mjs";
import { RmsProp } from "./rmsprop.mjs";
import { backward, forward, Step } from "./step.mjs";

/**
 * @typedef {import("./layout.mjs").Config} Config
 * @typedef {{ data: Float32Array, shape: number[] }} Tensor
 * @typedef {{ input: Tensor, target: Tensor, mask: Tensor }} Batch
 */

/** What every entry of a constant memory starts with. */
const EMPTY = 1e-6;

/** The loss is binary cross-entropy. */
export class PlainNTM {
  constructor(/** @type {Config} */ config) {
    const { learned, fixed } = shapes(config);
    const parameters = allocate(learned);
    const gradients = allocate(learned);
    this.config = config;
    this.learned = parameters.flat;
    this.parameters = { ...parameters.tensors, ...allocate(fixed).tensors };
    this.gradient = gradients.flat;
    this.gradients = gradients.tensors;
    const Layer = config.controller === "lstm" ? LstmLayer : FeedforwardLayer;
    this.layers = Array.from(
      { length: config.layers },
      (_, l) => new Layer(l, config.hiddenSize, this.parameters, this.gradients),
    );
    /** The initial state, then a step for each time step. */
    this.steps = [new Step(config)];
    this.scratch = new Scratch(config);
    this.optimizer = new RmsProp(this.learned.length);
  }

  setParameters(/** @type {Iterable<readonly [string, Tensor]>} */ tensors) {
    for (const [name, { data }] of tensors) this.parameters[name].set(data);
  }

  /** Nats per sequence; the gradients are then in `gradients`. */
  lossAndGradients(/** @type {Batch} */ { input, target, mask }) {
    const [T, B] = input.shape;
    while (this.steps.length <= T) this.steps.push(new Step(this.config));
    this.gradient.fill(0);
    this.begin(this.steps[0]);
    let loss = 0;
    for (let b = 0; b < B; b++) {
      for (let t = 0; t < T; t++) forward(this, this.steps[t + 1], this.steps[t], vector(input, t, b));
      for (let t = 0; t < T; t++) loss += lossOf(this.steps[t + 1], vector(target, t, b), mask.data[t * B + b] / B);
      this.scratch.clear(this.layers);
      for (let t = T; t > 0; t--) backward(this, this.steps[t], this.steps[t - 1], this.scratch);
      this.accumulate(T);
    }
    return loss;
  }

  /**
   * One update.
   * @param {Batch} batch
   * @param {Parameters<RmsProp["update"]>[2]} [options]
   */
  trainStep(batch, options) {
    const loss = this.lossAndGradients(batch);
    let square = 0;
    for (let i = 0; i < this.gradient.length; i++) square += this.gradient[i] * this.gradient[i];
    this.optimizer.update(this.learned, this.gradient, options);
    return { loss, gradientNorm: Math.sqrt(square) };
  }

  /** A run of one sequence, step by step: each call gives the logits. */
  session() {
    let [previous, next] = [new Step(this.config), new Step(this.config)];
    this.begin(previous);
    return {
      step: (/** @type {Float32Array} */ x) => {
        forward(this, next, previous, x);
        [previous, next] = [next, previous];
        return previous.logits.slice();
      },
      reset: () => this.begin(previous),
    };
  }

  /** Makes a step hold the state before the first one. */
  begin(/** @type {Step} */ step) {
    const { parameters } = this;
    step.layers.forEach(({ hidden, cell }, l) => {
      hidden.set(parameters[`initial.hidden.${l}`] ?? []);
      cell.set(parameters[`initial.cell.${l}`] ?? []);
    });
    for (let i = 0; i < step.reads.length; i++) step.reads[i] = tanh(parameters["initial.read"][i]);
    step.heads.forEach(({ weighting }, h) => {
      softmax(weighting, part(parameters["initial.weighting"], h, weighting.length));
    });
    if (parameters["initial.memory"]) step.memory.set(parameters["initial.memory"]);
    else step.memory.fill(EMPTY);
  }

  /** Gradients of the weights from what each time step left, and of the initial state from what is left before the first. */
  accumulate(/** @type {number} */ T) {
    const { gradients, scratch } = this;
    const steps = this.steps.slice(1, T + 1);
    const before = this.steps.slice(0, T);
    this.layers.forEach((layer, l) => {
      layer.accumulate(
        steps.map((step) => step.layers[l]),
        before.map((step) => step.layers[l]),
      );
    });
    const dLogits = steps.map((step) => step.dLogits);
    addOuterProducts(
      gradients["output.weight"],
      dLogits,
      steps.map((step) => step.features),
    );
    addAll(gradients["output.bias"], dLogits);
    if (scratch.heads.length > 0) {
      const dRaw = steps.map((step) => step.dRaw);
      addOuterProducts(
        gradients["heads.weight"],
        dRaw,
        steps.map((step) => step.layers[step.layers.length - 1].hidden),
      );
      addAll(gradients["heads.bias"], dRaw);
    }
    this.accumulateInitial();
  }

  accumulateInitial() {
    const { gradients, scratch } = this;
    const [initial] = this.steps;
    this.layers.forEach((layer, l) => {
      if (!(layer instanceof LstmLayer)) return;
      addAll(gradients[`initial.hidden.${l}`], [scratch.dHidden[l]]);
      addAll(gradients[`initial.cell.${l}`], [layer.dCell]);
    });
    for (let i = 0; i < initial.reads.length; i++)
      gradients["initial.read"][i] += scratch.dReads[i] * (1 - initial.reads[i] ** 2);
    initial.heads.forEach(({ weighting }, h) => {
      const dWeighting = scratch.heads[h].weighting;
      softmaxBackward(dWeighting, weighting, dWeighting);
      addAll(part(gradients["initial.weighting"], h, weighting.length), [dWeighting]);
    });
    if (gradients["initial.memory"]) addAll(gradients["initial.memory"], [scratch.dMemory]);
  }
}

/** Gradients by the state, which go from each time step to the one before, and room for what is within a step. */
export class Scratch {
  constructor(/** @type {Config} */ config) {
    const { inputSize, hiddenSize: H, layers, rows, columns, readHeads, writeHeads } = config;
    const size = readHeads + writeHeads > 0 ? rows * columns : 0;
    this.dFeatures = new Float32Array(H + readHeads * columns);
    this.dReads = this.dFeatures.subarray(H);
    this.dReadOf = Array.from({ length: readHeads }, (_, i) => part(this.dReads, i, columns));
    this.dHidden = Array.from({ length: layers }, (_, l) =>
      l === layers - 1 ? this.dFeatures.subarray(0, H) : new Float32Array(H),
    );
    this.dInput = Array.from(
      { length: layers },
      (_, l) => new Float32Array(l === 0 ? inputSize + readHeads * columns : H),
    );
    this.heads = Array.from({ length: readHeads + writeHeads }, (_, h) => new HeadGradient(config, h >= readHeads));
    this.dMemory = new Float32Array(size);
    this.erased = Array.from({ length: Math.max(writeHeads - 1, 0) }, () => new Float32Array(size));
    this.ownShare = new Float32Array(rows);
    this.addressing = new AddressingScratch(rows);
  }

  /** Nothing comes back from behind the last step. */
  clear(/** @type {(FeedforwardLayer | LstmLayer)[]} */ layers) {
    this.dFeatures.fill(0);
    this.dMemory.fill(0);
    for (const dHidden of this.dHidden) dHidden.fill(0);
    for (const { weighting } of this.heads) weighting.fill(0);
    for (const layer of layers) if (layer instanceof LstmLayer) layer.dCell.fill(0);
  }
}

/** The vector of time step `t` of sequence `b` in `[T, B, width]`. */
function vector(/** @type {Tensor} */ { data, shape: [, B, width] }, /** @type {number} */ t, /** @type {number} */ b) {
  return part(data, t * B + b, width);
}

function part(/** @type {Float32Array} */ array, /** @type {number} */ index, /** @type {number} */ width) {
  return array.subarray(index * width, (index + 1) * width);
}

/** The weighted loss of one step, its gradient by the logits left in the step. */
function lossOf(
  /** @type {Step} */ { logits, dLogits },
  /** @type {Float32Array} */ target,
  /** @type {number} */ weight,
) {
  let loss = 0;
  for (let i = 0; i < logits.length; i++) {
    loss += softplus(logits[i]) - target[i] * logits[i];
    dLogits[i] = weight * (sigmoid(logits[i]) - target[i]);
  }
  return weight * loss;
}

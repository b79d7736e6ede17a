// From the numbers that the controller gives to a head to its key, strength, gate, shift, sharpening, erase and add, and back.
import { sigmoid, softmax, softmaxBackward, softplus, tanh } from "./activations.mjs";

/** @typedef {import("./layout.mjs").Config} Config */

/** What one head does in one time step. */
export class Head {
  /**
   * @param {Config} config
   * @param {boolean} writes
   */
  constructor({ rows, columns, shiftRange, keyActivation, addActivation }, writes) {
    this.keyActivation = keyActivation;
    this.addActivation = addActivation;
    this.key = new Float32Array(columns);
    this.strength = 0;
    this.gate = 0;
    this.shift = new Float32Array(2 * shiftRange + 1);
    this.sharpening = 1;
    this.erase = new Float32Array(writes ? columns : 0);
    this.add = new Float32Array(writes ? columns : 0);

    this.keySquare = 0;
    this.cosine = new Float32Array(rows);
    this.content = new Float32Array(rows);
    this.gated = new Float32Array(rows);
    this.shifted = new Float32Array(rows);
    /** ln(shifted / its largest entry) */
    this.logarithm = new Float32Array(rows);
    this.weighting = new Float32Array(rows);
  }

  /** Reads the controller's numbers. */
  activate(/** @type {Float32Array} */ raw) {
    const M = this.key.length;
    const S = this.shift.length;
    copyActivated(this.key, raw, 0, this.keyActivation);
    this.strength = softplus(raw[M]);
    this.gate = sigmoid(raw[M + 1]);
    softmax(this.shift, raw.subarray(M + 2, M + 2 + S));
    this.sharpening = 1 + softplus(raw[M + 2 + S]);
    const erase = M + 3 + S;
    for (let m = 0; m < this.erase.length; m++) this.erase[m] = sigmoid(raw[erase + m]);
    copyActivated(this.add, raw, erase + this.erase.length, this.addActivation);
  }

  /** Writes the gradient by the controller's numbers, `raw`, from the gradient by what became of them. */
  activateBackward(
    /** @type {Float32Array} */ dRaw,
    /** @type {Float32Array} */ raw,
    /** @type {HeadGradient} */ gradient,
  ) {
    const M = this.key.length;
    const S = this.shift.length;
    copyActivatedBackward(dRaw, 0, this.key, gradient.key, this.keyActivation);
    dRaw[M] = gradient.strength * sigmoid(raw[M]);
    dRaw[M + 1] = gradient.gate * this.gate * (1 - this.gate);
    softmaxBackward(dRaw.subarray(M + 2, M + 2 + S), this.shift, gradient.shift);
    dRaw[M + 2 + S] = gradient.sharpening * sigmoid(raw[M + 2 + S]);
    const erase = M + 3 + S;
    for (let m = 0; m < this.erase.length; m++)
      dRaw[erase + m] = gradient.erase[m] * this.erase[m] * (1 - this.erase[m]);
    copyActivatedBackward(dRaw, erase + this.erase.length, this.add, gradient.add, this.addActivation);
  }
}

/** The gradient by a head's parameters in one step, and by its weighting, which goes on to the step before. */
export class HeadGradient {
  /**
   * @param {Config} config
   * @param {boolean} writes
   */
  constructor({ rows, columns, shiftRange }, writes) {
    this.key = new Float32Array(columns);
    this.strength = 0;
    this.gate = 0;
    this.shift = new Float32Array(2 * shiftRange + 1);
    this.sharpening = 0;
    this.erase = new Float32Array(writes ? columns : 0);
    this.add = new Float32Array(writes ? columns : 0);
    this.weighting = new Float32Array(rows);
    /** How much of the key is in the gradient of each memory row. */
    this.keyShare = new Float32Array(rows);
  }
}

function copyActivated(
  /** @type {Float32Array} */ to,
  /** @type {Float32Array} */ from,
  /** @type {number} */ start,
  /** @type {"identity" | "tanh"} */ activation,
) {
  for (let m = 0; m < to.length; m++) to[m] = activation === "tanh" ? tanh(from[start + m]) : from[start + m];
}

function copyActivatedBackward(
  /** @type {Float32Array} */ dRaw,
  /** @type {number} */ start,
  /** @type {Float32Array} */ y,
  /** @type {Float32Array} */ dy,
  /** @type {"identity" | "tanh"} */ activation,
) {
  for (let m = 0; m < y.length; m++) dRaw[start + m] = activation === "tanh" ? dy[m] * (1 - y[m] * y[m]) : dy[m];
}

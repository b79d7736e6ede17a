// One layer of the controller: its step, and what of it must be kept for the way back.
import { sigmoid, tanh } from "./activations.mjs";
import { addAll, addOuterProducts, multiply, multiplyTransposed } from "./products.mjs";

/** @typedef {Record<string, Float32Array>} Tensors */

/** What one layer leaves behind in one time step. */
export class LayerStep {
  /**
   * @param {number} inputs
   * @param {number} units
   * @param {number} gates sums that are formed: 4 a unit in an LSTM, 1 otherwise
   * @param {Float32Array} hidden
   */
  constructor(inputs, units, gates, hidden) {
    this.input = new Float32Array(inputs);
    this.hidden = hidden;
    this.cell = new Float32Array(units);
    this.squashedCell = new Float32Array(units);
    this.gates = new Float32Array(gates);
    /** The gradient by the sums. */
    this.dSums = new Float32Array(gates);
  }
}

/** h = tanh(weight·u + bias) */
export class FeedforwardLayer {
  /**
   * @param {number} index
   * @param {number} units
   * @param {Tensors} parameters
   * @param {Tensors} gradients
   */
  constructor(index, units, parameters, gradients) {
    const of = (/** @type {Tensors} */ tensors) => ({
      weight: tensors[`controller.${index}.weight`],
      bias: tensors[`controller.${index}.bias`],
    });
    this.gates = units;
    this.parameters = of(parameters);
    this.gradients = of(gradients);
  }

  forward(/** @type {LayerStep} */ { input, hidden }) {
    hidden.set(this.parameters.bias);
    multiply(hidden, this.parameters.weight, input);
    for (let j = 0; j < hidden.length; j++) hidden[j] = tanh(hidden[j]);
  }

  /** `dHidden` is consumed: nothing of it goes on to the step before. */
  backward(
    /** @type {LayerStep} */ { hidden, dSums },
    /** @type {LayerStep} */ _previous,
    /** @type {Float32Array} */ dInput,
    /** @type {Float32Array} */ dHidden,
  ) {
    for (let j = 0; j < hidden.length; j++) dSums[j] = dHidden[j] * (1 - hidden[j] * hidden[j]);
    dHidden.fill(0);
    dInput.fill(0);
    multiplyTransposed(dInput, this.parameters.weight, dSums);
  }

  /** The weights' gradients over all time steps together. */
  accumulate(/** @type {LayerStep[]} */ steps) {
    const dSums = steps.map((step) => step.dSums);
    addOuterProducts(
      this.gradients.weight,
      dSums,
      steps.map((step) => step.input),
    );
    addAll(this.gradients.bias, dSums);
  }
}

/** Gates [i, f, g, o]; c = σ(f)·c' + σ(i)·tanh(g), h = σ(o)·tanh(c) */
export class LstmLayer {
  /**
   * @param {number} index
   * @param {number} units
   * @param {Tensors} parameters
   * @param {Tensors} gradients
   */
  constructor(index, units, parameters, gradients) {
    const of = (/** @type {Tensors} */ tensors) => ({
      fromInput: tensors[`controller.${index}.weight_ih`],
      fromHidden: tensors[`controller.${index}.weight_hh`],
      bias: tensors[`controller.${index}.bias`],
    });
    this.gates = 4 * units;
    this.parameters = of(parameters);
    this.gradients = of(gradients);
    this.dCell = new Float32Array(units);
  }

  forward(/** @type {LayerStep} */ { input, hidden, cell, squashedCell, gates }, /** @type {LayerStep} */ previous) {
    const H = hidden.length;
    gates.set(this.parameters.bias);
    multiply(gates, this.parameters.fromInput, input);
    multiply(gates, this.parameters.fromHidden, previous.hidden);
    for (let j = 0; j < H; j++) {
      const i = sigmoid(gates[j]);
      const f = sigmoid(gates[H + j]);
      const g = tanh(gates[2 * H + j]);
      const o = sigmoid(gates[3 * H + j]);
      gates[j] = i;
      gates[H + j] = f;
      gates[2 * H + j] = g;
      gates[3 * H + j] = o;
      cell[j] = f * previous.cell[j] + i * g;
      squashedCell[j] = tanh(cell[j]);
      hidden[j] = o * squashedCell[j];
    }
  }

  /** `dHidden`, and `dCell` inside, come in as the gradients by this step's state, and go out as those by the one before. */
  backward(
    /** @type {LayerStep} */ { hidden, squashedCell, gates, dSums },
    /** @type {LayerStep} */ previous,
    /** @type {Float32Array} */ dInput,
    /** @type {Float32Array} */ dHidden,
  ) {
    const H = hidden.length;
    const { dCell } = this;
    for (let j = 0; j < H; j++) {
      const i = gates[j];
      const f = gates[H + j];
      const g = gates[2 * H + j];
      const o = gates[3 * H + j];
      const squashed = squashedCell[j];
      const dc = dCell[j] + dHidden[j] * o * (1 - squashed * squashed);
      dSums[j] = dc * g * i * (1 - i);
      dSums[H + j] = dc * previous.cell[j] * f * (1 - f);
      dSums[2 * H + j] = dc * i * (1 - g * g);
      dSums[3 * H + j] = dHidden[j] * squashed * o * (1 - o);
      dCell[j] = dc * f;
    }
    dHidden.fill(0);
    multiplyTransposed(dHidden, this.parameters.fromHidden, dSums);
    dInput.fill(0);
    multiplyTransposed(dInput, this.parameters.fromInput, dSums);
  }

  /** The weights' gradients over all time steps together. */
  accumulate(/** @type {LayerStep[]} */ steps, /** @type {LayerStep[]} */ previous) {
    const dSums = steps.map((step) => step.dSums);
    addOuterProducts(
      this.gradients.fromInput,
      dSums,
      steps.map((step) => step.input),
    );
    addOuterProducts(
      this.gradients.fromHidden,
      dSums,
      previous.map((step) => step.hidden),
    );
    addAll(this.gradients.bias, dSums);
  }
}

// Where a head looks: content → interpolation → circular convolution → sharpening, and the gradients in reverse.
import { softmax } from "./activations.mjs";
import { multiply, multiplyTransposed } from "./products.mjs";

/**
 * @typedef {import("./heads.mjs").Head} Head
 * @typedef {import("./heads.mjs").HeadGradient} HeadGradient
 */

/** The least that a cosine is divided by. */
const FLOOR = 1e-8;

/** |x|² of every row. */
export function rowSquares(/** @type {Float32Array} */ squares, /** @type {Float32Array} */ memory) {
  const columns = memory.length / squares.length;
  for (let n = 0; n < squares.length; n++) {
    let sum = 0;
    for (let i = n * columns; i < (n + 1) * columns; i++) sum += memory[i] * memory[i];
    squares[n] = sum;
  }
}

/**
 * The head's weighting.
 * @param {Head} head
 * @param {Float32Array} memory
 * @param {Float32Array} squares of its rows
 * @param {Float32Array} previous the head's weighting one step before
 */
export function address(head, memory, squares, previous) {
  const { key, cosine, content, gated, gate } = head;
  head.keySquare = 0;
  for (let m = 0; m < key.length; m++) head.keySquare += key[m] * key[m];
  cosine.fill(0);
  multiply(cosine, memory, key);
  for (let n = 0; n < cosine.length; n++) cosine[n] /= Math.max(Math.sqrt(head.keySquare * squares[n]), FLOOR);
  softmax(content, cosine, head.strength);
  for (let n = 0; n < gated.length; n++) gated[n] = gate * content[n] + (1 - gate) * previous[n];
  convolve(head.shifted, gated, head.shift);
  sharpen(head);
}

/** shifted[n] = Σ shift[j] · gated[n - (j - K)], around the ends. */
function convolve(
  /** @type {Float32Array} */ shifted,
  /** @type {Float32Array} */ gated,
  /** @type {Float32Array} */ shift,
) {
  const N = gated.length;
  shifted.fill(0);
  for (let j = 0; j < shift.length; j++) {
    const s = shift[j];
    const offset = offsetOf(j, shift.length, N);
    for (let n = 0; n < offset; n++) shifted[n] += s * gated[n - offset + N];
    for (let n = offset; n < N; n++) shifted[n] += s * gated[n - offset];
  }
}

/** How far entry `j` of a shift moves the focus up, from 0 to N - 1. */
function offsetOf(/** @type {number} */ j, /** @type {number} */ S, /** @type {number} */ N) {
  const offset = (j - (S - 1) / 2) % N;
  return offset < 0 ? offset + N : offset;
}

/** weighting = shiftedᵞ / Σ shiftedᵞ, relative to the largest entry, so that nothing underflows at a large γ. */
function sharpen(/** @type {Head} */ { shifted, logarithm, weighting, sharpening }) {
  let largest = 0;
  for (let n = 0; n < shifted.length; n++) if (shifted[n] > largest) largest = shifted[n];
  let sum = 0;
  for (let n = 0; n < shifted.length; n++) {
    logarithm[n] = Math.log(shifted[n] / largest);
    const power = Math.exp(sharpening * logarithm[n]);
    weighting[n] = power;
    sum += power;
  }
  const share = 1 / sum;
  for (let n = 0; n < shifted.length; n++) weighting[n] *= share;
}

/** Room for what is between the stages on the way back. */
export class AddressingScratch {
  constructor(/** @type {number} */ rows) {
    this.shifted = new Float32Array(rows);
    this.gated = new Float32Array(rows);
  }
}

/**
 * Gradients of {@link address}. `gradient.weighting` comes in as the gradient by the weighting, and goes out as that by the
 * previous one. The gradient of memory row n is `gradient.keyShare[n]` of the key and, of itself, what is added to `ownShare[n]`.
 * @param {Head} head
 * @param {HeadGradient} gradient
 * @param {Float32Array} memory
 * @param {Float32Array} squares
 * @param {Float32Array} previous
 * @param {Float32Array} ownShare
 * @param {AddressingScratch} scratch
 */
export function addressBackward(head, gradient, memory, squares, previous, ownShare, scratch) {
  sharpenBackward(head, gradient, scratch.shifted);
  convolveBackward(head, gradient, scratch);
  const dGated = scratch.gated;
  const dPrevious = gradient.weighting;
  const { content, gate, key, keySquare, strength, cosine } = head;
  const N = content.length;

  let dGate = 0;
  let mean = 0;
  for (let n = 0; n < N; n++) {
    dGate += dGated[n] * (content[n] - previous[n]);
    mean += dGated[n] * content[n];
    dPrevious[n] = (1 - gate) * dGated[n];
  }
  gradient.gate = dGate;

  const { keyShare } = gradient;
  let dStrength = 0;
  let alongKey = 0;
  for (let n = 0; n < N; n++) {
    const dScore = gate * content[n] * (dGated[n] - mean);
    dStrength += dScore * cosine[n];
    const dCosine = strength * dScore;
    const norms = Math.sqrt(keySquare * squares[n]);
    if (norms > FLOOR) {
      keyShare[n] = dCosine / norms;
      ownShare[n] -= (dCosine * cosine[n]) / squares[n];
      alongKey += dCosine * cosine[n];
    } else keyShare[n] = dCosine / FLOOR;
  }
  gradient.strength = dStrength;
  const excess = alongKey === 0 ? 0 : alongKey / keySquare;
  for (let m = 0; m < key.length; m++) gradient.key[m] = -excess * key[m];
  multiplyTransposed(gradient.key, memory, keyShare);
}

function sharpenBackward(
  /** @type {Head} */ head,
  /** @type {HeadGradient} */ gradient,
  /** @type {Float32Array} */ dShifted,
) {
  const { shifted, logarithm, weighting, sharpening } = head;
  const dWeighting = gradient.weighting;
  let mean = 0;
  for (let n = 0; n < weighting.length; n++) mean += weighting[n] * dWeighting[n];
  let dSharpening = 0;
  for (let n = 0; n < weighting.length; n++) {
    // By the logarithm of the power; where that is -∞ nothing depends on it.
    const dLogarithm = weighting[n] * (dWeighting[n] - mean);
    if (shifted[n] > 0) {
      dShifted[n] = (sharpening * dLogarithm) / shifted[n];
      dSharpening += logarithm[n] * dLogarithm;
    } else dShifted[n] = 0;
  }
  gradient.sharpening = dSharpening;
}

function convolveBackward(
  /** @type {Head} */ { gated, shift },
  /** @type {HeadGradient} */ gradient,
  /** @type {AddressingScratch} */ scratch,
) {
  const { shifted: dShifted, gated: dGated } = scratch;
  const N = gated.length;
  dGated.fill(0);
  for (let j = 0; j < shift.length; j++) {
    const s = shift[j];
    const offset = offsetOf(j, shift.length, N);
    let sum = 0;
    for (let n = 0; n < offset; n++) {
      sum += dShifted[n] * gated[n - offset + N];
      dGated[n - offset + N] += s * dShifted[n];
    }
    for (let n = offset; n < N; n++) {
      sum += dShifted[n] * gated[n - offset];
      dGated[n - offset] += s * dShifted[n];
    }
    gradient.shift[j] = sum;
  }
}

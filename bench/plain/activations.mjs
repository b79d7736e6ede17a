/** 1 / (1 + e⁻ˣ) */
export const sigmoid = (/** @type {number} */ x) => 1 / (1 + Math.exp(-x));

/** By the exponential, which engines compute faster than `Math.tanh`; in double precision it is as good for single. */
export const tanh = (/** @type {number} */ x) => 1 - 2 / (Math.exp(2 * x) + 1);

/** ln(1 + eˣ), without overflow. */
export const softplus = (/** @type {number} */ x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** out = softmax(scale · x); `out` may be `x`. */
export function softmax(/** @type {Float32Array} */ out, /** @type {Float32Array} */ x, scale = 1) {
  let largest = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < x.length; n++) if (scale * x[n] > largest) largest = scale * x[n];
  let sum = 0;
  for (let n = 0; n < x.length; n++) {
    const e = Math.exp(scale * x[n] - largest);
    out[n] = e;
    sum += e;
  }
  const share = 1 / sum;
  for (let n = 0; n < x.length; n++) out[n] *= share;
}

/** dx = the gradient by the logits of a softmax, from its output `y` and the gradient `dy` by that; `dx` may be `dy`. */
export function softmaxBackward(
  /** @type {Float32Array} */ dx,
  /** @type {Float32Array} */ y,
  /** @type {Float32Array} */ dy,
) {
  let mean = 0;
  for (let n = 0; n < y.length; n++) mean += y[n] * dy[n];
  for (let n = 0; n < y.length; n++) dx[n] = y[n] * (dy[n] - mean);
}

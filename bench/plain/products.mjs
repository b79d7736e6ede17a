// The three products of a network and its gradients, four rows at a time: four independent sums hide the latency of an
// addition, and each entry of the vector is loaded once for four.

/** y += W·x, W of shape `[y.length, x.length]`. */
export function multiply(/** @type {Float32Array} */ y, /** @type {Float32Array} */ W, /** @type {Float32Array} */ x) {
  const rows = y.length;
  const columns = x.length;
  let i = 0;
  for (; i + 3 < rows; i += 4) {
    const a = i * columns;
    const b = a + columns;
    const c = b + columns;
    const d = c + columns;
    let ya = y[i];
    let yb = y[i + 1];
    let yc = y[i + 2];
    let yd = y[i + 3];
    for (let j = 0; j < columns; j++) {
      const xj = x[j];
      ya += W[a + j] * xj;
      yb += W[b + j] * xj;
      yc += W[c + j] * xj;
      yd += W[d + j] * xj;
    }
    y[i] = ya;
    y[i + 1] = yb;
    y[i + 2] = yc;
    y[i + 3] = yd;
  }
  for (; i < rows; i++) {
    const a = i * columns;
    let ya = y[i];
    for (let j = 0; j < columns; j++) ya += W[a + j] * x[j];
    y[i] = ya;
  }
}

/** x += Wᵀ·y, W of shape `[y.length, x.length]`. */
export function multiplyTransposed(
  /** @type {Float32Array} */ x,
  /** @type {Float32Array} */ W,
  /** @type {Float32Array} */ y,
) {
  const rows = y.length;
  const columns = x.length;
  let i = 0;
  for (; i + 3 < rows; i += 4) {
    const a = i * columns;
    const b = a + columns;
    const c = b + columns;
    const d = c + columns;
    const ya = y[i];
    const yb = y[i + 1];
    const yc = y[i + 2];
    const yd = y[i + 3];
    for (let j = 0; j < columns; j++) x[j] += W[a + j] * ya + W[b + j] * yb + W[c + j] * yc + W[d + j] * yd;
  }
  for (; i < rows; i++) {
    const a = i * columns;
    const ya = y[i];
    for (let j = 0; j < columns; j++) x[j] += W[a + j] * ya;
  }
}

/** W += Σ ys[k]·xs[k]ᵀ. */
export function addOuterProducts(
  /** @type {Float32Array} */ W,
  /** @type {Float32Array[]} */ ys,
  /** @type {Float32Array[]} */ xs,
) {
  let k = 0;
  for (; k + 3 < ys.length; k += 4)
    addFourOuterProducts(W, ys[k], ys[k + 1], ys[k + 2], ys[k + 3], xs[k], xs[k + 1], xs[k + 2], xs[k + 3]);
  for (; k < ys.length; k++) addOuterProduct(W, ys[k], xs[k]);
}

/** W += y·xᵀ. */
export function addOuterProduct(
  /** @type {Float32Array} */ W,
  /** @type {Float32Array} */ y,
  /** @type {Float32Array} */ x,
) {
  const columns = x.length;
  for (let i = 0; i < y.length; i++) {
    const a = i * columns;
    const yi = y[i];
    for (let j = 0; j < columns; j++) W[a + j] += yi * x[j];
  }
}

function addFourOuterProducts(
  /** @type {Float32Array} */ W,
  /** @type {Float32Array} */ ya,
  /** @type {Float32Array} */ yb,
  /** @type {Float32Array} */ yc,
  /** @type {Float32Array} */ yd,
  /** @type {Float32Array} */ xa,
  /** @type {Float32Array} */ xb,
  /** @type {Float32Array} */ xc,
  /** @type {Float32Array} */ xd,
) {
  const columns = xa.length;
  for (let i = 0; i < ya.length; i++) {
    const row = i * columns;
    const a = ya[i];
    const b = yb[i];
    const c = yc[i];
    const d = yd[i];
    for (let j = 0; j < columns; j++) W[row + j] += a * xa[j] + b * xb[j] + c * xc[j] + d * xd[j];
  }
}

/** y += Σ xs[k]. */
export function addAll(/** @type {Float32Array} */ y, /** @type {Float32Array[]} */ xs) {
  for (const x of xs) for (let j = 0; j < y.length; j++) y[j] += x[j];
}

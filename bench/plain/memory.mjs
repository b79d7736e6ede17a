// What a write head does to the memory. Reading is a product: Σ w(n)·memory[n].

/** memory[n] *= 1 - w(n)·erase, entry by entry. `before` and `memory` may be the same. */
export function erase(
  /** @type {Float32Array} */ memory,
  /** @type {Float32Array} */ before,
  /** @type {Float32Array} */ weighting,
  /** @type {Float32Array} */ erased,
) {
  const M = erased.length;
  for (let n = 0; n < weighting.length; n++) {
    const w = weighting[n];
    const row = n * M;
    for (let m = 0; m < M; m++) memory[row + m] = before[row + m] * (1 - w * erased[m]);
  }
}

/**
 * Gradients of {@link erase}, in place of that by the memory after it. Adds to those by the weighting and by the erase vector.
 * @param {Float32Array} dMemory
 * @param {Float32Array} dWeighting
 * @param {Float32Array} dErased
 * @param {Float32Array} before
 * @param {Float32Array} weighting
 * @param {Float32Array} erased
 */
export function eraseBackward(dMemory, dWeighting, dErased, before, weighting, erased) {
  const M = erased.length;
  for (let n = 0; n < weighting.length; n++) {
    const w = weighting[n];
    const row = n * M;
    let sum = 0;
    for (let m = 0; m < M; m++) {
      const d = dMemory[row + m];
      const dKept = d * before[row + m];
      sum += dKept * erased[m];
      dErased[m] -= dKept * w;
      dMemory[row + m] = d * (1 - w * erased[m]);
    }
    dWeighting[n] -= sum;
  }
}

/** dMemory[n] += share[n]·memory[n] */
export function addShares(
  /** @type {Float32Array} */ dMemory,
  /** @type {Float32Array} */ share,
  /** @type {Float32Array} */ memory,
) {
  const M = memory.length / share.length;
  for (let n = 0; n < share.length; n++) {
    const s = share[n];
    for (let i = n * M; i < (n + 1) * M; i++) dMemory[i] += s * memory[i];
  }
}

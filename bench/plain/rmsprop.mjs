/** RMSProp in the form of Graves (2013), eq. 38–41, of gradients clipped entry by entry. */
export class RmsProp {
  constructor(/** @type {number} */ size) {
    this.meanSquare = new Float32Array(size);
    this.mean = new Float32Array(size);
    this.delta = new Float32Array(size);
  }

  /**
   * @param {Float32Array} parameters
   * @param {Float32Array} gradients
   * @param {{ learningRate?: number, decay?: number, momentum?: number, epsilon?: number, clip?: number }} options
   */
  update(parameters, gradients, { learningRate = 1e-4, decay = 0.95, momentum = 0.9, epsilon = 1e-4, clip = 10 } = {}) {
    const { meanSquare, mean, delta } = this;
    for (let i = 0; i < parameters.length; i++) {
      const g = Math.min(Math.max(gradients[i], -clip), clip);
      const n = decay * meanSquare[i] + (1 - decay) * g * g;
      const m = decay * mean[i] + (1 - decay) * g;
      const step = momentum * delta[i] - (learningRate * g) / Math.sqrt(Math.max(n - m * m, 0) + epsilon);
      meanSquare[i] = n;
      mean[i] = m;
      delta[i] = step;
      parameters[i] += step;
    }
  }
}

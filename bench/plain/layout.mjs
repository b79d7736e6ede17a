// The parameters' names and shapes, the same as in a checkpoint.

/**
 * @typedef {object} Config flat, as in the files of cases
 * @property {number} inputSize
 * @property {number} outputSize
 * @property {"lstm" | "feedforward"} controller
 * @property {number} hiddenSize
 * @property {number} layers
 * @property {number} rows
 * @property {number} columns
 * @property {number} readHeads
 * @property {number} writeHeads
 * @property {number} shiftRange
 * @property {"constant" | "learned" | "random"} memory
 * @property {"identity" | "tanh"} keyActivation
 * @property {"identity" | "tanh"} addActivation
 */

/** How many numbers the controller gives to each head: key, strength, gate, shift, sharpening; a write head also erase and add. */
export function headWidths(/** @type {Config} */ { columns, readHeads, writeHeads, shiftRange }) {
  const width = columns + 3 + (2 * shiftRange + 1);
  return [...new Array(readHeads).fill(width), ...new Array(writeHeads).fill(width + 2 * columns)];
}

/** Every parameter's shape by name; the learned ones alone have gradients. */
export function shapes(/** @type {Config} */ config) {
  const {
    inputSize,
    outputSize,
    controller,
    hiddenSize: H,
    layers,
    rows: N,
    columns: M,
    readHeads: R,
    writeHeads: W,
  } = config;
  /** @type {Record<string, number[]>} */
  const learned = {};
  for (let l = 0; l < layers; l++) {
    const inputs = l === 0 ? inputSize + R * M : H;
    if (controller === "lstm") {
      learned[`controller.${l}.weight_ih`] = [4 * H, inputs];
      learned[`controller.${l}.weight_hh`] = [4 * H, H];
      learned[`controller.${l}.bias`] = [4 * H];
      learned[`initial.hidden.${l}`] = [H];
      learned[`initial.cell.${l}`] = [H];
    } else {
      learned[`controller.${l}.weight`] = [H, inputs];
      learned[`controller.${l}.bias`] = [H];
    }
  }
  learned["output.weight"] = [outputSize, H + R * M];
  learned["output.bias"] = [outputSize];
  if (R + W > 0) {
    const P = headWidths(config).reduce((sum, width) => sum + width, 0);
    learned["heads.weight"] = [P, H];
    learned["heads.bias"] = [P];
    learned["initial.weighting"] = [R + W, N];
  }
  if (R > 0) learned["initial.read"] = [R, M];
  if (R + W > 0 && config.memory === "learned") learned["initial.memory"] = [N, M];
  /** @type {Record<string, number[]>} */
  const fixed = R + W > 0 && config.memory === "random" ? { "initial.memory": [N, M] } : {};
  return { learned, fixed };
}

/** The tensors of these shapes as views of one array, so that what concerns all of them is one loop. */
export function allocate(/** @type {Record<string, number[]>} */ shapes) {
  const sizes = Object.values(shapes).map((shape) => shape.reduce((product, size) => product * size, 1));
  const flat = new Float32Array(sizes.reduce((sum, size) => sum + size, 0));
  /** @type {Record<string, Float32Array>} */
  const tensors = {};
  let start = 0;
  Object.keys(shapes).forEach((name, index) => {
    tensors[name] = flat.subarray(start, start + sizes[index]);
    start += sizes[index];
  });
  return { flat, tensors };
}

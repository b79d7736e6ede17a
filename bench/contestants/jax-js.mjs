// jax-js: pure functions of arrays, differentiated and compiled. An array is consumed by what it is given to, unless as `.ref`.
import { readFileSync } from "node:fs";
import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { grouped, groupSizes } from "./grouped.mjs";
import { serve } from "./serve.mjs";

const { version } = JSON.parse(
  readFileSync(new URL("../node_modules/@jax-js/jax/package.json", import.meta.url), "utf8"),
);

/**
 * @typedef {import("../plain/layout.mjs").Config} Config
 * @typedef {Record<string, np.Array>} Arrays
 */

await serve(async ({ config, parameters, batchSize, input, target, mask, steps }) => {
  await init("wasm");
  defaultDevice("wasm");
  const array = (/** @type {Float32Array} */ data, /** @type {number[]} */ shape) => np.array(data).reshape(shape);
  /** @type {Arrays} */
  let learned = Object.fromEntries(
    [...parameters].map(([name, tensor]) => {
      const { data, shape } = name.startsWith("heads.") ? grouped(config, tensor) : tensor;
      return [name, array(data, shape)];
    }),
  );
  const zeros = () => tree.map((/** @type {np.Array} */ a) => np.zeros(a.shape), learned);
  let slots = { meanSquare: zeros(), mean: zeros(), delta: zeros() };
  const width = batchSize * config.inputSize;
  const xs = Array.from({ length: steps }, (_, t) =>
    array(input.data.slice(t * width, (t + 1) * width), [batchSize, config.inputSize]),
  );
  const targets = array(target.data, [steps * batchSize, config.outputSize]);
  const weights = array(mask.data, [steps * batchSize, 1]);

  /** Nats per sequence. */
  function lossOf(
    /** @type {Arrays} */ learned,
    /** @type {np.Array[]} */ xs,
    /** @type {np.Array} */ targets,
    /** @type {np.Array} */ weights,
  ) {
    const prepared = prepare(config, learned);
    let state = initial(config, prepared, batchSize);
    const features = xs.map((x) => {
      const next = timeStep(config, prepared, state, x);
      state = next.state;
      return next.features;
    });
    tree.dispose(state);
    const logits = readOut(prepared, np.concatenate(features));
    tree.dispose(prepared);
    const nats = nn.softplus(logits.ref).sub(targets.mul(logits));
    return nats.mul(weights).sum().div(batchSize);
  }
  const gradient = jit(valueAndGrad(lossOf));
  const updateAll = jit(update);

  const inference = jit((/** @type {Arrays} */ prepared, /** @type {Arrays} */ state, /** @type {np.Array} */ x) => {
    const { state: next, features } = timeStep(config, prepared, state, x);
    const logits = readOut(prepared, features);
    tree.dispose(prepared);
    return { state: next, logits };
  });
  const prepared = prepare(config, tree.ref(learned));
  /** @type {Arrays} */
  let state;

  return {
    versions: { "jax-js": version },
    train: (learningRate) => {
      const [loss, gradients] = gradient(tree.ref(learned), tree.ref(xs), targets.ref, weights.ref);
      const next = updateAll(learned, slots, gradients, np.array(learningRate));
      ({ learned, slots } = next);
      return { loss: loss.item(), gradientNorm: Math.sqrt(next.square.item()) };
    },
    restart: () => {
      tree.dispose(state);
      state = initial(config, prepared, batchSize);
    },
    step: (x) => {
      const next = inference(tree.ref(prepared), state, np.array(x).reshape([1, x.length]));
      state = next.state;
      return next.logits.dataSync();
    },
  };
});

/** The weights as all time steps use them: transposed, and those of the input and of the hidden state as one. */
function prepare(/** @type {Config} */ { controller }, /** @type {Arrays} */ learned) {
  const {
    "controller.0.weight_ih": fromInput,
    "controller.0.weight_hh": fromHidden,
    "controller.0.weight": weight,
    ...rest
  } = learned;
  const whole = controller === "lstm" ? np.concatenate([fromInput, fromHidden], 1) : weight;
  return {
    ...rest,
    controller: np.transpose(whole),
    "heads.weight": np.transpose(rest["heads.weight"]),
    "output.weight": np.transpose(rest["output.weight"]),
  };
}

/** @returns {Arrays} */
function initial(/** @type {Config} */ config, /** @type {Arrays} */ learned, /** @type {number} */ B) {
  const { controller, rows, columns } = config;
  const each = (/** @type {np.Array} */ a) => np.tile(np.expandDims(a, 0), [B, ...a.shape.map(() => 1)]);
  /** @type {Arrays} */
  const state = {
    memory: np.full([B, rows, columns], 1e-6),
    weightings: each(nn.softmax(learned["initial.weighting"].ref)),
    reads: each(np.tanh(learned["initial.read"].ref)),
  };
  if (controller === "lstm") {
    state.hidden = each(learned["initial.hidden.0"].ref);
    state.cell = each(learned["initial.cell.0"].ref);
  }
  return state;
}

/**
 * Consumes the state and x, but not what is learned.
 * @param {Config} config
 * @param {Arrays} learned as {@link prepare} gives it
 * @param {Arrays} state
 * @param {np.Array} x `[B, X]`
 * @returns {{ features: np.Array, state: Arrays }}
 */
function timeStep(config, learned, state, x) {
  const { columns: M, readHeads: R, writeHeads: W, shiftRange: K } = config;
  const B = x.shape[0];
  const heads = R + W;
  const { memory, weightings: previous, reads: read } = state;
  const { hidden, cell } = controller(config, learned, state, [x, read.reshape([B, R * M])]);

  const raw = linear(hidden.ref, learned["heads.weight"].ref, learned["heads.bias"].ref);
  const sizes = groupSizes(config);
  const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((sum, size) => sum + size));
  const counts = [heads, heads, heads, heads, heads, W, W];
  const [key, rawStrength, rawGate, rawShift, rawSharpening, rawErase, add] = np
    .split(raw, ends.slice(0, -1), 1)
    .map((piece, i) => piece.reshape([B, counts[i], -1]));
  const strength = nn.softplus(rawStrength);
  const gate = nn.sigmoid(rawGate);
  const shift = nn.softmax(rawShift);
  const sharpening = nn.softplus(rawSharpening).add(1);

  const keyNorms = np.sqrt(np.square(key.ref).sum(2, { keepdims: true }));
  const rowNorms = np.expandDims(np.sqrt(np.square(memory.ref).sum(2)), 1);
  const cosine = np.matmul(key, np.matrixTranspose(memory.ref)).div(np.maximum(keyNorms.mul(rowNorms), 1e-8));
  const content = nn.softmax(strength.mul(cosine));
  const gated = previous.ref.add(gate.mul(content.sub(previous)));
  const shifted = np
    .split(shift, 2 * K + 1, 2)
    .map((share, j) => share.mul(np.roll(gated.ref, j - K, 2)))
    .reduce((sum, term) => sum.add(term));
  gated.dispose();
  const powers = np.power(shifted, sharpening);
  const weightings = powers.ref.div(powers.sum(2, { keepdims: true }));

  const [reading, writing] = np.split(weightings.ref, [R], 1);
  const reads = np.matmul(reading, memory.ref);
  const erase = nn.sigmoid(rawErase);
  const erasing = np.split(erase, W, 1);
  const kept = np
    .split(writing.ref, W, 1)
    .map((weighting, h) => np.array(1).sub(weighting.reshape([B, -1, 1]).mul(erasing[h])))
    .reduce((product, factor) => product.mul(factor));
  const written = memory.mul(kept).add(np.matmul(np.matrixTranspose(writing), add));

  const features = np.concatenate([hidden.ref, reads.ref.reshape([B, R * M])], 1);
  if (!cell) hidden.dispose();
  return { features, state: { memory: written, weightings, reads, ...(cell ? { hidden, cell } : {}) } };
}

/**
 * @param {Config} config
 * @param {Arrays} learned
 * @param {Arrays} state
 * @param {np.Array[]} inputs
 * @returns {{ hidden: np.Array, cell?: np.Array }}
 */
function controller({ controller: kind }, learned, state, inputs) {
  const seen = np.concatenate(kind === "lstm" ? [...inputs, state.hidden] : inputs, 1);
  const sums = linear(seen, learned.controller.ref, learned["controller.0.bias"].ref);
  if (kind === "feedforward") return { hidden: np.tanh(sums) };
  const [i, f, g, o] = np.split(sums, 4, 1);
  const cell = nn
    .sigmoid(f)
    .mul(state.cell)
    .add(nn.sigmoid(i).mul(np.tanh(g)));
  return { hidden: nn.sigmoid(o).mul(np.tanh(cell.ref)), cell };
}

function linear(/** @type {np.Array} */ x, /** @type {np.Array} */ weight, /** @type {np.Array} */ bias) {
  return np.matmul(x, weight).add(bias);
}

function readOut(/** @type {Arrays} */ learned, /** @type {np.Array} */ features) {
  return linear(features, learned["output.weight"].ref, learned["output.bias"].ref);
}

/**
 * Clipping by value, and RMSProp in the form of Graves.
 * @param {Arrays} learned
 * @param {Record<"meanSquare" | "mean" | "delta", Arrays>} slots
 * @param {Arrays} gradients
 * @param {np.Array} learningRate
 */
function update(learned, { meanSquare, mean, delta }, gradients, learningRate) {
  /** @type {{ learned: Arrays, slots: Record<"meanSquare" | "mean" | "delta", Arrays> }} */
  const next = { learned: {}, slots: { meanSquare: {}, mean: {}, delta: {} } };
  const squares = Object.keys(learned).map((name) => {
    const square = np.square(gradients[name].ref).sum();
    const g = np.clip(gradients[name], -10, 10);
    const n = meanSquare[name].mul(0.95).add(np.square(g.ref).mul(0.05));
    const m = mean[name].mul(0.95).add(g.ref.mul(0.05));
    const root = np.sqrt(np.maximum(n.ref.sub(np.square(m.ref)), 0).add(1e-4));
    const change = delta[name].mul(0.9).sub(learningRate.ref.mul(g).div(root));
    next.learned[name] = learned[name].add(change.ref);
    next.slots.meanSquare[name] = n;
    next.slots.mean[name] = m;
    next.slots.delta[name] = change;
    return square;
  });
  learningRate.dispose();
  return { ...next, square: squares.reduce((sum, square) => sum.add(square)) };
}

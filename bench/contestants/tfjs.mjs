// TensorFlow.js, eagerly and with its own gradients, as its users write a recurrent network with a state of their own.
import tf from "@tensorflow/tfjs";
import { grouped, groupSizes } from "./grouped.mjs";
import { serve } from "./serve.mjs";

/**
 * @typedef {import("../plain/layout.mjs").Config} Config
 * @typedef {Record<string, tf.Tensor>} Tensors
 * @typedef {{ memory: tf.Tensor3D, weightings: tf.Tensor3D, reads: tf.Tensor3D, hidden?: tf.Tensor2D, cell?: tf.Tensor2D }} State
 */

const backend = process.argv[2];

await serve(async ({ config, parameters, batchSize, input, target, mask }) => {
  if (backend === "wasm") {
    const { setThreadsCount } = await import("@tensorflow/tfjs-backend-wasm");
    setThreadsCount(1);
  }
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend} here`);

  const variables = Object.fromEntries(
    [...parameters].map(([name, tensor]) => {
      const { data, shape } = name.startsWith("heads.") ? grouped(config, tensor) : tensor;
      return [name, tf.variable(tf.tensor(data, shape), true, name)];
    }),
  );
  const slots = Object.values(variables).map((variable) => ({
    variable,
    meanSquare: tf.variable(tf.zerosLike(variable)),
    mean: tf.variable(tf.zerosLike(variable)),
    delta: tf.variable(tf.zerosLike(variable)),
  }));
  const xs = tf.unstack(tf.tensor3d(input.data, input.shape));
  const targets = tf.tensor2d(target.data, [input.shape[0] * batchSize, config.outputSize]);
  const weights = tf.tensor2d(mask.data, [input.shape[0] * batchSize, 1]);

  function loss() {
    const weight = controllerWeight(config, variables);
    let state = initial(config, variables, batchSize);
    const features = xs.map((x) => {
      const next = timeStep(config, variables, weight, state, x);
      state = next.state;
      return next.features;
    });
    const logits = readOut(variables, tf.concat(features));
    const nats = tf.sub(tf.softplus(logits), tf.mul(targets, logits));
    return /** @type {tf.Scalar} */ (tf.div(tf.sum(tf.mul(nats, weights)), batchSize));
  }

  function train(/** @type {number} */ learningRate) {
    return tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss);
      const squares = slots.map(({ variable }) => tf.sum(tf.square(grads[variable.name])));
      for (const slot of slots) update(slot, grads[slot.variable.name], learningRate);
      return { loss: value.dataSync()[0], gradientNorm: Math.sqrt(tf.addN(squares).dataSync()[0]) };
    });
  }

  // The weight of the controller is made once: it stays as it is.
  const weight = controllerWeight(config, variables);
  /** @type {State} */
  let state;
  return {
    versions: { tfjs: tf.version.tfjs },
    train,
    restart: () => {
      if (state) tf.dispose(/** @type {any} */ (state));
      state = tf.tidy(() => initial(config, variables, batchSize));
    },
    step: (x) => {
      const next = tf.tidy(() => {
        const { features, state: after } = timeStep(config, variables, weight, state, tf.tensor2d(x, [1, x.length]));
        return { state: after, logits: readOut(variables, features) };
      });
      tf.dispose(/** @type {any} */ (state));
      state = next.state;
      const logits = /** @type {Float32Array} */ (next.logits.dataSync());
      next.logits.dispose();
      return logits;
    },
  };
});

/** For the input and, in an LSTM, the hidden state beside it, so that a step has one product. */
function controllerWeight(/** @type {Config} */ { controller }, /** @type {Tensors} */ variables) {
  if (controller === "feedforward") return variables["controller.0.weight"];
  return tf.concat([variables["controller.0.weight_ih"], variables["controller.0.weight_hh"]], 1);
}

/** @returns {State} */
function initial(/** @type {Config} */ config, /** @type {Tensors} */ variables, /** @type {number} */ B) {
  const { controller, rows, columns } = config;
  const each = (/** @type {tf.Tensor} */ tensor) => tf.tile(tf.expandDims(tensor), [B, ...tensor.shape.map(() => 1)]);
  /** @type {any} */
  const state = {
    memory: tf.fill([B, rows, columns], 1e-6),
    weightings: each(tf.softmax(variables["initial.weighting"])),
    reads: each(tf.tanh(variables["initial.read"])),
  };
  if (controller === "lstm") {
    state.hidden = each(variables["initial.hidden.0"]);
    state.cell = each(variables["initial.cell.0"]);
  }
  return state;
}

/**
 * @param {Config} config
 * @param {Tensors} variables
 * @param {tf.Tensor} weight
 * @param {State} state
 * @param {tf.Tensor} x `[B, X]`
 */
function timeStep(config, variables, weight, state, x) {
  const { rows, columns: M, readHeads: R, writeHeads: W, shiftRange: K } = config;
  const { memory } = state;
  const B = x.shape[0];
  const heads = R + W;
  const flatReads = tf.reshape(state.reads, [B, R * M]);
  const { hidden, cell } = controller(config, variables, weight, state, [x, flatReads]);

  const raw = tf.add(tf.matMul(hidden, variables["heads.weight"], false, true), variables["heads.bias"]);
  const pieces = tf.split(raw, groupSizes(config), 1);
  const each = (/** @type {number} */ piece, /** @type {number} */ count) => tf.reshape(pieces[piece], [B, count, -1]);
  const key = each(0, heads);
  const strength = tf.softplus(each(1, heads));
  const gate = tf.sigmoid(each(2, heads));
  const shift = tf.softmax(each(3, heads));
  const sharpening = tf.add(1, tf.softplus(each(4, heads)));

  const keyNorms = tf.sqrt(tf.sum(tf.square(key), 2, true));
  const rowNorms = tf.expandDims(tf.sqrt(tf.sum(tf.square(memory), 2)), 1);
  const cosine = tf.div(tf.matMul(key, memory, false, true), tf.maximum(tf.mul(keyNorms, rowNorms), 1e-8));
  const content = tf.softmax(tf.mul(strength, cosine));
  const gated = tf.add(state.weightings, tf.mul(gate, tf.sub(content, state.weightings)));
  const wrapped = tf.concat([tf.slice(gated, [0, 0, rows - K]), gated, tf.slice(gated, [0, 0, 0], [B, heads, K])], 2);
  const shifts = split(shift, 2 * K + 1, 2);
  const shifted = tf.addN(
    shifts.map((share, j) => tf.mul(share, tf.slice(wrapped, [0, 0, 2 * K - j], [B, heads, rows]))),
  );
  const powers = tf.pow(shifted, sharpening);
  const weightings = tf.div(powers, tf.sum(powers, 2, true));

  const [reading, writing] = tf.split(weightings, [R, W], 1);
  const reads = tf.matMul(reading, memory);
  const erase = tf.sigmoid(each(5, W));
  const erasing = split(erase, W, 1);
  const kept = split(writing, W, 1)
    .map((weighting, h) => tf.sub(1, tf.matMul(weighting, erasing[h], true)))
    .reduce((product, factor) => tf.mul(product, factor));
  const written = tf.add(tf.mul(memory, kept), tf.matMul(writing, each(6, W), true));

  const features = tf.concat([hidden, tf.reshape(reads, [B, R * M])], 1);
  return {
    features,
    state: /** @type {State} */ ({ memory: written, weightings, reads, ...(cell ? { hidden, cell } : {}) }),
  };
}

/** The gradient of `tf.split` fails where there is but one piece. */
function split(/** @type {tf.Tensor} */ tensor, /** @type {number} */ pieces, /** @type {number} */ axis) {
  return pieces === 1 ? [tensor] : tf.split(tensor, pieces, axis);
}

/**
 * @param {Config} config
 * @param {Tensors} variables
 * @param {tf.Tensor} weight
 * @param {State} state
 * @param {tf.Tensor[]} inputs
 */
function controller({ controller }, variables, weight, state, inputs) {
  const bias = variables["controller.0.bias"];
  if (controller === "feedforward")
    return { hidden: tf.tanh(tf.add(tf.matMul(tf.concat(inputs, 1), weight, false, true), bias)) };
  const sums = tf.add(
    tf.matMul(tf.concat([...inputs, /** @type {tf.Tensor} */ (state.hidden)], 1), weight, false, true),
    bias,
  );
  const [i, f, g, o] = tf.split(sums, 4, 1);
  const kept = tf.mul(tf.sigmoid(f), /** @type {tf.Tensor} */ (state.cell));
  const cell = tf.add(kept, tf.mul(tf.sigmoid(i), tf.tanh(g)));
  return { hidden: tf.mul(tf.sigmoid(o), tf.tanh(cell)), cell };
}

function readOut(/** @type {Tensors} */ variables, /** @type {tf.Tensor} */ features) {
  return tf.add(tf.matMul(features, variables["output.weight"], false, true), variables["output.bias"]);
}

/**
 * Clipping by value, and RMSProp in the form of Graves: TensorFlow.js has another.
 * @param {{ variable: tf.Variable, meanSquare: tf.Variable, mean: tf.Variable, delta: tf.Variable }} slot
 * @param {tf.Tensor} gradient
 * @param {number} learningRate
 */
function update({ variable, meanSquare, mean, delta }, gradient, learningRate) {
  const g = tf.clipByValue(gradient, -10, 10);
  meanSquare.assign(tf.add(tf.mul(0.95, meanSquare), tf.mul(0.05, tf.square(g))));
  mean.assign(tf.add(tf.mul(0.95, mean), tf.mul(0.05, g)));
  const root = tf.sqrt(tf.add(tf.relu(tf.sub(meanSquare, tf.square(mean))), 1e-4));
  delta.assign(tf.sub(tf.mul(0.9, delta), tf.div(tf.mul(learningRate, g), root)));
  variable.assign(tf.add(variable, delta));
}

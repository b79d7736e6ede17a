// Who takes part, and how each is started.
import { join } from "node:path";
import { root } from "../scripts/process.mjs";

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string} title
 * @property {Side} side
 * @property {boolean} [installed] whether it needs the packages of bench/package.json
 * @property {string[]} command without the folder of the case; the first word of the JavaScript and Python sides is put before it
 * @property {Record<string, string>} [env]
 */

/** @typedef {"javascript" | "native" | "python"} Side */

const bench = join(root, "bench");
const javascript = (/** @type {string} */ file) => join(bench, "contestants", file);
const native = (/** @type {string} */ folder) => join(root, "build/bench", folder, "release/examples/train_step");

/** One thread each, whatever library looks where. */
const oneThread = {
  OMP_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  XLA_FLAGS: "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
  TORCHINDUCTOR_COMPILE_THREADS: "1",
};

/** @type {Contestant[]} */
export const contestants = [
  { name: "ours", title: "neural-turing-machine", side: "javascript", command: [javascript("ours.mjs")] },
  {
    name: "relaxed",
    title: "ours, relaxed SIMD",
    side: "javascript",
    command: [javascript("ours.mjs"), "relaxed"],
  },
  { name: "native", title: "native Rust, x86-64", side: "native", command: [native("native")] },
  { name: "native-cpu", title: "native Rust, this CPU", side: "native", command: [native("native-cpu")] },
  { name: "plain", title: "plain JavaScript", side: "javascript", command: [javascript("plain.mjs")] },
  { name: "jax-js", title: "jax-js wasm", side: "javascript", installed: true, command: [javascript("jax-js.mjs")] },
  {
    name: "tfjs-wasm",
    title: "TensorFlow.js wasm",
    side: "javascript",
    installed: true,
    command: [javascript("tfjs.mjs"), "wasm"],
  },
  {
    name: "tfjs-cpu",
    title: "TensorFlow.js cpu",
    side: "javascript",
    installed: true,
    command: [javascript("tfjs.mjs"), "cpu"],
  },
  { name: "jax", title: "JAX jit", side: "python", command: [join(bench, "python/jax_ntm.py")], env: oneThread },
  {
    name: "torch",
    title: "PyTorch eager",
    side: "python",
    command: [join(bench, "python/torch_ntm.py"), "eager"],
    env: oneThread,
  },
  {
    name: "torch-compile",
    title: "torch.compile",
    side: "python",
    command: [join(bench, "python/torch_ntm.py"), "compile"],
    env: oneThread,
  },
];

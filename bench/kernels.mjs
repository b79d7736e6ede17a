// npm run bench -- kernels: the core's kernels beside those of other libraries at the sizes of the paper's machine, in WebAssembly and
// natively: time, greatest errors, and what each adds to a module.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root, run, runNodeModule } from "../scripts/process.mjs";
import { codegenFlags, wasmOptFlags } from "../scripts/wasm.mjs";
import { Child } from "./child.mjs";
import { median, rounded } from "./statistics.mjs";

// Contestants, cases and functions are numbered as in bench/kernels/src/lib.rs.

const contestants = ["ours", "rten", "ndarray"];

const cases = [
  "1 row through weights 400 × 132",
  "16 rows through them",
  "their gradient over 41 rows",
  "their gradient over 328 rows",
  "exp of 128 numbers",
  "ln of 128 numbers",
  "tanh of 400 numbers",
  "softmax of 128 numbers",
];

const functions = ["exp", "ln", "tanh"];

/** What can be had alone: a feature of bench/kernels/Cargo.toml is CONTESTANT-PART. */
const parts = { products: ["ours", "rten", "ndarray"], functions: ["ours", "rten"] };

/** How far a result may be from what is right, relative to the greatest entry. */
const tolerance = 1e-5;

/** A contestant has run a case for as long before it is measured, so that compilers have had their time. */
const warmUpSeconds = 0.5;

const build = join(root, "build/bench/kernels");
const micro = (/** @type {number} */ seconds) => rounded(1e6 * seconds);

/**
 * @param {{ rounds: number, seconds: number, launch: (command: string[]) => Child, node: string }} settings
 * @param {(text: string) => void} say
 */
export async function kernels({ rounds, seconds, launch, node }, say) {
  say("building");
  const native = await buildNative();
  const features = Object.entries(parts).flatMap(([part, names]) => names.map((name) => `${name}-${part}`));
  const wasm = await buildWasm("all", features);
  const sides = {
    wasm: launch([node, join(root, "bench/kernels/serve.mjs"), wasm]),
    native: launch([native]),
  };
  try {
    const speed = [];
    for (const index of cases.keys()) speed.push(await measure(sides, index, { rounds, seconds }, say));
    const errors = [];
    for (const [index, name] of functions.entries()) {
      say(`errors of ${name}`);
      errors.push({ name, ulp: await ofEach((contestant) => ask(sides.wasm, "error", contestant, index)) });
    }
    const neighbourless = await ofEach((contestant) => ask(sides.wasm, "neighbourless", contestant));
    return { versions: await versions(node), speed, errors, neighbourless, sizes: await sizes(say) };
  } finally {
    await Promise.all(Object.values(sides).map((child) => child.end()));
  }
}

/**
 * A case: whoever has it takes turns, in WebAssembly and natively.
 * @param {Record<string, Child>} sides
 * @param {number} index
 * @param {{ rounds: number, seconds: number }} pace
 * @param {(text: string) => void} say
 */
async function measure(sides, index, { rounds, seconds }, say) {
  const title = cases[index];
  const entrants = [];
  for (const [side, child] of Object.entries(sides)) {
    for (const [contestant, name] of contestants.entries()) {
      say(`${title}: ${name}, ${side}`);
      const distance = await ask(child, "prepare", contestant, index);
      if (distance === null) continue;
      if (!(distance <= tolerance)) throw new Error(`${title}: ${name}, ${side}, is off by ${distance}`);
      const count = Math.max(1, Math.round(seconds / (await warmUp(child))));
      entrants.push({ side, child, contestant, name, count, samples: /** @type {number[]} */ ([]) });
    }
  }
  for (let round = 1; round <= rounds; round++) {
    say(`${title}: round ${round} of ${rounds}`);
    for (const { child, contestant, count, samples } of entrants) {
      await ask(child, "prepare", contestant, index);
      samples.push((await child.measure(count)) / count);
    }
  }
  const results = entrants.map(({ side, name, samples }) => ({
    side,
    name,
    median: micro(median(samples)),
    samples: samples.map(micro),
  }));
  return { title, results };
}

/** Runs what is ready until compilers have had their time; answers the seconds of one computation. */
async function warmUp(/** @type {Child} */ child) {
  let [spent, unit] = [0, 0];
  for (let count = 1; spent < warmUpSeconds; ) {
    const cpu = Math.max(await child.measure(count), 1e-6);
    spent += cpu;
    unit = cpu / count;
    count = Math.max(1, Math.min(4 * count, Math.ceil((warmUpSeconds - spent) / unit)));
  }
  return unit;
}

/**
 * @param {Child} child
 * @param {string} verb an export of bench/kernels/src/wasm.rs
 * @param {number[]} numbers
 * @returns {Promise<number | null>} null where the contestant has no such thing
 */
async function ask(child, verb, ...numbers) {
  return (await child.ask([verb, ...numbers].join(" "))).value;
}

/** What `find` answers of each contestant that has it, by name. */
async function ofEach(/** @type {(contestant: number) => Promise<number | null>} */ find) {
  /** @type {Record<string, number>} */
  const found = {};
  for (const [contestant, name] of contestants.entries()) {
    const value = await find(contestant);
    if (value !== null) found[name] = rounded(value);
  }
  return found;
}

/** Of Node and of the libraries, as they are locked. */
async function versions(/** @type {string} */ node) {
  const lock = readFileSync(join(root, "bench/kernels/Cargo.lock"), "utf8");
  const crates = ["rten-gemm", "rten-vecmath", "ndarray"].map((name) => [
    name,
    new RegExp(`name = "${name}"\nversion = "(.*)"`).exec(lock)?.[1] ?? "unknown",
  ]);
  return { node: (await run(node, ["--version"])).trim().slice(1), ...Object.fromEntries(crates) };
}

/** Bytes that each contestant's parts add to a module that does nothing without them, with gzip. */
async function sizes(/** @type {(text: string) => void} */ say) {
  const weigh = async (/** @type {string} */ name, /** @type {string[]} */ features) => {
    say(`size of ${name}`);
    return gzipSync(readFileSync(await buildWasm(name, features)), { level: 9 }).length;
  };
  const nothing = await weigh("nothing", ["nothing"]);
  const added = [];
  for (const [part, names] of Object.entries(parts)) {
    /** @type {Record<string, number>} */
    const bytes = {};
    for (const name of names) bytes[name] = (await weigh(`${name}-${part}`, ["nothing", `${name}-${part}`])) - nothing;
    added.push({ part, bytes });
  }
  return added;
}

/** The program, for every x86-64 there is. */
async function buildNative() {
  await cargo([], "");
  return join(build, "release/kernels");
}

/**
 * A module, made as the package's is.
 * @param {string} name
 * @param {string[]} features
 */
async function buildWasm(name, features) {
  const target = "wasm32-unknown-unknown";
  await cargo(
    ["--lib", "--target", target, "--no-default-features", "--features", features.join()],
    ["-Ctarget-feature=+simd128", ...codegenFlags].join("\x1f"),
  );
  const file = join(build, `${name}.wasm`);
  mkdirSync(build, { recursive: true });
  await runNodeModule("binaryen/bin/wasm-opt", [
    join(build, target, "release/kernels.wasm"),
    "-o",
    file,
    ...wasmOptFlags,
  ]);
  return file;
}

function cargo(/** @type {string[]} */ args, /** @type {string} */ flags) {
  const env = { ...process.env, CARGO_ENCODED_RUSTFLAGS: flags, CARGO_TARGET_DIR: build };
  return run("cargo", ["build", "--release", "--locked", "--manifest-path", "bench/kernels/Cargo.toml", ...args], {
    env,
  });
}

// npm run bench -- stages: where a training step spends its time. A profile tells functions apart, and the compiler makes one of
// many: the core is compiled once more, from a copy in which each stage's functions stay by themselves.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { join } from "node:path";
import { Failure, root, run, runNodeModule } from "../scripts/process.mjs";
import { toolEnvironment } from "../scripts/tools.mjs";
import { builds, codegenFlags, wasmOptFlags } from "../scripts/wasm.mjs";
import { copy, NTM, random, rmsprop } from "./packed.mjs";
import { rounded } from "./statistics.mjs";
import { options, workloads } from "./workloads.mjs";

/** Functions of the core, by file, that belong to a stage, and all that they call and that is in no other. */
const products = [
  {
    title: "layers' products, forwards",
    functions: { "step.rs": ["project", "control", "emit", "read_out"] },
  },
  {
    title: "layers' products, back to their inputs",
    functions: { "step_backward.rs": ["read_out", "control", "emit"] },
  },
  { title: "gradients of the weights", functions: { "step_backward.rs": ["weights"] } },
];
const stages = [
  ...products,
  {
    title: "activations of layers and heads",
    functions: {
      "controller/lstm.rs": ["forward", "backward"],
      "controller/feedforward.rs": ["forward", "backward"],
      "heads.rs": ["forward", "backward"],
    },
  },
  {
    title: "content addressing",
    functions: { "addressing/content.rs": ["norms", "forward", "backward"] },
  },
  {
    title: "interpolation and shift",
    functions: {
      "addressing/interpolation.rs": ["forward", "backward"],
      "addressing/shift.rs": ["forward", "backward"],
    },
  },
  { title: "sharpening", functions: { "addressing/sharpening.rs": ["forward", "backward"] } },
  { title: "reading", functions: { "memory/read.rs": ["forward", "backward"] } },
  { title: "writing", functions: { "memory/write.rs": ["forward", "backward"] } },
  {
    title: "RMSProp, and laying out the weights",
    functions: { "optimizer/mod.rs": ["compute"], "weights.rs": ["set"], "optimizer/clip.rs": ["norm"] },
  },
];

/** All else: tapes and states, the loss, what is copied across the border. */
const rest = "all else";

const build = join(root, "build/bench/stages");

/**
 * @param {{ seconds: number }} settings
 * @param {(text: string) => void} say
 */
export async function profile({ seconds }, say) {
  say("the core, stage by stage");
  const wasm = await compile();
  const results = [];
  for (const { title, config, batchSize, steps } of workloads.filter(({ kind }) => kind === "train")) {
    say(title);
    const machine = await NTM.create(options(config), { wasm });
    const length = steps >> 1;
    const batch = copy({ minLength: length, maxLength: length }).batch(random(1), { batchSize, step: 0 });
    // So slowly that every step has the same to do.
    const train = () => machine.trainStep(batch, { optimizer: rmsprop({ learningRate: 1e-10 }), clip: { value: 10 } });
    /** Trains for a while; returns milliseconds of CPU time a step. */
    const during = (/** @type {number} */ time) => {
      const end = performance.now() + 1e3 * time;
      const before = process.cpuUsage();
      let count = 0;
      do {
        train();
        count++;
      } while (performance.now() < end);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e3 / count;
    };
    // Until V8 has its fast code for all of it.
    during(seconds);
    const session = new Session();
    session.connect();
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: 200 });
    await session.post("Profiler.start");
    const milliseconds = during(seconds);
    const { profile } = await session.post("Profiler.stop");
    session.disconnect();
    machine.dispose();
    const shares = sharesOf(profile);
    const ofProducts = shares.slice(0, products.length).reduce((sum, { share }) => sum + share, 0);
    const speed = (batchSize * steps * multiplyAdds(config)) / (1e6 * milliseconds * ofProducts);
    results.push({ title, milliseconds: rounded(milliseconds), billions: rounded(speed), shares });
  }
  return results;
}

/** Multiply-adds of the layers in a time step of one sequence: forwards, back to their inputs but the machine's own, and of weights. */
function multiplyAdds(/** @type {import("./plain/layout.mjs").Config} */ config) {
  const { inputSize, outputSize, controller, hiddenSize, columns, readHeads, writeHeads, shiftRange } = config;
  const reads = readHeads * columns;
  const sums = controller === "lstm" ? 4 * hiddenSize : hiddenSize;
  const addressing = columns + 2 * shiftRange + 4;
  const heads = readHeads * addressing + writeHeads * (addressing + 2 * columns);
  const ofInput = sums * inputSize;
  const others =
    sums * (reads + (controller === "lstm" ? hiddenSize : 0)) + (heads + outputSize) * hiddenSize + outputSize * reads;
  return 2 * ofInput + 3 * others;
}

/** A module of which a profile tells the stages apart. */
async function compile() {
  rmSync(join(build, "source"), { recursive: true, force: true });
  mkdirSync(build, { recursive: true });
  for (const part of ["Cargo.toml", "Cargo.lock", "crates"])
    cpSync(join(root, part), join(build, "source", part), { recursive: true });
  for (const { functions } of stages)
    for (const [file, names] of Object.entries(functions)) for (const name of names) keepApart(file, name);
  const [{ features }] = builds;
  const target = "wasm32-unknown-unknown";
  const flags = [`-Ctarget-feature=${features}`, ...codegenFlags].join("\x1f");
  const env = { ...toolEnvironment(), CARGO_ENCODED_RUSTFLAGS: flags, CARGO_TARGET_DIR: join(build, "target") };
  const manifest = join(build, "source/Cargo.toml");
  const cargo = ["build", "--release", "--locked", "--manifest-path", manifest, "-p", "ntm-wasm", "--target", target];
  await run("cargo", cargo, { env });
  const bound = join(build, "bound");
  const made = join(build, "target", target, "release/ntm_wasm.wasm");
  await run("wasm-bindgen", [made, "--target", "web", "--out-dir", bound, "--out-name", "ntm"], { env });
  const file = join(build, "ntm.wasm");
  const named = [...wasmOptFlags.filter((flag) => !flag.startsWith("--strip")), "-g"];
  await runNodeModule("binaryen/bin/wasm-opt", [join(bound, "ntm_bg.wasm"), "-o", file, ...named]);
  return readFileSync(file);
}

/** Has a function that stands in the copy stay one. */
function keepApart(/** @type {string} */ file, /** @type {string} */ name) {
  const path = join(build, "source/crates/ntm-core/src", file);
  const [code, ...tests] = readFileSync(path, "utf8").split("#[cfg(test)]");
  const place = new RegExp(`^( *)((?:pub(?:\\(crate\\))? )?fn ${name}\\b)`, "m");
  if (!place.test(code)) throw new Failure(`${file} has no function ${name}: bench/stages.mjs names it`);
  const marked = code.replace(place, "$1#[inline(never)]\n$1$2");
  writeFileSync(path, [marked, ...tests].join("#[cfg(test)]"));
}

/** Which stage a function of the module begins, if one. */
function stageOf(/** @type {string} */ name) {
  return stages.find(({ functions }) =>
    Object.entries(functions).some(([file, names]) => {
      const path = file.replace(/(?:\/mod)?\.rs$/, "").replaceAll("/", "::");
      return names.some((fn) => new RegExp(`ntm_core::${path}::(?:.*::)?${fn}\\b`).test(name));
    }),
  )?.title;
}

/** The share of each stage in the samples, those of what it calls among them. */
function sharesOf(/** @type {import("node:inspector").Profiler.Profile} */ { nodes, samples = [], timeDeltas = [] }) {
  /** @type {Map<number, string>} */
  const stageOfNode = new Map();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (/** @type {number} */ id, /** @type {string} */ above) => {
    const node = byId.get(id);
    if (!node) return;
    const stage = stageOf(node.callFrame.functionName) ?? above;
    stageOfNode.set(id, stage);
    for (const child of node.children ?? []) visit(child, stage);
  };
  visit(nodes[0].id, rest);
  const titles = [...stages.map(({ title }) => title), rest];
  const times = new Map(titles.map((title) => [title, 0]));
  let total = 0;
  samples.forEach((id, index) => {
    const time = Math.max(0, timeDeltas[index]);
    const stage = stageOfNode.get(id) ?? rest;
    times.set(stage, (times.get(stage) ?? 0) + time);
    total += time;
  });
  return titles.map((title) => ({ title, share: rounded((times.get(title) ?? 0) / total) }));
}

// npm run bench -- stages: where a training step spends its time. A profile tells functions apart, and the compiler makes one of
// many: the core is compiled once more, from a copy in which each stage's functions stay by themselves.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { join } from "node:path";
import { Failure, root, runNodeModule } from "../scripts/process.mjs";
import { builds, compile, wasmOptFlags } from "../scripts/wasm.mjs";
import { measureRate } from "./contestants/serve.mjs";
import { copy, NTM, random, rmsprop } from "./packed.mjs";
import { definitions, products, sources, stages } from "./stage-functions.mjs";
import { rounded } from "./statistics.mjs";
import { options } from "./workloads.mjs";

/** Tapes and states, the loss, what is copied across the border, and what V8 does for itself. */
const rest = "all else";

const build = join(root, "build/bench/stages");

/** A profile is at least so long, seconds: else a stage may have too few samples, or none. */
export const shortest = 3;

/**
 * @param {{ seconds: number, measured: import("./workloads.mjs").Workload[] }} settings `measured` are of training
 * @param {(text: string) => void} say
 */
export async function profile({ seconds, measured }, say) {
  say("the core, stage by stage");
  const wasm = await compileApart();
  const results = [];
  for (const { title, config, batchSize, steps } of measured) {
    say(title);
    const machine = await NTM.create(options(config), { wasm });
    const length = steps >> 1;
    const batch = copy({ minLength: length, maxLength: length }).batch(random(1), { batchSize, step: 0 });
    const learning = { optimizer: rmsprop({ learningRate: measureRate }), clip: { value: 10 } };
    /** Trains for a while; returns milliseconds of CPU time a step. */
    const during = (/** @type {number} */ time) => {
      const end = performance.now() + 1e3 * time;
      const before = process.cpuUsage();
      let count = 0;
      do {
        machine.trainStep(batch, learning);
        count++;
      } while (performance.now() < end);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e3 / count;
    };
    // Until V8 has its fast code for all of it.
    during(seconds);
    const milliseconds = during(seconds);
    const session = new Session();
    session.connect();
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: 200 });
    await session.post("Profiler.start");
    during(seconds);
    const { profile } = await session.post("Profiler.stop");
    session.disconnect();
    machine.dispose();
    const shares = sharesOf(profile);
    const missed = shares.find(({ share }) => share === 0);
    if (missed)
      throw new Failure(`${title}: no sample of "${missed.title}", whose functions bench/stage-functions.mjs names`);
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
async function compileApart() {
  mkdirSync(build, { recursive: true });
  for (const part of ["Cargo.toml", "Cargo.lock", "crates"]) {
    rmSync(join(build, part), { recursive: true, force: true });
    cpSync(join(root, part), join(build, part), { recursive: true });
  }
  for (const { functions } of stages)
    for (const [file, names] of Object.entries(functions)) for (const name of names) keepApart(file, name);
  const [usual] = builds;
  await compile(usual, build);
  const file = join(build, usual.file);
  const named = [...wasmOptFlags.filter((flag) => !flag.startsWith("--strip")), "-g"];
  const made = join(build, "build/wasm", usual.name, "ntm_bg.wasm");
  await runNodeModule("binaryen/bin/wasm-opt", [made, "-o", file, ...named]);
  return readFileSync(file);
}

/** Has the functions of that name in the copy stay functions, the tests' not. */
function keepApart(/** @type {string} */ file, /** @type {string} */ name) {
  const path = join(build, sources, file);
  const [code, ...tests] = readFileSync(path, "utf8").split("#[cfg(test)]");
  const marked = code.replace(definitions(name), "$1#[inline(never)]\n$1$2");
  if (marked === code) throw new Failure(`${file} has no function ${name}: bench/stage-functions.mjs names it`);
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

// A case is a folder that holds all that a contestant is given: sizes, a batch and the parameters to start from, as raw
// little-endian float32, which every language reads in a line.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copy, NTM, random } from "./packed.mjs";
import { options } from "./workloads.mjs";

/** @typedef {import("./packed.mjs").Tensor} Tensor */

/**
 * @typedef {object} Case
 * @property {import("./workloads.mjs").Workload["kind"]} kind
 * @property {import("./plain/layout.mjs").Config} config
 * @property {number} steps
 * @property {number} batchSize
 * @property {Tensor} input `[T, B, X]`
 * @property {Tensor} target `[T, B, Y]`
 * @property {Tensor} mask `[T, B]`
 * @property {Map<string, Tensor>} parameters
 */

/** Draws a case: the package's own initial parameters and a batch of copy, of which an even number of steps lacks the last. */
export async function writeCase(
  /** @type {import("./workloads.mjs").Workload} */ workload,
  /** @type {string} */ folder,
) {
  const { kind, config, batchSize, steps } = workload;
  const length = steps >> 1;
  const batch = copy({ bits: config.outputSize, maxLength: length }).batch(random(1), { batchSize, length, step: 0 });
  const [input, target, mask] = [batch.input, batch.target, batch.mask].map((tensor) => firstSteps(tensor, steps));
  const machine = await NTM.create(options(config));
  const tensors = { input, target, mask, ...Object.fromEntries(machine.parameters()) };
  machine.dispose();

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, { data }] of Object.entries(tensors)) writeFileSync(join(folder, `${name}.f32`), data);
  const shapes = Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
  const sizes = { kind, steps, batchSize };
  writeFileSync(join(folder, "case.json"), JSON.stringify({ ...sizes, config, shapes }));
  // For the native machine, which has no JSON.
  const lines = Object.entries({ ...sizes, ...config }).map(([name, value]) => `${name} ${value}\n`);
  writeFileSync(join(folder, "case.txt"), lines.join(""));
}

/** @returns {Tensor} */
function firstSteps(/** @type {Tensor} */ { data, shape: [all, ...rest] }, /** @type {number} */ steps) {
  return { data: data.subarray(0, (data.length / all) * steps), shape: [steps, ...rest] };
}

/** @returns {Case} */
export function readCase(/** @type {string} */ folder) {
  const { shapes, ...description } = JSON.parse(readFileSync(join(folder, "case.json"), "utf8"));
  const read = (/** @type {string} */ name) => ({
    data: new Float32Array(new Uint8Array(readFileSync(join(folder, `${name}.f32`))).buffer),
    shape: shapes[name],
  });
  const { input, target, mask, ...parameters } = shapes;
  return {
    ...description,
    ...{ input: read("input"), target: read("target"), mask: read("mask") },
    parameters: new Map(Object.keys(parameters).map((name) => [name, read(name)])),
  };
}

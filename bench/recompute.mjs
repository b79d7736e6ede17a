// npm run bench -- recompute: a training step of long sequences with `recompute` and without: CPU time, and the WebAssembly memory
// of an instance that has done nothing else.
import { readFileSync } from "node:fs";
import { copy, NTM, random } from "./packed.mjs";
import { median, rounded } from "./statistics.mjs";
import { options, workloads } from "./workloads.mjs";

const measured = [
  { title: "copy-lstm, T = 2,000, B = 16", of: "copy-lstm-16", steps: 2000 },
  { title: "big, T = 500, B = 16", of: "big-16", steps: 500 },
];

/**
 * @param {{ rounds: number }} settings
 * @param {(text: string) => void} say
 */
export async function recompute({ rounds }, say) {
  const results = [];
  for (const { title, of, steps } of measured) {
    const workload = workloads.find(({ name }) => name === of);
    if (!workload) throw new Error(`no workload ${of}`);
    const { config, batchSize } = workload;
    const length = steps >> 1;
    const batch = copy({ minLength: length, maxLength: length }).batch(random(1), { batchSize, step: 0 });
    const ways = [];
    for (const recompute of [false, true]) ways.push({ recompute, ...(await create(config)), samples: [] });
    for (let round = 0; round <= rounds; round++) {
      say(`${title}: round ${round} of ${rounds}`);
      for (const { recompute, machine, samples } of ways) {
        const before = process.cpuUsage();
        machine.trainStep(batch, { recompute });
        const { user, system } = process.cpuUsage(before);
        // The first of each grows the memory.
        if (round > 0) samples.push((user + system) / 1e3);
      }
    }
    const [kept, again] = ways.map(({ machine, memory, samples }) => {
      machine.dispose();
      return {
        median: rounded(median(samples)),
        mebibytes: memory.buffer.byteLength / 2 ** 20,
        samples: samples.map(rounded),
      };
    });
    results.push({ title, kept, recomputed: again, ratio: rounded(again.median / kept.median) });
  }
  return results;
}

/** A machine in an instance of its own, and the memory of that. */
async function create(/** @type {import("./plain/layout.mjs").Config} */ config) {
  const file = new URL(import.meta.resolve("../test/node_modules/neural-turing-machine/dist/ntm.wasm"));
  const wasm = await WebAssembly.compile(readFileSync(file));
  const { instantiate } = WebAssembly;
  /** @type {WebAssembly.Memory | undefined} */
  let memory;
  // The package keeps its memory to itself.
  WebAssembly.instantiate = /** @type {typeof instantiate} */ (
    async (/** @type {WebAssembly.Module} */ module, /** @type {WebAssembly.Imports} */ imports) => {
      const instance = await instantiate(module, imports);
      memory = /** @type {WebAssembly.Memory} */ (instance.exports.memory);
      return instance;
    }
  );
  try {
    const machine = await NTM.create(options(config), { wasm });
    if (!memory) throw new Error("the package has made no instance");
    return { machine, memory };
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

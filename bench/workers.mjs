// npm run bench -- workers: a training step with two workers beside one thread, by the clock, and beside two processes that know
// nothing of each other and compute half of the batch each: what the machine's two cores are worth just then.
import { join } from "node:path";
import { root } from "../scripts/process.mjs";
import { writeCase } from "./case.mjs";
import { Child } from "./child.mjs";
import { copy, NTM } from "./packed.mjs";
import { median, rounded } from "./statistics.mjs";
import { options, workloads } from "./workloads.mjs";

const named = (/** @type {string} */ wanted) => {
  const workload = workloads.find(({ name }) => name === wanted);
  if (!workload) throw new Error(`no workload ${wanted}`);
  return workload;
};

const measured = [
  named("big-16"),
  { ...named("copy-lstm-16"), name: "copy-lstm-32", title: "copy-lstm, B = 32", batchSize: 32 },
];

/**
 * @param {{ rounds: number, seconds: number, launch: (folder: string) => Child }} settings
 * @param {(text: string) => void} say
 */
export async function workers({ rounds, seconds, launch }, say) {
  const results = [];
  for (const workload of measured) {
    const { name, title, batchSize, steps } = workload;
    const folder = join(root, "build/bench/cases", `${name}-half`);
    await writeCase({ ...workload, batchSize: batchSize / 2 }, folder);
    const halves = [launch(folder), launch(folder)];
    /** @type {Record<"alone" | "together" | "apart", number[]>} */
    const samples = { alone: [], together: [], apart: [] };
    try {
      for (const half of halves) await half.hear();
      const task = copy({ minLength: steps >> 1, maxLength: steps >> 1 });
      const machine = await NTM.create(options(workload.config));
      const train = async (/** @type {number} */ count, /** @type {number} */ workers) => {
        let since = 0;
        // The first step, which starts the workers, is not counted.
        for await (const _ of machine.train(task, { batchSize, workers, steps: count + 1 }))
          since ||= performance.now();
        return (performance.now() - since) / count;
      };
      const count = Math.max(2, Math.round((1e3 * seconds) / (await train(1, 0))));
      for (const half of halves) await half.measure(2);
      for (let round = 0; round < rounds; round++) {
        say(`${name}: round ${round + 1} of ${rounds}`);
        samples.alone.push(await train(count, 0));
        samples.together.push(await train(count, 2));
        const since = performance.now();
        await Promise.all(halves.map((half) => half.measure(count)));
        samples.apart.push((performance.now() - since) / count);
      }
      machine.dispose();
    } finally {
      await Promise.all(halves.map((half) => half.end()));
    }
    // Of each round its own ratio: a round in which the machine lends but one core is then seen in both.
    const ratio = (/** @type {number[]} */ times) => rounded(median(times.map((time, i) => samples.alone[i] / time)));
    results.push({
      title,
      alone: rounded(median(samples.alone)),
      together: rounded(median(samples.together)),
      faster: ratio(samples.together),
      possible: ratio(samples.apart),
      samples: Object.fromEntries(Object.entries(samples).map(([way, times]) => [way, times.map(rounded)])),
    });
  }
  return results;
}

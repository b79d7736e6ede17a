// A contestant's side of the talk with the benchmark. It is started with the folder of a case and says one line of JSON, its
// versions, when it is ready; then it answers each line that it gets with one:
//   check      → { "cpu": seconds, "values": […] } what must agree with every other contestant, of one unit of work
//   measure N  → { "cpu": seconds }                CPU time of N units
// A unit of work is a training step, or a sequence of inference from the initial state.
import { createInterface } from "node:readline";
import { readCase } from "../case.mjs";

/**
 * @typedef {object} Contestant
 * @property {Record<string, string>} [versions]
 * @property {(learningRate: number) => { loss: number, gradientNorm: number }} [train] one training step on the case's batch
 * @property {() => void} [restart] back to the state before the first step
 * @property {(x: Float32Array) => Float32Array} [step] one time step: from the input to the logits
 */

/** High enough that the loss of the next step tells whether every gradient and the update were right. */
const checkRate = 3e-4;

/** Next to nothing: however many steps a contestant makes, it does the same work on the same numbers. Not 0, so that no work is saved and nothing decays to subnormal numbers. */
export const measureRate = 1e-10;

export async function serve(/** @type {(given: import("../case.mjs").Case) => Promise<Contestant>} */ open) {
  const given = readCase(/** @type {string} */ (process.argv.at(-1)));
  const contestant = await open(given);
  const { work, check } = given.kind === "train" ? training(contestant) : inference(contestant, given);
  const say = (/** @type {object} */ answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
  say({ versions: { node: process.versions.node, ...contestant.versions } });
  for await (const line of createInterface(process.stdin)) {
    const [verb, count] = line.split(" ");
    const before = process.cpuUsage();
    /** @type {number[] | undefined} */
    let values;
    if (verb === "check") values = check();
    else for (let i = 0; i < Number(count); i++) work();
    const { user, system } = process.cpuUsage(before);
    say({ cpu: (user + system) / 1e6, values });
  }
}

function training(/** @type {Contestant} */ { train }) {
  if (!train) throw new Error("this contestant does not train");
  return {
    work: () => train(measureRate),
    /** Of updates one after the other: those after the first also tell whether the one before was right. */
    check: () => {
      const { loss, gradientNorm } = train(checkRate);
      return [loss, gradientNorm];
    },
  };
}

function inference(
  /** @type {Contestant} */ { restart, step },
  /** @type {import("../case.mjs").Case} */ { input, target, steps },
) {
  if (!restart || !step) throw new Error("this contestant does not run step by step");
  const width = input.data.length / steps;
  const xs = Array.from({ length: steps }, (_, t) => input.data.slice(t * width, (t + 1) * width));
  return {
    work: () => {
      restart();
      for (const x of xs) step(x);
    },
    /** The squared distance of the logits from the target, and from 0. */
    check: () => {
      restart();
      const logits = xs.flatMap((x) => [...step(x)]);
      const distance = (/** @type {(i: number) => number} */ origin) =>
        logits.reduce((sum, z, i) => sum + (z - origin(i)) ** 2, 0);
      return [distance((i) => target.data[i]), distance(() => 0)];
    },
  };
}

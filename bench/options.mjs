import { parseArgs } from "node:util";
import { Failure } from "../scripts/process.mjs";

export const help = `npm run bench -- [options]           training steps and inference beside every peer
npm run bench -- growth [options]    how the time grows with time steps, sequences, rows and heads
npm run bench -- workers [options]   two workers beside one thread, by the clock
npm run bench -- recompute [options] long sequences with recompute and without: time and memory
npm run bench -- page [options]      training in the page of demo/ beside the package in Node
npm run bench -- kernels [options]   the core's kernels beside those of other libraries
npm run bench -- stages [options]    which stage a training step spends its time in
npm run bench -- write               the charts and the pages' tables anew, from bench/results

  --python           also JAX, PyTorch and torch.compile (some gigabytes, the first time)
  --node 24          run the JavaScript side on another Node: a version for npm's package "node", or a file
  --only a,b         only these contestants, beside the package itself
  --skip a,b         without these
  --workload a,b     only these workloads
  --rounds 9         how often each contestant gets its turn
  --seconds 0.25     how long a turn lasts, at least a step
  --cpu 1            the core that all are bound to (Linux); the last one by default
`;

/**
 * @typedef {object} Settings
 * @property {"contest" | "growth" | "workers" | "recompute" | "page" | "kernels" | "stages" | "write"} what
 * @property {boolean} python
 * @property {string | undefined} node
 * @property {string[] | undefined} only
 * @property {string[]} skip
 * @property {string[] | undefined} workload
 * @property {number} rounds
 * @property {number} seconds
 * @property {number | undefined} cpu
 */

/** @returns {Settings | undefined} undefined where help is asked for */
export function parse(/** @type {string[]} */ args) {
  const { values, positionals } = parseOrFail(args);
  if (values.help) return undefined;
  const [what = "contest", ...more] = positionals;
  if (!isKnown(what)) more.unshift(what);
  if (!isKnown(what) || more.length > 0)
    throw new Failure(
      `${more[0]}: expected nothing, growth, workers, recompute, page, kernels, stages or write\n\n${help}`,
    );
  return {
    what,
    python: values.python ?? false,
    node: values.node,
    only: list(values.only),
    skip: list(values.skip) ?? [],
    workload: list(values.workload),
    rounds: number("--rounds", values.rounds, 1) ?? 9,
    seconds: number("--seconds", values.seconds, 0) ?? 0.25,
    cpu: number("--cpu", values.cpu, 0),
  };
}

/** @returns {what is Settings["what"]} */
function isKnown(/** @type {string} */ what) {
  return ["contest", "growth", "workers", "recompute", "page", "kernels", "stages", "write"].includes(what);
}

function parseOrFail(/** @type {string[]} */ args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        python: { type: "boolean" },
        node: { type: "string" },
        only: { type: "string" },
        skip: { type: "string" },
        workload: { type: "string" },
        rounds: { type: "string" },
        seconds: { type: "string" },
        cpu: { type: "string" },
      },
    });
  } catch (error) {
    throw new Failure(`${error instanceof Error ? error.message : error}\n\n${help}`);
  }
}

const list = (/** @type {string | undefined} */ text) => text?.split(",").map((name) => name.trim());

function number(/** @type {string} */ option, /** @type {string | undefined} */ text, /** @type {number} */ least) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !(value >= least))
    throw new Failure(`${option}: expected a number from ${least}, got ${text}`);
  return value;
}

/**
 * Those of `all` that were asked for by name.
 * @template {{ name: string }} T
 * @param {T[]} all
 * @param {string[] | undefined} names
 * @param {string} what
 */
export function choose(all, names, what) {
  const known = all.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Failure(`${what} ${unknown}: expected some of ${known.join(", ")}`);
  return all.filter(({ name }) => names?.includes(name) ?? true);
}

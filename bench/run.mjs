// npm run bench: training steps and inference of the package beside its peers.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Failure, main, root } from "../scripts/process.mjs";
import { contestants } from "./contestants.mjs";
import { draw } from "./draw.mjs";
import { binding, describeMachine } from "./machine.mjs";
import { choose, help, parse } from "./options.mjs";
import { buildNative, installPeers, provideNode, providePython } from "./prepare.mjs";
import { machineLine, workloadTable } from "./report.mjs";
import { workloads } from "./workloads.mjs";

/** @typedef {import("./contestants.mjs").Contestant} Contestant */

await main(async () => {
  const settings = parse(process.argv.slice(2));
  if (!settings) {
    process.stdout.write(help);
    return;
  }
  if (!existsSync(join(root, "dist/index.js"))) throw new Failure("there is no dist/index.js: run npm run build first");
  if (settings.growth) {
    const { growth } = await import("./growth.mjs");
    await growth(settings, status);
  } else await bench(settings);
});

async function bench(/** @type {import("./options.mjs").Settings} */ settings) {
  const chosenWorkloads = choose(workloads, settings.workload, "--workload");
  const wanted = choose(contestants, settings.only && ["ours", ...settings.only], "--only").filter(
    ({ name, side }) => !settings.skip.includes(name) && (side !== "python" || settings.python || settings.only),
  );
  const { present, commands } = await prepare(wanted, settings);
  const bound = await binding(settings.cpu);
  const launch = (/** @type {Contestant} */ { side, command, env }) => {
    const [first, ...args] = [...bound, ...commands[side], ...command];
    return { command: first, args, env: { ...process.env, ...env } };
  };

  // Late, because it imports the package.
  const { contest } = await import("./contest.mjs");
  /** @type {import("./report.mjs").Report} */
  const report = {
    settings: { rounds: settings.rounds, seconds: settings.seconds, bound: bound.length > 0 },
    machine: await describeMachine(),
    workloads: [],
  };
  const disagreeing = [];
  for (const workload of chosenWorkloads) {
    const { name, title, kind } = workload;
    const { results, absent } = await contest(workload, present, { ...settings, launch }, status);
    const entry = { name, title, kind, unit: kind === "train" ? "ms" : "µs", results };
    report.workloads.push(entry);
    status("");
    for (const { name, problem, disagrees } of absent) {
      process.stdout.write(
        `${disagrees ? "error: " : ""}${name} ${disagrees ? "disagrees" : "is left out"}: ${problem}\n`,
      );
      if (disagrees) disagreeing.push(`${name} on ${workload.name}`);
    }
    process.stdout.write(`${workloadTable(entry)}\n\n`);
  }
  process.stdout.write(`${machineLine(report)}\n`);
  save(report, chosenWorkloads.length === workloads.length && !settings.only);
  if (disagreeing.length > 0)
    throw new Failure(`not the same loss and gradient norm as ours: ${disagreeing.join(", ")}`);
}

/**
 * Installs and builds what the contestants need. Who cannot be had is left out, with a line that says why.
 * @param {Contestant[]} wanted
 * @param {import("./options.mjs").Settings} settings
 */
async function prepare(wanted, settings) {
  let present = wanted;
  const attempt = async (
    /** @type {(contestant: Contestant) => boolean} */ concerned,
    /** @type {() => Promise<unknown>} */ work,
  ) => {
    const names = present.filter(concerned).map(({ name }) => name);
    if (names.length === 0) return undefined;
    try {
      return await work();
    } catch (error) {
      const output = error instanceof Failure ? error.output : "";
      const line = output
        .split("\n")
        .findLast((line) => /error/i.test(line))
        ?.trim();
      const message = error instanceof Error ? error.message : String(error);
      process.stdout.write(`${names.join(", ")}: left out: ${message}${line ? `: ${line}` : ""}\n`);
      present = present.filter((contestant) => !concerned(contestant));
      return undefined;
    }
  };
  const node = await provideNode(settings.node);
  await attempt(({ installed = false }) => installed, installPeers);
  await attempt(({ side }) => side === "native", buildNative);
  const python = await attempt(({ side }) => side === "python", providePython);
  /** @type {Record<import("./contestants.mjs").Side, string[]>} */
  const commands = { javascript: [node], native: [], python: [String(python)] };
  return { present, commands };
}

/** A run of everything is what the README shows; any other is kept apart. */
function save(/** @type {import("./report.mjs").Report} */ report, /** @type {boolean} */ whole) {
  const node = report.workloads[0].results[0].versions.node.split(".")[0];
  const file = join(root, whole ? "bench/results" : "build/bench/results", `node-${node}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
  draw(file);
  process.stdout.write(`written: ${relative(root, file)}, and .svg and .md beside it\n`);
}

/** What is going on, on one line that the next takes the place of. */
function status(/** @type {string} */ text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

// npm run bench: training steps and inference of the package beside its peers.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { buildDemo, prepareDemo } from "../scripts/demo-tools.mjs";
import { Failure, main, root, run } from "../scripts/process.mjs";
import { chart } from "./chart.mjs";
import { Child } from "./child.mjs";
import { contestants } from "./contestants.mjs";
import { growthTable } from "./growth-tables.mjs";
import { otherRows, speedRows } from "./kernels-tables.mjs";
import { binding, describeMachine } from "./machine.mjs";
import { choose, help, parse } from "./options.mjs";
import { buildNative, installPeers, provideNode, providePython } from "./prepare.mjs";
import { conditions, machineLine, table, workloadTable } from "./report.mjs";
import { pageRows, recomputeRows, stagesRows, workersRows } from "./ways-tables.mjs";
import { workloads } from "./workloads.mjs";
import { write } from "./write.mjs";

/**
 * @typedef {import("./contestants.mjs").Contestant} Contestant
 * @typedef {import("./options.mjs").Settings} Settings
 */

await main(async () => {
  const settings = parse(process.argv.slice(2));
  if (!settings) process.stdout.write(help);
  else if (settings.what === "write") write();
  else {
    await run(process.execPath, ["scripts/package.mjs"]);
    if (await elsewhere(settings)) return;
    const all = {
      contest: compete,
      growth: grow,
      workers: work,
      recompute: again,
      page: visit,
      kernels: compare,
      stages: profileStages,
    };
    await all[settings.what](settings);
  }
});

async function compete(/** @type {Settings} */ settings) {
  const chosenWorkloads = choose(workloads, settings.workload, "--workload");
  const wanted = choose(contestants, settings.only && ["ours", ...settings.only], "--only").filter(
    ({ name, side }) => !settings.skip.includes(name) && (side !== "python" || settings.python || settings.only),
  );
  const { present, commands } = await prepare(wanted, settings);
  const bound = await binding(settings.cpu);
  const launch = launcher(bound, commands);

  // Late, because it imports the package.
  const { contest, tolerance } = await import("./contest.mjs");
  const { rounds, seconds } = settings;
  /** @type {import("./report.mjs").Report} */
  const report = {
    settings: { rounds, seconds, tolerance, bound: bound.length > 0 },
    machine: await describeMachine(),
    workloads: [],
  };
  const disagreeing = [];
  for (const workload of chosenWorkloads) {
    const { name, title, kind } = workload;
    const { results, absent } = await contest(workload, present, { rounds, seconds, launch }, status);
    const entry = { name, title, kind, unit: kind === "train" ? "ms" : "µs", results };
    report.workloads.push(entry);
    status("");
    for (const { name, problem, disagrees } of absent) {
      process.stdout.write(`${name} ${disagrees ? "disagrees" : "is left out"}: ${problem}\n`);
      if (disagrees) disagreeing.push(`${name} on ${workload.name}`);
    }
    process.stdout.write(`${workloadTable(entry)}\n\n`);
  }
  process.stdout.write(`${machineLine(report)}\n`);
  const node = report.workloads[0].results[0].versions.node.split(".")[0];
  const whole = chosenWorkloads.length === workloads.length && wanted.length === contestants.length;
  const file = save(`node-${node}`, report, whole);
  writeFileSync(file.replace(/\.json$/, ".svg"), chart(report));
  if (disagreeing.length > 0)
    throw new Failure(`not the same loss and gradient norm as ours: ${disagreeing.join(", ")}`);
}

async function grow(/** @type {Settings} */ settings) {
  const bound = await binding(settings.cpu);
  const launch = launcher(bound, { javascript: [await provideNode(settings.node)], native: [], python: [] });
  const { growth } = await import("./growth.mjs");
  const { tolerance } = await import("./contest.mjs");
  const { rounds, seconds } = settings;
  const measured = await growth(
    { rounds, seconds, launch: (folder) => launch(contestants[0], folder) },
    status,
    (series) => {
      status("");
      process.stdout.write(`${growthTable(series)}\n`);
    },
  );
  /** @type {import("./growth-tables.mjs").Growth} */
  const report = {
    settings: { rounds, seconds, tolerance, bound: bound.length > 0 },
    machine: await describeMachine(),
    ...measured,
  };
  process.stdout.write(`${conditions(report, [report.versions])}\n`);
  save("growth", report, true);
}

/** What is measured in this very process is, on another Node, all done there; whether it was. */
async function elsewhere(/** @type {Settings} */ { what, node, rounds, seconds, workload }) {
  if (node === undefined || !["workers", "recompute", "page", "stages"].includes(what)) return false;
  const args = [join(root, "bench/run.mjs"), what, "--rounds", String(rounds), "--seconds", String(seconds)];
  if (workload) args.push("--workload", workload.join());
  process.exitCode = spawnSync(await provideNode(node), args, { stdio: "inherit" }).status ?? 1;
  return true;
}

async function work(/** @type {Settings} */ settings) {
  // Not bound to a core: it is about all of them.
  const launch = launcher([], { javascript: [process.execPath], native: [], python: [] });
  const { workers } = await import("./workers.mjs");
  const { rounds, seconds } = settings;
  const results = await workers({ rounds, seconds, launch: (folder) => launch(contestants[0], folder) }, status);
  await finish("workers", settings, { results }, workersRows(results));
}

async function again(/** @type {Settings} */ settings) {
  const { recompute } = await import("./recompute.mjs");
  const results = await recompute(settings, status);
  await finish("recompute", settings, { results }, recomputeRows(results));
}

async function visit(/** @type {Settings} */ given) {
  await prepareDemo();
  buildDemo();
  const { page, shortest } = await import("./page.mjs");
  const settings = { ...given, seconds: Math.max(shortest, given.seconds) };
  const measured = await page(settings, status);
  const { node } = process.versions;
  await finish("page", settings, { ...measured, versions: { node, ...measured.versions } }, pageRows(measured));
}

async function compare(/** @type {Settings} */ settings) {
  const bound = await binding(settings.cpu);
  const { kernels } = await import("./kernels.mjs");
  const node = await provideNode(settings.node);
  const launch = (/** @type {string[]} */ command) => {
    const [first, ...args] = [...bound, ...command];
    return new Child(first, args, { ...process.env, RAYON_NUM_THREADS: "1" });
  };
  const measured = await kernels({ ...settings, node, launch }, status);
  await finish("kernels", settings, measured, speedRows(measured.speed), otherRows(measured));
}

async function profileStages(/** @type {Settings} */ { workload, seconds: wanted }) {
  const { profile, shortest } = await import("./stages.mjs");
  const seconds = Math.max(shortest, wanted);
  const training = workloads.filter(({ kind }) => kind === "train");
  const results = await profile({ seconds, measured: choose(training, workload, "--workload") }, status);
  await finish("stages", { rounds: 1, seconds, workload }, { results }, stagesRows(results));
}

/** Prints tables and keeps what they are made of. */
async function finish(
  /** @type {string} */ name,
  /** @type {Pick<Settings, "rounds" | "seconds" | "workload">} */ { rounds, seconds, workload },
  /** @type {object} */ measured,
  /** @type {string[][][]} */ ...tables
) {
  const settings = { rounds, seconds };
  const report = { settings, machine: await describeMachine(), versions: { node: process.versions.node }, ...measured };
  status("");
  for (const rows of tables) process.stdout.write(`${table(rows).join("\n")}\n\n`);
  process.stdout.write(`${conditions(report, [report.versions])}\n`);
  save(name, report, workload === undefined);
}

/**
 * @param {string[]} bound the words that bind a command to a core
 * @param {Record<import("./contestants.mjs").Side, string[]>} commands
 */
function launcher(bound, commands) {
  return (/** @type {Contestant} */ { side, command, env }, /** @type {string} */ folder) => {
    const [first, ...args] = [...bound, ...commands[side], ...command, folder];
    return new Child(first, args, { ...process.env, ...env });
  };
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

/** A run of everything is what pages show; any other is kept apart. */
function save(/** @type {string} */ name, /** @type {object} */ report, /** @type {boolean} */ whole) {
  const file = join(root, whole ? "bench/results" : "build/bench/results", `${name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
  process.stdout.write(`written: ${relative(root, file)}\n`);
  if (whole) process.stdout.write("npm run bench -- write puts it into the pages\n");
  return file;
}

/** What is going on, on one line that the next takes the place of. */
function status(/** @type {string} */ text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

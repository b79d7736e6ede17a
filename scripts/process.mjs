// Running other programs: their output is kept back, and shown only when they fail.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository, whatever folder a script is started in. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Something that a person can mend: printed as it is, without a stack. */
export class Failure extends Error {
  /** @param {string} message @param {string} [output] what the failing tool printed */
  constructor(message, output = "") {
    super(message);
    this.output = output;
  }
}

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/**
 * A build that is stopped takes its compilers along. At a terminal Ctrl-C reaches them by itself, a signal to this process alone does not.
 * @param {NodeJS.Signals} signal
 */
function stop(signal) {
  for (const child of running) child.kill(signal);
  process.off(signal, stop);
  process.kill(process.pid, signal);
}

/** @param {import("node:child_process").ChildProcess} child */
function begins(child) {
  if (running.size === 0) process.on("SIGINT", stop).on("SIGTERM", stop);
  running.add(child);
}

/** @param {import("node:child_process").ChildProcess} child */
function ended(child) {
  running.delete(child);
  if (running.size === 0) process.off("SIGINT", stop).off("SIGTERM", stop);
}

/**
 * @typedef {object} Options
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [cwd]
 * @property {number} [timeout] in milliseconds: then the program is stopped
 */

/**
 * Runs a program and answers what it wrote to standard output.
 * @param {string} command
 * @param {string[]} args
 * @param {Options} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, options) {
  return start(command, args, options).ended;
}

/**
 * Starts a program. How it ends, and what it wrote until then, is `ended`.
 * @param {string} command
 * @param {string[]} args
 * @param {Options} [options]
 */
export function start(command, args, { env = process.env, cwd = root, timeout } = {}) {
  const child = spawn(command, args, { cwd, env, timeout, stdio: ["ignore", "pipe", "pipe"] });
  begins(child);
  let answer = "";
  let everything = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    answer += text;
    everything += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    everything += text;
  });
  /** @type {Promise<string>} */
  const end = new Promise((resolve, reject) => {
    child.on("error", (error) => {
      ended(child);
      reject(new Failure(`${command} could not be started: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      ended(child);
      if (code === 0) resolve(answer);
      else reject(new Failure(`${command} ${args[0] ?? ""} ended with ${signal ?? `exit code ${code}`}`, everything));
    });
  });
  return { ended: end, stop: () => child.kill() };
}

/**
 * Runs a program of `node_modules` by its JavaScript file: no `.bin` link, which on Windows is a shell script.
 * @param {string} file below `node_modules`
 * @param {string[]} args
 */
export function runNodeModule(file, args) {
  return run(process.execPath, [join(root, "node_modules", file), ...args]);
}

/**
 * What a program says of itself, or undefined where it is not there or does not work.
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<string | undefined>}
 */
export async function ask(command, args) {
  try {
    return (await run(command, args)).trim();
  } catch {
    return undefined;
  }
}

/**
 * The entry of a script: a failure is told in its own words, anything else is a fault of the script and keeps its stack.
 * @param {() => Promise<void>} body
 */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.output) process.stderr.write(`${error.output.trimEnd()}\n\n`);
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = 1;
  }
}

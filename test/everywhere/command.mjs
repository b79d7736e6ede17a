// Commands of a project, as `npm run` would run them.
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { Failure, run, start } from "../../scripts/process.mjs";

const patience = 120_000;

/**
 * Runs a command to its end, and answers what it wrote to standard output.
 * @param {string} command
 * @param {string} folder
 */
export function runCommand(command, folder) {
  return run(...call(command), { ...surroundings(folder), timeout: patience });
}

/**
 * Starts a server, and answers once it does.
 * @param {string} command PORT in it becomes a free port
 * @param {string} folder
 * @returns {Promise<import("../../scripts/static-server.mjs").Site>}
 */
export async function startServer(command, folder) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const { ended, stop } = start(...call(command.replace("PORT", String(port))), surroundings(folder));
  const failed = ended.then((output) => Promise.reject(new Failure(`${command} has ended`, output)));
  failed.catch(() => {}); // as it does when it is stopped
  try {
    await Promise.race([failed, answers(url)]);
  } catch (error) {
    stop();
    throw error;
  }
  return { url, close: stop };
}

/**
 * @param {string} command
 * @returns {[string, string[]]} `node` being the Node that runs this
 */
function call(command) {
  const [program = "", ...args] = command.split(" ");
  return [program === "node" ? process.execPath : program, args];
}

/** @param {string} folder */
function surroundings(folder) {
  const PATH = [join(folder, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
  return { cwd: folder, env: { ...process.env, PATH, NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1" } };
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** Waits for an answer. @param {string} url */
export async function answers(url) {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    if (await fetch(url, { method: "HEAD" }).catch(() => undefined)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Failure(`no answer at ${url} after ${patience / 1000} s`);
}

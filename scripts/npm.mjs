// npm, and what a folder's lock file says installed in it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./process.mjs";

/**
 * Runs npm, and answers what it wrote to standard output.
 * @param {string[]} args
 * @param {string} [cwd]
 */
export function npm(args, cwd = root) {
  // On Windows npm is a script that only a shell finds; under `npm run` it tells its file.
  const file = process.env.npm_execpath;
  return file ? run(process.execPath, [file, ...args], { cwd }) : run("npm", args, { cwd });
}

/**
 * Installs what a folder's lock file names, where that is not there.
 * @param {string} folder
 * @param {string[]} [flags]
 */
export async function provideModules(folder, flags = []) {
  if (!provided(folder)) await npm(["ci", ...flags], folder);
}

/** @param {string} folder whether all that is named in package.json is there at the locked version: npm notes what it has installed */
function provided(folder) {
  const read = (/** @type {string} */ file) => JSON.parse(readFileSync(join(folder, file), "utf8"));
  try {
    const { dependencies, devDependencies } = read("package.json");
    const [locked, there] = [read("package-lock.json").packages, read("node_modules/.package-lock.json").packages];
    return Object.keys({ ...dependencies, ...devDependencies })
      .map((name) => `node_modules/${name}`)
      .every((name) => locked[name].version === there[name]?.version);
  } catch {
    return false;
  }
}

// A consumer as a project of its own, outside the repository: its files, those that all have, its tools and the packed package.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { provideModules } from "../../scripts/npm.mjs";
import { root } from "../../scripts/process.mjs";

const consumers = join(root, "test/everywhere");

/** The package as `scripts/package.mjs` had npm install it. */
export const installed = join(root, "test/node_modules/neural-turing-machine");

const isExample = (/** @type {string} */ name) => name.startsWith("examples/");
const sourceOf = (/** @type {string} */ name) => join(isExample(name) ? root : consumers, name);

/**
 * Lays a consumer's project out, the package in it, without its tools. Of what was there before only `node_modules` stays.
 * @param {string} name
 * @param {string} folder
 */
export function layOut(name, folder) {
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(folder))
    if (entry !== "node_modules") rmSync(join(folder, entry), { recursive: true });
  const isSource = (/** @type {string} */ path) => !["node_modules", "dist"].includes(basename(path));
  cpSync(sourceOf(name), folder, { recursive: true, filter: isSource });
  if (!isExample(name)) cpSync(join(consumers, "shared"), folder, { recursive: true });
  const target = join(folder, "node_modules/neural-turing-machine");
  rmSync(target, { recursive: true, force: true });
  cpSync(installed, target, { recursive: true });
}

/**
 * Makes a consumer's project with all that belongs to it.
 * @param {string} name
 * @param {string} folder
 */
export async function prepare(name, folder) {
  mkdirSync(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json", ".npmrc"]) {
    const path = join(sourceOf(name), file);
    // An example names the repository that it lies in.
    if (existsSync(path))
      writeFileSync(join(folder, file), readFileSync(path, "utf8").replaceAll("file:../..", `file:${installed}`));
  }
  // With their scripts, which some of the tools need.
  if (existsSync(join(folder, "package-lock.json"))) await provideModules(folder);
  rmSync(join(folder, "node_modules/.vite"), { recursive: true, force: true }); // vite's copy of an earlier build of the package
  layOut(name, folder);
}

/**
 * The version of a tool that a project has.
 * @param {string} folder
 * @param {string} tool
 * @returns {string}
 */
export function versionOf(folder, tool) {
  return JSON.parse(readFileSync(join(folder, "node_modules", tool, "package.json"), "utf8")).version;
}

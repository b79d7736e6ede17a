// A consumer as a project of its own, outside the repository: its files, those that all have, its tools and the packed package.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { provideModules } from "../../scripts/npm.mjs";
import { root } from "../../scripts/process.mjs";

const sources = join(root, "test/everywhere");

/** The package as `scripts/package.mjs` had npm install it. */
export const installed = join(root, "test/node_modules/neural-turing-machine");

/**
 * Lays a consumer's project out, the package in it, without its tools. Of what was there before only `node_modules` stays.
 * @param {string} name
 * @param {string} folder
 */
export function layOut(name, folder) {
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(folder))
    if (entry !== "node_modules") rmSync(join(folder, entry), { recursive: true });
  cpSync(join(sources, name), folder, { recursive: true });
  cpSync(join(sources, "shared"), folder, { recursive: true });
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
  for (const file of ["package.json", "package-lock.json", ".npmrc"])
    if (existsSync(join(sources, name, file))) cpSync(join(sources, name, file), join(folder, file));
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

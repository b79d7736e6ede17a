// What the page in demo/ is built and tested with: the package, built, and the page's own tools, which have a folder of their own.
import { spawnSync } from "node:child_process";
import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { provideModules } from "./npm.mjs";
import { Failure, root } from "./process.mjs";

/** The page's folder. */
export const demo = join(root, "demo");

/** Builds the package, installs the page's tools where they are not what the lock file says, and links the package among them. */
export async function prepareDemo() {
  ends(process.execPath, [join(root, "scripts/build.mjs"), "--quiet"], root);
  await provideModules(demo, ["--ignore-scripts"]);
  const link = join(demo, "node_modules/neural-turing-machine");
  if (!existsSync(link)) symlinkSync(root, link, "junction");
}

/**
 * Runs vite in the page's folder, which is prepared.
 * @param {string[]} args
 */
export function vite(...args) {
  ends(process.execPath, [join(demo, "node_modules/vite/bin/vite.js"), ...args], demo);
}

/** Builds the page, which is prepared, into its folder `dist`. */
export function buildDemo() {
  vite("build", "--logLevel", "warn");
}

/**
 * Runs a program in this terminal, and throws where it does not end well.
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
export function ends(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) throw new Failure(`${command} ${args.join(" ")}: ${error?.message ?? `ended with ${status}`}`);
}

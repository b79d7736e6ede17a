// What the page in demo/ is built and tested with: the package, built, and the page's own tools, which have a folder of their own.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Failure, root } from "./process.mjs";

/** The page's folder. */
export const demo = join(root, "demo");

/** Builds the package, installs the page's tools where they are not what the lock file says, and links the package among them. */
export function prepareDemo() {
  ends(process.execPath, [join(root, "scripts/build.mjs"), "--quiet"], root);
  if (!installed()) {
    const args = ["ci", "--ignore-scripts"];
    // On Windows npm is a script that only a shell finds; under `npm run` it tells its file.
    const npm = process.env["npm_execpath"];
    ends(npm ? process.execPath : "npm", npm ? [npm, ...args] : args, demo);
  }
  const link = join(demo, "node_modules/neural-turing-machine");
  if (!existsSync(link)) symlinkSync(root, link, "junction");
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

/** Whether the tools named in package.json are there at the versions of the lock file: npm notes what it has installed. */
function installed() {
  const read = (/** @type {string} */ file) => JSON.parse(readFileSync(join(demo, file), "utf8"));
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

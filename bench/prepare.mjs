// What each side needs before it can be started, made or installed when it is first asked for: builds in build/bench, the peers' packages
// in bench/node_modules; another Node and Python's gigabytes in the cache folder of the build's tools, where a clean checkout finds them.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { npm } from "../scripts/npm.mjs";
import { Failure, root, run } from "../scripts/process.mjs";
import { provideVenv } from "../scripts/python.mjs";
import { runStage } from "../scripts/stage.mjs";
import { cache } from "../scripts/tools.mjs";

const build = join(root, "build/bench");
const say = (/** @type {string} */ text) => process.stderr.write(text);

/** The peers' packages, in a folder of their own. */
export function installPeers() {
  return runStage(
    {
      name: "peers",
      inputs: ["bench/package.json", "bench/package-lock.json"],
      outputs: ["bench/node_modules"],
      run: async () => void (await npm(["ci", "--prefix", "bench", "--ignore-scripts"])),
    },
    say,
  );
}

/**
 * The executable of another Node.
 * @param {string | undefined} version a version for npm's package `node`, a file, or nothing for this one
 */
export async function provideNode(version) {
  if (version === undefined) return process.execPath;
  if (existsSync(version)) return version;
  const folder = join(cache, "bench", `node-${version}`);
  const executable = join(folder, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(executable)) {
    say(`installing node@${version}\n`);
    mkdirSync(folder, { recursive: true });
    await npm(["install", "--prefix", folder, "--no-save", "--no-package-lock", `node@${version}`]);
  }
  if (!existsSync(executable)) throw new Failure(`npm's package node@${version} has no ${executable}`);
  return executable;
}

/** The core as native programs: for every x86-64 there is, and for all that this one can. */
export async function buildNative() {
  for (const [folder, flags] of [
    ["native", ""],
    ["native-cpu", "-C target-cpu=native"],
  ]) {
    const env = {
      ...process.env,
      RUSTFLAGS: flags,
      CARGO_ENCODED_RUSTFLAGS: undefined,
      CARGO_TARGET_DIR: join(build, folder),
    };
    await run("cargo", ["build", "--release", "--locked", "--package", "ntm-core", "--example", "train_step"], { env });
  }
}

/** The Python of a virtual environment with the packages of python/requirements.txt: some gigabytes. */
export const providePython = () => provideVenv("bench/python", join(root, "bench/python/requirements.txt"), say);

// Virtual environments for Python, in the cache folder of the build's tools, where a clean checkout finds them.
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process.mjs";
import { cache } from "./tools.mjs";

/**
 * The Python of an environment with the packages of a requirements file, made when it is first asked for or the file has changed.
 * @param {string} name a folder in the cache
 * @param {string} requirements
 * @param {(text: string) => void} say
 */
export async function provideVenv(name, requirements, say) {
  const folder = join(cache, name);
  const windows = process.platform === "win32";
  const python = join(folder, windows ? "Scripts/python.exe" : "bin/python");
  const installed = join(folder, "installed.txt");
  if (existsSync(installed) && readFileSync(installed, "utf8") === readFileSync(requirements, "utf8")) return python;
  say(`making a virtual environment in ${folder}\n`);
  rmSync(installed, { force: true });
  await run(windows ? "python" : "python3", ["-m", "venv", folder]);
  await run(python, ["-m", "pip", "install", "--quiet", "--requirement", requirements]);
  cpSync(requirements, installed);
  return python;
}

// Before any test: build what has changed, pack it and install the tarball in `test/`. `neural-turing-machine` then is, by
// ordinary resolution through the package's `exports`, what a user gets.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type {} from "vitest";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the tests, in whose `node_modules` the package is installed. */
    installed: string;
    /** The folder of the installed package. */
    packageFolder: string;
    /** The file of the installed command `ntm`. */
    command: string;
    /** Which build of the core the golden cases run on. */
    simd: "default" | "relaxed";
  }
}

export default function setup(project: TestProject): void {
  const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
  execFileSync(process.execPath, [path("../../scripts/package.mjs")], { stdio: "inherit" });
  project.provide("installed", path("..").replace(/[\\/]$/, ""));
  project.provide("packageFolder", path("../node_modules/neural-turing-machine"));
  project.provide("command", path("../node_modules/neural-turing-machine/dist/cli.js"));
}

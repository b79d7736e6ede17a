// Workers for tests: the package's own, as it is or spoilt, and in a module of the test's.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { inject, onTestFinished } from "vitest";
import { ofOtherVersion } from "./version.js";

/** The file of `neural-turing-machine/worker`. */
export const workerFile = `${inject("packageFolder")}/dist/worker.js`;

/** What a bundler's user passes as `createWorker`. */
export function worker(): Worker {
  return new Worker(workerFile);
}

/** A worker that runs this code, a module. */
export function scripted(code: string): Worker {
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
}

/** The package's worker in an engine that was altered before. */
export function altered(code: string): Worker {
  return scripted(`${code};\nawait import(${JSON.stringify(new URL(`file://${workerFile}`).href)});`);
}

/** That of another version of the package, for as long as the test runs. */
export function outdated(): Worker {
  const folder = mkdtempSync(join(tmpdir(), "ntm-worker-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "chunk-guard.js"), ofOtherVersion("chunk-guard.js"));
  copyFileSync(workerFile, join(folder, "worker.js"));
  return new Worker(join(folder, "worker.js"));
}

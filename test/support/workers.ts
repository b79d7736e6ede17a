// Workers for tests: the package's own, as it is or spoilt, and in a module of the test's.
import { Worker } from "node:worker_threads";
import { inject } from "vitest";

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

// Compiled, never run: a page's own workers are workers to us.
import type { WorkerLike } from "neural-turing-machine";

export const createWorker: () => WorkerLike = () => new Worker("worker.js", { type: "module" });

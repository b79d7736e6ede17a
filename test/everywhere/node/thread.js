import { isMainThread, parentPort, Worker } from "node:worker_threads";
import * as ntm from "neural-turing-machine";
import { copyRun } from "./runs.js";

if (isMainThread) new Worker(new URL(import.meta.url)).on("message", (digests) => console.log(JSON.stringify(digests)));
else parentPort.postMessage(await copyRun(ntm));

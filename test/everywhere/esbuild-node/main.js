import { Worker } from "node:worker_threads";
import * as ntm from "neural-turing-machine";
import { copyRun } from "./runs.js";

const createWorker = () => new Worker(new URL("./ntm-worker.js", import.meta.url));

console.log(JSON.stringify(await copyRun(ntm, { createWorker })));

import * as ntm from "neural-turing-machine";
import { copyRun } from "./runs.js";
import { show } from "./show.js";

const createWorker = () => new Worker(new URL("./ntm-worker.js", import.meta.url), { type: "module" });

show(() => copyRun(ntm, { createWorker }));

import * as ntm from "./node_modules/neural-turing-machine/dist/index.js";
import { copyRun } from "./runs.js";

postMessage(await copyRun(ntm));

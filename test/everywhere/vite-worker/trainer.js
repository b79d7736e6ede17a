import * as ntm from "neural-turing-machine";
import { copyRun } from "./runs.js";

postMessage(await copyRun(ntm));

import * as ntm from "neural-turing-machine";
import { copyRun, everyRun } from "./runs.js";

console.log(JSON.stringify({ ...(await copyRun(ntm)), ...(await everyRun(ntm)) }));

import * as ntm from "neural-turing-machine";
import { copyRun, everyRun } from "./runs.js";

/** Compiled, never run: with `ntm` every entry point. */
export type Others = [typeof import("neural-turing-machine/slim"), typeof import("neural-turing-machine/worker")];

console.log(JSON.stringify({ ...(await copyRun(ntm)), ...(await everyRun(ntm)) }));

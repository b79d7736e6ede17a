import * as ntm from "neural-turing-machine";
import { copyRun } from "./runs.js";
import { show } from "./show.js";

show(() => copyRun(ntm));

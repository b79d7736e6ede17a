import * as ntm from "./node_modules/neural-turing-machine/dist/index.js";
import { copyRun } from "./runs.js";
import { show } from "./show.js";

show(() => copyRun(ntm));

import * as slim from "neural-turing-machine/slim";
import { machine, wasm } from "./machine.js";
import { copyRun } from "./runs.js";
import { show } from "./show.js";

show(async () => {
  const { wrongBitsPerSequence } = await machine.evaluate(slim.copy(), { length: 120, sequences: 1 });
  if (wrongBitsPerSequence !== 0) throw new Error(`the trained machine has ${wrongBitsPerSequence} wrong bits`);
  return copyRun({ ...slim, NTM: { create: (options) => slim.NTM.create(options, { wasm }) } });
});

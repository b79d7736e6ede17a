// The paper's machine of an entry of the table, and how it is trained.

import { type Preset, preset } from "../../index.js";
import type { Entry } from "./table.js";

/** As the package has it, but for a rate that falls over as many sequences as the entry says. */
export function presetOf({ task, controller, rateOver }: Entry): Preset {
  const usual = preset(task, controller);
  const { learningRate } = usual.train.optimizer;
  if (rateOver === undefined || typeof learningRate === "number" || learningRate.kind === "constant") return usual;
  const optimizer = {
    ...usual.train.optimizer,
    learningRate: { ...learningRate, steps: rateOver / usual.train.batchSize },
  };
  return { ...usual, train: { ...usual.train, optimizer } };
}

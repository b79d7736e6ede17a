// The paper's machine of an entry of the table, and how it is trained.

import { type Preset, preset } from "../../index.js";
import type { Entry } from "./table.js";

/**
 * As the package has it, but for a rate that falls as the entry says.
 * @param batchSize sequences an update, by which the rate falls over more updates or fewer
 */
export function presetOf({ task, controller, rate }: Entry, batchSize: number): Preset {
  const usual = preset(task, controller);
  const { learningRate } = usual.train.optimizer;
  if (typeof learningRate === "number" || learningRate.kind === "constant") return usual;
  const { from = learningRate.from, over = learningRate.steps * usual.train.batchSize } = rate ?? {};
  const steps = Math.ceil(over / batchSize);
  const optimizer = { ...usual.train.optimizer, learningRate: { ...learningRate, from, steps } };
  return { ...usual, train: { ...usual.train, optimizer } };
}

// The flags that were typed, as settings.

import type { PresetController } from "../../index.js";
import { clipOf } from "../arguments/clip.js";
import { flagNamed } from "../arguments/flag.js";
import { type KnownTask, typedOptions } from "../tasks.js";
import type { Layer } from "./layers.js";
import { type Tree, withValue } from "./tree.js";

const PATHS: Readonly<Record<string, string>> = {
  hiddenSize: "machine.controller.hiddenSize",
  layers: "machine.controller.layers",
  rows: "machine.memory.rows",
  columns: "machine.memory.columns",
  memoryInit: "machine.memory.init",
  readHeads: "machine.readHeads",
  writeHeads: "machine.writeHeads",
  seed: "train.seed",
  from: "train.from",
  steps: "train.steps",
  until: "train.until",
  every: "train.every",
  saveEvery: "train.saveEvery",
  batchSize: "train.batchSize",
  optimizer: "train.optimizer.kind",
  learningRate: "train.optimizer.learningRate",
  schedule: "train.schedule",
  clip: "train.clip",
  workers: "train.workers",
  recompute: "train.recompute",
};

/** What stands for a whole machine: a stacked LSTM, its baseline, is one without heads. */
const CONTROLLERS: Readonly<Record<PresetController, Tree>> = {
  lstm: { controller: { kind: "lstm" } },
  feedforward: { controller: { kind: "feedforward" } },
  baseline: { controller: { kind: "lstm" }, readHeads: 0, writeHeads: 0 },
};

export function typedLayer(known: KnownTask, typed: Readonly<Record<string, unknown>>): Layer {
  const { controller, ...others } = typed;
  let tree: Tree = { task: { ...known.source, options: typedOptions(known, typed) } };
  if (controller !== undefined) tree = { ...tree, machine: CONTROLLERS[controller as PresetController] };
  for (const [name, value] of Object.entries(others)) {
    const path = PATHS[name]?.split(".");
    if (path) tree = withValue(tree, path, name === "clip" ? clipOf(value as string) : value);
  }
  return { tree, origin: (path) => originOf(path.join(".")) };
}

function originOf(path: string): string {
  const name =
    Object.keys(PATHS).find((name) => path === PATHS[name] || path.startsWith(`${PATHS[name]}.`)) ??
    (path === "machine.controller.kind" ? "controller" : (path.split(".").at(-1) ?? ""));
  return `option '${flagNamed(name)}'`;
}

// The command that trains such a machine: what differs from the paper's settings for its task is said in flags.

import { adam, preset } from "../../index.js";
import { flagOf } from "../arguments/names.js";
import type { Run } from "./run.js";

export function commandOf({ machine, known, recorded }: Run): string {
  const { controller, memory, readHeads, writeHeads, seed } = machine.config;
  const { task, training } = recorded;
  const { batchSize, optimizer, learningRate, clip } = training;
  const baseline = readHeads + writeHeads === 0 && controller.kind === "lstm";
  const kind = baseline ? "baseline" : controller.kind;
  const usual = preset(known.name, kind);
  const rate = optimizer === "adam" ? adam().learningRate : usual.train.optimizer.learningRate;
  const given: readonly (readonly [flag: string, value: string | number, usual: unknown])[] = [
    ["--controller", kind, "lstm"],
    ["--hidden-size", controller.hiddenSize, usual.config.controller.hiddenSize],
    ["--layers", controller.layers, usual.config.controller.layers],
    ["--rows", memory.rows, usual.config.memory.rows],
    ["--columns", memory.columns, usual.config.memory.columns],
    ["--read-heads", readHeads, usual.config.readHeads],
    ["--write-heads", writeHeads, usual.config.writeHeads],
    ["--memory-init", memory.init, "constant"],
    ["--batch-size", batchSize, 1],
    ["--optimizer", optimizer, "rmsprop"],
    ["--learning-rate", learningRate, rate],
    ["--clip", clip === null ? "none" : "norm" in clip ? `norm:${clip.norm}` : clip.value, 10],
    ...Object.entries(task.options).map(
      ([name, value]) => [flagOf(name) ?? `--${name}`, value, known.create().options[name]] as const,
    ),
    ["--seed", seed, undefined],
    ["--steps", machine.step, undefined],
  ];
  const flags = given.filter(([, value, usual]) => value !== usual).map(([flag, value]) => `${flag} ${value}`);
  return ["ntm train", task.name, ...flags].join(" ");
}

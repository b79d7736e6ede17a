// The command that trains such a machine: what differs from the paper's settings for its task is said in flags.

import { adam, preset, type Rate } from "../../index.js";
import { flagOf } from "../arguments/names.js";
import type { Run } from "./run.js";
import { trainingOf } from "./training.js";

export function commandOf({ machine, known, task }: Run): string {
  const { controller, memory, readHeads, writeHeads, seed } = machine.config;
  const { batchSize = 1, clip = { value: 10 }, optimizer } = trainingOf(machine);
  const baseline = readHeads + writeHeads === 0 && controller.kind === "lstm";
  const kind = baseline ? "baseline" : controller.kind;
  const usual = preset(known.like, kind);
  const usualRate = (optimizer?.kind === "adam" ? adam() : usual.train.optimizer).learningRate;
  const rate = optimizer?.learningRate ?? usualRate;
  const given: readonly (readonly [flag: string, value: unknown, usual: unknown])[] = [
    ["--controller", kind, "lstm"],
    ["--hidden-size", controller.hiddenSize, usual.config.controller.hiddenSize],
    ["--layers", controller.layers, usual.config.controller.layers],
    ["--rows", memory.rows, usual.config.memory.rows],
    ["--columns", memory.columns, usual.config.memory.columns],
    ["--read-heads", readHeads, usual.config.readHeads],
    ["--write-heads", writeHeads, usual.config.writeHeads],
    ["--memory-init", memory.init, "constant"],
    ["--batch-size", batchSize, 1],
    ["--optimizer", optimizer?.kind ?? "rmsprop", "rmsprop"],
    ["--learning-rate", atFirst(rate), usualRate],
    ["--clip", clip === null ? "none" : "norm" in clip ? `norm:${clip.norm}` : clip.value, 10],
    ...Object.entries(task.options).map(
      ([name, value]) => [flagOf(name) ?? `--${name}`, value, known.create().options[name]] as const,
    ),
    ["--seed", seed, undefined],
    ["--steps", machine.step, undefined],
  ];
  const flags = given.filter(([, value, usual]) => value !== usual).map(([flag, value]) => `${flag} ${value}`);
  return ["ntm train", "module" in known.source ? known.source.module : known.name, ...flags].join(" ");
}

function atFirst(rate: Rate): number {
  return typeof rate === "number" ? rate : rate.kind === "constant" ? rate.value : rate.from;
}

// The command that trains such a machine: what differs from the defaults is said in flags, or in settings where there is no flag.

import { adam, preset, rmsprop } from "../../index.js";
import { fields, trainingOf } from "../../training/noted.js";
import { wordOf } from "../arguments/clip.js";
import { flagOf } from "../arguments/names.js";
import { word } from "../arguments/word.js";
import { reachedIn } from "../files/checkpoint.js";
import { presetController } from "../settings/machine.js";
import type { Run } from "./run.js";

export function commandOf({ machine, known, task }: Run): string {
  const { controller, memory, readHeads, writeHeads, shiftRange, keyActivation, addActivation, loss, seed } =
    machine.config;
  // of other metadata than a run's it may be anything
  const { from } = reachedIn(machine.metadata) ? fields(machine.metadata) : {};
  const kind = presetController(controller.kind, readHeads, writeHeads);
  const usual = preset(known.like, kind);
  const { batchSize = usual.train.batchSize, clip = usual.train.clip, optimizer } = trainingOf(machine);
  const asked = optimizer?.kind ?? usual.train.optimizer.kind;
  const usualOptimizer = asked === usual.train.optimizer.kind ? usual.train.optimizer : { adam, rmsprop }[asked]();
  const { kind: optimizerKind, learningRate, ...values } = optimizer ?? usualOptimizer;
  const usualScale = memory.init === usual.config.memory.init ? usual.config.memory.scale : 1;
  const ofMachine: readonly Given[] = [
    ["--controller ", kind, "lstm"],
    ["--hidden-size ", controller.hiddenSize, usual.config.controller.hiddenSize],
    ["--layers ", controller.layers, usual.config.controller.layers],
    ["--rows ", memory.rows, usual.config.memory.rows],
    ["--columns ", memory.columns, usual.config.memory.columns],
    ["--read-heads ", readHeads, usual.config.readHeads],
    ["--write-heads ", writeHeads, usual.config.writeHeads],
    ["--memory-init ", memory.init, usual.config.memory.init],
    ["--set memory.value=", memory.value, usual.config.memory.value],
    ["--set memory.scale=", memory.scale, usualScale],
    ...(["lstmInit", "headInit"] as const).flatMap((init) =>
      Object.entries(machine.config[init]).map(
        ([name, value]) => [`--set ${init}.${name}=`, value, (usual.config[init] as object as Values)[name]] as const,
      ),
    ),
    ["--set shiftRange=", shiftRange, 1],
    ["--set keyActivation=", keyActivation, "identity"],
    ["--set addActivation=", addActivation, "identity"],
    ["--set loss=", loss, "binary-cross-entropy"],
  ];
  const given: readonly Given[] = [
    // What begins with another machine has its settings where nobody says others.
    ...(typeof from === "string" ? ofMachine.map(([flag, value]) => [flag, value, undefined] as const) : ofMachine),
    ["--batch-size ", batchSize, usual.train.batchSize],
    ["--optimizer ", optimizerKind, usual.train.optimizer.kind],
    typeof learningRate === "number"
      ? ["--learning-rate ", learningRate, usualOptimizer.learningRate]
      : ["--set optimizer.learningRate=", JSON.stringify(learningRate), JSON.stringify(usualOptimizer.learningRate)],
    ...Object.entries(values).map(
      ([name, value]) => [`--set optimizer.${name}=`, value, (usualOptimizer as object as Values)[name]] as const,
    ),
    ["--clip ", wordOf(clip), wordOf(usual.train.clip)],
    ...optionsOf({ known, task }),
    ["--seed ", seed, undefined],
    ["--from ", typeof from === "string" ? from : undefined, undefined],
    // A checkpoint without its training does not say.
    ["--steps ", machine.step, 0],
  ];
  const flags = given.filter(([, value, usual]) => value !== usual).map(([flag, value]) => `${flag}${word(value)}`);
  return ["npx ntm train", "module" in known.source ? word(known.source.module) : known.name, ...flags].join(" ");
}

type Given = readonly [flag: string, value: unknown, usual: unknown];
type Values = Readonly<Record<string, unknown>>;

function optionsOf({ known, task }: Pick<Run, "known" | "task">): readonly (readonly [string, number, unknown])[] {
  const ofOwn = "module" in known.source;
  const usual = ofOwn ? {} : known.create().options;
  return Object.entries(task.options).map(([name, value]) => {
    const flag = ofOwn ? undefined : flagOf(name);
    return [flag === undefined ? `--set task.options.${name}=` : `${flag} `, value, usual[name]];
  });
}

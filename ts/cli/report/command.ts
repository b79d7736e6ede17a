// The command that trains such a machine: what differs from the defaults is said in flags, or in settings where there is no flag.

import { preset } from "../../index.js";
import { fields, trainingOf } from "../../training/noted.js";
import { optimizer as optimizerOf } from "../../training/optimizer.js";
import { wordOf } from "../arguments/clip.js";
import { flagOf } from "../arguments/names.js";
import { word } from "../arguments/word.js";
import { reachedIn } from "../files/checkpoint.js";
import { machineSettings, presetController, wholeMachine } from "../settings/machine.js";
import { isTree, type Tree, valueAt } from "../settings/tree.js";
import type { Run } from "./run.js";

export function commandOf({ machine, known, task }: Run): string {
  const { controller, memory, readHeads, writeHeads, lstmInit, headInit, ...others } = machineSettings(machine.config);
  const { kind: network, hiddenSize, layers, ...ofController } = controller;
  const { rows, columns, init, ...ofMemory } = memory;
  // of other metadata than a run's it may be anything
  const { from } = reachedIn(machine.metadata) ? fields(machine.metadata) : {};
  const kind = presetController(network, readHeads, writeHeads);
  const usual = preset(known.like, kind);
  const { batchSize = usual.train.batchSize, clip = usual.train.clip, optimizer } = trainingOf(machine);
  const asked = optimizer?.kind ?? usual.train.optimizer.kind;
  const usualOptimizer =
    asked === usual.train.optimizer.kind ? usual.train.optimizer : optimizerOf({ kind: asked }, "optimizer");
  const { kind: optimizerKind, learningRate, ...values } = optimizer ?? usualOptimizer;
  const usualMemory = { ...usual.config.memory, ...(init === usual.config.memory.init ? {} : { scale: 1 }) };
  const withoutFlag = { controller: ofController, memory: ofMemory, lstmInit, headInit, ...others };
  const ofMachine: readonly Given[] = [
    ["--controller ", kind, "lstm"],
    ["--hidden-size ", hiddenSize, usual.config.controller.hiddenSize],
    ["--layers ", layers, usual.config.controller.layers],
    ["--rows ", rows, usual.config.memory.rows],
    ["--columns ", columns, usual.config.memory.columns],
    ["--read-heads ", readHeads, usual.config.readHeads],
    ["--write-heads ", writeHeads, usual.config.writeHeads],
    ["--memory-init ", init, usual.config.memory.init],
    ...settingsOf(withoutFlag, wholeMachine({ ...usual.config, memory: usualMemory })),
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
    ["--seed ", machine.config.seed, undefined],
    ["--from ", typeof from === "string" ? from : undefined, undefined],
    // A checkpoint without its training does not say.
    ["--steps ", machine.step, 0],
  ];
  const flags = given.filter(([, value, usual]) => value !== usual).map(([flag, value]) => `${flag}${word(value)}`);
  return ["npx ntm train", "module" in known.source ? word(known.source.module) : known.name, ...flags].join(" ");
}

type Given = readonly [flag: string, value: unknown, usual: unknown];
type Values = Readonly<Record<string, unknown>>;

/** Each by its path, whatever options a machine has. */
function settingsOf(own: Tree, usual: unknown, path = ""): readonly Given[] {
  return Object.entries(own).flatMap(([name, value]): readonly Given[] => {
    const inner = valueAt(usual, [name]);
    return isTree(value) ? settingsOf(value, inner, `${path}${name}.`) : [[`--set ${path}${name}=`, value, inner]];
  });
}

function optionsOf({ known, task }: Pick<Run, "known" | "task">): readonly (readonly [string, number, unknown])[] {
  const ofOwn = "module" in known.source;
  const usual = ofOwn ? {} : known.create().options;
  return Object.entries(task.options).map(([name, value]) => {
    const flag = ofOwn ? undefined : flagOf(name);
    return [flag === undefined ? `--set task.options.${name}=` : `${flag} `, value, usual[name]];
  });
}

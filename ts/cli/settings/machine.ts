// A machine's settings in full, from those that were said.

import type { NTMConfig, PresetController } from "../../index.js";
import { resolveConfig } from "../../machine/config.js";
import { over, type Tree, valueAt, withValue } from "./tree.js";

export type MachineSettings = Omit<NTMConfig, "inputSize" | "outputSize" | "seed">;

/** The paper's machines for a task. */
export const PRESET_CONTROLLERS: readonly PresetController[] = ["feedforward", "lstm", "baseline"];

/** What of a configuration is settings of a machine: the sizes of input and output are the task's, the seed is training's. */
export function machineSettings(config: NTMConfig): MachineSettings {
  const { inputSize: _, outputSize: __, seed: ___, ...settings } = config;
  return settings;
}

/** With the defaults of what is not said. */
export function wholeMachine(said: unknown): Tree {
  return over(machineSettings(resolveConfig({ inputSize: 1, outputSize: 1 })), said) as Tree;
}

/** Of settings that say how the memory begins: a scale that they do not say is 1, and not the preset's, which belongs to its own memory. */
export function withScale(said: Tree): Tree {
  const scale = ["memory", "scale"];
  if (valueAt(said, ["memory", "init"]) === undefined || valueAt(said, scale) !== undefined) return said;
  return withValue(said, scale, 1);
}

/** Settings of a machine in a layer over others: of another memory than theirs a scale that it does not say is 1, too. */
export function withMachine(lower: Tree, upper: Tree): Tree {
  const init = ["memory", "init"];
  const [below, own] = [valueAt(lower, init), valueAt(upper, init)];
  return over(lower, below === undefined || below === own ? upper : withScale(upper)) as Tree;
}

/** Settings of a run: what a version that had no word for it could not write was as it is now where nothing is said. */
export function wholeSettings(settings: Tree): Tree {
  return { ...settings, machine: wholeMachine(settings["machine"]), train: over({ from: null }, settings["train"]) };
}

/** With which of the paper's machines it is to be compared: an LSTM without heads is a baseline. */
export function presetController(kind: unknown, readHeads: unknown, writeHeads: unknown): PresetController {
  if (kind === "feedforward") return kind;
  return kind === "lstm" && readHeads === 0 && writeHeads === 0 ? "baseline" : "lstm";
}

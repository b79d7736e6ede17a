// The flags that make a machine, and those that say how it is trained. The defaults are the paper's for the task.

import { Option } from "commander";
import { type MemoryConfig, type Preset, preset } from "../../index.js";
import { firstRate } from "../../training/noted.js";
import { optimizer, optimizerKinds } from "../../training/optimizer.js";
import { clipWord, wordOf } from "../arguments/clip.js";
import { integerFrom, positiveNumber } from "../arguments/numbers.js";
import { option } from "../arguments/option.js";
import { PRESET_CONTROLLERS } from "../settings/machine.js";
import { SCHEDULES } from "../settings/settings.js";
import { taskNames } from "../tasks.js";

const MEMORIES: readonly MemoryConfig["init"][] = ["constant", "learned", "random"];

const WITH_MEMORY = ["feedforward", "lstm"] as const;

/** The machines of whose preset something is so: a task, where it is of both of its. */
function machinesWhere(so: (preset: Preset) => boolean): string {
  const named = taskNames.flatMap((name) => {
    const kinds = WITH_MEMORY.filter((kind) => so(preset(name, kind)));
    return kinds.length === 2 ? [name] : kinds.map((kind) => `${name} ${kind}`);
  });
  return named.join(", ");
}

const [LEARNED, RANDOM] = (["learned", "random"] as const).map(
  (init) => `${init} for ${machinesWhere(({ config }) => config.memory.init === init)}`,
);
const ADAM = machinesWhere(({ train }) => train.optimizer.kind === "adam");
const SIZES = taskNames.flatMap((name) => WITH_MEMORY.map((kind) => preset(name, kind).train.batchSize));
const BATCHES = [...new Set(SIZES)]
  .filter((size) => size > 1)
  .sort((a, b) => b - a)
  .map((size) => `${size} for ${machinesWhere(({ train }) => train.batchSize === size)}`);

const RATES = [...optimizerKinds()]
  .sort()
  .map((kind) => `${firstRate(optimizer({ kind }, "optimizer").learningRate)} of ${kind}`);

export const machineFlags: readonly Option[] = [
  new Option("--controller <kind>", "the network that drives the heads; baseline: an LSTM that has none")
    .choices(PRESET_CONTROLLERS)
    .default("lstm"),
  option("--hidden-size <n>", "units of a controller layer", undefined, integerFrom(1)),
  option("--layers <n>", "controller layers", undefined, integerFrom(1)),
  option("--rows <n>", "memory rows (default: 128)", undefined, integerFrom(1)),
  option("--columns <n>", "memory columns (default: 20)", undefined, integerFrom(1)),
  option("--read-heads <n>", "read heads", undefined, integerFrom(0)),
  option("--write-heads <n>", "write heads", undefined, integerFrom(0)),
  new Option("--memory-init <how>", `what the memory starts from (default: constant; ${LEARNED}; ${RANDOM})`).choices(
    MEMORIES,
  ),
  option("--seed <n>", "decides the first parameters and all training data", 1, integerFrom(0)),
];

export const learningFlags: readonly Option[] = [
  option("--batch-size <n>", `sequences of an update (default: 1; ${BATCHES.join(", ")})`, undefined, integerFrom(1)),
  new Option("--optimizer <name>", `how gradients become updates (default: rmsprop; adam for ${ADAM})`).choices(
    optimizerKinds(),
  ),
  option(
    "--learning-rate <rate>",
    `how large a step is (default: see below; where another optimizer is asked for, ${RATES.join(", ")})`,
    undefined,
    positiveNumber,
  ),
  new Option(
    "--schedule <kind>",
    "how the rate goes on: as it is, or down to 0 over all the updates (default: see below; of a rate or another optimizer that is given, constant)",
  ).choices(SCHEDULES),
  option(
    "--clip <limit>",
    "NUMBER clips each entry of a gradient, norm:NUMBER all together, none neither; with /NUMBER each entry at every step of the backward pass, too (default: see below)",
    undefined,
    clipWord,
  ),
  option(
    "--workers <n>",
    "worker threads, at most one for 8 sequences of an update; they change no bit",
    0,
    integerFrom(0),
  ),
  new Option("--recompute", "far less memory for long sequences, for a third more time"),
];

/** The defaults that differ from task to task, as a table for the help. */
export function usualSettings(): string {
  const header = ["", ...PRESET_CONTROLLERS];
  const rows = taskNames.map((name) => [
    name,
    ...PRESET_CONTROLLERS.map((kind) => {
      const { config, train } = preset(name, kind);
      const { layers, hiddenSize } = config.controller;
      const heads = config.readHeads > 0 ? `${config.readHeads}, ` : "";
      const { learningRate } = train.optimizer;
      const rate = `${firstRate(learningRate).toExponential()}${typeof learningRate === "number" ? "" : " → 0"}`;
      return `${heads}${layers > 1 ? `${layers}×` : ""}${hiddenSize}, ${rate}, ${wordOf(train.clip)}`;
    }),
  ]);
  const lines = [header, ...rows].map((cells) =>
    `  ${cells.map((cell, column) => cell.padEnd([19, 30, 32][column] ?? 0)).join("")}`.trimEnd(),
  );
  return ["By default: heads that read and as many that write, units, learning rate, clip", ...lines].join("\n");
}

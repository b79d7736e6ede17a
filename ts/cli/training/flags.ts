// The flags that make a machine, and those that say how it is trained. The defaults are the paper's.

import type { Option } from "commander";
import { clipWord } from "../arguments/clip.js";
import { integerFrom, positiveNumber } from "../arguments/numbers.js";
import { choice, option } from "../arguments/option.js";

export const machineFlags: readonly Option[] = [
  choice("--controller <kind>", "the network that drives the heads", ["lstm", "feedforward"]),
  option("--hidden-size <n>", "units of a controller layer", 100, integerFrom(1)),
  option("--layers <n>", "controller layers", 1, integerFrom(1)),
  option("--rows <n>", "memory rows", 128, integerFrom(1)),
  option("--columns <n>", "memory columns", 20, integerFrom(1)),
  option("--read-heads <n>", "read heads", 1, integerFrom(0)),
  option("--write-heads <n>", "write heads", 1, integerFrom(0)),
  choice("--memory-init <how>", "what the memory starts from", ["constant", "learned", "random"]),
  option("--seed <n>", "decides the first parameters and all training data", 1, integerFrom(0)),
];

export const learningFlags: readonly Option[] = [
  option("--batch-size <n>", "sequences of an update", 1, integerFrom(1)),
  choice("--optimizer <name>", "how gradients become updates", ["rmsprop", "adam"]),
  option("--learning-rate <rate>", "default: 0.0001 with rmsprop, 0.001 with adam", undefined, positiveNumber),
  option(
    "--clip <limit>",
    "NUMBER clips each entry of a gradient, norm:NUMBER all together, none neither",
    "10",
    clipWord,
  ).default("10", "10"),
];

// `ntm eval`: how well a trained machine does, on sequences as long as one likes.

import ansis from "ansis";
import { Command } from "commander";
import { inFlags } from "./arguments/names.js";
import { integerFrom, integersFrom } from "./arguments/numbers.js";
import { option } from "./arguments/option.js";
import { openCheckpoint } from "./files/checkpoint.js";
import { bits, count } from "./format.js";
import { say } from "./say.js";
import { bitsAsked, drawSequence } from "./sequence.js";
import { Interrupt } from "./training/interrupt.js";

export function evalCommand(): Command {
  return new Command("eval")
    .summary("measure a trained machine")
    .description("Measure a trained machine: bits and wrong bits per sequence, for sequences of several lengths.")
    .argument("<file>", "a checkpoint that ntm train wrote")
    .addOption(
      option(
        "--lengths <list>",
        "lengths to measure, with commas between (default: those of the paper)",
        undefined,
        integersFrom(1),
      ),
    )
    .addOption(option("--sequences <n>", "how many of each length", 100, integerFrom(1)))
    .addOption(option("--seed <n>", "decides which", 0, integerFrom(0)))
    .addOption(
      option("--rows <n>", "memory rows to run with (default: those it was trained with)", undefined, integerFrom(1)),
    )
    .addHelpText("after", EXAMPLES)
    .action(evaluate);
}

const EXAMPLES = `
Examples:
  $ ntm eval copy.safetensors
  $ ntm eval copy.safetensors --lengths 20,200 --rows 256   longer than its own memory holds`;

interface Flags {
  readonly lengths?: readonly number[];
  readonly sequences: number;
  readonly seed: number;
  readonly rows?: number;
}

async function evaluate(file: string, { lengths, sequences, seed, rows }: Flags): Promise<void> {
  const { machine, known, task } = await openCheckpoint(file);
  const stop = new AbortController();
  const interrupt = new Interrupt(() => stop.abort());
  try {
    say(ansis.bold(row(HEADER)));
    for (const length of lengths ?? known.lengths) {
      const size = known.ofLength(length);
      const options = { sequences, seed, ...(rows === undefined ? {} : { rows }), signal: stop.signal, ...size };
      const of = bitsAsked(drawSequence(task, seed, size));
      const report = await inFlags(() => machine.evaluate(task, options), LENGTH);
      const cells = [
        count(length),
        count(report.sequences),
        bits(report.bitsPerSequence),
        bits(report.wrongBitsPerSequence),
        count(of),
      ];
      say(row(cells));
    }
  } catch (error) {
    throw interrupt.why ?? error;
  } finally {
    interrupt.stop();
    machine.dispose();
  }
}

const HEADER = ["length", "sequences", "bits per sequence", "wrong bits per sequence", "of"];
const LENGTH = { length: "--lengths" };

/** Figures under figures; the last column is as wide as the largest count that one would ask for. */
function row(cells: readonly string[]): string {
  return cells.map((cell, column) => cell.padStart(Math.max(HEADER[column]?.length ?? 0, 6))).join("  ");
}

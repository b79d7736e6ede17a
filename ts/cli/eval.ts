// `ntm eval`: how well a trained machine does, on sequences as long as one likes.

import ansis from "ansis";
import { Command } from "commander";
import { inFlags } from "./arguments/names.js";
import { integerFrom } from "./arguments/numbers.js";
import { option } from "./arguments/option.js";
import { openCheckpoint } from "./files/checkpoint.js";
import { answerNoun, bits, count, mean, optionValue } from "./format.js";
import { endMarkerOf, measure } from "./measure.js";
import { say, sayJson } from "./say.js";
import { addListedSizes, measuredSizes } from "./tasks.js";
import { Interrupt } from "./training/interrupt.js";

export function evalCommand(): Command {
  const command = new Command("eval")
    .summary("measure a trained machine")
    .description(
      "Measure a trained machine: bits and wrong bits per sequence, for sequences of several sizes; of " +
        "repeat-copy, which ends with a marker, also how many of the wrong bits are in vectors, and of these beside " +
        "end markers that come too early.",
    )
    .argument("<run>", "the folder of a run, or a checkpoint");
  return addListedSizes(command)
    .addOption(option("--sequences <n>", "how many of each size", 100, integerFrom(1)))
    .addOption(option("--seed <n>", "decides which", 0, integerFrom(0)))
    .addOption(
      option("--rows <n>", "memory rows to run with (default: those it was trained with)", undefined, integerFrom(1)),
    )
    .option("--task <task>", "the task, where it is one of your own: ./my-task.mjs")
    .option("--json", "one JSON object a line")
    .addHelpText("after", EXAMPLES)
    .action(evaluate);
}

const EXAMPLES = `
Examples:
  $ ntm eval runs/copy-lstm-1
  $ ntm eval runs/copy-lstm-1 --length 20,200 --rows 256   longer than its own memory holds
  $ ntm eval runs/repeat-copy-lstm-1 --length 5,10 --repeats 10,20,30
  $ ntm eval runs/mine --task ./my-task.mjs --set pairs=5,10`;

interface Flags extends Readonly<Record<string, unknown>> {
  readonly sequences: number;
  readonly seed: number;
  readonly rows?: number;
  readonly task?: string;
  readonly json?: true;
}

async function evaluate(path: string, flags: Flags, command: Command): Promise<void> {
  const { sequences, seed, rows, json } = flags;
  const { machine, known, task } = await openCheckpoint(path, flags.task);
  const stop = new AbortController();
  const interrupt = new Interrupt(() => stop.abort());
  try {
    const settings = measuredSizes(known, task.options, flags);
    const names = Object.keys(settings[0] ?? {});
    const squared = machine.config.loss === "mean-squared-error";
    const columns = squared ? SQUARED : columnsOf(answerNoun(machine.config.loss));
    const vectors = endMarkerOf(task, machine) === undefined ? [] : ["wrong in vectors", "beside early end markers"];
    const header = [...names, ...columns, ...vectors, ...(task.optimum ? ["optimum"] : [])];
    const values = settings.map((sizes) => names.map((name) => optionValue(sizes[name])));
    const widths = header.map((title, column) =>
      Math.max(title.length, LEAST_WIDTH, ...values.map((cells) => cells[column]?.length ?? 0)),
    );
    for (const [index, sizes] of settings.entries()) {
      const { signal } = stop;
      const found = await inFlags(command, () => measure(machine, task, sizes, { sequences, seed, rows, signal }));
      if (json) {
        const { sizes: _, sequences, ...figures } = found;
        sayJson({ ...sizes, sequences, seed, ...figures });
        continue;
      }
      const { bitsPerSequence, wrongBitsPerSequence, of, optimum, squaredErrorPerSequence } = found;
      const { wrongInVectorsPerSequence, wrongBesideEndMarkersPerSequence } = found;
      const figures =
        squaredErrorPerSequence === undefined
          ? [bits(bitsPerSequence), bits(wrongBitsPerSequence), mean(of)]
          : [bits(squaredErrorPerSequence)];
      const cells = [
        ...(values[index] ?? []),
        count(found.sequences),
        ...figures,
        ...[wrongInVectorsPerSequence, wrongBesideEndMarkersPerSequence].flatMap((wrong) =>
          wrong === undefined ? [] : [bits(wrong)],
        ),
        ...(optimum === undefined ? [] : [bits(optimum)]),
      ];
      if (index === 0) say(ansis.bold(row(header, widths)));
      say(row(cells, widths));
    }
  } catch (error) {
    throw interrupt.why ?? error;
  } finally {
    interrupt.stop();
    machine.dispose();
  }
}

const columnsOf = (answer: string) => ["sequences", "bits per sequence", `wrong ${answer}s per sequence`, "of"];
/** Where the loss is no cross-entropy, and no answer right or wrong. */
const SQUARED = ["sequences", "squared error per sequence"];

/** Of a column: as wide as the largest count that one would ask for. */
const LEAST_WIDTH = 6;

/** Figures under figures. */
function row(cells: readonly string[], widths: readonly number[]): string {
  return cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  ");
}

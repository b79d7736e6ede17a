// `ntm run`: one sequence goes in and comes out, drawn in the terminal.

import ansis from "ansis";
import { Command } from "commander";
import type { Tensor } from "../index.js";
import { inFlags } from "./arguments/names.js";
import { integerFrom } from "./arguments/numbers.js";
import { option } from "./arguments/option.js";
import { openCheckpoint } from "./files/checkpoint.js";
import { compact, picture } from "./picture/picture.js";
import { recall } from "./picture/recall.js";
import { say, sayJson } from "./say.js";
import { drawSequence } from "./sequence.js";
import { oneSizeFlags, shownSizes, sizesInWords, typedSizes } from "./tasks.js";
import { terminal } from "./terminal.js";

export function runCommand(): Command {
  const command = new Command("run")
    .summary("watch a trained machine at work")
    .description(
      "Put one sequence through a trained machine, and draw what goes in, what comes out, and where in its memory it writes and reads.",
    )
    .argument("<run>", "the folder of a run, or a checkpoint")
    .optionsGroup("The sequence:");
  for (const flag of oneSizeFlags) command.addOption(flag);
  return command
    .addOption(option("--seed <n>", "decides which sequence", 0, integerFrom(0)))
    .optionsGroup("Options:")
    .addOption(
      option("--rows <n>", "memory rows to run with (default: those it was trained with)", undefined, integerFrom(1)),
    )
    .addOption(
      option(
        "--width <n>",
        "columns of the picture (default: those of the terminal, or 80)",
        undefined,
        integerFrom(40),
      ),
    )
    .option("--compact", "draw only what comes out")
    .option("--task <task>", "the task, where it is one of your own: ./my-task.mjs")
    .option("--json", "one JSON object: the figures and the arrays, [T][channels], weightings [T][R + W][N]")
    .addHelpText("after", EXAMPLES)
    .action(run);
}

const EXAMPLES = `
Colours follow the terminal; NO_COLOR and FORCE_COLOR=0 to 3 overrule it.

Examples:
  $ ntm run runs/copy-lstm-1
  $ ntm run runs/copy-lstm-1 --length 120 --seed 7
  $ ntm run runs/mine --task ./my-task.mjs --set pairs=5
  $ FORCE_COLOR=3 ntm run runs/copy-lstm-1 --width 120 > picture.txt`;

interface Flags extends Readonly<Record<string, unknown>> {
  readonly seed: number;
  readonly rows?: number;
  readonly width?: number;
  readonly compact?: true;
  readonly task?: string;
  readonly json?: true;
}

async function run(path: string, flags: Flags, command: Command): Promise<void> {
  const { seed, rows, width, compact: small } = flags;
  const { machine, known, task } = await openCheckpoint(path, flags.task);
  try {
    const { readHeads, writeHeads } = machine.config;
    const trace = readHeads + writeHeads > 0 ? (["weightings"] as const) : undefined;
    const sizes = shownSizes(known, task.options, typedSizes(known, flags));
    const sequence = await inFlags(command, () => drawSequence(task, seed, sizes, machine.config));
    const ran = await inFlags(command, () =>
      machine.run(sequence.input, { ...(trace && { trace }), ...(rows !== undefined && { rows }) }),
    );
    const result = recall({
      ...sequence,
      logits: ran.logits,
      output: ran.output,
      config: machine.config,
      weightings: ran.trace?.weightings,
      real: known.real?.(task.options),
      optimum: task.optimum?.(sequence),
    });
    if (flags.json) {
      const { answers, loss, bitsPerSequence, optimum } = result;
      const figures = { loss, bitsPerSequence, ...(answers && { wrongBits: answers.wrong, of: answers.of }), optimum };
      const tensors = { ...sequence, output: ran.output, weightings: ran.trace?.weightings };
      const plain = Object.entries(tensors).map(([name, tensor]) => [name, tensor && nested(tensor)]);
      return sayJson({ ...sizes, seed, ...figures, ...Object.fromEntries(plain) });
    }
    const look = { ...terminal(), ...(width !== undefined && { columns: width }) };
    const title = [ansis.bold(task.name), ...sizesInWords(known, sizes)].join(", ");
    say(title, "", ...(small ? compact : picture)(result, look));
  } finally {
    machine.dispose();
  }
}

/** A tensor of one sequence, `[T, 1, …]`, as arrays in arrays, without the 1. */
function nested({ data, shape: [steps = 0, , ...rest] }: Tensor): unknown {
  const level = (offset: number, shape: readonly number[]): unknown => {
    const [size, ...inner] = shape;
    if (size === undefined) return data[offset];
    const stride = inner.reduce((product, each) => product * each, 1);
    return Array.from({ length: size }, (_, index) => level(offset + index * stride, inner));
  };
  return level(0, [steps, ...rest]);
}

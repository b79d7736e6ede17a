// `ntm run`: one sequence goes in and comes out, drawn in the terminal.

import ansis from "ansis";
import { Command } from "commander";
import { inFlags } from "./arguments/names.js";
import { integerFrom } from "./arguments/numbers.js";
import { option } from "./arguments/option.js";
import { openCheckpoint } from "./files/checkpoint.js";
import { counted } from "./format.js";
import { compact, picture } from "./picture/picture.js";
import { recall } from "./picture/recall.js";
import { say } from "./say.js";
import { drawSequence } from "./sequence.js";
import { terminal } from "./terminal.js";

export function runCommand(): Command {
  return new Command("run")
    .summary("watch a trained machine at work")
    .description(
      "Put one sequence through a trained machine, and draw what goes in, what comes out, and where in its memory it writes and reads.",
    )
    .argument("<file>", "a checkpoint that ntm train wrote")
    .addOption(option("--length <n>", "of the sequence", 20, integerFrom(1)))
    .addOption(option("--seed <n>", "decides which sequence", 0, integerFrom(0)))
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
    .addHelpText("after", EXAMPLES)
    .action(run);
}

const EXAMPLES = `
Colours follow the terminal; NO_COLOR and FORCE_COLOR=0 to 3 overrule it.

Examples:
  $ ntm run copy.safetensors
  $ ntm run copy.safetensors --length 120 --seed 7
  $ FORCE_COLOR=3 ntm run copy.safetensors --width 120 > picture.txt`;

interface Flags {
  readonly length: number;
  readonly seed: number;
  readonly rows?: number;
  readonly width?: number;
  readonly compact?: true;
}

async function run(file: string, { length, seed, rows, width, compact: small }: Flags): Promise<void> {
  const { machine, known, task } = await openCheckpoint(file);
  try {
    const { readHeads, writeHeads } = machine.config;
    const trace = readHeads + writeHeads > 0 ? (["weightings"] as const) : undefined;
    const sequence = await inFlags(() => drawSequence(task, seed, known.ofLength(length)), { length: "--length" });
    const ran = await inFlags(() =>
      machine.run(sequence.input, { ...(trace && { trace }), ...(rows !== undefined && { rows }) }),
    );
    const result = recall({ ...sequence, output: ran.output, weightings: ran.trace?.weightings, readHeads });
    const look = { ...terminal(), ...(width !== undefined && { columns: width }) };
    const title = `${ansis.bold(known.name)}, ${counted(length, known.unit)}`;
    say(title, "", ...(small ? compact : picture)(result, look));
  } finally {
    machine.dispose();
  }
}

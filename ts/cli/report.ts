// `ntm report`: a page about a run. Its making is loaded when it is asked for: no other command waits for it.

import { Command } from "commander";
import { inFlags } from "./arguments/names.js";
import { option } from "./arguments/option.js";
import type { ReportFlags } from "./report/report.js";
import { say } from "./say.js";
import { addListedSizes } from "./tasks.js";

export function reportCommand(): Command {
  const command = new Command("report")
    .summary("make a page of pictures of a run")
    .description(
      "Make one HTML file, which loads nothing: the learning curve, a sequence going in and coming out, the heads at work, the memory, how well the machine does on longer sequences, its parameters and settings.",
    )
    .argument("<run>", "the folder of a run, or a checkpoint");
  return addListedSizes(command)
    .addOption(
      option("--out <file>", "where it goes (default: report.html in the folder, or beside the checkpoint)", undefined),
    )
    .option("--task <task>", "the task, where it is one of your own: ./my-task.mjs")
    .addHelpText("after", EXAMPLES)
    .action(report);
}

const EXAMPLES = `
Of several sizes a sequence is shown of the first and of the last two. The same run gives the
same file, to the byte. An earlier report is replaced, another file is not.

Examples:
  $ ntm report runs/copy-lstm-1
  $ ntm report runs/copy-lstm-1 --length 10,40,200
  $ ntm report model.safetensors --out copy.html`;

async function report(path: string, flags: ReportFlags, command: Command): Promise<void> {
  const { writeReport } = await import("./report/report.js");
  say(`Written: ${await inFlags(command, () => writeReport(path, flags))}`);
}

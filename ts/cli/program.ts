// `ntm` as a whole: its subcommands, and what holds for all of them.

import ansis from "ansis";
import { Command } from "commander";
import { version } from "../generated/version.js";
import { evalCommand } from "./eval.js";
import { infoCommand } from "./info.js";
import { reportCommand } from "./report.js";
import { reproduceCommand } from "./reproduce.js";
import { runCommand } from "./run.js";
import { write } from "./say.js";
import { terminal } from "./terminal.js";
import { trainCommand } from "./train.js";

export function program(): Command {
  const ntm = new Command("ntm")
    .description(
      "Train Neural Turing Machines, measure them, and watch them remember. In the folder of a project that has the package, ntm is called by npx: npx ntm train copy.",
    )
    .version(version, "-v, --version", "print the version")
    .option("--verbose", "say where an error comes from")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText("after", EXAMPLES);
  for (const command of [
    trainCommand(),
    evalCommand(),
    runCommand(),
    reportCommand(),
    infoCommand(),
    reproduceCommand(),
  ])
    ntm.addCommand(command.copyInheritedSettings(ntm));
  for (const command of [ntm, ...ntm.commands]) {
    command
      .exitOverride()
      .configureOutput({
        writeOut: write,
        outputError: (text, writeError) => writeError(`${text.trim().replaceAll(/\s*\n\s*/g, " ")}\n`),
      })
      .configureHelp({
        helpWidth: Math.min(terminal().columns, 100),
        showGlobalOptions: true,
        styleTitle: (title) => ansis.bold(title),
        styleCommandText: (text) => ansis.cyan(text),
        styleSubcommandText: (text) => ansis.cyan(text),
        styleOptionText: (text) => ansis.cyan(text),
        styleArgumentText: (text) => ansis.cyan(text),
      });
  }
  return ntm;
}

const EXAMPLES = `
Examples:
  $ ntm train copy --until 0.1     learn to copy; about 10 seconds
  $ ntm run runs/copy-lstm-1       watch it copy a sequence
  $ ntm eval runs/copy-lstm-1      measure it on longer ones than it has seen
  $ ntm info runs/copy-lstm-1      what it is made of

Exit codes: 0 fine, 1 failure, 2 wrong usage, 128 and the signal's number where one\nasked it to stop (130 for Ctrl-C), 141 nobody reads.`;

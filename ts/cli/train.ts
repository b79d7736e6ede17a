// `ntm train`: a machine learns a task, in a folder of its own that holds all of the run.

import ansis from "ansis";
import { Command, InvalidArgumentError, Option } from "commander";
import { integerFrom, positiveNumber, seconds } from "./arguments/numbers.js";
import { choice, option } from "./arguments/option.js";
import { word } from "./arguments/word.js";
import { Interrupted, messageOf } from "./failure.js";
import { bits, count, counted, duration } from "./format.js";
import { STYLES, type Style, progress as startProgress } from "./progress/progress.js";
import { say, sayJson } from "./say.js";
import { settingOf } from "./settings/layers.js";
import type { TrainSettings } from "./settings/settings.js";
import { isTree, type Tree } from "./settings/tree.js";
import { taskFlags, taskNames, taskSequences } from "./tasks.js";
import { terminal } from "./terminal.js";
import { begin, type Places, type Run } from "./training/begin.js";
import { describe } from "./training/describe.js";
import { learningFlags, machineFlags, usualSettings } from "./training/flags.js";
import { Interrupt } from "./training/interrupt.js";
import { learn, type Outcome } from "./training/learn.js";
import { RECENT } from "./training/recent.js";

export function trainCommand(): Command {
  const command = new Command("train")
    .summary("learn a task")
    .description(
      "Learn a task, with the paper's machine unless another is asked for, in a folder that holds the run: its settings, how it learns, its checkpoints.",
    )
    .argument("[task]", `what to learn: ${taskNames.join(", ")}, or a module of your own, ./my-task.mjs`)
    .optionsGroup("How long:")
    .addOption(
      option(
        "--steps <n>",
        `updates in all (default: as the preset learns, from ${taskSequences})`,
        undefined,
        integerFrom(1),
      ),
    )
    .addOption(
      option(
        "--until <bits>",
        `stop when the mean over the last ${count(RECENT)} sequences is below (of a squared error, that)`,
        undefined,
        positiveNumber,
      ),
    )
    .optionsGroup("The run:")
    .addOption(option("--out <dir>", "its folder (default: runs/TASK-CONTROLLER-SEED)", undefined))
    .option("--resume", "go on with the run that is there, or begin it where there is none")
    .addOption(option("--from <run>", "begin with the machine of another run, or of a checkpoint", undefined))
    .addOption(option("--save-every <seconds>", "save a checkpoint so often (default: 60)", undefined, seconds))
    .addOption(
      option(
        "--every <n>",
        "updates from one line of metrics to the next (default: about 100 sequences)",
        undefined,
        integerFrom(1),
      ),
    )
    .addOption(choice("--progress <style>", "how to report", STYLES))
    .addOption(new Option("--json", "report one JSON object a line").conflicts("progress"))
    .optionsGroup("Settings that have no flag, or many at a time:")
    .option("--config <file>", "settings as in a run's config.json; flags go over them")
    .addOption(new Option("--preset <json>", "what `ntm reproduce` trains with").argParser(settingsObject).hideHelp())
    .addOption(
      new Option("--set <path=value>", "one of them, by its path: memory.rows=256, optimizer.decay=0.9")
        .argParser<string[]>(collectSettings)
        .default([], "none"),
    );
  for (const [group, flags] of [
    ["The task:", taskFlags],
    ["The machine:", machineFlags],
    ["Learning:", learningFlags],
  ] as const) {
    command.optionsGroup(group);
    for (const flag of flags) command.addOption(flag);
  }
  return command.addHelpText("after", () => `\n${usualSettings()}\n${EXAMPLES}`).action(train);
}

const EXAMPLES = `
Ctrl-C finishes the step, saves, and exits with 130; a second one stops at once.

Examples:
  $ ntm train copy --until 0.1                         the paper's machine, until it is solved
  $ ntm train copy --controller feedforward --seed 2   another controller, another start
  $ ntm train copy --steps 40000 --resume              go on, to 40,000 updates in all
  $ ntm train copy --from runs/copy-lstm-1 --max-length 40 --seed 2 --out runs/longer
  $ ntm train ./my-task.mjs --out runs/mine --set task.options.length=5
  $ ntm train ./my-task.mjs --config runs/mine/config.json --seed 2 --out runs/mine-2`;

function settingsObject(text: string): Tree {
  try {
    const value: unknown = JSON.parse(text);
    if (isTree(value)) return value;
  } catch {} // said below
  throw new InvalidArgumentError("Expected settings as a JSON object.");
}

/** For commander: each is checked as it comes. */
export function collectSettings(text: string, before: readonly string[] = []): string[] {
  try {
    settingOf(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
  return [...before, text];
}

interface Flags extends Places {
  readonly progress: Style;
  readonly json?: true;
}

async function train(name: string | undefined, flags: Flags, command: Command): Promise<void> {
  const run = await begin(name, flags, command);
  try {
    await inFolder(run, flags);
  } catch (error) {
    // Last of all, the folder left: where nobody reads it, the process ends here.
    if (flags.json && !(error instanceof Interrupted))
      sayJson({ event: "end", reason: "failed", step: run.machine.step, message: messageOf(error) });
    throw error;
  }
}

/** Trains, and leaves the folder in order whatever comes of it. */
async function inFolder(run: Run, flags: Flags): Promise<void> {
  try {
    await follow(run, flags);
  } catch (error) {
    if (!(error instanceof Interrupted)) await run.forget();
    throw error;
  } finally {
    await run.end();
  }
}

/** Trains, and tells it. */
async function follow(run: Run, { progress: style, json }: Flags): Promise<void> {
  const { machine, task, settings, folder } = run;
  const { steps: to, every, until } = settings.train;
  const from = machine.step;
  const tell = json ? () => {} : say;
  if (json) sayJson({ event: "start", run: folder, step: from, config: settings });
  tell(...describe(task.name, machine, settings));
  if (from < to) tell("");

  const started = performance.now();
  const span = { from, to, every, endsWhenSolved: until !== null };
  const progress = startProgress(json ? "json" : from === to ? "none" : style, span, terminal());
  const interrupt = new Interrupt(() => {
    progress.stop();
    tell("Finishing this step and saving; Ctrl-C again stops at once.");
  });
  const outcome = await learn(run, progress, interrupt).finally(() => {
    progress.stop();
    interrupt.stop();
  });

  const failed = interrupt.why !== undefined && !(interrupt.why instanceof Interrupted); // which is told by whoever sees it thrown
  if (json && !failed) {
    const reason = outcome.solved ? "solved" : interrupt.why ? "interrupted" : "steps";
    sayJson({ event: "end", reason, step: machine.step, ...outcome });
  }
  if (interrupt.why !== undefined) {
    const task = "module" in settings.task ? `${word(settings.task.module)} ` : "";
    const command = `npx ntm train ${task}--resume --out ${word(folder)}`;
    tell(`Stopped after ${counted(machine.step, "update")}, all saved. To go on: ${command}`);
    throw interrupt.why;
  }
  const seconds = (performance.now() - started) / 1000;
  tell("", ...verdict(outcome, settings.train, from, seconds), ansis.dim(`Saved in ${folder}`));
}

function verdict(
  { solved, sequences, recentLoss, recentBits, recentSequences }: Outcome,
  { batchSize, until }: TrainSettings,
  from: number,
  seconds: number,
): string[] {
  const figure = recentBits === null ? `a squared error of ${bits(recentLoss)}` : `${bits(recentBits)} bits`;
  const cost = `the last ${count(recentSequences)} cost ${figure} each`;
  const learned = sequences - from * batchSize;
  if (learned === 0)
    return [`Nothing to do: the run has ${solved ? "solved it" : "ended"} after ${counted(from, "update")}; ${cost}.`];
  const after = `${counted(learned, from === 0 ? "sequence" : "more sequence")} in ${duration(seconds)}`;
  if (solved) return [`${ansis.green.bold("Solved")} after ${after}; ${cost}.`];
  return [`${after}; ${cost}${until === null ? "" : `, not yet below ${until}`}.`];
}

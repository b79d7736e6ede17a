// `ntm train`: a machine learns a task, and is saved as it goes.

import ansis from "ansis";
import { Command } from "commander";
import { integerFrom, positiveNumber } from "./arguments/numbers.js";
import { choice, option } from "./arguments/option.js";
import { Failure, WrongUsage } from "./failure.js";
import { checkWritable, exists } from "./files/place.js";
import { bits, count, counted, duration } from "./format.js";
import { STYLES, type Style, progress as startProgress } from "./progress/progress.js";
import { say } from "./say.js";
import { taskFlags, taskNames, taskSteps } from "./tasks.js";
import { terminal } from "./terminal.js";
import { describe } from "./training/describe.js";
import { learningFlags, machineFlags, papersSettings } from "./training/flags.js";
import { Interrupt } from "./training/interrupt.js";
import { learn, type Outcome, RECENT } from "./training/learn.js";
import { type Settings, settings, type TrainFlags } from "./training/settings.js";

export function trainCommand(): Command {
  const command = new Command("train")
    .summary("learn a task")
    .description(
      "Learn a task, with the paper's settings unless others are asked for, and save the machine in a checkpoint as it goes.",
    )
    .argument("[task]", `what to learn: ${taskNames.join(", ")}`)
    .optionsGroup("How long:");
  command
    .addOption(
      option(
        "--steps <n>",
        `updates in all, those of --from included (default: ${taskSteps})`,
        undefined,
        integerFrom(1),
      ),
    )
    .addOption(
      option(
        "--until <bits>",
        `stop when the mean over the last ${count(RECENT)} sequences is below`,
        undefined,
        positiveNumber,
      ),
    );
  command.optionsGroup("The checkpoint:");
  command
    .addOption(option("--out <file>", "where it goes (default: TASK.safetensors, or the file of --from)", undefined))
    .addOption(option("--from <file>", "go on from this one", undefined))
    .option("--force", "replace a file that is there")
    .addOption(
      option(
        "--every <n>",
        "save, and report where there is no terminal, every so many updates (default: about 1,000 sequences)",
        undefined,
        integerFrom(1),
      ),
    )
    .addOption(choice("--progress <style>", "how to report", STYLES));
  for (const [group, flags] of [
    ["The task:", taskFlags],
    ["The machine:", machineFlags],
    ["Learning:", learningFlags],
  ] as const) {
    command.optionsGroup(group);
    for (const flag of flags) command.addOption(flag);
  }
  return command.addHelpText("after", () => `\n${papersSettings()}\n${EXAMPLES}`).action(train);
}

const EXAMPLES = `
Ctrl-C finishes the step, saves, and exits with 130; a second one stops at once.

Examples:
  $ ntm train copy --until 0.1                         the paper's settings, until it is solved
  $ ntm train copy --controller feedforward --seed 2   another controller, another start
  $ ntm train repeat-copy --seed 7 --until 0.1
  $ ntm train copy --max-length 5 --rows 16 --steps 8000 --out small.safetensors
  $ ntm train --from small.safetensors --steps 16000   go on where that one ended`;

interface Flags extends TrainFlags {
  readonly steps?: number;
  readonly until?: number;
  readonly out?: string;
  readonly force?: true;
  readonly every?: number;
  readonly progress: Style;
}

async function train(name: string | undefined, flags: Flags, command: Command): Promise<void> {
  const chosen = await settings(name, flags, command);
  try {
    const out = flags.out ?? flags.from ?? `${chosen.known.name}.safetensors`;
    await checkWritable(out);
    if (out !== flags.from && !flags.force && (await exists(out)))
      throw new Failure(`${out} is there already: --from ${out} goes on from it, --force replaces it`);
    await follow(chosen, flags, out);
  } finally {
    chosen.machine.dispose();
  }
}

/** Trains, and tells it. */
async function follow(chosen: Settings, flags: Flags, out: string): Promise<void> {
  const { machine, known, recorded } = chosen;
  const [from, to] = [machine.step, flags.steps ?? Math.max(known.steps, machine.step)];
  if (to < from)
    throw new WrongUsage(
      `option '--steps': expected ${from} or more, as the machine has made that many updates, got ${to}`,
    );
  const every = flags.every ?? Math.max(1, Math.round(RECENT / recorded.training.batchSize));
  say(...describe(machine, recorded), "");

  const started = performance.now();
  const progress = startProgress(from === to ? "none" : flags.progress, { from, to, every }, terminal());
  const interrupt = new Interrupt(() => {
    progress.stop();
    say("Finishing this step and saving; Ctrl-C again stops at once.");
  });
  const { until, workers, recompute = false } = flags;
  const plan = { to, every, until, out, workers, recompute };
  const outcome = await learn(chosen, plan, progress, interrupt).finally(() => {
    progress.stop();
    interrupt.stop();
  });

  if (interrupt.why !== undefined) {
    say(`Stopped after ${counted(machine.step, "update")}, all saved. To go on: ntm train --from ${out}`);
    throw interrupt.why;
  }
  const seconds = (performance.now() - started) / 1000;
  say("", ...verdict(outcome, until, from, seconds), ansis.dim(`Saved in ${out}.`));
}

function verdict(
  { solved, sequences, recentBits, recentSequences }: Outcome,
  until: number | undefined,
  from: number,
  seconds: number,
): string[] {
  if (sequences === 0) return [`Nothing to do: the machine has made its ${counted(from, "update")}.`];
  const after = `${counted(sequences, from === 0 ? "sequence" : "more sequence")} in ${duration(seconds)}`;
  const cost = `the last ${count(recentSequences)} cost ${bits(recentBits)} bits each`;
  if (solved) return [`${ansis.green.bold("Solved")} after ${after}; ${cost}.`];
  return [`${after}; ${cost}${until === undefined ? "" : `, not yet below ${until}`}.`];
}

// `ntm reproduce`: the paper's results again, from every seed. What does it is loaded when it is asked for.

import { Command, InvalidArgumentError, Option } from "commander";
import { inFlags } from "./arguments/names.js";
import { integerFrom } from "./arguments/numbers.js";
import { option } from "./arguments/option.js";
import { WrongUsage } from "./failure.js";
import type { Reproduction } from "./reproduce/reproduce.js";
import { setLayer } from "./settings/layers.js";
import { PRESET_CONTROLLERS } from "./settings/machine.js";
import { workers } from "./settings/settings.js";
import { valueAt } from "./settings/tree.js";
import { taskNames } from "./tasks.js";
import { collectSettings } from "./train.js";

const RUNS = "runs/reproduce";
const RESULTS = "docs/results";

export function reproduceCommand(): Command {
  return new Command("reproduce")
    .summary("reproduce the paper")
    .description(
      "Train the paper's machines on its tasks, from several seeds each, measure them, and write the results: figures, a table, learning curves. What was stopped goes on with the same command.",
    )
    .argument("[task...]", `which (default: all): ${taskNames.join(", ")}`)
    .addOption(
      new Option("--controllers <list>", "which, with commas between")
        .argParser(controllersFrom)
        .default(PRESET_CONTROLLERS, "all three"),
    )
    .addOption(option("--seeds <n>", "no more seeds of each than this", 10, integerFrom(1)))
    .addOption(option("--jobs <n>", "runs at a time; 0 writes the results of what is there", 2, integerFrom(0)))
    .addOption(option("--workers <n>", "worker threads of one run", 0, integerFrom(0)))
    .addOption(option("--sequences <n>", "train no run for longer than this", undefined, integerFrom(1)))
    .addOption(
      option("--set <path=value>", "a setting of all runs, as of ntm train; with --dir and --out", undefined).argParser(
        collectSettings,
      ),
    )
    .option("--dir <dir>", `where the runs are (default: "${RUNS}")`)
    .option("--out <dir>", `where the results go (default: "${RESULTS}")`)
    .addHelpText("after", EXAMPLES)
    .action(reproduce);
}

const EXAMPLES = `
Ctrl-C lets the runs save and ends; the same command goes on with them.

Examples:
  $ ntm reproduce                                     days of two cores
  $ ntm reproduce copy --controllers lstm --seeds 3
  $ ntm reproduce --jobs 0                            how far all has come`;

function controllersFrom(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => (PRESET_CONTROLLERS as readonly string[]).includes(name))) return names;
  throw new InvalidArgumentError(`Expected some of ${PRESET_CONTROLLERS.join(",")}.`);
}

type Flags = Omit<Reproduction, "tasks" | Optional> & Partial<Pick<Reproduction, Optional>>;
type Optional = "sequences" | "set" | "dir" | "out";

/** What the table and the flags decide. */
const OWN = [
  ["train", "seed"],
  ["train", "steps"],
  ["train", "until"],
  ["machine", "controller", "kind"],
];

async function reproduce(tasks: readonly string[], flags: Flags, command: Command): Promise<void> {
  const unknown = tasks.find((name) => !(taskNames as readonly string[]).includes(name));
  if (unknown !== undefined) throw new WrongUsage(`unknown task '${unknown}' (known: ${taskNames.join(", ")})`);
  await inFlags(command, () => workers(flags.workers, "workers"));
  const { set = [] } = flags;
  const { tree, origin } = setLayer(set);
  const own = OWN.find((path) => valueAt(tree, path) !== undefined);
  if (own !== undefined) throw new WrongUsage(`${origin(own)}: is what tells one run from another`);
  if (set.length > 0 && (flags.dir === undefined || flags.out === undefined))
    throw new WrongUsage(
      "option '--set': makes other runs than the paper's: say where they and their results go, --dir DIR --out DIR",
    );
  const { reproduce } = await import("./reproduce/reproduce.js");
  const { sequences = Number.POSITIVE_INFINITY, dir = RUNS, out = RESULTS } = flags;
  await reproduce({ ...flags, tasks, sequences, set, dir, out });
}

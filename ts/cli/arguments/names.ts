// The library's options under the names that they have here, so that its errors can be told to the one who typed.

import type { Command } from "commander";
import { NTMError } from "../../index.js";
import { nearest } from "../../nearest.js";
import { WrongUsage } from "../failure.js";
import { flagNamed } from "./flag.js";
import { isOfTask } from "./set.js";
import { OPTIONS, SIZES } from "./task-options.js";

const FLAGS: Readonly<Record<string, string>> = {
  "controller.kind": "--controller",
  "controller.hiddenSize": "--hidden-size",
  "controller.layers": "--layers",
  "memory.rows": "--rows",
  "memory.columns": "--columns",
  "memory.init": "--memory-init",
  rows: "--rows",
  readHeads: "--read-heads",
  writeHeads: "--write-heads",
  seed: "--seed",
  batchSize: "--batch-size",
  steps: "--steps",
  sequences: "--sequences",
  "optimizer.learningRate": "--learning-rate",
  learningRate: "--learning-rate",
  workers: "--workers",
  clip: "--clip",
  "clip.value": "--clip",
  "clip.norm": "--clip",
  "clip.backward": "--clip",
  ...Object.fromEntries(Object.keys({ ...OPTIONS, ...SIZES }).map((name) => [name, flagNamed(name)])),
};

/** Where an error of a batch is: of the arrays that a task has made. */
const OF_A_BATCH = /^(task\.batch|batch|input|target|mask)\b/;

/** The flag of an option; an option of a task is also known with the task before it, `copy.bits`. */
export function flagOf(name: string): string | undefined {
  return FLAGS[name] ?? FLAGS[name.slice(name.indexOf(".") + 1)];
}

/** What an error of the library says of an option, without its name before it. */
export function withoutName({ where, message }: NTMError): string {
  const start = `${where}: `;
  return message.startsWith(start) ? message.slice(start.length) : message;
}

/** What else such words name is a flag to who typed flags: "expected at most --max-length, 20, got 30". */
export function inFlagWords(text: string, flag = flagOf): string {
  return text.replace(/(?<=(?:at most|more than) )[a-z]\w*/i, (name) => flag(name) ?? name);
}

/** Does it, and where the library refuses an option says how the command takes it: by a flag of its own, or by `--set`. */
export async function inFlags<T>(command: Command, doIt: () => T | Promise<T>): Promise<T> {
  const flag = (name: string) => command.options.find(({ long }) => long === flagOf(name))?.long;
  const isSet = (name: string) => Object.hasOwn(command.getOptionValue("set") ?? {}, name);
  try {
    return await doIt();
  } catch (error) {
    if (!(error instanceof NTMError) || error.code !== "option") throw error;
    const { where = "" } = error;
    // What a task makes was not typed.
    if (OF_A_BATCH.test(where) && !isSet(where)) throw error;
    const own = isSet(where) ? undefined : flag(where);
    // A path is of the library's own options.
    if (own === undefined && !isSet(where) && !/^\w+$/.test(where)) throw new WrongUsage(error.message, error);
    const told = error.known ? unknownInWords(where, error.known, flag) : inFlagWords(withoutName(error), flag);
    throw new WrongUsage(`option '${own ?? `--set ${where}`}': ${told}`, error);
  }
}

/** "unknown option; known: --length, --set pairs=…" */
function unknownInWords(name: string, known: readonly string[], flag: typeof flagOf): string {
  // What the command takes by a flag of its own is no option of the task's, but may have been meant.
  const meant = nearest(
    name,
    known.filter((other) => isOfTask(other) || flag(other)),
  );
  const all = meant.length > 0 ? meant : known.filter(isOfTask);
  const names = all.map((other) => flag(other) ?? `--set ${other}=…`);
  if (meant.length > 0) return `unknown option; did you mean ${names.join(" or ")}?`;
  return `unknown option; known: ${names.join(", ") || "none"}`;
}

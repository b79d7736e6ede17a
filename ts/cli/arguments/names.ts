// The library's options under the names that they have here, so that its errors can be told to the one who typed.

import { NTMError } from "../../index.js";
import { WrongUsage } from "../failure.js";

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
  bits: "--bits",
  length: "--length",
  minLength: "--min-length",
  maxLength: "--max-length",
  repeats: "--repeats",
  minRepeats: "--min-repeats",
  maxRepeats: "--max-repeats",
  items: "--items",
  minItems: "--min-items",
  maxItems: "--max-items",
  itemLength: "--item-length",
  order: "--order",
  vectors: "--vectors",
  sorted: "--sorted",
  curriculum: "--curriculum",
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
export function inFlagWords(text: string): string {
  return text.replace(/(?<=(?:at most|more than) )[a-z]\w*/i, (name) => flagOf(name) ?? name);
}

/** Does it, and where the library refuses an option says which flag that was. */
export async function inFlags<T>(doIt: () => T | Promise<T>): Promise<T> {
  try {
    return await doIt();
  } catch (error) {
    // What a task makes was not typed.
    if (!(error instanceof NTMError) || error.code !== "option" || OF_A_BATCH.test(error.where ?? "")) throw error;
    const flag = error.where === undefined ? undefined : flagOf(error.where);
    if (flag === undefined) throw new WrongUsage(error.message, error);
    throw new WrongUsage(`option '${flag}': ${inFlagWords(withoutName(error))}`, error);
  }
}

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
  minLength: "--min-length",
  maxLength: "--max-length",
  batchSize: "--batch-size",
  steps: "--steps",
  sequences: "--sequences",
  "optimizer.learningRate": "--learning-rate",
  learningRate: "--learning-rate",
  clip: "--clip",
  "clip.value": "--clip",
  "clip.norm": "--clip",
};

/** Does it, and where the library refuses an option says which flag that was; `own` are names of that command alone. */
export async function inFlags<T>(doIt: () => T | Promise<T>, own: Readonly<Record<string, string>> = {}): Promise<T> {
  try {
    return await doIt();
  } catch (error) {
    if (!(error instanceof NTMError) || error.code !== "option") throw error;
    const flag = error.where === undefined ? undefined : (own[error.where] ?? FLAGS[error.where]);
    if (flag === undefined) throw new WrongUsage(error.message, error);
    const start = `${error.where}: `;
    const rest = error.message.startsWith(start) ? error.message.slice(start.length) : error.message;
    throw new WrongUsage(`option '${flag}': ${rest}`, error);
  }
}

// `--set NAME=VALUE` of `ntm eval` and `ntm run`: an option that the task itself knows for its sequences.

import { InvalidArgumentError, Option } from "commander";
import { WrongUsage } from "../failure.js";
import { valueIn } from "./value.js";

/** What an evaluation keeps for itself, and what every task is told. */
const NONE_OF_THE_TASK = ["sequences", "batchSize", "seed", "rows", "signal", "step"];

/** Whether a task can be asked for it. */
export function isOfTask(name: string): boolean {
  return !NONE_OF_THE_TASK.includes(name);
}

/** One value of each name; the last one holds. */
export const setOne: Option = setFlag("another option of the task: pairs=5", (name, [value, ...more]) => {
  if (more.length > 0) throw new WrongUsage(`option '--set ${name}': expected one value, got ${1 + more.length}`);
  return value;
});

/** A list of values of each name. */
export const setListed: Option = setFlag("another option of the task: pairs=5,10", (_, values) => values);

function setFlag<T>(description: string, take: (name: string, values: readonly unknown[]) => T): Option {
  const flag = new Option("--set <name=value>", description);
  return flag.argParser<Readonly<Record<string, T>>>((text, before) => {
    const [, name, list = ""] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) throw new InvalidArgumentError("Expected NAME=VALUE, such as pairs=5.");
    if (!isOfTask(name)) throw new WrongUsage(`option '--set ${name}': is none of the task's own options`);
    return { ...before, [name]: take(name, valuesIn(name, list)) };
  });
}

/** JSON or words, with commas between. */
function valuesIn(name: string, text: string): readonly unknown[] {
  const list = valueIn(`[${text}]`);
  if (Array.isArray(list) && list.length > 0) return list;
  if (/["{[]/.test(text)) throw new WrongUsage(`option '--set ${name}': expected JSON or words, got ${text}`);
  const words = text.split(",").map((word) => word.trim());
  if (words.includes("")) throw new WrongUsage(`option '--set ${name}': expected a value, such as 5, got none`);
  return words.map(valueIn);
}

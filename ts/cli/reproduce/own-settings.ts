// In what a run is not as the package would make it: its results are to be read with that, whatever the call that writes them says.

import { preset } from "../../index.js";
import { readConfig } from "../run-folder/config.js";
import { wholeSettings } from "../settings/machine.js";
import { differences, type Tree, valueAt } from "../settings/tree.js";
import { findTask } from "../tasks.js";
import type { Entry } from "./table.js";

/** Of the run in the folder what decides how its machine learns; null where it has not begun. */
export async function settingsIn(folder: string): Promise<Tree | null> {
  const found = await readConfig(folder);
  return found ? decisive(found) : null;
}

/** Where they are not the package's: `machine.memory.rows=8`, as `--set` takes it. */
export function ownSettings(entry: Entry, own: Tree | null): readonly string[] {
  if (own === null) return [];
  const { config, train } = preset(entry.task, entry.controller);
  const { inputSize: _, outputSize: __, ...machine } = config;
  const options = findTask(entry.task)?.create().options;
  const usual = decisive(wholeSettings({ task: { options }, machine, train: { ...train } }));
  // What is of another kind, an optimiser or a schedule, is said whole: `--set` would take it so.
  const whole = (path: readonly string[]) => (path.at(-1) === "kind" ? path.slice(0, -1) : path);
  const paths = differences(usual, own).map(whole);
  const within = (path: readonly string[], outer: readonly string[]) =>
    outer.length < path.length && outer.every((key, depth) => key === path[depth]);
  return paths
    .filter((path) => !paths.some((outer) => within(path, outer)))
    .flatMap((path) => {
      const value = valueAt(own, path);
      return value === undefined ? [] : [`${path.join(".")}=${JSON.stringify(value)}`];
    });
}

/** Of settings in full those that decide how a machine learns, but for the seed. */
function decisive(settings: Tree): Tree {
  const train = ["from", "batchSize", "optimizer", "clip"].map((name) => [name, valueAt(settings, ["train", name])]);
  const options = valueAt(settings, ["task", "options"]);
  return { task: { options }, machine: settings["machine"], train: Object.fromEntries(train) };
}

// config.json: the settings of a run in full. Another run can be begun from it: `ntm train --config runs/copy-lstm-1/config.json --seed 2`.

import { join } from "node:path";
import { Failure } from "../failure.js";
import { exists, fileFailure, read } from "../files/place.js";
import { writeWhole } from "../files/write-whole.js";
import { wholeSettings } from "../settings/machine.js";
import type { Settings } from "../settings/settings.js";
import { isTree, type Tree } from "../settings/tree.js";
import { CONFIG } from "./folder.js";

/** What a run began with, in full; undefined where it has not begun. */
export async function readConfig(folder: string): Promise<Tree | undefined> {
  const path = join(folder, CONFIG);
  if (!(await exists(path))) return undefined;
  return wholeSettings(await readSettings(path));
}

/** A file of settings, all of them or some. */
export async function readSettings(path: string): Promise<Tree> {
  let found: unknown;
  const text = new TextDecoder().decode(await read(path));
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw new Failure(`${path}: is no JSON: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  if (!isTree(found)) throw new Failure(`${path}: expected an object { task, machine, train }`);
  return found;
}

export async function writeConfig(folder: string, settings: Settings): Promise<void> {
  const path = join(folder, CONFIG);
  try {
    await writeWhole(path, `${JSON.stringify(settings, null, 2)}\n`);
  } catch (error) {
    throw fileFailure(path, error);
  }
}

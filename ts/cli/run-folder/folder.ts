// The folder of a run: what is in it.

import { mkdir, readdir, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Failure } from "../failure.js";
import { fileFailure } from "../files/place.js";

export const CONFIG = "config.json";
export const METRICS = "metrics.jsonl";
export const CHECKPOINT = "checkpoint.safetensors";
export const PREVIOUS = "checkpoint.previous.safetensors";

const OWN: readonly string[] = [CONFIG, METRICS, CHECKPOINT, PREVIOUS];

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Makes the folder where it is not there. Gives what removes again the folders that it made, as far as nothing is in them. */
export async function makeFolder(path: string): Promise<() => Promise<void>> {
  try {
    const first = await mkdir(path, { recursive: true });
    return () => removeEmpty(resolve(path), first === undefined ? undefined : resolve(first));
  } catch (error) {
    throw fileFailure(path, error);
  }
}

/** From the last up to the first that was made. */
async function removeEmpty(path: string, first: string | undefined): Promise<void> {
  if (first === undefined) return;
  const removed = await rmdir(path).then(
    () => true,
    () => false,
  );
  if (removed && path !== first) await removeEmpty(dirname(path), first);
}

/** A new run is not begun where one is. */
export async function refuseRun(path: string): Promise<void> {
  const files = await readdir(path);
  if (files.some((file) => OWN.includes(file)))
    throw new Failure(`${path}: a run is there already: --resume goes on with it, --out DIR begins another elsewhere`);
}

/** What is there without a configuration is of no run that can go on, and may be another program's. */
export async function refuseRemains(path: string): Promise<void> {
  const file = (await readdir(path)).find((file) => OWN.includes(file));
  if (file !== undefined) throw new Failure(`${path}: ${file} is there without ${CONFIG}: no run can go on from it`);
}

/** Removes all that is a run's. */
export async function removeRun(path: string): Promise<void> {
  for (const file of OWN) await rm(join(path, file), { force: true });
}

/** Removes what a run that was killed in the midst of a write has left. */
export async function removeLeftovers(path: string): Promise<void> {
  for (const file of await readdir(path))
    if (file.endsWith(".tmp") && OWN.some((own) => file.startsWith(`.${own}.`))) await rm(join(path, file));
}

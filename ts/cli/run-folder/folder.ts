// The folder of a run: what is in it.

import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
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

/** Makes the folder where it is not there; refuses one that holds a run, unless that is to go on. */
export async function openFolder(path: string, resume: boolean): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    const files = await readdir(path);
    if (!resume && files.some((file) => OWN.includes(file)))
      throw new Failure(
        `${path}: a run is there already: --resume goes on with it, --out DIR begins another elsewhere`,
      );
  } catch (error) {
    throw error instanceof Failure ? error : fileFailure(path, error);
  }
}

/** Removes what a run that was killed in the midst of a write has left. */
export async function removeLeftovers(path: string): Promise<void> {
  for (const file of await readdir(path))
    if (file.endsWith(".tmp") && OWN.some((own) => file.startsWith(`.${own}.`))) await rm(join(path, file));
}

// One process at a time trains in a folder: two would write each other's files over. What a process that was killed leaves behind is no lock.

import { open, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { Failure } from "../failure.js";
import { fileFailure } from "../files/place.js";
import { isTree } from "../settings/tree.js";

export const LOCK = "lock.json";

/** Gives what opens the folder to others again. */
export async function lock(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, LOCK);
  try {
    if (!(await take(path))) {
      const holder = await holderOf(path);
      if (holder !== undefined)
        throw new Failure(`${folder}: ${holder} trains there (if it does not, remove ${path} and try again)`);
      await rm(path, { force: true });
      if (!(await take(path))) throw new Failure(`${folder}: another process has just begun to train there`);
    }
  } catch (error) {
    throw error instanceof Failure ? error : fileFailure(path, error);
  }
  return () => rm(path, { force: true });
}

async function take(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    await file.writeFile(JSON.stringify({ process: process.pid, host: hostname() })).finally(() => file.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Who holds the lock, in words; undefined where that process is no more. */
async function holderOf(path: string): Promise<string | undefined> {
  let held: unknown;
  try {
    held = JSON.parse(await readFile(path, "utf8"));
  } catch {
    return; // it was stopped as it took the lock, or has just ended
  }
  const { process: id, host } = isTree(held) ? held : {};
  if (typeof id !== "number") return;
  if (host !== hostname()) return `process ${id} on ${String(host)}`;
  return isAlive(id) ? `process ${id}` : undefined;
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it is another user's
  }
}

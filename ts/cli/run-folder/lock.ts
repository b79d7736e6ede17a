// One process at a time trains in a folder: two would write each other's files over. What a process that was killed leaves behind is no lock.

import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, readdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Failure } from "../failure.js";
import { fileFailure, readText } from "../files/place.js";
import { isTree } from "../settings/tree.js";

export const LOCK = "lock.json";
/** Of 10 ms each. */
const MOST_WAITS = 200;

/** Gives what opens the folder to others again. `does` is what a process that has the lock does there, in the words of who does not get it. */
export async function lock(folder: string, does = "trains"): Promise<() => Promise<void>> {
  const path = join(folder, LOCK);
  const own = besides(folder);
  const text = JSON.stringify({ process: process.pid, host: hostname() });
  try {
    await writeFile(own, text, { flag: "wx" });
    await removeLeftovers(folder, own);
    let read: string | undefined;
    while (!(await take(path, own))) {
      const held = await readText(path);
      if (held === undefined) continue; // given back just now
      if (namedIn(held) === undefined && read !== held) {
        read = held; // where files have no links it may be being written: looked at once more
        await setTimeout(100);
        continue;
      }
      const holder = holderOf(held);
      if (holder !== undefined)
        throw new Failure(`${folder}: ${holder} ${does} there (if it does not, remove ${path} and try again)`);
      await removeStale(path, held, own);
    }
  } catch (error) {
    throw error instanceof Failure ? error : fileFailure(path, error);
  } finally {
    await rm(own, { force: true });
  }
  return async () => {
    // Removed by hand, it may be another's by now.
    if ((await readText(path)) === text) await rm(path, { force: true });
  };
}

/** A name that no other process has. */
function besides(folder: string): string {
  return join(folder, `.${LOCK}.${randomBytes(4).toString("hex")}.tmp`);
}

/** What was put besides by a process that was killed; that of another, which is about to ask for the lock, stays. */
async function removeLeftovers(folder: string, own: string): Promise<void> {
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    if (!file.startsWith(`.${LOCK}.`) || !file.endsWith(".tmp") || path === own) continue;
    const text = await readText(path);
    if (text !== undefined && namedIn(text) && holderOf(text) === undefined) await rm(path, { force: true });
  }
}

/** The lock comes to be with its content, but where a file system knows no links. */
async function take(path: string, own: string): Promise<boolean> {
  try {
    await link(own, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") throw error;
      return copyFile(own, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Of several that found the lock stale, one at a time may remove it: a late one sees that another's has taken its place. A guard that
 * stays was left by a process that was killed just there, and is not removed: two who did that would be inside together.
 */
async function removeStale(path: string, stale: string, own: string): Promise<void> {
  const guard = `${path}.stale`;
  for (let wait = 0; !(await take(guard, own)); wait++) {
    if (wait === MOST_WAITS)
      throw new Failure(`${guard} stays, though it is needed for moments only: remove it and try again`);
    await setTimeout(10);
  }
  try {
    if ((await readText(path)) === stale) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

/** The process that wrote a lock; undefined where it is not whole: the power was cut before it was on the disk. */
function namedIn(text: string): { readonly id: number; readonly host: unknown } | undefined {
  try {
    const held: unknown = JSON.parse(text);
    const { process: id, host } = isTree(held) ? held : {};
    return typeof id === "number" ? { id, host } : undefined;
  } catch {
    return undefined;
  }
}

/** Who holds the lock, in words; undefined where that process is no more. */
function holderOf(text: string): string | undefined {
  const named = namedIn(text);
  if (named === undefined) return;
  const { id, host } = named;
  if (host !== hostname()) return `process ${id} on ${String(host)}`;
  // A container that is started again has the name and the number of the one before.
  return id !== process.pid && isAlive(id) ? `process ${id}` : undefined;
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it is another user's
  }
}

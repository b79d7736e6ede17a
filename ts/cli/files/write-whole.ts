// A file that is there whole or not at all: whatever stops us in between, the old one stays as it was.

import { randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { unlessAbsent } from "./place.js";
import { takeName, toDisk } from "./to-disk.js";

/** @param keep where the file that was there before goes, if it is to be kept */
export async function writeWhole(path: string, content: Uint8Array | string, keep?: string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(4).toString("hex")}.tmp`); // a rename stays within one file system
  try {
    const file = await open(temporary, "wx", 0o666);
    try {
      await file.writeFile(content);
      await toDisk(() => file.sync()); // or a power cut could leave the new name on an empty file
    } finally {
      await file.close();
    }
    if (keep !== undefined) await takeName(path, keep).catch(unlessAbsent);
    await takeName(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Makes the rename itself last. Not every system lets a folder be opened; the file is whole without it. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {}
}

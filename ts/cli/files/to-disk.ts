// What outlasts a power cut: bytes that are on the disk, and a name that a file has taken.

import { rename } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { codeOf } from "./place.js";

/** What says that it cannot be asked for, not that the disk failed. Yarn's Plug'n'Play has no code, Node's permission model the first. */
const NOT_THERE: readonly string[] = [
  "",
  "ERR_ACCESS_DENIED",
  "EPERM",
  "EACCES",
  "EINVAL",
  "ENOSYS",
  "ENOTSUP",
  "EOPNOTSUPP",
];

/** Not every host lets a file be brought to the disk: it is whole without. */
export async function toDisk(sync: () => Promise<void>): Promise<void> {
  try {
    await sync();
  } catch (error) {
    if (!NOT_THERE.includes(codeOf(error))) throw error;
  }
}

const HELD: readonly string[] = ["EACCES", "EPERM", "EBUSY"];
/** Together some 3 seconds. */
const MOST_TRIES = 10;

/** On Windows whoever looks at a file, a scanner for viruses, keeps it from another name for moments. */
export async function takeName(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (process.platform !== "win32" || !HELD.includes(codeOf(error)) || tries === MOST_TRIES) throw error;
      await setTimeout(10 * 2 ** Math.min(tries, 6));
    }
}

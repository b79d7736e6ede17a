// On which machines a run was trained: its processor time is theirs, whichever reads it later.

import { appendFile } from "node:fs/promises";
import { arch, cpus, platform } from "node:os";
import { join } from "node:path";
import { readText } from "../files/place.js";

const FILE = "machines.txt";
const HERE = `${cpus()[0]?.model ?? "unknown"}, ${platform()} ${arch()}, node ${process.versions.node}`;

/** Notes in a run's folder, once, that it was trained here. */
export async function noteMachine(folder: string): Promise<void> {
  if (!(await noted(folder)).includes(HERE)) await appendFile(join(folder, FILE), `${HERE}\n`);
}

/** Those that are noted in a run's folder; this one where none is. */
export async function machinesOf(folder: string): Promise<string> {
  const machines = await noted(folder);
  return machines.length > 0 ? machines.join(" and ") : HERE;
}

async function noted(folder: string): Promise<readonly string[]> {
  const text = (await readText(join(folder, FILE))) ?? "";
  return text.split("\n").filter((line) => line !== "");
}

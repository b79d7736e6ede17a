// The two newest checkpoints of a run. Whatever stops us, one of them is whole: the new one takes its name only when it is on the disk, and
// when it is found damaged, the one before takes its place.

import { rename } from "node:fs/promises";
import { join } from "node:path";
import { NTM, NTMError } from "../../index.js";
import { Failure } from "../failure.js";
import { exists, fileFailure, inWords, read } from "../files/place.js";
import { writeWhole } from "../files/write-whole.js";
import { warn } from "../say.js";
import { CHECKPOINT, PREVIOUS } from "./folder.js";

export async function saveCheckpoint(folder: string, content: Uint8Array): Promise<void> {
  const newest = join(folder, CHECKPOINT);
  try {
    await writeWhole(newest, content, join(folder, PREVIOUS));
  } catch (error) {
    throw fileFailure(newest, error);
  }
}

export interface Found {
  readonly machine: NTM;
  /** The file that it is from. */
  readonly path: string;
}

/** The newest whole checkpoint, undefined where there is none yet. Says so where the newest is damaged. */
export async function newestCheckpoint(folder: string): Promise<Found | undefined> {
  const [newest, previous] = [join(folder, CHECKPOINT), join(folder, PREVIOUS)];
  if (await exists(newest)) {
    try {
      return { machine: await loadMachine(newest), path: newest };
    } catch (error) {
      if (!(error instanceof Failure) || !(await exists(previous))) throw error;
      const machine = await loadMachine(previous).catch(() => undefined);
      if (machine === undefined) throw new Failure(`${error.message}; and so is ${previous}`, { cause: error });
      warn(`${error.message}; the one before it is used, of update ${machine.step}`);
      return { machine, path: previous };
    }
  }
  return (await exists(previous)) ? { machine: await loadMachine(previous), path: previous } : undefined;
}

/** Puts the checkpoint that a run goes on from in the place of the newest, so that a damaged one is not kept as the one before. */
export async function makeNewest({ path }: Found, folder: string): Promise<void> {
  const newest = join(folder, CHECKPOINT);
  if (path === newest) return;
  try {
    await rename(path, newest);
  } catch (error) {
    throw new Failure(`${newest}: ${inWords(error)}`, { cause: error });
  }
}

/** The caller disposes of the machine. */
export async function loadMachine(path: string): Promise<NTM> {
  const bytes = await read(path);
  return NTM.load(bytes).catch((error: unknown) => {
    if (!(error instanceof NTMError) || error.code !== "checkpoint") throw error;
    throw new Failure(`${path}: not a checkpoint: ${error.message.replace(/^checkpoint: /, "")}`, { cause: error });
  });
}

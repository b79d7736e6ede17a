// The two newest checkpoints of a run. Whatever stops us, one of them is whole: the new one takes its name only when it is on the disk, and
// when it is found damaged, the one before takes its place.

import { join } from "node:path";
import { NTM, NTMError } from "../../index.js";
import { Failure } from "../failure.js";
import { fileFailure, isAbsence, read } from "../files/place.js";
import { takeName } from "../files/to-disk.js";
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
  let damage: Failure | undefined;
  try {
    const found = await loadIfThere(newest);
    if (found !== undefined) return found;
  } catch (error) {
    if (!isDamage(error)) throw error; // it may be whole: a run that went on from the one before would write it over
    damage = error;
  }
  const before = await loadIfThere(previous).catch((error: unknown) => {
    if (damage === undefined || !isDamage(error)) throw error;
    throw new Failure(`${damage.message}; and so is ${previous}`, { cause: damage });
  });
  if (damage === undefined) return before;
  if (before === undefined) throw damage;
  warn(`${damage.message}; the one before it is used, of update ${before.machine.step}`);
  return before;
}

async function loadIfThere(path: string): Promise<Found | undefined> {
  return loadMachine(path).then(
    (machine) => ({ machine, path }),
    (error: unknown) => {
      if (isAbsence((error as Failure).cause)) return undefined;
      throw error;
    },
  );
}

/** Whether the file was read, and is no whole checkpoint. */
function isDamage(error: unknown): error is Failure {
  return error instanceof Failure && error.cause instanceof NTMError;
}

/** Puts the checkpoint that a run goes on from in the place of the newest, so that a damaged one is not kept as the one before. */
export async function makeNewest({ path }: Found, folder: string): Promise<void> {
  const newest = join(folder, CHECKPOINT);
  if (path === newest) return;
  try {
    await takeName(path, newest);
  } catch (error) {
    throw fileFailure(newest, error);
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

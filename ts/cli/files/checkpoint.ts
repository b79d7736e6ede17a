// A trained machine in a file or the folder of a run, and what the command notes beside it, so that the file alone says what it was trained on.

import { join } from "node:path";
import { type Clip, type NTM, NTMError } from "../../index.js";
import { word } from "../arguments/word.js";
import { Failure } from "../failure.js";
import { counted } from "../format.js";
import { loadMachine, newestCheckpoint } from "../run-folder/checkpoints.js";
import { CHECKPOINT, isFolder } from "../run-folder/folder.js";
import { isTree } from "../settings/tree.js";
import { findTask, type KnownTask, knownTask, type MadeTask, type TaskOptions, type TaskSource } from "../tasks.js";

/** What `ntm train` stores as the checkpoint's metadata. */
export interface Recorded {
  readonly task: TaskSource & { readonly options: TaskOptions };
  readonly training: { readonly batchSize: number; readonly clip: Clip };
  /** What the run began with, where that was a trained machine. */
  readonly from?: string;
  readonly progress: Reached;
}

/** What the run itself needs to go on, besides the machine. */
export interface Reached {
  /** The losses of the last updates per sequence, nats or squared errors: what "solved" is said of. */
  readonly recent: readonly number[];
  /** Sums over the updates since the last line of metrics. */
  readonly since: { readonly updates: number; readonly loss: number; readonly gradientNorm: number };
}

export interface Trained {
  readonly machine: NTM;
  readonly known: KnownTask;
  readonly task: MadeTask;
}

/**
 * The caller disposes of the machine.
 *
 * @param path a checkpoint, or the folder of a run
 * @param name the task, where it is one of the user's own, or where the checkpoint does not say
 */
export async function openCheckpoint(path: string, name?: string): Promise<Trained> {
  const machine = await openMachine(path);
  try {
    const recorded = taskIn(machine.metadata);
    const known = name === undefined ? recordedTask(path, recorded) : await knownTask(name);
    // Options of another task would mean nothing to it.
    const isOwn = recorded?.module !== undefined;
    const isRecorded = "module" in known.source ? isOwn : !isOwn && recorded?.name === known.source.name;
    const task = known.create(isRecorded ? recorded?.options : undefined);
    if (task.inputSize !== machine.config.inputSize || task.outputSize !== machine.config.outputSize)
      throw new Failure(`${path}: its machine, ${sizes(machine.config)}, does not fit ${task.name}, ${sizes(task)}`);
    return { machine, known, task };
  } catch (error) {
    machine.dispose();
    throw error instanceof NTMError ? new Failure(`${path}: ${error.message}`, { cause: error }) : error;
  }
}

/** The machine alone, whatever it was trained on. The caller disposes of it. */
export async function openMachine(path: string): Promise<NTM> {
  if (!(await isFolder(path))) return loadMachine(path);
  const found = await newestCheckpoint(path);
  if (found === undefined) throw new Failure(`${path}: no ${CHECKPOINT} in this folder`);
  return found.machine;
}

function recordedTask(path: string, recorded: Record<string, unknown> | undefined): KnownTask {
  const { name, module } = recorded ?? {};
  if (typeof module === "string")
    throw new Failure(`${path}: was trained on a task of one's own: say where it is, --task ${word(module)}`);
  if (typeof name !== "string")
    throw new Failure(
      `${path}: does not say what it was trained on: --task TASK or --task ${join(".", "my-task.mjs")}`,
    );
  const known = findTask(name);
  if (known === undefined)
    throw new Failure(
      `${path}: was trained on ${name}, which is unknown here: of a task of one's own say where it is, --task ${join(".", "my-task.mjs")}`,
    );
  return known;
}

function sizes({ inputSize, outputSize }: { readonly inputSize: number; readonly outputSize: number }): string {
  return `of ${counted(inputSize, "input")} and ${counted(outputSize, "output")}`;
}

/** The file comes from anywhere: believed only as far as it has the right form. */
function taskIn(metadata: unknown): { name?: unknown; module?: unknown; options: TaskOptions } | undefined {
  const task = isTree(metadata) ? metadata["task"] : undefined;
  if (!isTree(task)) return;
  return { ...task, options: (isTree(task["options"]) ? task["options"] : {}) as TaskOptions };
}

/** What the run that wrote the checkpoint had reached. */
export function reachedIn(metadata: unknown): Reached | undefined {
  const progress = isTree(metadata) ? metadata["progress"] : undefined;
  if (!isTree(progress)) return;
  const { recent, since } = progress;
  if (!Array.isArray(recent) || !recent.every(Number.isFinite) || !isTree(since)) return;
  const { updates, loss, gradientNorm } = since;
  if (![updates, loss, gradientNorm].every(Number.isFinite)) return;
  return progress as unknown as Reached;
}

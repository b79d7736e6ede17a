// A trained machine in a file, and what the command notes beside it, so that the file alone says how to go on.

import { type Clip, NTM, NTMError } from "../../index.js";
import { Failure } from "../failure.js";
import { findTask, type KnownTask, type PaperTask, type TaskOptions } from "../tasks.js";
import { read } from "./place.js";

/** What `ntm train` stores as the checkpoint's metadata. */
export interface Recorded {
  readonly task: { readonly name: string; readonly options: TaskOptions };
  readonly training: {
    readonly batchSize: number;
    readonly optimizer: "rmsprop" | "adam";
    readonly learningRate: number;
    readonly clip: Clip;
  };
}

export interface Trained {
  readonly machine: NTM;
  readonly known: KnownTask;
  readonly task: PaperTask;
  readonly recorded: Recorded;
}

/** The caller disposes of the machine. */
export async function openCheckpoint(path: string): Promise<Trained> {
  const bytes = await read(path);
  const machine = await NTM.load(bytes).catch((error: unknown) => {
    if (!(error instanceof NTMError) || error.code !== "checkpoint") throw error;
    throw new Failure(`${path}: not a checkpoint: ${error.message.replace(/^checkpoint: /, "")}`, { cause: error });
  });
  try {
    const recorded = recordedIn(machine.metadata);
    if (recorded === undefined)
      throw new Failure(`${path}: does not say what it was trained on; ntm train did not write it`);
    const { name, options } = recorded.task;
    const known = findTask(name);
    if (known === undefined) throw new Failure(`${path}: was trained on ${name}, which is unknown here`);
    const task = known.create(options);
    if (task.inputSize !== machine.config.inputSize || task.outputSize !== machine.config.outputSize)
      throw new Failure(`${path}: its machine does not fit its task, ${known.name}`);
    return { machine, known, task, recorded };
  } catch (error) {
    machine.dispose();
    throw error instanceof NTMError ? new Failure(`${path}: ${error.message}`, { cause: error }) : error;
  }
}

/** The file comes from anywhere: believed only as far as it has the right form. */
function recordedIn(metadata: unknown): Recorded | undefined {
  const { task, training } = fields(metadata);
  const { name, options } = fields(task);
  const { batchSize, optimizer, learningRate, clip } = fields(training);
  if (typeof name !== "string" || !Object.values(fields(options)).every((value) => typeof value === "number")) return;
  if (typeof batchSize !== "number" || typeof learningRate !== "number") return;
  if (optimizer !== "rmsprop" && optimizer !== "adam") return;
  const { value, norm } = fields(clip);
  const limit: Clip | undefined =
    clip === null ? null : typeof value === "number" ? { value } : typeof norm === "number" ? { norm } : undefined;
  if (limit === undefined) return;
  return {
    task: { name, options: fields(options) as TaskOptions },
    training: { batchSize, optimizer, learningRate, clip: limit },
  };
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

// A task of the user's own, from a module: its default export, or its export `task`, is a task, or a function that makes one of options.
//
// The module is run because the user typed its name, never because a file names it: a checkpoint from elsewhere runs no code.

import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ignoreRejection } from "../errors.js";
import { integer } from "../options.js";
import { OwnOptions } from "../tasks/task.js";
import { Failure, messageOf } from "./failure.js";
import { exists } from "./files/place.js";
import type { KnownTask, MadeTask, TaskOptions } from "./tasks.js";

/** A path, rather than the name of a task. */
export function isModule(name: string): boolean {
  return /[\\/]/.test(name) || /\.[cm]?[jt]s$/.test(name);
}

export async function ownTask(file: string): Promise<Omit<KnownTask, "like" | "sequences">> {
  if (!(await exists(file))) throw new Failure(`${file}: no such file`);
  const exported = await inModule(file, async () => {
    const module = await import(pathToFileURL(resolve(file)).href).catch((error: { code?: unknown }) => {
      if (error.code !== "ERR_UNKNOWN_FILE_EXTENSION" || !/\.[cm]?ts$/.test(file)) throw error;
      throw new Error("this Node does not run TypeScript, Node 22.18 and later do: compile it", { cause: error });
    });
    return (module.default ?? module.task) as unknown;
  });
  if (typeof exported !== "function" && !isTask(exported))
    throw new Failure(
      `${file}: expected a task as its default export or its export task, or a function that makes one`,
    );
  const name = basename(file).replace(/\.[cm]?[jt]s$/, "");
  return {
    name,
    source: { module: file },
    measured: [{}],
    shown: {},
    create: (options = {}) => made(file, name, exported, options),
  };
}

const size = integer(1, 65536);

function made(file: string, name: string, exported: unknown, options: TaskOptions): MadeTask {
  if (typeof exported !== "function" && Object.keys(options).length > 0)
    throw new Failure(`${file}: takes no options: it exports a task, not a function that makes one of options`);
  const seen = new OwnOptions(options);
  const task: unknown = typeof exported === "function" ? inModule(file, () => exported(seen.with({}))) : exported;
  if (task instanceof Promise) {
    ignoreRejection(task);
    throw new Failure(`${file}: its function is async: expected the task itself, got a promise`);
  }
  if (!isTask(task)) throw new Failure(`${file}: its function made no task, which has inputSize, outputSize and batch`);
  inModule(file, () => [size(task.inputSize, "inputSize"), size(task.outputSize, "outputSize")]);
  return {
    name: task.name ?? name,
    inputSize: task.inputSize,
    outputSize: task.outputSize,
    options,
    batch: (random, asked) =>
      inModule(file, () => {
        const batch = task.batch(random, asked);
        // Whatever it wants to know of its options it has looked at by now.
        seen.assertRead();
        return batch;
      }),
  };
}

function isTask(value: unknown): value is MadeTask {
  return typeof value === "object" && value !== null && "batch" in value && typeof value.batch === "function";
}

/** What the user's code throws is told as the user's. */
function inModule<T>(file: string, run: () => T): T {
  const told = (error: unknown) => new Failure(`${file}: ${messageOf(error)}`, { cause: error });
  try {
    const result = run();
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw told(error);
    }) as T;
  } catch (error) {
    throw told(error);
  }
}

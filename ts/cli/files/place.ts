// Files as the user names them: what is wrong with one is said in one line, and before minutes of work, not after.

import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure, messageOf } from "../failure.js";

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EISDIR: "is a folder, not a file",
  EEXIST: "is a file, not a folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left",
  EDQUOT: "no space left",
};

/** "my-task.mjs: no such file" */
export function fileFailure(path: string, error: unknown): Failure {
  return new Failure(`${path}: ${inWords(error)}`, { cause: error });
}

/** The same of a file that could not be written: what is not there is its folder. */
export function writeFailure(path: string, error: unknown): Failure {
  return isAbsence(error)
    ? new Failure(`${dirname(path)}: no such folder`, { cause: error })
    : fileFailure(path, error);
}

/** What the system says, in words: "no space left". */
export function inWords(error: unknown): string {
  return WORDS[codeOf(error)] ?? messageOf(error);
}

/** Whether the system says that there is no such file. */
export function isAbsence(error: unknown): boolean {
  return codeOf(error) === "ENOENT";
}

/** What the system calls it, "ENOENT"; empty where it has no name for it. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

export async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw fileFailure(path, error);
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** What a file of our own holds; undefined where there is none. */
export async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(unlessAbsent);
}

/** For a file that need not be there: any other failure to read or move it is thrown. */
export function unlessAbsent(error: unknown): undefined {
  if (!isAbsence(error)) throw error;
}

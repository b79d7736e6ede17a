// How the command ends: 0 fine, 1 failure, 2 wrong usage, 128 + the signal interrupted, 141 nobody reads; one line says why.

import { CommanderError } from "commander";
import { NTMError } from "../index.js";

/** Why the command cannot go on, said to the one who typed it. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exitCode: number;

  constructor(message: string, { exitCode = 1, cause }: { exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}

/** What was typed cannot be meant. */
export class WrongUsage extends Failure {
  constructor(message: string, cause?: unknown) {
    super(message, { exitCode: 2, cause });
  }
}

/** The run was stopped from outside and ended in order; all there is to say has been said. */
export class Interrupted extends Failure {}

/** Writes one line about the error, and where it comes from for those who ask (DEBUG, --verbose); gives the exit code. */
export function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has written its line
  if (!(error instanceof Interrupted)) {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    if (verbose()) process.stderr.write(`${stackOf(error)}\n`);
    else if (isOurFault(error)) process.stderr.write("(this should not happen; --verbose shows where it did)\n");
  }
  return error instanceof Failure ? error.exitCode : 1;
}

export function messageOf(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).trim().replaceAll(/\s*\n\s*/g, " ");
  // advice to who writes programs
  return error instanceof NTMError && error.code === "memory"
    ? message.replace("recompute: true", "--recompute")
    : message;
}

/** Looked up in the arguments themselves: an error may come before they are parsed. */
function verbose(): boolean {
  return Boolean(process.env["DEBUG"]) || process.argv.includes("--verbose");
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause)}`;
}

/** Neither said by us, nor by the library, nor by the system. */
export function isOurFault(error: unknown): boolean {
  return !(error instanceof Failure || error instanceof NTMError || (error instanceof Error && "syscall" in error));
}

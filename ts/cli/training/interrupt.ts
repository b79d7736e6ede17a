// Ctrl-C, the other polite ways to ask us to stop, the loss of standard output, and an error that nothing has caught, of a promise or a
// timer in a user's task. The first is noted, and the work ends at the next whole step; after it we no longer listen for signals, so that a
// second one ends the process as it ends any other, in the middle of a step if need be. That standard output is lost as well, or that more
// is thrown, ends nothing sooner: Ctrl-C also ends what reads it, in a pipeline.

import { constants } from "node:os";
import { Failure, Interrupted, messageOf } from "../failure.js";
import { whenGone } from "../stdout.js";

/** What asks a process to stop, as Ctrl-C does, where its parent cannot send signals. */
export const STOP = "stop";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export class Interrupt {
  #why: Failure | undefined;
  readonly #onFirst: () => void;
  readonly #stopWatching: () => void;

  constructor(onFirst: () => void = () => {}) {
    this.#onFirst = onFirst;
    for (const signal of SIGNALS) process.on(signal, this.#listen);
    if (process.channel) process.on("message", this.#hear);
    process.on("uncaughtException", this.#thrown);
    this.#stopWatching = whenGone((why) => this.#first(why));
  }

  /** How the command is to end, once something has asked it to: after Ctrl-C with 130. */
  get why(): Failure | undefined {
    return this.#why;
  }

  readonly #listen = (signal: NodeJS.Signals): void => {
    this.#first(new Interrupted("interrupted", { exitCode: 128 + constants.signals[signal] }));
  };

  readonly #hear = (message: unknown): void => {
    if (message === STOP) this.#listen("SIGINT");
  };

  readonly #thrown = (error: unknown): void => {
    this.#first(new Failure(`caught by nothing: ${messageOf(error)}`, { cause: error }));
  };

  #first(why: Failure): void {
    if (this.#why !== undefined) return;
    this.#why = why;
    this.#leaveSignals();
    this.#onFirst();
  }

  #leaveSignals(): void {
    for (const signal of SIGNALS) process.off(signal, this.#listen);
    process.off("message", this.#hear);
  }

  /** Listens no longer; but once the command is to end, that nobody reads its last words is no other end. */
  stop(): void {
    this.#leaveSignals();
    process.off("uncaughtException", this.#thrown);
    if (this.#why === undefined) this.#stopWatching();
  }
}

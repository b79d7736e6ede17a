// Ctrl-C, and the other polite ways to ask us to stop. The first is noted, and the work ends at the next whole step; after it we no longer
// listen, so that a second one ends the process as it ends any other, in the middle of a step if need be.

import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export class Interrupt {
  #signal: NodeJS.Signals | undefined;
  readonly #onFirst: () => void;

  constructor(onFirst: () => void = () => {}) {
    this.#onFirst = onFirst;
    for (const signal of SIGNALS) process.on(signal, this.#listen);
  }

  /** The exit code that says so, 130 for Ctrl-C, once one has come. */
  get exitCode(): number | undefined {
    return this.#signal && 128 + constants.signals[this.#signal];
  }

  readonly #listen = (signal: NodeJS.Signals): void => {
    this.#signal = signal;
    this.stop();
    this.#onFirst();
  };

  /** Listens no longer. */
  stop(): void {
    for (const signal of SIGNALS) process.off(signal, this.#listen);
  }
}

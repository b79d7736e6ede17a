// Standard output may be gone before we are done: its reader has left (`ntm … | head -1`), or the disk under it is full.

import { Failure, Interrupted } from "./failure.js";
import { inWords } from "./files/place.js";

type Listener = (why: Failure) => void;

const listeners: Listener[] = [];
let gone = false;

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (gone) return; // whatever is still written goes nowhere
  gone = true;
  listeners.at(-1)?.(reason(error));
});

/** Who listens last decides what happens then. Gives what ends the listening. */
export function whenGone(listener: Listener): () => void {
  listeners.push(listener);
  return () => {
    const index = listeners.indexOf(listener);
    if (index >= 0) listeners.splice(index, 1);
  };
}

/** A reader who leaves is no failure to tell anybody about: the exit code is that of a program which SIGPIPE ends. */
function reason(error: NodeJS.ErrnoException): Failure {
  if (error.code === "EPIPE") return new Interrupted("standard output was closed", { exitCode: 141, cause: error });
  return new Failure(`standard output: ${inWords(error)}`, { cause: error });
}

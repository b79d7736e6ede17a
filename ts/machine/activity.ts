/**
 * Who may do what while a machine is trained or evaluated. JavaScript never interrupts a step, so whoever gets to run sees
 * the machine at a whole step; but training and evaluation span many, and what would change the machine under their hands is refused.
 */
import { NTMError } from "../errors.js";

/** What a machine is engaged in. */
export class Activity {
  /** `running`: between two progress reports. `held`: the consumer has one in hand. */
  #training: "no" | "running" | "held" = "no";
  #evaluations = 0;

  /** Throws `busy` unless the machine may be changed. */
  assertFree(what: string): void {
    if (this.#training !== "no")
      throw busy(`${what} would change the machine while it is being trained: end that loop`);
    if (this.#evaluations > 0) throw busy(`${what} would change the machine while it is being evaluated`);
  }

  /** Training begins. */
  startTraining(): void {
    this.assertFree("train");
    this.#training = "running";
  }

  /** The consumer gets a progress. */
  hold(): void {
    this.#training = "held";
  }

  /** The consumer asks for the next one. */
  goOn(): void {
    if (this.#evaluations > 0)
      throw busy("an evaluation was still under way when the next progress was asked for: training has ended");
    this.#training = "running";
  }

  /** Training is over, in whichever way. */
  endTraining(): void {
    this.#training = "no";
  }

  /** An evaluation, which wants the same machine for all its batches. Returns what to call at its end. */
  startEvaluation(): () => void {
    if (this.#training === "running")
      throw busy("evaluate needs the machine to stand still: call it while you hold a progress, or after training");
    this.#evaluations++;
    return () => {
      this.#evaluations--;
    };
  }
}

function busy(message: string): NTMError {
  return new NTMError("busy", message);
}

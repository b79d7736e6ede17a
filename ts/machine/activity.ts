/**
 * Who may do what while a machine is trained or evaluated. JavaScript never interrupts a step, so whoever gets to run sees
 * the machine at a whole step; but training and evaluation span many, and what would change the machine under their hands is refused.
 */
import { NTMError } from "../errors.js";

/** A training under way. */
export interface Training {
  /** Whether the consumer has a progress in hand: the machine stands still. */
  held: boolean;
}

/** What a machine is engaged in. */
export class Activity {
  #training: Training | undefined;
  #evaluations = 0;

  /** Throws `busy` unless the machine may be changed. */
  assertFree(what: string): void {
    if (this.#training)
      throw busy(`${what} would change the machine while it is being trained: end that loop, or abort it`);
    if (this.#evaluations > 0) throw busy(`${what} would change the machine while it is being evaluated`);
  }

  /** Training begins. */
  startTraining(): Training {
    this.assertFree("train");
    this.#training = { held: false };
    return this.#training;
  }

  /** The consumer asks for the next progress. */
  goOn(training: Training): void {
    if (this.#evaluations > 0)
      throw busy("an evaluation was still under way when the next progress was asked for: training has ended");
    training.held = false;
  }

  /** That training is over, in whichever way. A second time does nothing: another may have begun. */
  endTraining(training: Training): void {
    if (this.#training === training) this.#training = undefined;
  }

  /** An evaluation, which wants the same machine for all its batches. Returns what to call at its end. */
  startEvaluation(): () => void {
    if (this.#training?.held === false)
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

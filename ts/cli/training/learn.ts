// The training itself: updates, one after the other, told and saved as they go, until there are enough, the task is solved, or we are asked
// to stop. All three end at a whole step.

import { NTMError, type Progress as Update } from "../../index.js";
import { inFlags } from "../arguments/names.js";
import { Failure } from "../failure.js";
import { fileFailure } from "../files/place.js";
import { writeWhole } from "../files/write-whole.js";
import { counted } from "../format.js";
import type { Progress } from "../progress/progress.js";
import type { Interrupt } from "./interrupt.js";
import { Pace } from "./pace.js";
import type { Settings } from "./settings.js";
import { Window } from "./window.js";

/** "Solved", and the loss that is shown, are said of the mean over so many training sequences. */
export const RECENT = 1000;

/** What can end training with the machine at a whole step, worth saving. */
const MIDWAY: ReadonlySet<string> = new Set(["non-finite", "memory", "worker"]);

export interface Plan {
  /** Updates in all, counted over the machine's life. */
  readonly to: number;
  /** Solved when the recent mean is below so many bits. */
  readonly until: number | undefined;
  /** Saved every so many updates, and at the end. */
  readonly every: number;
  readonly out: string;
  readonly workers: number;
  readonly recompute: boolean;
}

export interface Outcome {
  readonly solved: boolean;
  readonly sequences: number;
  /** The mean of the last of them, of which there may be fewer than RECENT; null for a loss not measured in bits. */
  readonly recentBits: number | null;
  readonly recentSequences: number;
}

export async function learn(
  settings: Settings,
  plan: Plan,
  progress: Progress,
  interrupt: Interrupt,
): Promise<Outcome> {
  const { machine, task, optimizer, recorded } = settings;
  const { batchSize, clip } = recorded.training;
  const steps = plan.to - machine.step;
  const recent = new Window(RECENT);
  const pace = new Pace();
  const solved = () => plan.until !== undefined && recent.full && recent.mean < plan.until;
  let [done, saved] = [0, -1];
  const save = async () => {
    saved = machine.step;
    await write(plan.out, machine.save({ training: true, metadata: recorded }));
  };

  const update = async ({ step, sequences, bitsPerSequence }: Update) => {
    done += batchSize;
    recent.add(bitsPerSequence ?? Number.NaN, batchSize);
    pace.reached(done);
    progress.update({
      step,
      sequences,
      bits: bitsPerSequence,
      recentBits: bitsPerSequence === null ? null : recent.mean,
      sequencesPerSecond: pace.perSecond,
      secondsLeft: ((plan.to - step) * batchSize) / pace.perSecond,
    });
    if (step % plan.every === 0) await save();
  };

  const training = async () => {
    if (steps === 0) return;
    const { workers, recompute } = plan;
    const options = { steps, batchSize, optimizer, clip, every: 1, workers, recompute };
    for await (const standing of machine.train(task, options)) {
      await update(standing);
      if (solved() || interrupt.why !== undefined) break;
    }
  };

  try {
    await inFlags(training);
  } catch (error) {
    if (!(error instanceof NTMError) || !MIDWAY.has(error.code) || machine.step === plan.to - steps) throw error;
    if (saved !== machine.step) await save(); // the machine stands as it did before that step
    throw new Failure(`${error.message}; ${plan.out} holds the ${counted(machine.step, "update")} before it`, {
      cause: error,
    });
  }
  if (saved !== machine.step) await save();
  const recentBits = Number.isNaN(recent.mean) ? null : recent.mean;
  return { solved: solved(), sequences: done, recentBits, recentSequences: Math.min(done, RECENT) };
}

async function write(path: string, content: Uint8Array): Promise<void> {
  try {
    await writeWhole(path, content);
  } catch (error) {
    throw fileFailure(path, error);
  }
}

// The training itself: updates, one after the other, told and saved as they go, until there are enough, the task is solved, or we are asked
// to stop. All three end at a whole step.

import { NTMError, type Progress as Update } from "../../index.js";
import { bits } from "../../training/bits.js";
import { Failure, isOurFault, messageOf } from "../failure.js";
import type { Recorded } from "../files/checkpoint.js";
import { count, counted } from "../format.js";
import type { Progress } from "../progress/progress.js";
import { saveCheckpoint } from "../run-folder/checkpoints.js";
import { MetricsFile } from "../run-folder/metrics.js";
import type { Run } from "./begin.js";
import type { Interrupt } from "./interrupt.js";
import { RECENT, Recent } from "./recent.js";
import { Speed } from "./speed.js";

export interface Outcome {
  readonly solved: boolean;
  /** Learned from since the run began. */
  readonly sequences: number;
  /** The mean of the last of them, of which there may be fewer than RECENT: nats, or the squared error. */
  readonly recentLoss: number;
  /** The same in bits; null for squared error. */
  readonly recentBits: number | null;
  readonly recentSequences: number;
}

export async function learn(run: Run, progress: Progress, interrupt: Interrupt): Promise<Outcome> {
  const { folder, settings, machine, reached } = run;
  const { from, steps, batchSize, clip, every, until, saveEvery } = settings.train;
  const start = machine.step;
  const recent = new Recent(batchSize, reached?.recent ?? []);
  let since = reached?.since ?? NOTHING;
  const recentBits = () => bits(recent.mean, machine.config);
  const solved = () => until !== null && recent.full && (recentBits() ?? recent.mean) < until;
  const outcome = () => ({
    solved: solved(),
    sequences: machine.step * batchSize,
    recentLoss: recent.mean,
    recentBits: recentBits(),
    recentSequences: Math.min(recent.sequences, RECENT),
  });
  if (start === steps || solved()) return outcome();

  const metrics = await MetricsFile.open(folder, start, every);
  const cpu = process.cpuUsage();
  const speed = new Speed();
  let [saved, savedAt] = [start, performance.now()];
  const save = async () => {
    await metrics.sync();
    const reached = { recent: recent.values, since };
    const training = { training: { batchSize, clip }, ...(from === null ? {} : { from }) };
    const metadata: Recorded = { task: settings.task, ...training, progress: reached };
    await saveCheckpoint(folder, machine.save({ training: true, metadata }));
    [saved, savedAt] = [machine.step, performance.now()];
  };

  const line = async ({ step, sequences, learningRate }: Update) => {
    const { user, system } = process.cpuUsage(cpu);
    const loss = since.loss / since.updates;
    const told = {
      step,
      sequences,
      loss,
      bitsPerSequence: bits(loss, machine.config),
      gradientNorm: since.gradientNorm / since.updates,
      learningRate,
      cpuSeconds: Math.round(metrics.cpuSeconds * 1000 + (user + system) / 1000) / 1000,
    };
    await metrics.add(told);
    progress.line?.(told);
  };

  const update = async (made: Update) => {
    const { step, loss, gradientNorm } = made;
    recent.add(loss);
    since = {
      updates: since.updates + 1,
      loss: since.loss + loss,
      gradientNorm: since.gradientNorm + gradientNorm,
    };
    speed.reached((step - start) * batchSize);
    progress.update({
      step,
      sequences: made.sequences,
      loss,
      bits: made.bitsPerSequence,
      recentLoss: recent.mean,
      recentBits: recentBits(),
      sequencesPerSecond: speed.perSecond,
      secondsLeft: ((steps - step) * batchSize) / speed.perSecond,
    });
    if (step % every === 0) {
      await line(made);
      since = NOTHING;
    }
    // Of what is asked for at all something is left to learn, however little.
    if (recent.full && recent.mean === 0 && gradientNorm === 0)
      throw new Failure(
        `nothing is asked for: the last ${count(RECENT)} sequences cost 0 (are all weights of the mask 0, or all targets of a softmax?)`,
      );
    const ended = step === steps || solved();
    if (ended && since.updates > 0) await line(made); // it is cut off again where the run goes on
    if (ended || performance.now() - savedAt >= saveEvery * 1000) await save();
    return ended;
  };

  /** The updates; where one fails as it may, all before it are saved: the machine stands as it did before that step. */
  const updates = async function* () {
    try {
      yield* run.updates;
    } catch (error) {
      const lost = isOurFault(error) || (error instanceof NTMError && error.code === "poisoned");
      if (lost || machine.step === 0) throw error;
      if (saved !== machine.step)
        await save().catch((unsaved: unknown) => {
          throw new Failure(`${messageOf(error)}; ${messageOf(unsaved)}`, { cause: error });
        });
      const before = `${folder} holds the ${counted(machine.step, "update")} before it`;
      throw new Failure(`${messageOf(error)}; ${before}`, { cause: error });
    }
  };

  try {
    if (from !== null && !reached) await save(); // whatever becomes of that file, the run goes on from here
    for await (const made of updates()) if ((await update(made)) || interrupt.why !== undefined) break;
    if (saved !== machine.step) await save();
    return outcome();
  } finally {
    await metrics.close();
  }
}

const NOTHING = { updates: 0, loss: 0, gradientNorm: 0 };

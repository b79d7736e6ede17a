/** Training: updates from a task's batches, reported as they come. */
import type { Body } from "../machine/body.js";
import { abortSignal, boolean, type Check, callable, integer, optional, record } from "../options.js";
import { Random } from "../random.js";
import { checkTask, drawBatch, type Task } from "../tasks/task.js";
import { Turns } from "../turns.js";
import { openPool, sumOver } from "../workers/open.js";
import type { Pool } from "../workers/pool.js";
import type { WorkerLike } from "../workers/thread.js";
import { bits } from "./bits.js";
import { assertNotOver } from "./schedule.js";
import { throwIfAborted } from "./signal.js";
import {
  type GradientOptions,
  resolveUpdate,
  type Update,
  type Updated,
  type UpdateOptions,
  updateBy,
  updateFrom,
} from "./update.js";

/** Options of {@link NTM.train}. */
export interface TrainOptions extends UpdateOptions, GradientOptions {
  /** How many updates to make. */
  readonly steps: number;
  /** Sequences an update; 1 by default, as in the paper. */
  readonly batchSize?: number | undefined;
  /** Updates from one progress to the next; 1 by default. The last progress, at the end, may come after fewer. */
  readonly every?: number | undefined;
  /**
   * Ends training at the next step boundary; what the iterator then throws is the signal's reason. From the abort on the machine is
   * free: another training may begin, also where nobody asks this one for more.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Worker threads that compute the gradients, for the time of this training; 0 by default: the calling thread does. The task
   * stays in the calling thread. No more are started than a batch has pieces of 8 sequences. The bits are the same with any number.
   */
  readonly workers?: number | undefined;
  /**
   * Makes one worker that runs `neural-turing-machine/worker`, where the package cannot by itself: where a bundler does not follow
   * `new Worker(new URL(…, import.meta.url))`. A new one at each call: training waits for the answers of each, and without end for
   * those of a worker that runs something else, until `signal` aborts it.
   */
  readonly createWorker?: (() => WorkerLike) | undefined;
}

/** How training goes: means over the updates since the last progress. */
export interface Progress {
  /** The machine's updates so far, those before this training included. */
  readonly step: number;
  /** The sequences it has learned from so far, likewise; `applyGradients` knows of none. */
  readonly sequences: number;
  /** Nats per sequence. */
  readonly loss: number;
  /** The loss in bits, the paper's unit; null for squared error. */
  readonly bitsPerSequence: number | null;
  /** The norm of all gradients together, before clipping. */
  readonly gradientNorm: number;
  /** By the clock, over the time spent in training. */
  readonly sequencesPerSecond: number;
  /** Of the last update. */
  readonly learningRate: number;
}

interface Plan {
  readonly steps: number;
  readonly batchSize: number;
  readonly every: number;
  readonly signal: AbortSignal | undefined;
  readonly workers: number;
  readonly createWorker: (() => WorkerLike) | undefined;
  readonly recompute: boolean;
}

const planOptions = record<Plan & { optimizer: unknown; clip: unknown }>({
  steps: integer(0, Number.MAX_SAFE_INTEGER),
  batchSize: optional(integer(1), 1),
  every: optional(integer(1, Number.MAX_SAFE_INTEGER), 1),
  signal: optional(abortSignal, undefined),
  workers: optional(integer(0, 256), 0),
  createWorker: optional(callable as Check<() => WorkerLike>, undefined),
  recompute: optional(boolean, false),
  optimizer: (value) => value,
  clip: (value) => value,
});

/** {@link NTM.train}. Options are checked at once; training begins when the first progress is asked for. @internal */
export function train(body: Body, task: unknown, options: unknown): AsyncGenerator<Progress, void, undefined> {
  body.assertAlive();
  checkTask(task, body.config);
  const { optimizer, clip, ...plan } = planOptions(options, "");
  const resolve = () => {
    const update = resolveUpdate(body, { optimizer, clip });
    if (plan.steps > 0) assertNotOver(update.optimizer.learningRate, body.step);
    return update;
  };
  // Nothing given means: the optimiser of the last update, which is known only when training begins.
  resolve();
  return training(body, task, plan, resolve);
}

async function* training(
  body: Body,
  task: Task,
  plan: Plan,
  resolve: () => Update,
): AsyncGenerator<Progress, void, undefined> {
  body.assertAlive();
  const underWay = body.activity.startTraining();
  let pool: Pool | undefined;
  const end = (reason: unknown) => {
    body.activity.endTraining(underWay);
    pool?.end(reason);
  };
  const unlisten = atAbort(end, plan.signal);
  try {
    const update = resolve();
    throwIfAborted(plan.signal);
    if (plan.workers > 0 && plan.steps > 0) pool = openPool(body, { ...plan, backwardClip: update.clip.backward });
    const turns = new Turns();
    const since = new SinceProgress();
    for (let done = 0; done < plan.steps; ) {
      throwIfAborted(plan.signal);
      since.add(plan.batchSize, await oneStep(body, task, plan, update, pool));
      done++;
      if (done % plan.every === 0 || done === plan.steps) {
        const progress = since.report(body);
        underWay.held = true;
        yield progress;
        throwIfAborted(plan.signal);
        body.activity.goOn(underWay);
        since.open();
      }
      if (turns.due()) await turns.take();
    }
    throwIfAborted(plan.signal);
  } finally {
    unlisten();
    end(undefined);
  }
}

/**
 * An abort frees the machine at once: a loop that is paused, or was given up, would never come to free it. Weakly, so that a signal
 * that lives on keeps no workers of a training that was forgotten. Returns what ends the listening.
 */
function atAbort(end: (reason: unknown) => void, signal: AbortSignal | undefined): () => void {
  const begun = new WeakRef(end);
  const abort = () => begun.deref()?.(signal?.reason);
  signal?.addEventListener("abort", abort);
  return () => signal?.removeEventListener("abort", abort);
}

/** One update. Where it fails, the machine is as it was, its generator too. */
async function oneStep(
  body: Body,
  task: Task,
  { batchSize, recompute, signal }: Plan,
  update: Update,
  pool: Pool | undefined,
): Promise<Updated> {
  // The task gets a generator of its own to draw from: it counts only when the update has succeeded.
  const random = new Random(body.random.state());
  const batch = drawBatch(task, random, { batchSize, step: body.step }, body.config);
  const sum = pool && (await sumOver(body, batch, pool));
  throwIfAborted(signal); // since an abort the machine is free for others
  const result = sum ? updateBy(body, sum, batchSize, update) : updateFrom(body, batch, update, recompute);
  body.random = random;
  return result;
}

/** What happened since the last progress. */
class SinceProgress {
  #updates = 0;
  #loss = 0;
  #gradientNorm = 0;
  #learningRate = 0;
  #sequences = 0;
  #elapsed = 0;
  #since = performance.now();
  #rate = 0;

  add(sequences: number, { loss, gradientNorm, learningRate }: Updated): void {
    this.#updates++;
    this.#sequences += sequences;
    this.#loss += loss;
    this.#gradientNorm += gradientNorm;
    this.#learningRate = learningRate;
  }

  /** The means; from here on it begins anew. */
  report(body: Body): Progress {
    this.#elapsed += performance.now() - this.#since;
    // A clock may be too coarse to have moved: then its next tick speaks for these sequences too.
    if (this.#elapsed > 0) {
      this.#rate = (this.#sequences / this.#elapsed) * 1000;
      this.#elapsed = this.#sequences = 0;
    }
    const loss = this.#loss / this.#updates;
    const progress: Progress = {
      step: body.step,
      sequences: body.sequences,
      loss,
      bitsPerSequence: bits(loss, body.config),
      gradientNorm: this.#gradientNorm / this.#updates,
      sequencesPerSecond: this.#rate,
      learningRate: this.#learningRate,
    };
    this.#updates = this.#loss = this.#gradientNorm = 0;
    return progress;
  }

  /** The consumer is done: time counts again. */
  open(): void {
    this.#since = performance.now();
  }
}

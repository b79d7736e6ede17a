/** How well a machine does on a task, without learning. */
import { NTMError } from "../errors.js";
import type { Body } from "../machine/body.js";
import { abortSignal, integer, object, optional, record, unknownKey } from "../options.js";
import { AFTER_TRAINING, type CheckedBatch, checkBatch, checkTask, drawBatch, OwnOptions } from "../tasks/task.js";
import { Turns } from "../turns.js";
import { bits } from "./bits.js";
import { throwIfAborted } from "./signal.js";

/** Options of {@link NTM.evaluate} itself; all others go to the task. */
export interface EvaluateOptions {
  /** How many sequences; 100 by default. */
  readonly sequences?: number | undefined;
  /** How many at a time; 16 by default. A task may draw a length once for all of them. */
  readonly batchSize?: number | undefined;
  /** Decides the data, and nothing else does; 0 by default. */
  readonly seed?: number | undefined;
  /** Memory rows, by default the machine's own. Others only with a constant memory. */
  readonly rows?: number | undefined;
  /** Ends the evaluation after the batch under way, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link NTM.evaluate} finds. */
export interface Evaluation {
  /** Nats per sequence. */
  readonly loss: number;
  /** The loss in bits, the paper's unit; null for squared error. */
  readonly bitsPerSequence: number | null;
  /** Outputs on the wrong side of a half, or steps with another argmax, where the mask is not 0; null for squared error. */
  readonly wrongBitsPerSequence: number | null;
  /** How many answers a sequence asks for where the mask is not 0: outputs, or with a softmax steps, of which each has one. */
  readonly answersPerSequence: number;
  /** How many sequences this is the mean of. */
  readonly sequences: number;
}

const ownOptions = {
  sequences: optional(integer(1, Number.MAX_SAFE_INTEGER), 100),
  batchSize: optional(integer(1), 16),
  seed: optional(integer(), 0),
  rows: optional(integer(1), 0),
  signal: optional(abortSignal, undefined),
};
const evaluateOptions = record<{
  sequences: number;
  batchSize: number;
  seed: number;
  rows: number;
  signal: AbortSignal | undefined;
}>(ownOptions);

const batchOptions = record<{ rows: number; signal: AbortSignal | undefined }>({
  rows: ownOptions.rows,
  signal: ownOptions.signal,
});

/** {@link NTM.evaluate} @internal */
export async function evaluate(body: Body, what: unknown, options: unknown): Promise<Evaluation> {
  body.assertAlive();
  const { batch, input } = Object(what);
  return batch === undefined && input !== undefined
    ? evaluateBatch(body, what, options)
    : evaluateTask(body, what, options);
}

function evaluateBatch(body: Body, given: unknown, options: unknown): Evaluation {
  const { rows, signal } = batchOptions(options, "");
  const batch = checkBatch(given, body.config, "");
  const end = body.activity.startEvaluation();
  try {
    throwIfAborted(signal);
    return evaluation(body, ...score(body, batch, rows), batch.batchSize);
  } finally {
    end();
  }
}

type Score = [loss: number, wrong: number, answers: number];

/** Of a sequence, in the mean over a batch. */
function score(body: Body, { input, target, mask, steps, batchSize }: CheckedBatch, rows: number): Score {
  body.assertRoom("batch", input, target, mask);
  return body.call((core) => core.evaluate(input, target, mask, steps, batchSize, rows)) as unknown as Score;
}

function evaluation(body: Body, loss: number, wrong: number, answers: number, sequences: number): Evaluation {
  return {
    loss,
    bitsPerSequence: bits(loss, body.config),
    wrongBitsPerSequence: Number.isNaN(wrong) ? null : wrong,
    answersPerSequence: answers,
    sequences,
  };
}

async function evaluateTask(body: Body, task: unknown, options: unknown): Promise<Evaluation> {
  checkTask(task, body.config);
  const [own, others] = split(options);
  const { sequences, batchSize, seed, rows, signal } = evaluateOptions(own, "");
  const asked = new OwnOptions(others);
  const end = body.activity.startEvaluation();
  try {
    const random = body.evaluationRandom(seed);
    const turns = new Turns();
    let loss = 0;
    let wrong = 0;
    let answers = 0;
    for (let done = 0; done < sequences; ) {
      throwIfAborted(signal);
      const size = Math.min(batchSize, sequences - done);
      const batch = drawBatch(task, random, asked.with({ batchSize: size, step: AFTER_TRAINING }), body.config);
      const [batchLoss, batchWrong, batchAnswers] = score(body, batch, rows);
      loss += batchLoss * size;
      wrong += batchWrong * size;
      answers += batchAnswers * size;
      done += size;
      if (turns.due()) await turns.take();
    }
    asked.assertRead();
    return evaluation(body, loss / sequences, wrong / sequences, answers / sequences, sequences);
  } catch (error) {
    const { where = "", known } = error instanceof NTMError ? error : {};
    if (!known || !Object.hasOwn(others, where)) throw error;
    // Who refused it knows the task's options alone; `step` is not to be asked for.
    const names = new Set([...known, ...Object.keys(ownOptions)]);
    names.delete("step");
    throw unknownKey("", where, [...names]);
  } finally {
    end();
  }
}

/** The options that an evaluation owns, and those that it hands on to the task. */
function split(options: unknown): [own: object, others: object] {
  // Without a prototype, so that no key means anything to JavaScript itself.
  const own: Record<string, unknown> = Object.create(null);
  const others: Record<string, unknown> = Object.create(null);
  for (const [key, value] of Object.entries(object(options, "options")))
    if (value !== undefined) (Object.hasOwn(ownOptions, key) ? own : others)[key] = value;
  return [own, others];
}

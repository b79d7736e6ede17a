/**
 * A batch's gradients, formed by workers: each computes the parts of some pieces, and this thread adds them in order of piece,
 * so that the bits are those of one thread.
 */
import { NTMError } from "../errors.js";
import type { CheckedBatch } from "../tasks/task.js";
import { type Done, type Failed, type Piece, type Start, unpackError, workerFailed } from "./messages.js";
import { Thread, type WorkerLike } from "./thread.js";

type Floats = Float32Array<ArrayBuffer>;

/** What a machine and its pieces measure. */
export interface Sizes {
  /** Sequences of a piece. */
  readonly piece: number;
  /** Numbers of all parameters. */
  readonly parameters: number;
  /** Numbers of those that have a gradient. */
  readonly gradient: number;
}

/** The sum over a batch's pieces. */
export interface Sum {
  /** In nats, over all sequences. */
  readonly loss: number;
  /** Flat; good until the next batch. */
  readonly gradient: Floats;
}

/** A worker, and its array for the parameters while that is here. */
interface Member {
  readonly thread: Thread;
  parameters: Floats | undefined;
  /** Whether it has got the parameters of the batch under way. */
  told: boolean;
}

/** A batch under way. */
interface Work {
  readonly batch: CheckedBatch;
  readonly pieces: number;
  /** Pieces that were given out. */
  given: number;
  /** Pieces that are in the sum. */
  added: number;
  /** Pieces that came before their turn to be added. */
  readonly early: Map<number, Done>;
  loss: number;
  gradient: Floats | undefined;
  resolve(sum: Sum): void;
  reject(reason: unknown): void;
}

/** A worker has a piece to compute and one to go on with, so that it never waits for this thread. */
const AHEAD = 2;

/** Those with a batch under way: they are kept, whoever else has forgotten them. */
const busy = new Set<Pool>();
/** Ends the workers of a training that was begun and forgotten. */
const forgotten = new FinalizationRegistry<readonly Member[]>((members) => {
  for (const { thread } of members) thread.end();
});

/** Workers that compute gradients together. */
export class Pool {
  readonly #members: Member[] = [];
  readonly #sizes: Sizes;
  /** Arrays for gradients that are here and free. */
  readonly #free: Floats[] = [];
  #work: Work | undefined;
  #sum: Sum | undefined;
  #end: { readonly reason: unknown } | undefined;

  /** @throws {NTMError} `option`, `unsupported`, `worker` */
  constructor(count: number, createWorker: (() => WorkerLike) | undefined, start: Start, sizes: Sizes) {
    this.#sizes = sizes;
    // Weakly: a worker lives on by itself, and must not keep what has been forgotten.
    const pool = new WeakRef(this);
    try {
      for (let index = 0; index < count; index++) {
        const thread = new Thread(createWorker, {
          receive: (message) => pool.deref()?.receive(index, message),
          fail: (error) => pool.deref()?.end(error),
        });
        this.#members.push({ thread, parameters: new Float32Array(sizes.parameters), told: false });
        thread.hold(false);
        thread.post(start, []);
      }
    } catch (error) {
      this.end(error);
      throw error;
    }
    forgotten.register(this, this.#members);
  }

  /**
   * The gradients of a batch by all parameters, summed over its pieces in their order. The batch is copied: its arrays are the task's,
   * which may have its next use for them before the last piece is cut.
   *
   * @param read writes the parameters, flat
   * @throws {NTMError} the core's in a worker, or `worker`; what {@link end} was given
   */
  async gradients(given: CheckedBatch, read: (parameters: Floats) => void): Promise<Sum> {
    if (this.#end) throw this.#end.reason;
    const batch = { ...given, input: given.input.slice(), target: given.target.slice(), mask: given.mask?.slice() };
    const [first, ...others] = this.#members.map((member) => member.parameters as Floats);
    if (first) read(first);
    for (const other of others) other.set(first as Floats);
    if (this.#sum) this.#free.push(this.#sum.gradient);
    this.#hold(true);
    try {
      this.#sum = await new Promise<Sum>((resolve, reject) => {
        const pieces = Math.ceil(batch.batchSize / this.#sizes.piece);
        const begun = { given: 0, added: 0, early: new Map(), loss: 0, gradient: undefined };
        this.#work = { batch, pieces, ...begun, resolve, reject };
        for (const member of this.#members) member.told = false;
        for (let ahead = 0; ahead < AHEAD; ahead++) for (const member of this.#members) this.#give(member);
      });
      return this.#sum;
    } finally {
      this.#work = undefined;
      this.#hold(false);
    }
  }

  /** Ends all workers; what they were at is discarded, and whoever waits for it gets the reason. A second time does nothing. */
  end(reason: unknown): void {
    if (this.#end) return;
    this.#end = { reason };
    for (const { thread } of this.#members) thread.end();
    this.#work?.reject(reason);
  }

  /** The machine is disposed. */
  dispose(): void {
    this.end(new NTMError("disposed", "this machine was disposed while it was being trained"));
  }

  #hold(on: boolean): void {
    if (on) busy.add(this);
    else busy.delete(this);
    for (const { thread } of this.#members) thread.hold(on);
  }

  /** Gives a worker its next piece, if any is left. */
  #give(member: Member): void {
    const work = this.#work;
    if (!work || this.#end || work.given === work.pieces) return;
    const piece = cut(work.batch, this.#sizes.piece, work.given++, {
      gradient: this.#free.pop() ?? new Float32Array(this.#sizes.gradient),
      parameters: member.told ? undefined : member.parameters,
    });
    member.parameters = member.told ? member.parameters : undefined;
    member.told = true;
    const { parameters, input, target, mask, gradient } = piece;
    const arrays = [parameters, input, target, mask, gradient].filter((array) => array !== undefined);
    try {
      member.thread.post(
        piece,
        arrays.map(({ buffer }) => buffer),
      );
    } catch (error) {
      this.end(error);
    }
  }

  /** A worker has answered. */
  receive(index: number, message: unknown): void {
    const member = this.#members[index];
    const work = this.#work;
    if (this.#end || !work || !member) return;
    if (isFailed(message)) {
      this.end(unpackError(message));
      return;
    }
    if (!isDone(message, this.#sizes)) {
      this.end(workerFailed("it answered with something else; is it neural-turing-machine/worker of this version?"));
      return;
    }
    member.parameters ??= message.parameters;
    work.early.set(message.index, message);
    this.#give(member);
    for (let next = work.early.get(work.added); next; next = work.early.get(work.added)) this.#add(work, next);
    if (work.added === work.pieces) work.resolve({ loss: work.loss, gradient: work.gradient as Floats });
  }

  /** Adds the piece whose turn it is. */
  #add(work: Work, { index, loss, gradient }: Done): void {
    work.early.delete(index);
    work.added++;
    work.loss += loss;
    if (work.gradient === undefined) {
      work.gradient = gradient;
      return;
    }
    // Added in float64 and rounded once, two float32 give the bits that the core's own sum has.
    const sum = work.gradient;
    for (let entry = 0; entry < sum.length; entry++) sum[entry] = (sum[entry] as number) + (gradient[entry] as number);
    this.#free.push(gradient);
  }
}

/** A piece of a batch, in arrays of its own. */
function cut(
  { input, target, mask, steps, batchSize: of }: CheckedBatch,
  size: number,
  index: number,
  arrays: Pick<Piece, "gradient" | "parameters">,
): Piece {
  const first = index * size;
  const batchSize = Math.min(size, of - first);
  const slice = (data: Float32Array): Floats => {
    const width = data.length / (steps * of);
    const piece = new Float32Array(steps * batchSize * width);
    for (let step = 0; step < steps; step++) {
      const from = (step * of + first) * width;
      piece.set(data.subarray(from, from + batchSize * width), step * batchSize * width);
    }
    return piece;
  };
  const data = { input: slice(input), target: slice(target), mask: mask && slice(mask) };
  return { index, ...data, steps, batchSize, of, ...arrays };
}

function isFailed(message: unknown): message is Failed {
  return typeof message === "object" && message !== null && "code" in message && "message" in message;
}

function isDone(message: unknown, sizes: Sizes): message is Done {
  if (typeof message !== "object" || message === null) return false;
  const { index, loss, gradient } = message as Partial<Done>;
  return typeof index === "number" && typeof loss === "number" && gradient?.length === sizes.gradient;
}

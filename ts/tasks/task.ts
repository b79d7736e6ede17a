/** What a task is: something that makes batches to learn from. */
import { ignoreRejection, mismatch, show, tag, unexpected } from "../errors.js";
import type { NTMConfig } from "../machine/config.js";
import { nearest } from "../nearest.js";
import { object, unknownKey } from "../options.js";
import type { Random } from "../random.js";
import {
  assertAddressable,
  elements,
  mebibytes,
  shaped,
  type Tensor,
  type TensorLike,
  tooManyNumbers,
} from "../tensor.js";

/** What is to be learned in one update: `B` sequences of `T` steps. */
export interface Batch {
  /** `[T, B, X]` */
  readonly input: TensorLike;
  /** `[T, B, Y]` */
  readonly target: TensorLike;
  /** `[T, B]`: the weight ≥ 0 of each step in the loss; 1 everywhere where none is given. */
  readonly mask?: TensorLike | undefined;
}

/** What a task is told about the batch that is wanted. */
export interface BatchOptions {
  /** Sequences, `B`. */
  readonly batchSize: number;
  /**
   * The machine's updates so far: a curriculum looks at it. In an evaluation `Number.MAX_SAFE_INTEGER`, far beyond every curriculum,
   * which must come to an end therefore: `Math.min(20, 1 + Math.floor(step / 1000))` steps, not `1 + Math.floor(step / 1000)`.
   */
  readonly step: number;
}

/** The step that a batch is asked with which is not to learn from: after every curriculum. @internal */
export const AFTER_TRAINING = Number.MAX_SAFE_INTEGER;

/**
 * Something that makes batches. Plain data out of plain data: `batch` draws all its chance from the `random` it is given, and
 * remembers nothing from call to call, so that a run can be repeated, stopped and gone on with.
 *
 * `Own` are the options that the task itself understands, in {@link NTM.evaluate}. A task refuses those that it does not know;
 * those that no batch has looked at are refused for it (of options that are spread, `...rest`, it looks at all).
 *
 * Some names never reach the task as options of its own: `sequences`, `batchSize`, `seed`, `rows` and `signal` are
 * {@link NTM.evaluate}'s, which takes them for its own, and `step` it tells the task itself and refuses from others.
 */
export interface Task<Own extends object = object> {
  /** What it is called where it is shown. */
  readonly name?: string | undefined;
  /** Numbers that go into a machine at each step, `X`. */
  readonly inputSize: number;
  /** Numbers that come out, `Y`. */
  readonly outputSize: number;
  /**
   * A batch: plain data in, plain data out.
   *
   * @param random the generator from which all chance is drawn
   * @param options how many sequences, the step, and the task's own
   * @returns inputs `[T, B, X]`, targets `[T, B, Y]`, and a mask `[T, B]` if there is one
   */
  batch(random: Random, options: BatchOptions & Partial<Own>): Batch;
}

/** A batch as the core takes it. @internal */
export interface CheckedBatch {
  readonly input: Float32Array;
  readonly target: Float32Array;
  readonly mask: Float32Array | undefined;
  /** `T` */
  readonly steps: number;
  /** `B` */
  readonly batchSize: number;
}

/** Throws unless `task` is one, and of this machine's sizes. @internal */
export function checkTask(task: unknown, config: NTMConfig): asserts task is Task {
  if (typeof task !== "object" || task === null) throw unexpected("task", "a task", task);
  const { inputSize, outputSize, batch } = task as Partial<Task>;
  if (typeof batch !== "function") throw unexpected("task.batch", "a function", batch);
  for (const [key, size] of Object.entries({ inputSize, outputSize })) {
    const own = config[key as "inputSize" | "outputSize"];
    if (size !== own) throw mismatch("shape", `task.${key}`, `${own}, as the machine has`, show(size));
  }
}

const fields = ["input", "target", "mask"];

/**
 * A batch of this machine's sizes. What else it holds is its maker's, but for a field misspelt.
 *
 * @param prefix what to put before a field's name in an error: `batch.` for what a task made
 * @param batchSize the sequences that were asked for, if they were
 * @throws {NTMError} `shape` or `option`, naming the field; `memory`
 *
 * @internal
 */
export function checkBatch(batch: unknown, config: NTMConfig, prefix: string, batchSize?: number): CheckedBatch {
  const where = prefix ? "task.batch" : "batch";
  if (tag(batch) === "Promise") {
    ignoreRejection(batch);
    throw mismatch("option", where, "a batch", "a Promise (batch must not be async)");
  }
  if (!batch) throw unexpected(where, "an object { input, target, mask }", batch);
  const all = object(batch, where);
  for (const key in all)
    if (!fields.includes(key) && nearest(key, fields).length > 0) throw unknownKey(where, key, fields);
  const { input, target, mask } = all as Partial<Batch>;
  const given = shaped(input, `${prefix}input`, ["T", batchSize ?? "B", config.inputSize]);
  const [steps, sequences] = given.shape as [number, number];
  const arrays = {
    input: given.data,
    target: shaped(target, `${prefix}target`, [steps, sequences, config.outputSize]).data,
    mask: mask === undefined ? undefined : shaped(mask, `${prefix}mask`, [steps, sequences]).data,
  };
  assertAddressable(`input, target${mask ? ", mask" : ""}`, ...Object.values(arrays));
  return { ...arrays, steps, batchSize: sequences };
}

/** A batch that a task made, checked. @internal */
export function drawBatch(task: Task, random: Random, options: BatchOptions, config: NTMConfig): CheckedBatch {
  return checkBatch(task.batch(random, options), config, "batch.", options.batchSize);
}

/** Options of a task's own, handed on to it, and what it looks at: all that is known of the options of somebody else's. @internal */
export class OwnOptions {
  readonly #given: object;
  readonly #read = new Set<string>();

  constructor(given: object) {
    this.#given = given;
  }

  /** With what is told besides: of a batch what every task is told. */
  with<Told extends Partial<BatchOptions>>(told: Told): Told {
    const note = (key: string | symbol) => {
      if (typeof key === "string" && !(key in told)) this.#read.add(key);
      return key;
    };
    return new Proxy<Told>(
      { ...this.#given, ...told },
      {
        get: (options, key) => options[note(key) as keyof Told],
        has: (options, key) => note(key) in options,
        getOwnPropertyDescriptor: (options, key) => Reflect.getOwnPropertyDescriptor(options, note(key)),
      },
    );
  }

  /** After the batches. @throws {NTMError} `option` for one that none of them looked at */
  assertRead(): void {
    const unread = Object.keys(this.#given).find((key) => !this.#read.has(key));
    if (unread !== undefined) throw unknownKey("", unread, [...this.#read]);
  }
}

/** A batch as the package's own tasks make it. */
export interface TensorBatch extends Batch {
  /** `[T, B, X]` */
  readonly input: Tensor;
  /** `[T, B, Y]` */
  readonly target: Tensor;
  /** `[T, B]` */
  readonly mask: Tensor;
}

/**
 * An empty batch: `T` steps of `B` sequences, all 0, to be filled in.
 *
 * @throws {NTMError} `memory` where an array would be larger than wasm can hold
 *
 * @internal
 */
export function emptyBatch(steps: number, batchSize: number, inputSize: number, outputSize: number): TensorBatch {
  const zeros = (...shape: number[]): Tensor => {
    const length = elements(shape);
    if (length >= tooManyNumbers) {
      const where = `a batch of [${shape.join(", ")}]`;
      throw mismatch("memory", where, `less than ${mebibytes(tooManyNumbers)}`, mebibytes(length));
    }
    return { data: new Float32Array(length), shape };
  };
  return {
    input: zeros(steps, batchSize, inputSize),
    target: zeros(steps, batchSize, outputSize),
    mask: zeros(steps, batchSize),
  };
}

/** Where entry `[step, sequence, channel]` of a tensor `[T, B, X]`, or `[step, sequence]` of a mask, is in its data. @internal */
export function at(
  { shape }: { readonly shape: readonly number[] },
  step: number,
  sequence: number,
  channel = 0,
): number {
  return (step * (shape[1] as number) + sequence) * (shape[2] ?? 1) + channel;
}

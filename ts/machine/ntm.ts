/** The machine as its user sees it. */
import { readCheckpoint, restore, type SaveOptions, save } from "../checkpoint/checkpoint.js";
import { ignoreRejection, NTMError, unexpected } from "../errors.js";
import type { Json } from "../json.js";
import { integer, object, oneOf, optional, record } from "../options.js";
import type { Batch, Task } from "../tasks/task.js";
import type { Tensor, TensorLike } from "../tensor.js";
import { type EvaluateOptions, type Evaluation, evaluate } from "../training/evaluate.js";
import type { OptimizerOptions } from "../training/optimizer.js";
import { type Progress, type TrainOptions, train } from "../training/train.js";
import {
  type AppliedUpdate,
  applyGradients,
  type GradientOptions,
  type Gradients,
  gradients,
  type LossAndGradients,
  lossAndGradients,
  type TrainedUpdate,
  trainStep,
  type UpdateOptions,
} from "../training/update.js";
import { instanceOf, type LazyBytes, type LoadingOptions, type Simd, type WasmSource } from "../wasm/loader.js";
import { relaxedWasm } from "../wasm/relaxed.js";
import { Body } from "./body.js";
import { type NTMConfig, type NTMOptions, type Partially, resolveConfig } from "./config.js";
import { disposeSymbol } from "./dispose.js";
import { type RunOptions, type RunResult, run } from "./run.js";
import { Session, type SessionOptions } from "./session.js";
import { resolveTrace, type TraceOption } from "./trace.js";

const loadingOptions = record<{ wasm: unknown; simd: Simd | undefined }>({
  wasm: (value) => value,
  simd: optional(oneOf("default", "relaxed"), undefined),
});
const sessionOptions = record<{ batchSize: number; rows: number; trace: unknown }>({
  batchSize: optional(integer(1), 1),
  rows: optional(integer(1), 0),
  trace: (value) => value,
});

/**
 * A Neural Turing Machine (Graves, Wayne & Danihelka, arXiv 1410.5401): a network with a memory that it addresses by content and by
 * location, trained by gradient descent from end to end. {@link NTM.create} and {@link NTM.load} make one.
 *
 * Arrays go in and come out as copies; sizes in these pages: `T` steps, `B` sequences, `X` inputs, `Y` outputs.
 *
 * Every method throws an {@link NTMError}: `disposed` after {@link dispose}, `poisoned` after a panic in WebAssembly.
 */
export class NTM {
  /** The configuration with all defaults resolved, frozen. */
  declare readonly config: NTMConfig;
  readonly #body: Body;

  /** Not for users: {@link NTM.create} and {@link NTM.load} make machines. */
  protected constructor(body: object) {
    if (!(body instanceof Body)) throw new NTMError("option", "new NTM: use NTM.create or NTM.load instead");
    this.#body = body;
    // An own property is what a console shows.
    Object.defineProperty(this, "config", { value: body.config, enumerable: true });
  }

  /**
   * A new machine, its parameters drawn from the seed.
   *
   * @param options the two sizes, and what is not to be the default
   * @param loading where the WebAssembly comes from
   * @throws {NTMError} `option`, `memory`, `unsupported`
   */
  static async create(options: NTMOptions & LoadingOptions, loading?: LoadingOptions): Promise<NTM> {
    return new NTM(await createBody(options, loading, undefined));
  }

  /**
   * The machine of a checkpoint.
   *
   * @throws {NTMError} `checkpoint` where the bytes are none, or not an unharmed one; `option` where they are no bytes; `memory`;
   *   of `loading` `option`, `unsupported`
   */
  static async load(bytes: Uint8Array | ArrayBuffer, loading?: LoadingOptions): Promise<NTM> {
    return new NTM(await loadBody(bytes, loading, undefined));
  }

  /** Updates of the parameters so far, by whichever method. A checkpoint with training has it. */
  get step(): number {
    return this.#body.step;
  }

  /** The optimiser of the last update, whose slots the machine holds; null before the first. */
  get optimizer(): OptimizerOptions | null {
    return this.#body.optimizer;
  }

  /** What the user stored in the checkpoint that this machine came from, frozen; null where nothing was. */
  get metadata(): Json {
    return this.#body.metadata;
  }

  /** A copy of every parameter by name; a random `initial.memory`, which is never learned, is among them. @throws {NTMError} `memory` */
  parameters(): Map<string, Tensor> {
    const body = this.#body;
    return body.tensors(body.parameters.keys(), (core, name) => core.parameter(name));
  }

  /**
   * Sets some parameters, or all. All are checked before any is set.
   *
   * @throws {NTMError} `option` for an unknown name or a number that is not finite, `shape`, `memory`, `busy`
   */
  setParameters(parameters: ReadonlyMap<string, TensorLike>): void {
    const body = this.#body;
    body.assertAlive();
    body.activity.assertFree("setParameters");
    const checked = body.checked(parameters, "parameters");
    body.put(checked, (core, name, data) => core.setParameter(name, data));
  }

  /**
   * Runs over whole sequences.
   *
   * @param input `[T, B, X]`
   * @throws {NTMError} `option`, `shape`, `memory`, `non-finite` where the result is not finite
   */
  run<const Asked extends TraceOption | undefined = undefined>(
    input: TensorLike,
    options: RunOptions<Asked> = {},
  ): RunResult<Asked> {
    return run(this.#body, input, options) as RunResult<Asked>;
  }

  /** Begins a run that is fed step by step. @throws {NTMError} `option`, `memory` */
  session<const Asked extends TraceOption | undefined = undefined>(
    options: SessionOptions<Asked> = {},
  ): Session<Asked> {
    this.#body.assertAlive();
    const { batchSize, rows, trace } = sessionOptions(options, "");
    const names = resolveTrace(trace, "trace");
    return new Session(this.#body, batchSize, rows, trace ? names : undefined);
  }

  /**
   * The loss over a batch, in nats per sequence, and its gradient by every parameter but a random `initial.memory`.
   *
   * @throws {NTMError} `option`, `shape`, `non-finite`, `memory`
   */
  lossAndGradients(batch: Batch, options: GradientOptions = {}): LossAndGradients {
    return lossAndGradients(this.#body, batch, options);
  }

  /**
   * The gradients of a loss of one's own, from its gradient by the logits.
   *
   * @param input `[T, B, X]`
   * @param logitsGradient `[T, B, Y]`
   * @returns the gradient by every parameter, and by the input, `[T, B, X]`
   * @throws {NTMError} `option`, `shape`, `non-finite`, `memory`
   */
  gradients(input: TensorLike, logitsGradient: TensorLike, options: GradientOptions = {}): Gradients {
    return gradients(this.#body, input, logitsGradient, options);
  }

  /**
   * One update from gradients, which must be there for every parameter that is learned.
   *
   * @returns the norm of all gradients together, before clipping
   * @throws {NTMError} `option`, `shape`, `busy`, `memory`; `non-finite`, with the step and the tensor, and nothing has changed
   */
  applyGradients(gradients: ReadonlyMap<string, TensorLike>, options: UpdateOptions = {}): AppliedUpdate {
    return applyGradients(this.#body, gradients, options);
  }

  /**
   * One update from a batch.
   *
   * @returns the loss before it, in nats per sequence, and the norm of all gradients together, before clipping
   * @throws {NTMError} as {@link applyGradients}
   */
  trainStep(batch: Batch, options: UpdateOptions & GradientOptions = {}): TrainedUpdate {
    return trainStep(this.#body, batch, options);
  }

  /**
   * Trains on a task. While a progress is in hand the machine stands at a whole step: it may be run, evaluated and saved, but not
   * changed; an evaluation must have ended before the next progress is asked for, or training ends with `busy`. `break` ends training
   * there; who calls `next()` by hand ends it with `return()`. Without a loop over it, or a call of `next()`, nothing is trained. The
   * loop gives the event loop its turn by time, never within a step: on a page every 16 ms, elsewhere every 100.
   *
   * With `workers` the gradients of an update are computed in that many worker threads; the bits are the same with any number.
   *
   * @throws {NTMError} at once `option` for bad options, and for a schedule that is over, whose rate is 0, `shape` where the task is of
   *   other sizes; from the iterator, all at a whole step, `option` and `shape` for what the task makes, `busy`, `non-finite`, `memory`,
   *   `worker` where one failed, `disposed`, what the task itself throws, and the reason of an aborted signal
   */
  train(task: Task, options: TrainOptions): AsyncGenerator<Progress, void, undefined> {
    return train(this.#body, task, options);
  }

  /**
   * How well the machine does on a task. The data comes from a generator of this evaluation's own.
   *
   * @param options those of {@link EvaluateOptions}; all others go to the task
   * @throws {NTMError} `option`, `shape`, `memory`, `non-finite`, `busy` while training goes on; what the task throws, and the reason
   *   of an aborted signal
   */
  evaluate<Own extends object>(task: Task<Own>, options?: EvaluateOptions & Partially<Own>): Promise<Evaluation>;
  /**
   * How well the machine does on a batch: one of a data set, for instance.
   *
   * @throws {NTMError} as for a task
   */
  evaluate(batch: Batch, options?: Pick<EvaluateOptions, "rows" | "signal">): Promise<Evaluation>;
  evaluate(what: unknown, options: unknown = {}): Promise<Evaluation> {
    return evaluate(this.#body, what, options);
  }

  /**
   * The machine as bytes: a safetensors file.
   *
   * @throws {NTMError} `option` where the metadata is not JSON, or too long for the format; `memory`
   */
  save(options: SaveOptions = {}): Uint8Array<ArrayBuffer> {
    return save(this.#body, options);
  }

  /**
   * Frees the machine and its sessions. A second time does nothing. What is forgotten is freed with the garbage, which may
   * come late: the collector does not see WebAssembly's memory.
   */
  dispose(): void {
    this.#body.dispose();
  }

  /** {@link dispose}, for `using`. */
  [disposeSymbol](): void {
    this.dispose();
  }

  /** By which whoever makes data reactive, or clones it, knows that this is none. */
  get [Symbol.toStringTag](): string {
    return "NTM";
  }
}

/** {@link NTM.create}, with a source of wasm for when none is given. @internal */
export async function createBody(options: unknown, loading: unknown, wasm: LazyBytes | undefined): Promise<Body> {
  const from = source(loading, (options ?? {}) as LoadingOptions, wasm);
  const { wasm: _, simd: __, ...rest } = object(options, "options");
  const config = resolveConfig(rest);
  return new Body(await instanceOf(from), config);
}

/** {@link NTM.load}, with a source of wasm for when none is given. @internal */
export async function loadBody(bytes: unknown, loading: unknown, wasm: LazyBytes | undefined): Promise<Body> {
  const from = source(loading, {}, wasm);
  const checkpoint = readCheckpoint(bytes);
  return restore(await instanceOf(from), checkpoint);
}

/** Where the wasm comes from, of the loading options (each may be among the machine's own) and what the entry point carries. */
function source(
  loading: unknown,
  own: { wasm?: unknown; simd?: unknown },
  inlined: LazyBytes | undefined,
): WasmSource | LazyBytes | undefined {
  // Each may be a promise, and something else be refused before anybody waits for it.
  ignoreRejection(own.wasm);
  ignoreRejection((loading as { wasm?: unknown } | null | undefined)?.wasm);
  const { wasm = own.wasm, simd = loadingOptions({ simd: own.simd }, "").simd } = loadingOptions(
    loading ?? {},
    "loading",
  );
  if (simd !== "relaxed") return (wasm === undefined ? inlined : wasm) as WasmSource | LazyBytes | undefined;
  if (wasm !== undefined) throw unexpected("simd", '"default" beside wasm, which is the build that is loaded', simd);
  return relaxedWasm();
}

/** Streaming: a machine run one step at a time, its state kept in between. */
import { atStep, NTMError } from "../errors.js";
import type { Session as CoreSession } from "../generated/glue.js";
import { shaped, type Tensor, type TensorLike } from "../tensor.js";
import type { Body } from "./body.js";
import { disposeSymbol } from "./dispose.js";
import { asState, readState, type State, writeState } from "./state.js";
import { readTrace, type TraceName, type TraceOf, type TraceOption, traceMask } from "./trace.js";

/** Options of {@link NTM.session}. */
export interface SessionOptions<Asked extends TraceOption | undefined = TraceOption | undefined> {
  /** Sequences that are run side by side, `B`; 1 by default. */
  readonly batchSize?: number | undefined;
  /** Memory rows, by default the machine's own. Others only with a constant memory. */
  readonly rows?: number | undefined;
  /** What each step shows. */
  readonly trace?: Asked;
}

/** What one step gives: fresh arrays, the caller's to keep. */
export interface StepResult<Asked extends TraceOption | undefined = TraceOption | undefined> {
  /** `[B, Y]` */
  logits: Tensor<[sequences: number, outputs: number]>;
  /** `[B, Y]`: σ, softmax or the logits, by the loss. */
  output: Tensor<[sequences: number, outputs: number]>;
  /** What was asked for, as {@link Trace} has it but without `T`; undefined where nothing was. */
  trace: TraceOf<Asked, [sequences: number]>;
}

/**
 * A run that goes on from step to step, made by {@link NTM.session}. It uses the machine's parameters as they are at each
 * step, keeps its machine alive, and dies with it.
 */
export class Session<Asked extends TraceOption | undefined = TraceOption | undefined> {
  /** Sequences side by side, `B`. */
  readonly batchSize: number;
  readonly #body: Body;
  readonly #trace: readonly TraceName[] | undefined;
  #core: CoreSession | undefined;
  #steps = 0;

  /** @internal */
  constructor(body: object, batchSize: number, rows: number, trace: readonly TraceName[] | undefined) {
    this.#body = body as Body;
    this.batchSize = batchSize;
    this.#trace = trace;
    this.#core = this.#body.call((core) => core.session(batchSize, rows, traceMask(trace ?? [])));
    this.#body.adopt(this);
  }

  /**
   * One step.
   *
   * @param x `[B, X]`
   * @throws {NTMError} `shape`, `option` (a number that is not finite), `memory` (for large inputs, outputs or traces), `non-finite`,
   *   `disposed`, `poisoned`; the session is then where it was
   */
  step(x: TensorLike): StepResult<Asked> {
    const { inputSize, outputSize } = this.#body.config;
    this.#alive();
    const { data } = shaped(x, "x", [this.batchSize, inputSize]);
    this.#body.assertRoom("x", data);
    const core = this.#alive(); // still, whatever a getter of x has done
    try {
      return this.#body.call((machine) => {
        const both = core.step(machine, data);
        const of = (data: Tensor["data"]): StepResult["output"] => ({ data, shape: [this.batchSize, outputSize] });
        const logits = of(both.slice(0, both.length / 2));
        const output = of(both.slice(both.length / 2));
        const trace = (this.#trace && readTrace(core, this.#trace, 1)) as StepResult<Asked>["trace"];
        this.#steps++;
        return { logits, output, trace };
      });
    } catch (error) {
      throw atStep(error, this.#steps + 1);
    }
  }

  /** Back to the machine's initial state, as its parameters are now. */
  reset(): void {
    const core = this.#alive();
    this.#body.call((machine) => core.reset(machine));
    this.#steps = 0;
  }

  /** A copy of the state after the last step. @throws {NTMError} `memory`, `disposed`, `poisoned` */
  state(): State {
    const core = this.#alive();
    return this.#body.call((machine) => this.#body.instance.using(() => core.state(machine), readState));
  }

  /**
   * Goes on from a state, of this session or another of the same sizes. All or nothing.
   *
   * @throws {NTMError} `option`, `shape`, `memory`, `disposed`, `poisoned`
   */
  restore(state: ReadonlyMap<string, TensorLike>): void {
    this.#alive();
    const tensors = asState(state, "state");
    const core = this.#alive(); // still, whatever a getter of the state has done
    const { instance } = this.#body;
    this.#body.call((machine) =>
      core.restore(instance.filled(core.state(machine), (copy) => writeState(copy, tensors, "state"))),
    );
  }

  /**
   * Frees the session. A second time does nothing. What is forgotten is freed with the garbage, which may come late: the
   * collector does not see WebAssembly's memory.
   */
  dispose(): void {
    const core = this.#core;
    this.#core = undefined;
    if (core && !this.#body.instance.poisoned) this.#body.instance.call(() => core.free());
  }

  /** {@link dispose}, for `using`. */
  [disposeSymbol](): void {
    this.dispose();
  }

  /** By which whoever makes data reactive, or clones it, knows that this is none. */
  get [Symbol.toStringTag](): string {
    return "Session";
  }

  #alive(): CoreSession {
    this.#body.assertAlive();
    if (!this.#core) throw new NTMError("disposed", "this session was disposed");
    return this.#core;
  }
}

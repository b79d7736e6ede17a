/** Running a machine over whole sequences, without learning. */

import type { State as CoreState } from "../generated/glue.js";
import { integer, optional, record } from "../options.js";
import { shaped, type Tensor, type TensorLike } from "../tensor.js";
import type { Body } from "./body.js";
import { asState, type GivenState, readState, rowsOf, type State, writeState } from "./state.js";
import { readTrace, resolveTrace, type TraceOf, type TraceOption, traceMask } from "./trace.js";

/** Options of {@link NTM.run}. */
export interface RunOptions<Asked extends TraceOption | undefined = TraceOption | undefined> {
  /** What to show of each step; nothing by default. */
  readonly trace?: Asked;
  /** Memory rows, by default those of `state`, or the machine's own. Others only with a constant memory. */
  readonly rows?: number | undefined;
  /** The state to start from, as an earlier run or a session left it; by default the machine's initial state. */
  readonly state?: ReadonlyMap<string, TensorLike> | undefined;
}

/** What {@link NTM.run} gives. */
export interface RunResult<Asked extends TraceOption | undefined = TraceOption | undefined> {
  /** `[T, B, Y]` */
  logits: Tensor<[steps: number, sequences: number, outputs: number]>;
  /** `[T, B, Y]`: σ, softmax or the logits, by the loss. */
  output: Tensor<[steps: number, sequences: number, outputs: number]>;
  /** After the last step. */
  state: State;
  /** What was asked for; undefined where nothing was. */
  trace: TraceOf<Asked>;
}

const runOptions = record<{ trace: unknown; rows: number; state: unknown }>({
  trace: (value) => value,
  rows: optional(integer(1), 0),
  state: (value) => value,
});

/** {@link NTM.run} @internal */
export function run(body: Body, input: unknown, options: unknown): RunResult {
  body.assertAlive();
  const { trace, rows: askedRows, state } = runOptions(options, "");
  const names = resolveTrace(trace, "trace");
  const { inputSize, outputSize } = body.config;
  const { data, shape } = shaped(input, "input", ["T", "B", inputSize]);
  const [steps, batch] = shape as [number, number, number];
  const start = state === undefined ? undefined : asState(state, "state");
  const rows = askedRows || (start ? rowsOf(start) : 0);
  const mask = traceMask(names);
  const { instance } = body;
  return body.call((core) =>
    instance.using(
      () => {
        // The input's room is what the state has left.
        const enter = (copy?: CoreState): undefined => {
          if (copy) writeState(copy, start as GivenState, "state");
          body.assertRoom("input", data);
        };
        const from = start ? instance.filled(core.newState(batch, rows), enter) : enter();
        return core.run(data, steps, batch, rows, from, mask);
      },
      (run) => {
        const of = (data: Tensor["data"]): RunResult["output"] => ({ data, shape: [steps, batch, outputSize] });
        return {
          logits: of(run.logits()),
          output: of(run.output()),
          state: instance.using(() => run.state(), readState),
          trace: trace ? readTrace(run, names) : undefined,
        };
      },
    ),
  );
}

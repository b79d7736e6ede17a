/**
 * `neural-turing-machine/slim`: everything but the WebAssembly itself, which `NTM.create` and `NTM.load` are told where to find.
 */

export type { SaveOptions } from "./checkpoint/checkpoint.js";
export { readTensors } from "./checkpoint/safetensors.js";
export { NTMError, type NTMErrorCode, type NTMErrorDetails } from "./errors.js";
export type { Json } from "./json.js";
export type {
  ControllerConfig,
  HeadInitConfig,
  LstmInitConfig,
  MemoryConfig,
  NTMConfig,
  NTMOptions,
} from "./machine/config.js";
export { NTM } from "./machine/ntm.js";
export type { RunOptions, RunResult } from "./machine/run.js";
export type { Session, SessionOptions, StepResult } from "./machine/session.js";
export type { State } from "./machine/state.js";
export type { Trace, TraceName, TraceOf, TraceOption, Traces } from "./machine/trace.js";
export { Random, type RandomState, random } from "./random.js";
export {
  type AssociativeRecallEvaluation,
  type AssociativeRecallOptions,
  type AssociativeRecallTask,
  associativeRecall,
} from "./tasks/associative-recall.js";
export { type CopyEvaluation, type CopyOptions, type CopyTask, copy } from "./tasks/copy.js";
export {
  type DynamicNGramsEvaluation,
  type DynamicNGramsOptions,
  type DynamicNGramsTask,
  dynamicNGrams,
} from "./tasks/dynamic-n-grams.js";
export { type PaperTask, type PaperTaskName, type Preset, type PresetController, preset } from "./tasks/preset.js";
export {
  type PrioritySortEvaluation,
  type PrioritySortOptions,
  type PrioritySortTask,
  prioritySort,
} from "./tasks/priority-sort.js";
export {
  type RepeatCopyEvaluation,
  type RepeatCopyOptions,
  type RepeatCopyTask,
  repeatCopy,
} from "./tasks/repeat-copy.js";
export type { Batch, BatchOptions, Task, TensorBatch } from "./tasks/task.js";
export { type Nested, type Tensor, type TensorLike, tensor } from "./tensor.js";
export type { EvaluateOptions, Evaluation } from "./training/evaluate.js";
export {
  type AdamOptions,
  adam,
  type Clip,
  type OptimizerOptions,
  type OptimizerValues,
  type RmspropOptions,
  rmsprop,
} from "./training/optimizer.js";
export {
  type ConstantRate,
  constant,
  cosine,
  linear,
  type MovingRate,
  type MovingRateOptions,
  type Rate,
  type Schedule,
} from "./training/schedule.js";
export type { Progress, TrainOptions } from "./training/train.js";
export type {
  AppliedUpdate,
  GradientOptions,
  Gradients,
  LossAndGradients,
  TrainedUpdate,
  UpdateOptions,
} from "./training/update.js";
export type { LoadingOptions, Simd, WasmSource, WasmValue } from "./wasm/loader.js";
export type { WorkerLike } from "./workers/thread.js";

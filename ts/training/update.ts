/** Gradients, and single updates of a machine with them. */
import { atStep, NTMError } from "../errors.js";
import type { Body } from "../machine/body.js";
import { assertWhole, boolean, optional, record } from "../options.js";
import { type CheckedBatch, checkBatch } from "../tasks/task.js";
import { shaped, type Tensor } from "../tensor.js";
import type { Sum } from "../workers/pool.js";
import {
  type Clip,
  type CoreClip,
  optimizer as checkOptimizer,
  clip,
  coreOptimizer,
  type OptimizerOptions,
  type OptimizerValues,
  rmsprop,
} from "./optimizer.js";
import { rateAt } from "./schedule.js";

/** Options of one update. */
export interface UpdateOptions {
  /** By default that of the machine's last update, or `rmsprop()`. Another kind than the last starts with fresh slots. */
  readonly optimizer?: OptimizerValues | undefined;
  /** By default the paper's, `{ value: 10 }`. */
  readonly clip?: Clip | undefined;
}

/** Options of whatever computes gradients. */
export interface GradientOptions {
  /**
   * Keeps only the states between segments of 64 time steps, and runs each segment again on the way back: far less memory for
   * long sequences, the same bits, the time of one more forward pass. False by default.
   */
  readonly recompute?: boolean | undefined;
}

/** What {@link NTM.lossAndGradients} gives. */
export interface LossAndGradients {
  /** Nats per sequence. */
  loss: number;
  /** By the name of the parameter. */
  gradients: Map<string, Tensor>;
}

/** What {@link NTM.gradients} gives. */
export interface Gradients {
  /** By the name of the parameter. */
  gradients: Map<string, Tensor>;
  /** `[T, B, X]` */
  inputGradient: Tensor<[steps: number, sequences: number, inputs: number]>;
}

/** What {@link NTM.applyGradients} gives. */
export interface AppliedUpdate {
  /** The norm of all gradients together, before clipping. */
  gradientNorm: number;
}

/** What {@link NTM.trainStep} gives. */
export interface TrainedUpdate extends AppliedUpdate {
  /** Nats per sequence, before the update. */
  loss: number;
}

/** {@link UpdateOptions}, resolved. @internal */
export interface Update {
  readonly optimizer: OptimizerOptions;
  readonly clip: CoreClip;
}

const updateOptions = record<{ optimizer: OptimizerOptions | undefined; clip: CoreClip }>({
  optimizer: (value, where) => (value === undefined ? undefined : checkOptimizer(value, where)),
  clip,
});

const gradientOptions = record<{ recompute: boolean }>({ recompute: optional(boolean, false) });
const trainStepOptions = record<{ optimizer: unknown; clip: unknown; recompute: boolean }>({
  optimizer: (value) => value,
  clip: (value) => value,
  recompute: optional(boolean, false),
});

/** What an update is made with. @throws {NTMError} `option`, for values that the core refuses, too @internal */
export function resolveUpdate(body: Body, options: unknown): Update {
  const given = updateOptions(options, "");
  const update = { optimizer: given.optimizer ?? body.optimizer ?? rmsprop(), clip: given.clip };
  // The core's own objections are raised here, before anything is begun.
  body.instance.using(
    (glue) => coreOptimizer(glue, update.optimizer),
    () => undefined,
  );
  return update;
}

/** The learning rate of the machine's next update. @internal */
export function nextRate(body: Body, { optimizer }: Update): number {
  return body.call((_, glue) => rateAt(optimizer.learningRate, body.step, glue.cosine));
}

/** What an update gives. @internal */
export interface Updated {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
}

/** One update of the machine from a batch; all of it or, where it fails, nothing. @internal */
export function updateFrom(body: Body, batch: CheckedBatch, update: Update, recompute: boolean): Updated {
  const learningRate = nextRate(body, update);
  const { input, target, mask, steps, batchSize } = batch;
  body.assertRoom("batch", input, target, mask);
  const { kind, limit, backward } = update.clip;
  const [loss, gradientNorm] = numbered(body, () =>
    body.call((core, glue) => {
      core.setRecompute(recompute);
      core.setBackwardClip(backward);
      return body.instance.using(
        () => coreOptimizer(glue, update.optimizer),
        (optimizer) => core.trainStep(input, target, mask, steps, batchSize, optimizer, learningRate, kind, limit),
      );
    }),
  ) as unknown as [number, number];
  updated(body, update);
  body.sequences += batchSize;
  return { loss, gradientNorm, learningRate };
}

/** The same from the sum over a batch's pieces, wherever these were computed. @internal */
export function updateBy(body: Body, sum: Sum, batchSize: number, update: Update): Updated {
  const learningRate = nextRate(body, update);
  const { kind, limit } = update.clip;
  body.assertRoom("gradient", sum.gradient);
  const [loss, gradientNorm] = numbered(body, () =>
    body.call((core, glue): [number, number] => {
      const loss = core.takeGradient(sum.gradient, sum.loss, batchSize);
      return body.instance.using(
        () => coreOptimizer(glue, update.optimizer),
        (optimizer) => [loss, core.applyGradients(optimizer, learningRate, kind, limit)],
      );
    }),
  );
  updated(body, update);
  body.sequences += batchSize;
  return { loss, gradientNorm, learningRate };
}

/** {@link NTM.trainStep} @internal */
export function trainStep(body: Body, batch: unknown, options: unknown): TrainedUpdate {
  body.assertAlive();
  body.activity.assertFree("trainStep");
  const { recompute, ...others } = trainStepOptions(options, "");
  const update = resolveUpdate(body, others);
  const { loss, gradientNorm } = updateFrom(body, checkBatch(batch, body.config, ""), update, recompute);
  return { loss, gradientNorm };
}

/** {@link NTM.applyGradients} @internal */
export function applyGradients(body: Body, gradients: unknown, options: unknown): AppliedUpdate {
  body.assertAlive();
  body.activity.assertFree("applyGradients");
  const update = resolveUpdate(body, options);
  if (update.clip.backward !== undefined)
    throw new NTMError("option", "clip.backward: the backward pass is over, these are its gradients", {
      where: "clip.backward",
    });
  const checked = body.checked(gradients, "gradients");
  const names = body.trainable();
  for (const name of checked.keys())
    if (!names.includes(name))
      throw new NTMError("option", `gradients: ${name} has no gradient`, { where: "gradients", received: name });
  assertWhole(checked, names, "gradients", "an update needs all");
  const learningRate = nextRate(body, update);
  const { kind, limit } = update.clip;
  body.put(checked, (core, name, data) => core.setGradient(name, data));
  const gradientNorm = numbered(body, () =>
    body.call((core, glue) =>
      body.instance.using(
        () => coreOptimizer(glue, update.optimizer),
        (optimizer) => core.applyGradients(optimizer, learningRate, kind, limit),
      ),
    ),
  );
  updated(body, update);
  return { gradientNorm };
}

/** {@link NTM.lossAndGradients} @internal */
export function lossAndGradients(
  body: Body,
  batch: unknown,
  options: unknown,
): { loss: number; gradients: Map<string, Tensor> } {
  body.assertAlive();
  const { recompute } = gradientOptions(options, "");
  const { input, target, mask, steps, batchSize } = checkBatch(batch, body.config, "");
  body.assertRoom("batch", input, target, mask);
  const loss = body.call((core) => {
    core.setRecompute(recompute);
    core.setBackwardClip(undefined);
    return core.lossAndGradients(input, target, mask, steps, batchSize);
  });
  return { loss, gradients: readGradients(body) };
}

/** {@link NTM.gradients} @internal */
export function gradients(body: Body, input: unknown, logitsGradient: unknown, options: unknown): Gradients {
  body.assertAlive();
  const { recompute } = gradientOptions(options, "");
  const { inputSize, outputSize } = body.config;
  const { data, shape } = shaped(input, "input", ["T", "B", inputSize]);
  const [steps, batch] = shape as [number, number, number];
  const outer = shaped(logitsGradient, "logitsGradient", [steps, batch, outputSize]);
  body.assertRoom("input, logitsGradient", data, outer.data);
  const inputGradient = body.call((core) => {
    core.setRecompute(recompute);
    core.setBackwardClip(undefined);
    return core.gradients(data, outer.data, steps, batch);
  });
  return { gradients: readGradients(body), inputGradient: { data: inputGradient, shape: [steps, batch, inputSize] } };
}

function readGradients(body: Body): Map<string, Tensor> {
  return body.tensors(body.trainable(), (core, name) => core.gradient(name));
}

function updated(body: Body, { optimizer }: Update): void {
  body.step++;
  body.optimizer = optimizer;
}

/** As `act`; an error about numbers that left the finite says which update it was. */
function numbered<T>(body: Body, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw atStep(error, body.step + 1);
  }
}

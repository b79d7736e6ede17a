/**
 * Checkpoints: a machine as a safetensors file. Its tensors are the parameters, by their names, and with training the optimiser's
 * slots, as `optimizer.SLOT.NAME`; everything else is canonical JSON under one key of the metadata, and under a second the SHA-256
 * over that text and all tensors. No clock, path or host is in it: the same machine gives the same bytes.
 */
import { NTMError } from "../errors.js";
import { canonical, type Json, parseCanonical } from "../json.js";
import { Body } from "../machine/body.js";
import { leastParameters, type NTMConfig, resolveConfig } from "../machine/config.js";
import { boolean, integer, optional, record } from "../options.js";
import { Random, type RandomState } from "../random.js";
import { assertShape, type Tensor } from "../tensor.js";
import { coreOptimizer, type OptimizerOptions, optimizer } from "../training/optimizer.js";
import type { Instance } from "../wasm/guard.js";
import { digest } from "./digest.js";
import { readFile, type TensorFile, writeFile } from "./safetensors.js";

/** Options of {@link NTM.save}. */
export interface SaveOptions {
  /** Whether to save what training needs to go on: the optimiser's slots, the generator of the data, the step. Not by default. */
  readonly training?: boolean | undefined;
  /** Anything that JSON can say, to be found at `machine.metadata` of the machine that is loaded; by default what this one has there. */
  readonly metadata?: unknown;
}

const descriptionKey = "neural-turing-machine";
const digestKey = "neural-turing-machine.sha256";
const version = 1;

/** What a checkpoint says besides its tensors. */
interface Description {
  readonly version: number;
  readonly config: NTMConfig;
  readonly metadata: Json;
  readonly training: TrainingState | null;
}

/** What training needs to go on. */
interface TrainingState {
  readonly step: number;
  readonly sequences: number;
  readonly random: RandomState;
  /** Null before the first update. */
  readonly optimizer: OptimizerOptions | null;
  /** Updates that the slots have seen, Adam's `t`. */
  readonly optimizerSteps: number;
}

const saveOptions = record<{ training: boolean; metadata: unknown }>({
  training: optional(boolean, false),
  metadata: (value) => value,
});

/** {@link NTM.save} @internal */
export function save(body: Body, options: unknown): Uint8Array<ArrayBuffer> {
  body.assertAlive();
  const { training, metadata } = saveOptions(options, "");
  const description: Description = {
    version,
    config: body.config,
    metadata: metadata === undefined ? body.metadata : (metadata as Json),
    training: training ? trainingState(body) : null,
  };
  // The user's part first, for an error that names it as the user knows it.
  canonical(description.metadata, "metadata");
  const text = canonical(description, "checkpoint");
  const tensors = body.tensors(body.parameters.keys(), (core, name) => core.parameter(name));
  if (training)
    for (const slot of body.call((core) => core.slotNames()))
      for (const [name, tensor] of body.tensors(body.trainable(), (core, name) => core.slot(slot, name)))
        tensors.set(slotName(slot, name), tensor);
  return writeFile(
    new Map([
      [descriptionKey, text],
      [digestKey, digest(text, tensors)],
    ]),
    tensors,
  );
}

function trainingState(body: Body): TrainingState {
  return {
    step: body.step,
    sequences: body.sequences,
    random: body.random.state(),
    optimizer: body.optimizer,
    optimizerSteps: body.call((core) => core.optimizerSteps()),
  };
}

function slotName(slot: string, name: string): string {
  return `optimizer.${slot}.${name}`;
}

/** A checkpoint that was found whole and unharmed; what it says of a machine is still to be believed. @internal */
export interface Checkpoint {
  readonly description: Description;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const count = integer(0, Number.MAX_SAFE_INTEGER);

const trainingOptions = record<TrainingState>({
  step: count,
  sequences: count,
  random: (value) => new Random(value as RandomState).state(),
  optimizer: (value, where) => (value === null ? null : optimizer(value, where)),
  optimizerSteps: count,
});

const descriptionOptions = record<Description>({
  version: integer(version, version),
  config: (value) => resolveConfig(value),
  metadata: (value) => (value ?? null) as Json,
  training: (value, where) => (value === null ? null : trainingOptions(value, where)),
});

/** Reads a checkpoint, without making a machine of it. @throws {NTMError} `checkpoint` @internal */
export function readCheckpoint(bytes: unknown): Checkpoint {
  const { metadata, tensors }: TensorFile = readFile(bytes);
  const text = metadata.get(descriptionKey);
  if (text === undefined)
    throw new NTMError("checkpoint", `checkpoint: no ${descriptionKey} in the metadata: not written by this package`);
  const claimed = metadata.get(digestKey);
  const found = digest(text, tensors);
  if (claimed !== found)
    throw new NTMError("checkpoint", "checkpoint: the SHA-256 does not match: the file was harmed or altered", {
      where: digestKey,
      expected: claimed,
      received: found,
    });
  const json = parseCanonical(text, descriptionKey);
  return { description: believed(() => descriptionOptions(json, "")), tensors };
}

/** The machine of a checkpoint, or none of it. @throws {NTMError} `checkpoint`, `memory` @internal */
export function restore(instance: Instance, { description, tensors }: Checkpoint): Body {
  return believed(() => {
    const { config, metadata, training } = description;
    const held = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
    const least = leastParameters(config);
    if (held < least)
      throw new NTMError("checkpoint", `config: its sizes need ${least} numbers, the file holds ${held}`);
    const body = new Body(instance, config);
    try {
      const left = new Map(tensors);
      const take = (name: string, shape: readonly number[]): Float32Array => {
        const tensor = left.get(name);
        if (!tensor) throw new NTMError("checkpoint", `${name}: missing`, { where: name });
        assertShape(name, shape, tensor.shape);
        left.delete(name);
        return tensor.data;
      };
      for (const [name, { shape }] of body.parameters) {
        const data = take(name, shape);
        body.assertRoom(name, data);
        body.call((core) => core.setParameter(name, data));
      }
      body.metadata = metadata;
      if (training) resume(body, training, take);
      for (const name of left.keys())
        throw new NTMError("checkpoint", `${name}: no such tensor in this machine`, { where: name });
      return body;
    } catch (error) {
      body.dispose();
      throw error;
    }
  });
}

function resume(
  body: Body,
  training: TrainingState,
  take: (name: string, shape: readonly number[]) => Float32Array,
): void {
  body.step = training.step;
  body.sequences = training.sequences;
  body.random = new Random(training.random);
  body.optimizer = training.optimizer;
  const options = training.optimizer;
  if (!options) return;
  body.instance.using(
    (glue) => coreOptimizer(glue, options),
    (optimizer) => body.call((core) => core.restoreSlots(optimizer, training.optimizerSteps)),
  );
  for (const slot of body.call((core) => core.slotNames()))
    for (const name of body.trainable()) {
      const data = take(slotName(slot, name), body.parameters.get(name)?.shape ?? []);
      body.assertRoom(name, data);
      body.call((core) => core.setSlot(slot, name, data));
    }
}

/** As `read`; what would be the user's mistake in an option is the file's here. */
function believed<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof NTMError) || !["option", "shape", "checkpoint"].includes(error.code)) throw error;
    const { where, expected, received } = error;
    throw new NTMError("checkpoint", `checkpoint: ${error.message}`, { where, expected, received, cause: error });
  }
}

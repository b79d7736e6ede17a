/** The configuration of a machine: what a user may say of it, and what it comes to. */
import type { Config as CoreConfig, Glue } from "../generated/glue.js";
import { type Check, finite, integer, optional, record, string } from "../options.js";

/** The network that drives the heads (the paper, section 3.4). */
export interface ControllerConfig {
  /**
   * `lstm` (the default) carries a state of its own from step to step (Hochreiter & Schmidhuber, 1997), `feedforward`
   * the reads alone.
   */
  readonly kind: "lstm" | "feedforward";
  /** Units of a layer, `H`: 1 to 65,536, by default 100. */
  readonly hiddenSize: number;
  /** Layers, each fed the one below: 1 to 64, by default 1. */
  readonly layers: number;
}

/** The memory matrix, `[N, M]`. */
export interface MemoryConfig {
  /** Locations, `N`: 1 to 65,536, by default 128. */
  readonly rows: number;
  /** The width of a location, `M`: 1 to 65,536, by default 20. */
  readonly columns: number;
  /**
   * What each sequence starts from: `value` everywhere (`constant`, the default), a learned matrix, or one drawn once
   * from the seed (`random`).
   */
  readonly init: "constant" | "learned" | "random";
  /** Every entry of a constant memory before the first step: finite in float32, by default 1e-6. */
  readonly value: number;
  /**
   * What the initial values of a learned or random memory, uniform in ±1/√(N+M), are multiplied by: finite in float32,
   * by default 1.
   */
  readonly scale: number;
}

/** What the parameters of an LSTM controller start with, all finite in float32; a feedforward one has none of them. */
export interface LstmInitConfig {
  /** Of `weight_ih`: what its values, uniform in ±1/√H, are multiplied by; 1 by default. */
  readonly inputScale: number;
  /**
   * Of `weight_hh`: what its values, uniform in ±1/√H, are multiplied by; 1 by default. At 0 no gate begins by hearing
   * the hidden state.
   */
  readonly recurrentScale: number;
  /**
   * Of `bias`, under the forget gates: at 0 a cell begins by keeping half of what it holds at each step, at 1, the
   * default, three quarters.
   */
  readonly forgetBias: number;
}

/** What the parameters of the heads start with, all finite in float32. */
export interface HeadInitConfig {
  /**
   * Of `heads.weight`: what its Xavier values are multiplied by; 1 by default. Below 1, heads begin by doing the same
   * at every step.
   */
  readonly scale: number;
  /**
   * Of `heads.bias`, under the key strength `β = softplus(·)` of every head, 0 by default: above 0 its content
   * weighting begins narrower (eq. 5).
   */
  readonly keyStrength: number;
  /**
   * Of `heads.bias`, under the gate `g = σ(·)` of every head, 0 by default: below 0 it begins by staying where it was
   * (eq. 7).
   */
  readonly gate: number;
  /**
   * Of `heads.bias`, under the shift by +1 of every head, 0 by default: above 0 it begins by moving on, a row a step
   * (eq. 8).
   */
  readonly shift: number;
  /**
   * Of `heads.bias`, under the sharpening `γ = 1 + softplus(·)` of every head, 0 by default: above 0 it begins sharper
   * (eq. 9).
   */
  readonly sharpening: number;
}

/** What a machine is, in full. It has at most 2^26 parameters. */
export interface NTMConfig {
  /** Numbers that come in at each step, `X`: 1 to 65,536. */
  readonly inputSize: number;
  /** Numbers that go out at each step, `Y`: 1 to 65,536. */
  readonly outputSize: number;
  /** The network that drives the heads. */
  readonly controller: ControllerConfig;
  /** Without any heads there is no memory, and this means nothing. */
  readonly memory: MemoryConfig;
  /** Read heads, `R`: 0 to 256, by default 1. */
  readonly readHeads: number;
  /** Write heads, `W`: 0 to 256, by default 1. */
  readonly writeHeads: number;
  /** How far a head may move in one step, `K`: 0 to 1,024, by default 1; there are `S = 2K + 1` shifts. */
  readonly shiftRange: number;
  /** What the parameters of an LSTM controller start with. */
  readonly lstmInit: LstmInitConfig;
  /** What the parameters of the heads start with. */
  readonly headInit: HeadInitConfig;
  /** What a key goes through before it is compared; by default nothing, `identity`. */
  readonly keyActivation: "identity" | "tanh";
  /** What an add vector goes through before it is written; by default nothing, `identity`. */
  readonly addActivation: "identity" | "tanh";
  /**
   * What training makes small, by default `binary-cross-entropy`. It decides the output activation too: that one's is σ,
   * that of `softmax-cross-entropy` softmax, and `mean-squared-error` has none.
   */
  readonly loss: "binary-cross-entropy" | "softmax-cross-entropy" | "mean-squared-error";
  /**
   * Decides a whole run: the first parameters, and the training data. 0 to 2^32 - 1, by default 1: two machines of the
   * same options are alike, and learn alike, unless their seeds differ.
   */
  readonly seed: number;
}

export type Partially<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** What {@link NTM.create} takes: the two sizes, and whatever else is not to be as {@link NTMConfig} has it by default. */
export interface NTMOptions
  extends Partially<Omit<NTMConfig, "inputSize" | "outputSize" | "controller" | "memory" | "lstmInit" | "headInit">> {
  /** Numbers that come in at each step, `X`: 1 to 65,536. */
  readonly inputSize: number;
  /** Numbers that go out at each step, `Y`: 1 to 65,536. */
  readonly outputSize: number;
  /** By default an LSTM of one layer with 100 units. */
  readonly controller?: Partially<ControllerConfig> | undefined;
  /** By default 128 rows of 20 columns, constant at first. */
  readonly memory?: Partially<MemoryConfig> | undefined;
  /** By default weights as they are drawn, and a bias of 1 under the forget gates. */
  readonly lstmInit?: Partially<LstmInitConfig> | undefined;
  /** By default as they are drawn: a scale of 1, biases of 0. */
  readonly headInit?: Partially<HeadInitConfig> | undefined;
}

/** A whole number, or it could not cross to the core, which alone judges the range: here it is only told. */
function whole(least: number, most: number): Check<number> {
  return integer(0, 2 ** 32 - 1, `an integer from ${least} to ${most}`);
}

const size = whole(1, 65_536);
const heads = whole(0, 256);

const controller = record<ControllerConfig>({
  kind: optional(string(), "lstm"),
  hiddenSize: optional(size, 100),
  layers: optional(whole(1, 64), 1),
});

const memory = record<MemoryConfig>({
  rows: optional(size, 128),
  columns: optional(size, 20),
  init: optional(string(), "constant"),
  value: optional(finite, 1e-6),
  scale: optional(finite, 1),
});

const lstmInit = record<LstmInitConfig>({
  inputScale: optional(finite, 1),
  recurrentScale: optional(finite, 1),
  forgetBias: optional(finite, 1),
});

const headInit = record<HeadInitConfig>({
  scale: optional(finite, 1),
  keyStrength: optional(finite, 0),
  gate: optional(finite, 0),
  shift: optional(finite, 0),
  sharpening: optional(finite, 0),
});

/** Options of their own, frozen; all by default where none are given. */
function part<T extends object>(check: Check<T>): Check<T> {
  return (value, where) => Object.freeze(check(value === undefined ? {} : value, where));
}

const config = record<NTMConfig>({
  inputSize: size,
  outputSize: size,
  controller: part(controller),
  memory: part(memory),
  readHeads: optional(heads, 1),
  writeHeads: optional(heads, 1),
  shiftRange: optional(whole(0, 1024), 1),
  lstmInit: part(lstmInit),
  headInit: part(headInit),
  keyActivation: optional(string(), "identity"),
  addActivation: optional(string(), "identity"),
  loss: optional(string(), "binary-cross-entropy"),
  seed: optional(integer(), 1),
});

/**
 * The configuration that `options` come to, frozen. Whether its sizes and words make a machine is the core's to say.
 *
 * @throws {NTMError} `option` for what is unknown or of another type.
 *
 * @internal
 */
export function resolveConfig(options: unknown): NTMConfig {
  return Object.freeze(config(options, ""));
}

/** The core's own form of a configuration. @internal */
export function coreConfig(glue: Glue, config: NTMConfig): CoreConfig {
  const core = new glue.Config(config.inputSize, config.outputSize);
  core.controller(config.controller.kind, config.controller.hiddenSize, config.controller.layers);
  const { rows, columns, init, value, scale: memoryScale } = config.memory;
  core.memory(rows, columns, init, value, memoryScale);
  core.heads(config.readHeads, config.writeHeads, config.shiftRange);
  core.lstmInit(config.lstmInit.inputScale, config.lstmInit.recurrentScale, config.lstmInit.forgetBias);
  const { scale, keyStrength, gate, shift, sharpening } = config.headInit;
  core.headInit(scale, keyStrength, gate, shift, sharpening);
  core.activations(config.keyActivation, config.addActivation);
  core.loss(config.loss);
  core.seed(config.seed);
  return core;
}

/**
 * A number of parameters that a machine of this configuration has at least: its matrices. It is for telling a file that claims
 * large sizes and holds little from a checkpoint, before memory is asked for; how many there are exactly the core knows.
 *
 * @internal
 */
export function leastParameters(config: NTMConfig): number {
  const { inputSize, outputSize, controller, memory, readHeads, writeHeads, shiftRange } = config;
  const { hiddenSize, layers } = controller;
  const heads = readHeads + writeHeads;
  const read = readHeads * memory.columns;
  const gates = controller.kind === "lstm" ? 4 : 1;
  const recurrent = controller.kind === "lstm" ? layers * hiddenSize : 0;
  const perGate = inputSize + read + (layers - 1) * hiddenSize + recurrent;
  const perHead = (memory.columns + 2 * shiftRange + 1) * hiddenSize + memory.rows;
  const erasing = writeHeads * 2 * memory.columns * hiddenSize;
  return gates * hiddenSize * perGate + heads * perHead + erasing + outputSize * (hiddenSize + read);
}

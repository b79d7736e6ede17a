/**
 * What a machine is made of: its handle in wasm and what is kept about it on this side. The class `NTM` shows it to the user;
 * training, evaluation and checkpoints work on it.
 */
import { NTMError } from "../errors.js";
import type { Machine as CoreMachine, Glue } from "../generated/glue.js";
import type { Json } from "../json.js";
import { unknownKey } from "../options.js";
import { type Random, random } from "../random.js";
import {
  asEntries,
  assertAddressable,
  assertFinite,
  assertShape,
  asTensor,
  elements,
  type Given,
  type Tensor,
} from "../tensor.js";
import type { OptimizerOptions } from "../training/optimizer.js";
import type { Instance } from "../wasm/guard.js";
import { Activity } from "./activity.js";
import { coreConfig, type NTMConfig } from "./config.js";

/** The streams of a seed. Stream 0, the parameters, is drawn by the core. */
const streams = { data: 1, evaluation: 2 } as const;

/** A parameter by shape, and whether it has a gradient. */
export interface ParameterInfo {
  readonly shape: readonly number[];
  readonly trainable: boolean;
}

/** Whatever dies with a machine. */
interface Dependent {
  dispose(): void;
}

/** Numbers for which the core has always room, its `FEW`: to ask would cost more than to copy them. */
const few = 2 ** 16;

/** The state of a machine. */
export class Body {
  /** By name, in the core's order. */
  readonly parameters: ReadonlyMap<string, ParameterInfo>;
  readonly instance: Instance;
  readonly config: NTMConfig;
  readonly activity = new Activity();
  /** Updates so far. */
  step = 0;
  /** Sequences that were learned from so far. */
  sequences = 0;
  /** The optimiser of the last update: the slots are its. */
  optimizer: OptimizerOptions | null = null;
  /** The generator of the training data. Only training advances it. */
  random: Random;
  metadata: Json = null;

  #core: CoreMachine | undefined;
  /** Weakly, so that a session that is forgotten before its machine is collected. */
  #dependents = new Set<WeakRef<Dependent>>();
  #pruneAt = 16;

  /** A machine with its first parameters. @throws {NTMError} `option`, `memory` */
  constructor(instance: Instance, config: NTMConfig) {
    this.instance = instance;
    this.config = config;
    this.random = random(config.seed, streams.data);
    this.#core = instance.using(
      (glue) => coreConfig(glue, config),
      (core, glue) => new glue.Machine(core),
    );
    this.parameters = this.call(
      (core) =>
        new Map(
          core
            .parameterNames()
            .map((name) => [name, { shape: [...core.parameterShape(name)], trainable: core.isTrainable(name) }]),
        ),
    );
  }

  /** The result of a call into the core. @throws {NTMError} `disposed`, `poisoned`, and what the core throws. */
  call<T>(body: (core: CoreMachine, glue: Glue) => T): T {
    const core = this.#core;
    if (!core) throw new NTMError("disposed", "this machine was disposed");
    return this.instance.call((glue) => body(core, glue));
  }

  /** Throws unless the machine can be used. */
  assertAlive(): void {
    this.call(() => undefined);
  }

  /**
   * Throws unless there is room in wasm for these arrays, named `where`, together: the attempt to copy them there would end the
   * instance.
   *
   * @throws {NTMError} `memory`
   */
  assertRoom(where: string, ...arrays: readonly (Float32Array | undefined)[]): void {
    const numbers = assertAddressable(where, ...arrays);
    if (numbers > few) this.call((core) => core.expectRoom(where, numbers));
  }

  /** Copies tensors in by `write`, one after the other; or, where there is no room for one of them, none. @throws {NTMError} `memory` */
  put(tensors: ReadonlyMap<string, Given>, write: (core: CoreMachine, name: string, data: Float32Array) => void): void {
    for (const [name, { data }] of tensors) this.assertRoom(name, data);
    this.call((core) => {
      for (const [name, { data }] of tensors) write(core, name, data);
    });
  }

  /** A generator for one evaluation, apart from all training data. */
  evaluationRandom(seed: number): Random {
    return random(seed, streams.evaluation);
  }

  /** The names that have a gradient. */
  trainable(): string[] {
    return [...this.parameters].filter(([, { trainable }]) => trainable).map(([name]) => name);
  }

  /** Tensors by parameter name, copied out of the core by `read`. @throws {NTMError} `memory` */
  tensors(names: Iterable<string>, read: (core: CoreMachine, name: string) => Tensor["data"]): Map<string, Tensor> {
    return this.call(
      (core) =>
        new Map(
          [...names].map((name) => {
            const shape = [...(this.parameters.get(name)?.shape ?? [])];
            core.expectRoom(name, elements(shape));
            return [name, { data: read(core, name), shape }];
          }),
        ),
    );
  }

  /**
   * Tensors by parameter name from outside, each one known, of the right shape and finite.
   *
   * @param where what to call the map in an error
   */
  checked(map: unknown, where: string): Map<string, Given> {
    return new Map(
      asEntries(map, where).map(([name, value]) => {
        const info = this.parameters.get(name);
        if (!info) throw unknownKey(where, name, [...this.parameters.keys()]);
        const tensor = asTensor(value, name);
        assertShape(name, info.shape, tensor.shape);
        assertFinite(tensor.data, name);
        return [name, tensor];
      }),
    );
  }

  /** Lets `dependent` be disposed with the machine. */
  adopt(dependent: Dependent): void {
    if (this.#dependents.size >= this.#pruneAt) {
      for (const each of this.#dependents) if (!each.deref()) this.#dependents.delete(each);
      this.#pruneAt = 16 + 2 * this.#dependents.size;
    }
    this.#dependents.add(new WeakRef(dependent));
  }

  /** Frees the machine and what depends on it. A second time does nothing. */
  dispose(): void {
    const core = this.#core;
    if (!core) return;
    for (const dependent of this.#dependents) dependent.deref()?.dispose();
    this.#dependents.clear();
    this.#core = undefined;
    if (!this.instance.poisoned) this.instance.call(() => core.free());
  }
}

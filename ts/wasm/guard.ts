/**
 * One instance of the core, and the guard on every call into it.
 *
 * A call into wasm ends in one of three ways: with a result; with an error of the core, which becomes an `NTMError` and leaves
 * everything as it was; or in a trap, after which nothing in the instance's memory can be relied on. Then the instance is
 * *poisoned*: this and every later call on it throws an error with the panic's text, and nothing enters it again, no
 * finaliser either (where the stack leaves no room to say so, from the next call on).
 */
import { fromCore, mismatch, NTMError } from "../errors.js";
import { type CoreError, createGlue, type Glue } from "../generated/glue.js";
import { version } from "../generated/version.js";

/** Something in wasm memory that is freed by hand. */
interface Handle {
  free(): void;
}

/** An instance of the core and what is left of it after a trap: the error to throw. */
export class Instance {
  /** What it is an instance of: others can be made of it, in workers too. */
  readonly module: WebAssembly.Module;
  readonly #glue: Glue;
  #end: { readonly message: string; readonly cause: unknown } | undefined;

  private constructor(module: WebAssembly.Module, glue: Glue) {
    this.module = module;
    this.#glue = glue;
  }

  /** A fresh instance of a compiled module, with a memory of its own. @throws {NTMError} `option` where it is another version's */
  static async of(module: WebAssembly.Module): Promise<Instance> {
    const glue = createGlue();
    await glue.init(module);
    const found = glue.version();
    if (found !== version)
      throw mismatch("option", "wasm", `the WebAssembly of version ${version}`, `that of version ${found}`);
    return new Instance(module, glue);
  }

  /** Whether a trap has ended it. */
  get poisoned(): boolean {
    return this.#end !== undefined;
  }

  /** The trap that has ended it: the panic's text, and what was thrown. */
  get trap(): { readonly message: string; readonly cause: unknown } | undefined {
    return this.#end;
  }

  /**
   * The result of `body`, which may call into wasm.
   *
   * @throws {NTMError} what the core threw; `poisoned` if `body` trapped, or anything before it did.
   */
  call<T>(body: (glue: Glue) => T): T {
    if (this.#end) {
      this.#glue.retire(); // for which there may have been no room
      throw this.#poison();
    }
    try {
      return body(this.#glue);
    } catch (error) {
      // A trap is a WebAssembly.RuntimeError, an overflow of the stack a RangeError (in Firefox an InternalError); both
      // skip what Rust would have cleaned up. What else may come through is not foreseen, and treated as no better. It is
      // taken for an end before anything is asked of it: even `instanceof` needs room that an overflow may not have left.
      const before = this.#end;
      this.#end = { message: "the stack overflowed", cause: error };
      if (error instanceof NTMError || this.#isCoreError(error)) {
        this.#end = before;
        throw error instanceof NTMError ? error : fromCore(error);
      }
      this.#end = { message: this.#panic() ?? String(error), cause: error };
      this.#glue.retire();
      throw this.#poison();
    }
  }

  /** As {@link call}, with a handle that is freed afterwards. */
  using<H extends Handle, T>(make: (glue: Glue) => H, body: (handle: H, glue: Glue) => T): T {
    return this.call((glue) => {
      let result: T | undefined;
      this.filled(make(glue), (handle) => {
        result = body(handle, glue);
      }).free();
      return result as T;
    });
  }

  /** A handle that `fill` has filled, for a call that takes it over; freed where `fill` fails. Only within {@link call}. */
  filled<H extends Handle>(handle: H, fill: (handle: H) => void): H {
    try {
      fill(handle);
    } catch (error) {
      // After a trap there is nothing to free any more.
      if (error instanceof NTMError || this.#isCoreError(error)) handle.free();
      throw error;
    }
    return handle;
  }

  #isCoreError(error: unknown): error is CoreError {
    return error instanceof this.#glue.CoreError;
  }

  /** The text that the panic left; reading it may trap in turn. */
  #panic(): string | undefined {
    try {
      return this.#glue.takePanic();
    } catch {
      return undefined;
    }
  }

  #poison(): NTMError {
    const { message, cause } = this.#end ?? {};
    return new NTMError(
      "poisoned",
      `the WebAssembly instance of this machine ended: ${message}; create or load a new machine`,
      { cause },
    );
  }
}

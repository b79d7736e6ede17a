/**
 * The one error class of the package, and the one place where errors of the core become it.
 *
 * A message is written for the one who made the mistake: `memory.rows: expected an integer from 1 to 65536, got 0`.
 */

/** What kind of failure an {@link NTMError} reports; stable, to be switched on. */
export type NTMErrorCode =
  /** An option or a value from outside is not what it must be. */
  | "option"
  /** An array has another shape than the machine needs. */
  | "shape"
  /** A result left the finite numbers; nothing was changed. */
  | "non-finite"
  /** The call would change a machine that is being trained or evaluated. */
  | "busy"
  /** The machine or the session was disposed. */
  | "disposed"
  /** The WebAssembly instance ended in a panic or a trap; the message holds its text. */
  | "poisoned"
  /** The bytes are not a checkpoint, or not an unharmed one. */
  | "checkpoint"
  /** The sizes ask for more memory than there is. */
  | "memory"
  /** This engine, or this build, cannot do it. */
  | "unsupported"
  /** A worker failed. */
  | "worker";

/** What an {@link NTMError} can say besides its message. */
export interface NTMErrorDetails {
  /** The option, argument or tensor at fault, as a path: `memory.rows`. */
  readonly where?: string | undefined;
  /** What was expected there, in words. */
  readonly expected?: string | undefined;
  /** What came instead, in words. */
  readonly received?: string | undefined;
  /** The update (in training) or time step at which a number left the finite. */
  readonly step?: number | undefined;
  /** The tensor in which it did. */
  readonly tensor?: string | undefined;
  /** The error underneath. */
  readonly cause?: unknown;
}

/** Every error that the package throws of its own accord. */
export class NTMError extends Error {
  /** What kind of failure this is. */
  readonly code: NTMErrorCode;
  /** The option, argument or tensor at fault, as a path: `memory.rows`. */
  declare readonly where?: string;
  /** What was expected there, in words. */
  declare readonly expected?: string;
  /** What came instead, in words. */
  declare readonly received?: string;
  /** The update (in training) or time step at which a number left the finite. */
  declare readonly step?: number;
  /** The tensor in which it did. */
  declare readonly tensor?: string;
  /** The names that there are, where another was given. @internal */
  declare readonly known?: readonly string[];

  constructor(code: NTMErrorCode, message: string, details: NTMErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    Object.defineProperty(this, "name", { value: "NTMError", configurable: true, writable: true });
    this.code = code;
    for (const key of ["where", "expected", "received", "step", "tensor"] as const)
      if (details[key] !== undefined) Object.defineProperty(this, key, { value: details[key], enumerable: true });
  }
}

/** The error `where: expected …, got …`. @internal */
export function mismatch(code: NTMErrorCode, where: string, expected: string, received: string): NTMError {
  return new NTMError(code, `${where}: expected ${expected}, got ${received}`, { where, expected, received });
}

/** The error for a value that is not what it must be. @internal */
export function unexpected(where: string, expected: string, value: unknown): NTMError {
  return mismatch("option", where, expected, show(value));
}

/** The error for an array of another shape. @internal */
export function wrongShape(where: string, expected: string, shape: readonly number[]): NTMError {
  const received = `[${shape.join(", ")}]`;
  return new NTMError("shape", `${where}: expected shape ${expected}, got ${received}`, { where, expected, received });
}

const longest = 60;

/** A value in a few words, for a message. @internal */
export function show(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "function":
      return "a function";
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return `an array of length ${value.length}`;
      if (ArrayBuffer.isView(value) && "length" in value)
        return `${article(tag(value))} of length ${String(value.length)}`;
      return tag(value) === "Object" ? "an object" : article(tag(value));
    default:
      return String(value);
  }
}

/** How a file begins that is not what it should be: a page, for instance, that says why. @internal */
export function beginning(bytes: Uint8Array): string {
  return JSON.stringify(String.fromCharCode(...bytes.subarray(0, 40)));
}

/** The built-in type of a value by name, also when it comes from another realm. @internal */
export function tag(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function article(noun: string): string {
  return `${/^([AEIOU]|NT)/.test(noun) ? "an" : "a"} ${noun}`;
}

/** A promise that is refused where it was given: nobody will hear how it ends, which must not end the process. @internal */
export function ignoreRejection(value: unknown): void {
  Promise.resolve(value).catch(() => {});
}

/** What the core throws, as wasm-bindgen hands it over: getters into wasm memory, and a handle to free. @internal */
export interface CoreErrorHandle {
  /** One of an {@link NTMError}'s. */
  readonly code: string;
  readonly message: string;
  readonly where?: string | undefined;
  readonly expected?: string | undefined;
  readonly received?: string | undefined;
  readonly tensor?: string | undefined;
  free(): void;
}

/** The {@link NTMError} that says what the core said; frees the core's handle. @internal */
export function fromCore(error: CoreErrorHandle): NTMError {
  const made = new NTMError(error.code as NTMErrorCode, error.message, error);
  error.free();
  return made;
}

/** The same `non-finite` error with the step added; any other error as it is. @internal */
export function atStep(error: unknown, step: number): unknown {
  if (!(error instanceof NTMError) || error.code !== "non-finite") return error;
  return new NTMError("non-finite", `step ${step}: ${error.message}`, { ...error, step, cause: error });
}

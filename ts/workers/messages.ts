/** What the calling thread and a worker say to each other. Arrays travel by transfer; those to be filled come back filled. */
import { NTMError, type NTMErrorCode } from "../errors.js";
import type { NTMConfig } from "../machine/config.js";

/** First of all: the machine to make. */
export interface Start {
  readonly module: WebAssembly.Module;
  readonly config: NTMConfig;
  readonly recompute: boolean;
  readonly backwardClip: number | undefined;
}

/** A piece of a batch, whose part in the batch's gradients is wanted. */
export interface Piece {
  /** Its place among the pieces of the batch. */
  readonly index: number;
  /** All parameters of the machine, flat, with a worker's first piece of an update. */
  readonly parameters: Float32Array<ArrayBuffer> | undefined;
  /** `[T, b, X]` */
  readonly input: Float32Array<ArrayBuffer>;
  /** `[T, b, Y]` */
  readonly target: Float32Array<ArrayBuffer>;
  /** `[T, b]` */
  readonly mask: Float32Array<ArrayBuffer> | undefined;
  /** `T` */
  readonly steps: number;
  /** `b`, at most 8. */
  readonly batchSize: number;
  /** `B` of the whole batch. */
  readonly of: number;
  /** To be filled: the gradient by all parameters that have one, flat. */
  readonly gradient: Float32Array<ArrayBuffer>;
}

/** The answer to a {@link Piece}. */
export interface Done {
  readonly index: number;
  /** In nats, summed over the piece's sequences. */
  readonly loss: number;
  /** The array of the piece, filled. */
  readonly gradient: Float32Array<ArrayBuffer>;
  /** The array of the piece, to be used again. */
  readonly parameters: Float32Array<ArrayBuffer> | undefined;
}

/** The answer where something went wrong; the worker's last. */
export interface Failed {
  /** Of an error of the core; null for anything else. */
  readonly code: NTMErrorCode | null;
  readonly message: string;
  readonly stack: string | undefined;
  readonly where: string | undefined;
  readonly expected: string | undefined;
  readonly received: string | undefined;
  readonly tensor: string | undefined;
}

/** An error as it travels: a structured clone would lose all that makes it an {@link NTMError}. */
export function packError(error: unknown): Failed {
  const { code, where, expected, received, tensor }: Partial<NTMError> = error instanceof NTMError ? error : {};
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  return { code: code ?? null, message, stack, where, expected, received, tensor };
}

/** What {@link packError} packed: the core's error, or one that says that the worker failed. */
export function unpackError({ code, message, stack, ...details }: Failed): NTMError {
  const cause = Object.assign(new Error(message), { stack });
  return code === null ? workerFailed(message, cause) : new NTMError(code, message, { ...details, cause });
}

/** The error for a worker that has failed, in whichever way. */
export function workerFailed(how: string, cause?: unknown): NTMError {
  return new NTMError("worker", `a worker failed: ${how}`, { cause });
}

/** Hearing an `AbortSignal`. */

/** Throws the signal's reason, whatever that is, if it was aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw signal.reason;
}

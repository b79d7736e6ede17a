/** `Symbol.dispose`, which makes `using` work, also on engines that have not got it yet (nobody can look it up there). */
export const disposeSymbol: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");

declare global {
  // What TypeScript's library says of it where a program has that; others need no more for `using`.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
  interface Disposable {
    [Symbol.dispose](): void;
  }
}

/// <reference lib="esnext.disposable" preserve="true" />
/** `Symbol.dispose`, which makes `using` work, also on engines that have not got it yet (nobody can look it up there). */
export const disposeSymbol: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");

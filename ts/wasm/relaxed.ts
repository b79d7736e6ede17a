/**
 * The second build of the core, with WebAssembly's relaxed SIMD: a product and a sum round once where the processor can, so
 * it is faster, and its bits depend on the processor. A file beside this one, fetched when it is asked for.
 */
import { mismatch, unexpected } from "../errors.js";

/** The least module with a relaxed instruction: `(func (param v128) (result v128) … f32x4.relaxed_madd)`. */
const probe = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x06, 0x01, 0x60, 0x01, 0x7b, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x00, 0x20, 0x00, 0xfd, 0x85, 0x02, 0x0b],
);

/** Whether the engine has relaxed SIMD; undefined where it has no WebAssembly. @internal */
export function hasRelaxedSimd(): boolean | undefined {
  return globalThis.WebAssembly?.validate(probe);
}

/**
 * Where the build with relaxed SIMD is.
 *
 * @throws {NTMError} `unsupported` where the engine cannot run it; `option` where a bundle does not say where it lies itself.
 *
 * @internal
 */
export function relaxedWasm(): URL {
  // An engine without any WebAssembly is told so where the file is compiled.
  if (hasRelaxedSimd() === false)
    throw mismatch(
      "unsupported",
      "simd",
      'an engine with relaxed SIMD for "relaxed" (Node 20 has it with --experimental-wasm-relaxed-simd)',
      'one without; "default" runs here',
    );
  try {
    return new URL("./ntm.relaxed.wasm", import.meta.url);
  } catch {
    throw unexpected("wasm", "the file ntm.relaxed.wasm", undefined);
  }
}

/**
 * `neural-turing-machine`: the same as `neural-turing-machine/slim`, with its WebAssembly inlined, so that it works unconfigured.
 *
 * @module neural-turing-machine
 */
import { inlined } from "./generated/inline.js";
import { nodeModule } from "./host.js";
import type { NTMOptions } from "./machine/config.js";
import { createBody, loadBody, NTM as SlimNTM } from "./machine/ntm.js";
import { inflate } from "./wasm/inflate.js";
import type { LoadingOptions } from "./wasm/loader.js";

export * from "./slim.js";

interface Zlib {
  inflateRawSync?(deflated: Uint8Array): Uint8Array;
}

/** Unpacks the inlined file. Its identity stands for it: it is called, and its module compiled, once. */
function inlinedWasm(): Uint8Array {
  const deflated = Uint8Array.from(atob(inlined.deflated), (letter) => letter.charCodeAt(0));
  // Ten times as fast where there is one.
  const zlib = nodeModule("node:zlib") as Zlib | undefined;
  return zlib?.inflateRawSync?.(deflated) ?? inflate(deflated, inlined.size);
}

/**
 * A Neural Turing Machine (Graves, Wayne & Danihelka, arXiv 1410.5401): a network with a memory that it addresses by content and by
 * location, trained by gradient descent from end to end. {@link NTM.create} and {@link NTM.load} make one.
 */
export class NTM extends SlimNTM {
  static override async create(options: NTMOptions & LoadingOptions, loading?: LoadingOptions): Promise<NTM> {
    return new NTM(await createBody(options, loading, inlinedWasm));
  }

  static override async load(bytes: Uint8Array | ArrayBuffer, loading?: LoadingOptions): Promise<NTM> {
    return new NTM(await loadBody(bytes, loading, inlinedWasm));
  }
}

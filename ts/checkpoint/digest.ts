/** The SHA-256 of a checkpoint: over what it says and over what it holds, so that no flipped bit goes unseen. */
import { _SHA256 } from "@noble/hashes/sha2.js";
import { nodeModule } from "../host.js";
import type { Tensor } from "../tensor.js";

interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

/**
 * The digest, as 64 hexadecimal letters, of a text and then of each tensor in order: name, shape, data.
 *
 * A string goes in as its length and its UTF-8, a shape as its rank and its sizes, every number as 8 bytes, little-endian: no two
 * checkpoints feed it the same bytes.
 */
export function digest(text: string, tensors: Iterable<readonly [name: string, tensor: Tensor]>): string {
  // The same, ten times as fast where there is one.
  const crypto = nodeModule("node:crypto") as { createHash(name: string): Hash } | undefined;
  const hash = crypto?.createHash("sha256") ?? new _SHA256();
  const utf8 = new TextEncoder(); // not at import: jsdom and a page's audio worklets have none
  const number = (value: number) => {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setBigUint64(0, BigInt(value), true);
    hash.update(new Uint8Array(bytes.buffer));
  };
  const string = (value: string) => {
    const bytes = utf8.encode(value);
    number(bytes.length);
    hash.update(bytes);
  };
  string(text);
  for (const [name, { data, shape }] of tensors) {
    string(name);
    number(shape.length);
    shape.forEach(number);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

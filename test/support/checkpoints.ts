// Checkpoints taken apart and put together by hand, as docs/machine.md describes the file.
import { createHash } from "node:crypto";
import type { Tensor } from "neural-turing-machine";

/** A safetensors file of this header, as JSON or as text, and this data. */
export function file(
  header: object | string,
  data: Uint8Array = new Uint8Array(),
  length?: number | bigint,
): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

/** The header of a file, and the data behind it. */
export function open(bytes: Uint8Array): {
  header: Record<string, unknown> & { __metadata__: Record<string, string> };
  data: Uint8Array;
} {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return { header, data: bytes.subarray(8 + length) };
}

/** A checkpoint of these tensors whose digest is right, whatever the description says. */
export function seal(text: string, tensors: ReadonlyMap<string, Tensor>): Uint8Array {
  const hash = createHash("sha256");
  const number = (value: number) => {
    const eight = Buffer.alloc(8);
    eight.writeBigUInt64LE(BigInt(value));
    hash.update(eight);
  };
  const string = (value: string) => {
    number(Buffer.byteLength(value));
    hash.update(value);
  };
  string(text);
  let end = 0;
  const header: Record<string, unknown> = {};
  for (const [name, { data, shape }] of tensors) {
    string(name);
    number(shape.length);
    shape.forEach(number);
    hash.update(new Uint8Array(data.buffer));
    header[name] = { dtype: "F32", shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  header["__metadata__"] = {
    "neural-turing-machine": text,
    "neural-turing-machine.sha256": hash.digest("hex"),
  };
  const all = new Uint8Array(end);
  let at = 0;
  for (const { data } of tensors.values()) {
    all.set(new Uint8Array(data.buffer), at);
    at += data.byteLength;
  }
  return file(header, all);
}

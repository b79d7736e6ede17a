/**
 * safetensors (github.com/huggingface/safetensors): 8 bytes that hold the header's length, the header, then the tensors' data end
 * to end. Float32 only. What is written here every library of the format reads; what is read here is trusted in nothing.
 */
import { beginning, mismatch, NTMError, tag, unexpected } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { type Description, parseHeader } from "./header.js";

/** A file's contents. @internal */
export interface TensorFile {
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of their data. */
  readonly tensors: Map<string, Tensor>;
}

/** The format's own limit. */
const longestHeader = 100_000_000;

/**
 * The tensors of a safetensors file, by name, in the order of their data. Those of a checkpoint without `training`, or of
 * any other file with a machine's parameters, are for `machine.setParameters`.
 *
 * @throws {NTMError} `option` where it is no bytes, `checkpoint` where the file is not whole, not well formed, or holds other
 *   than float32
 */
export function readTensors(bytes: Uint8Array | ArrayBuffer): Map<string, Tensor> {
  return readFile(bytes).tensors;
}

/** A safetensors file. @throws {NTMError} `checkpoint` @internal */
export function readFile(given: unknown): TensorFile {
  const bytes = asBytes(given);
  if (bytes.length < 8) throw broken(`${bytes.length} bytes are too few for a safetensors file`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > longestHeader) throw broken(`no safetensors file: it begins with ${beginning(bytes)}`);
  if (length > bytes.length - 8)
    throw broken(`the header claims ${length} bytes, but only ${bytes.length - 8} follow: the file is cut off`);
  const data = bytes.subarray(8 + length);
  const { metadata, tensors } = readHeader(bytes.slice(8, 8 + length));

  const inOrder = [...tensors].sort(([, { offsets: a }], [, { offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
  let end = 0;
  for (const [name, description] of inOrder) {
    assertSound(name, description);
    const [from, to] = description.offsets;
    if (from !== end) throw broken(`${show(name)}: its data should begin at ${end}, not ${from}: a gap or an overlap`);
    if (to > data.length)
      throw broken(`${show(name)}: its data should end at ${to}, but there are ${data.length} bytes`);
    end = to;
  }
  if (end !== data.length) throw broken(`${data.length - end} bytes follow the last tensor`);
  return {
    metadata,
    tensors: new Map(
      inOrder.map(([name, { shape, offsets }]) => [
        name,
        // A copy, so that it is aligned and the file can go.
        { data: new Float32Array(data.slice(...offsets).buffer), shape: [...shape] },
      ]),
    ),
  };
}

/** @param bytes not of shared memory, which a page's decoder refuses */
function readHeader(bytes: Uint8Array): ReturnType<typeof parseHeader> {
  try {
    // The byte order mark is not skipped: it is no JSON.
    return parseHeader(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error), error);
  }
}

/** Throws unless the data is as long as dtype and shape say. */
function assertSound(name: string, { dtype, shape, offsets: [from, to] }: Description): void {
  if (dtype !== "F32") throw broken(`${show(name)}: expected dtype F32, got ${show(dtype)}`);
  let length = 4;
  for (const size of shape) {
    length *= size;
    if (!Number.isSafeInteger(length)) throw broken(`${show(name)}: a shape of [${shape.join(", ")}] overflows`);
  }
  if (to - from !== length)
    throw broken(`${show(name)}: shape [${shape.join(", ")}] needs ${length} bytes, the offsets have ${to - from}`);
}

function asBytes(given: unknown): Uint8Array {
  if (typeof given === "object" && given !== null && ["Uint8Array", "ArrayBuffer"].includes(tag(given))) {
    // Not the given object itself: a Buffer of Node is one, too, and its `slice` makes no copy.
    const {
      buffer = given,
      byteOffset = 0,
      byteLength,
    } = given as Pick<Uint8Array, "byteLength"> & Partial<Uint8Array>;
    // Of what was transferred nothing is left, and nothing can be made.
    return byteLength === 0 ? new Uint8Array() : new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  }
  throw unexpected("bytes", "a Uint8Array or an ArrayBuffer", given);
}

/**
 * A safetensors file of these tensors in this order. The data begins at a multiple of 8 bytes, as the format asks.
 *
 * @param metadata strings by key, in the order in which they are written
 *
 * @throws {NTMError} `option` where the metadata is longer than the format allows
 *
 * @internal
 */
export function writeFile(
  metadata: ReadonlyMap<string, string>,
  tensors: ReadonlyMap<string, Tensor>,
): Uint8Array<ArrayBuffer> {
  let end = 0;
  const entries = [...tensors].map(([name, { data, shape }]) => {
    const begin = end;
    end += data.byteLength;
    return `${JSON.stringify(name)}:{"dtype":"F32","shape":[${shape.join(",")}],"data_offsets":[${begin},${end}]}`;
  });
  const strings = [...metadata].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  const header = new TextEncoder().encode(`{${[`"__metadata__":{${strings.join(",")}}`, ...entries].join(",")}}`);
  const start = 8 + Math.ceil(header.length / 8) * 8;
  if (start - 8 > longestHeader)
    throw mismatch("option", "metadata", `a header of at most ${longestHeader} bytes`, String(start - 8));

  const bytes = new Uint8Array(start + end).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(header, 8);
  let at = start;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

function show(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

function broken(problem: string, cause?: unknown): NTMError {
  return new NTMError("checkpoint", `checkpoint: ${problem}`, { cause });
}

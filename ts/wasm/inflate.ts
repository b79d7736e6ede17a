/**
 * Decompression of raw deflate (RFC 1951), for the inlined wasm: smaller than it would be as it is, whatever compresses the
 * page. `DecompressionStream` is not in every engine that has SIMD, nor in the DOMs that tests run in. What comes in is the
 * package's own: nothing is checked.
 */

/** A Huffman code: how many codes there are of each length, and the symbols in order of their codes. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/** The canonical code of the symbols' lengths; 0 stands for a symbol that does not occur. */
function codeOf(lengths: Uint8Array): Code {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length] = at(counts, length) + 1;
  counts[0] = 0;
  const offsets = new Uint16Array(17);
  for (let length = 1; length < 16; length++) offsets[length + 1] = at(offsets, length) + at(counts, length);
  const symbols = new Uint16Array(lengths.length);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    symbols[at(offsets, length)] = symbol;
    offsets[length] = at(offsets, length) + 1;
  }
  return { counts, symbols };
}

/** The order in which the lengths of the code of lengths come. */
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const fixedLengths = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280);

/** The `size` bytes that `source` decompresses to. */
export function inflate(source: Uint8Array, size: number): Uint8Array {
  const target = new Uint8Array(size);
  let written = 0;
  let read = 0;
  let bits = 0;
  let held = 0;

  function take(count: number): number {
    while (held < count) {
      bits |= at(source, read++) << held;
      held += 8;
    }
    const value = bits & ((1 << count) - 1);
    bits >>>= count;
    held -= count;
    return value;
  }

  function decode({ counts, symbols }: Code): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; ; length++) {
      code += take(1);
      const count = at(counts, length);
      if (code < first + count) return at(symbols, index + code - first);
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
  }

  function dynamicCodes(): [Code, Code] {
    const literals = take(5) + 257;
    const distances = take(5) + 1;
    const known = take(4) + 4;
    const ofLengths = new Uint8Array(19);
    for (const symbol of order.slice(0, known)) ofLengths[symbol] = take(3);
    const code = codeOf(ofLengths);
    const lengths = new Uint8Array(literals + distances);
    for (let index = 0; index < lengths.length; ) {
      const symbol = decode(code);
      if (symbol < 16) {
        lengths[index++] = symbol;
        continue;
      }
      const value = symbol === 16 ? at(lengths, index - 1) : 0;
      const repeat = symbol === 16 ? 3 + take(2) : symbol === 17 ? 3 + take(3) : 11 + take(7);
      lengths.fill(value, index, index + repeat);
      index += repeat;
    }
    return [codeOf(lengths.subarray(0, literals)), codeOf(lengths.subarray(literals))];
  }

  for (let last = 0; last === 0; ) {
    last = take(1);
    const kind = take(2);
    if (kind === 0) {
      // Stored: from the next whole byte on, its length and the complement of that.
      take(held % 8);
      const length = take(16);
      take(16);
      target.set(source.subarray(read, read + length), written);
      written += length;
      read += length;
      continue;
    }
    const [literals, distances] =
      kind === 1 ? [codeOf(fixedLengths), codeOf(new Uint8Array(30).fill(5))] : dynamicCodes();
    for (let symbol = decode(literals); symbol !== 256; symbol = decode(literals)) {
      if (symbol < 256) {
        target[written++] = symbol;
        continue;
      }
      const step = symbol - 257;
      const ofLength = step < 8 || step === 28 ? 0 : (step >> 2) - 1;
      const length = step === 28 ? 258 : step < 8 ? step + 3 : ((4 + (step & 3)) << ofLength) + 3 + take(ofLength);
      const far = decode(distances);
      const ofFar = far < 2 ? 0 : (far >> 1) - 1;
      const distance = far < 2 ? far + 1 : ((2 + (far & 1)) << ofFar) + 1 + take(ofFar);
      // Byte by byte: what is copied may be what was just written.
      for (let end = written + length; written < end; written++) target[written] = at(target, written - distance);
    }
  }
  return target;
}

function at(array: Uint8Array | Uint16Array, index: number): number {
  return array[index] as number;
}

// ts/wasm/inflate.ts against zlib: every kind of block, and a file like the one that it is for.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { constants, deflateRawSync } from "node:zlib";
import { describe, expect, inject, test } from "vitest";
import { inflate } from "../../build/js/wasm/inflate.js";

const wasm = readFileSync(join(inject("packageFolder"), "dist/ntm.wasm"));
const contents: [string, Buffer][] = [
  ["nothing", Buffer.alloc(0)],
  ["one byte", Buffer.of(7)],
  ["one byte again and again", Buffer.alloc(100_000, 7)],
  ["every byte", Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * index) & 255))],
  ["ntm.wasm", wasm],
];
const settings: [string, object][] = [
  ["stored", { level: 0 }],
  ["fixed codes", { strategy: constants.Z_FIXED }],
  ["no repeats", { strategy: constants.Z_HUFFMAN_ONLY }],
  ["the build's own", { level: 9 }],
];

describe.each(settings)("%s", (_, options) => {
  test.each(contents)("%s", (_, bytes) => {
    const found = inflate(deflateRawSync(bytes, options), bytes.length);
    expect(Buffer.compare(Buffer.from(found), bytes)).toBe(0);
  });
});

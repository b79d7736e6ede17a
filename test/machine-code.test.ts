// What instructions the two builds are made of: time is no measure on a shared machine, these are.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import binaryen from "binaryen";
import { expect, inject, test } from "vitest";

/** How often each vector instruction occurs in a file of the package. */
function instructions(file: string): Map<string, number> {
  const module = binaryen.readBinary(readFileSync(join(inject("packageFolder"), "dist", file)));
  const counts = new Map<string, number>();
  for (const [name] of module.emitText().matchAll(/\b(?:[if]\d+x\d+|v128)\.\w+/g))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  module.dispose();
  return counts;
}

const relaxedOf = (counts: Map<string, number>) => [...counts.keys()].filter((name) => name.includes("relaxed"));

test("the default build is SIMD, and none of it relaxed", () => {
  const counts = instructions("ntm.wasm");
  // Were `simd128` lost on the way, everything would be right and several times slower.
  expect(counts.get("f32x4.mul")).toBeGreaterThan(100);
  expect(counts.get("f32x4.add")).toBeGreaterThan(100);
  expect(relaxedOf(counts)).toEqual([]);
});

test("the relaxed build multiplies and adds in one instruction, and relaxes no conversion, swizzle or selection", () => {
  const counts = instructions("ntm.relaxed.wasm");
  expect(counts.get("f32x4.relaxed_madd")).toBeGreaterThan(50);
  const known = ["f32x4.relaxed_madd", "f32x4.relaxed_max", "f32x4.relaxed_min"];
  expect(relaxedOf(counts).filter((name) => !known.includes(name))).toEqual([]);
});

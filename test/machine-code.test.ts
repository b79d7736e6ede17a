// What instructions the two builds are made of: time is no measure on a shared machine, these are.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import binaryen from "binaryen";
import { copy, random } from "neural-turing-machine";
import { NTM } from "neural-turing-machine/slim";
import { expect, inject, onTestFinished, test, vi } from "vitest";

const bytesOf = (file: string) => readFileSync(join(inject("packageFolder"), "dist", file));

/** How often each vector instruction occurs in a file of the package. */
function instructions(file: string): Map<string, number> {
  const module = binaryen.readBinary(bytesOf(file));
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

test("the relaxed build multiplies and adds in one instruction, and relaxes nothing else", () => {
  const counts = instructions("ntm.relaxed.wasm");
  expect(counts.get("f32x4.relaxed_madd")).toBeGreaterThan(50);
  expect(relaxedOf(counts)).toEqual(["f32x4.relaxed_madd"]);
  // A relaxed maximum where the other build has none would have another operand of NaN and a number.
  for (const name of ["f32x4.pmin", "f32x4.pmax"]) expect(counts.get(name)).toBe(instructions("ntm.wasm").get(name));
});

test("an update copies few arrays of a few numbers, each of which would be a call of the engine's", async () => {
  const module = binaryen.readBinary(bytesOf("ntm.wasm"));
  const text = module
    .emitText()
    .replaceAll("(memory.copy", "(call $copied")
    .replace("(import ", '(import "test" "copied" (func $copied (param i32 i32 i32)))\n (import ');
  const counting = binaryen.parseText(text);
  counting.setFeatures(module.getFeatures());
  const wasm = counting.emitBinary();
  for (const each of [module, counting]) each.dispose();

  let memory: WebAssembly.Memory | undefined;
  let copies = 0;
  const copied = (to: number, from: number, length: number) => {
    if (length <= 64) copies++;
    new Uint8Array(memory?.buffer ?? new ArrayBuffer()).copyWithin(to, from, from + length);
  };
  const { instantiate } = WebAssembly;
  const spy = vi.spyOn(WebAssembly, "instantiate").mockImplementation((async (
    module: WebAssembly.Module,
    imports: WebAssembly.Imports,
  ) => {
    const instance = await instantiate(module, { ...imports, test: { copied } });
    memory = instance.exports["memory"] as WebAssembly.Memory;
    return instance;
  }) as typeof instantiate);
  onTestFinished(() => spy.mockRestore());
  const machine = await NTM.create({ inputSize: 9, outputSize: 8 }, { wasm });
  const [length, batchSize] = [20, 16];
  const batch = copy().batch(random(1), { batchSize, step: 0, length });
  const before = copies;
  machine.trainStep(batch);
  machine.dispose();
  // Four for a time step of a sequence, where there once were 98.
  expect(copies - before).toBeGreaterThan(0);
  expect((copies - before) / (batchSize * (2 * length + 1))).toBeLessThan(8);
});

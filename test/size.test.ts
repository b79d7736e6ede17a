// What a browser downloads, compressed as servers do it. docs/size.md says what takes the room.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, inject, test } from "vitest";
import { bundled } from "../scripts/bundled.mjs";

const dist = join(inject("packageFolder"), "dist");

/** The files that an entry point leads to, itself among them. */
function closure(entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found;
  found.add(entry);
  for (const [, next] of readFileSync(join(dist, entry), "utf8").matchAll(/(?:from|import)\s*"\.\/([\w.-]+)"/g))
    closure(String(next), found);
  return found;
}

const kilobytes = (files: Iterable<string>) =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0) / 1000;

test("the library without its wasm", () => {
  expect([...closure("slim.js")].sort()).toEqual(["chunk-guard.js", "chunk-slim.js", "slim.js"]);
  expect(kilobytes(closure("slim.js"))).toBeLessThan(28);
});

test("slim and one wasm", () => {
  expect(kilobytes([...closure("slim.js"), "ntm.wasm"])).toBeLessThan(124);
  expect(kilobytes([...closure("slim.js"), "ntm.relaxed.wasm"])).toBeLessThan(124);
});

test("the library with its wasm inlined", () => {
  expect(kilobytes(closure("index.js"))).toBeLessThan(126);
});

test("docs/size.md says so, within half a kB", () => {
  const page = readFileSync(new URL("../docs/size.md", import.meta.url), "utf8");
  const said = (name: string) =>
    Number(
      page
        .split("\n")
        .find((line) => line.startsWith(name))
        ?.match(/([\d.]+) \|$/)?.[1],
    );
  const slim = kilobytes([...closure("slim.js"), "ntm.wasm"]);
  expect(Math.abs(said("| **`neural-turing-machine/slim` and `ntm.wasm`**") - slim)).toBeLessThan(0.5);
  expect(Math.abs(said("| **`neural-turing-machine`**") - kilobytes(closure("index.js")))).toBeLessThan(0.5);
});

// What starts workers is the library's: a machine's `train` takes `workers`.
test("an app that imports NTM alone carries no task, preset, command, report or code of a worker's own", async () => {
  const marks = ["priority-sort", "repeat-copy", "maxItems", "curriculum", "--resume", "<svg", "parentPort"];
  const code = await bundled(dist, ["NTM"]);
  expect(marks.filter((mark) => code.includes(mark))).toEqual([]);
  expect(code).toContain("createWorker");
  const everything = await bundled(dist, ["NTM", "preset"]);
  expect(marks.filter((mark) => everything.includes(mark))).toEqual(marks.slice(0, 4));
});

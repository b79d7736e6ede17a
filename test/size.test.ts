// What a browser downloads, compressed as servers do it. docs/size.md says what takes the room.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, inject, test } from "vitest";
import { bundled } from "../scripts/bundled.mjs";
import { root } from "../scripts/process.mjs";

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
  expect(kilobytes(closure("slim.js"))).toBeLessThan(26);
});

test("no line of the library is too long for Node to print as the one that threw", () => {
  for (const file of closure("slim.js")) {
    const lengths = readFileSync(join(dist, file), "utf8")
      .split("\n")
      .map((line) => line.length);
    expect(Math.max(...lengths)).toBeLessThan(2000);
  }
});

test("slim and one wasm", () => {
  expect(kilobytes([...closure("slim.js"), "ntm.wasm"])).toBeLessThan(121);
  expect(kilobytes([...closure("slim.js"), "ntm.relaxed.wasm"])).toBeLessThan(121);
});

test("the library with its wasm inlined", () => {
  expect(kilobytes(closure("index.js"))).toBeLessThan(123);
});

test("docs/size.md says so in every row, within half a kB", { timeout: 120_000 }, () => {
  const page = readFileSync(join(root, "docs/size.md"), "utf8");
  const { status, stdout } = spawnSync(process.execPath, ["scripts/sizes.mjs"], { cwd: root, encoding: "utf8" });
  expect(status).toBe(0);
  const rows = (table: string) =>
    table.split("\n").flatMap((line) => {
      const [, what, whole, compressed] = /^\| (.+) \| ([\d.]+) \| ([\d.]+) \|$/.exec(line) ?? [];
      return what === undefined ? [] : [{ what, sizes: [Number(whole), Number(compressed)] }];
    });
  const [said, found] = [rows(page), rows(stdout)];
  expect(found.length).toBeGreaterThan(15);
  expect(said.map(({ what }) => what)).toEqual(found.map(({ what }) => what));
  const half = (sizes: number[]) => sizes.map((size) => expect.closeTo(size, 0)); // within 0.5
  for (const [index, { what, sizes }] of found.entries()) expect(said[index]).toEqual({ what, sizes: half(sizes) });
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

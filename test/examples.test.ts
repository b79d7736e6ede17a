// The examples run as they stand, against the installed package, for a few updates; and so far they learn.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, inject, onTestFinished, test } from "vitest";

const examples = fileURLToPath(new URL("../examples", import.meta.url));
const files = readdirSync(examples).filter((file) => file.endsWith(".mjs"));

test.each(files)("%s", (file) => {
  const folder = mkdtempSync(join(tmpdir(), "ntm-example-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(inject("installed"), "node_modules"), join(folder, "node_modules"), "junction");
  cpSync(join(examples, file), join(folder, file));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, file), "1000"], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  const [first, later] = [...stdout.matchAll(/^\d+ updates: (\d+\.\d+) bits per sequence$/gm)].map(([, bits]) =>
    Number(bits),
  );
  expect(first).toBeGreaterThan(0);
  expect(later).toBeLessThan(0.95 * (first ?? 0));
  expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/ of \d+ .*wrong/);
});

test("there are some", () => expect(files).toEqual(["addition.mjs", "dyck.mjs"]));

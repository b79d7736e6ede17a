// scripts/host-math.grit: what engines may round differently is refused where it stands, however it is written; what is exact is not.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { root } from "../../scripts/process.mjs";

const refused = [
  "a = Math.log(x);",
  "a = Math?.log(x);",
  'a = Math["log"](x);',
  "a = Math[name](x);",
  "const { log } = Math;",
  "const { floor } = Math;",
  "const host = Math;",
  "a = f(Math);",
  "a = Math.floor(Math.cos(x));",
  "a = globalThis.Math.exp(x);",
  'a = globalThis["Math"].exp(x);',
  "const { Math: host } = globalThis;",
  "a = x ** y;",
  "a = x ** 2;",
  "a = 10 ** 3;",
  "a = 2 ** x;",
  "a = 2 ** 0.5;",
  "a = 2 ** -x;",
  "a **= 2;",
];

const allowed = [
  "a = Math.imul(x, y) + Math.floor(x) + Math.ceil(x) + Math.trunc(x) + Math.abs(x);",
  "a = Math.min(x, Math.max(y, Math.fround(x))) + Math.clz32(x) + Math.LN2;",
  "a = 2 ** 32 - 1;",
  "a = 1 << x;",
  "a = x * x;",
  "a += 2;",
  'a = "Math.log, x ** y";',
];

test("what may be rounded differently is refused in the library, and nothing else", () => {
  const folder = mkdtempSync(join(tmpdir(), "ntm-host-math-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // The repository's own rules, on other files.
  for (const file of ["biome.json", ".gitignore", "scripts/host-math.grit"])
    cpSync(join(root, file), join(folder, file));
  const lines = [...refused, ...allowed].map((line) => `{ ${line} }`);
  const places = ["ts/lines.ts", "ts/training/lines.ts", "ts/cli/lines.ts"];
  for (const place of places) {
    mkdirSync(dirname(join(folder, place)), { recursive: true });
    writeFileSync(join(folder, place), lines.join("\n"));
  }

  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const args = [biome, "lint", "--reporter=github", "--max-diagnostics=none"];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  const found = [...stdout.matchAll(/title=plugin,file=([^,]*),line=(\d+).*::(.*)/g)];
  expect(new Set(found.map(([, , , message = ""]) => message.slice(0, 34)))).toEqual(
    new Set(["Engines may round this differently"]),
  );
  const refusedIn = (place: string) =>
    lines.filter((_, index) =>
      found.some(([, file = "", line]) => file.endsWith(`/${place}`) && Number(line) === index + 1),
    );
  const all = refused.map((line) => `{ ${line} }`);
  expect(places.map(refusedIn)).toEqual([all, all, []]); // the command draws and times
});

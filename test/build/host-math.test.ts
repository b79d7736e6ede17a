// scripts/host-math.grit: what engines may round differently is refused where it stands, however it is written; what is exact is not.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

test("what may be rounded differently is refused, and nothing else", () => {
  const folder = mkdtempSync(join(tmpdir(), "ntm-host-math-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const lint = { plugins: [join(root, "scripts/host-math.grit")], linter: { rules: { preset: "none" } } };
  writeFileSync(join(folder, "biome.json"), JSON.stringify(lint));
  const lines = [...refused, ...allowed].map((line) => `{ ${line} }`);
  writeFileSync(join(folder, "lines.js"), lines.join("\n"));

  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const args = [biome, "lint", "--reporter=github", "--max-diagnostics=none", `--config-path=${folder}`, folder];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const found = [...stdout.matchAll(/title=plugin,file=[^,]*,line=(\d+).*::(.*)/g)];
  expect(new Set(found.map(([, , message = ""]) => message.slice(0, 34)))).toEqual(
    new Set(["Engines may round this differently"]),
  );
  expect(lines.filter((_, index) => found.some(([, line]) => Number(line) === index + 1))).toEqual(
    refused.map((line) => `{ ${line} }`),
  );
});

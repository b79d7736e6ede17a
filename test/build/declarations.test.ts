// scripts/declarations.mjs: users get the declarations that the entry points reach, and none that cannot be resolved.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { copyDeclarations } from "../../scripts/declarations.mjs";
import { root } from "../../scripts/process.mjs";

const folder = join(root, "build/test/declarations");
const from = join(folder, "from");
const to = join(folder, "to");

function write(file: string, text: string) {
  mkdirSync(dirname(join(from, file)), { recursive: true });
  writeFileSync(join(from, file), text);
}

beforeEach(() => rmSync(folder, { recursive: true, force: true }));

test("what an entry reaches is copied, by every kind of import", () => {
  write("index.d.ts", 'export * from "./a/a.js";\nexport declare const x: import("./b.js").B;');
  write("a/a.d.ts", 'import "./c.js";\nimport type {\n  B,\n} from "../b.js";\nexport type A = B;');
  write("a/c.d.ts", "export {};");
  write("b.d.ts", 'import type { X } from "./index.js";\nexport type B = X;');
  write("unreached.d.ts", 'import "./generated/glue.js";');
  copyDeclarations(from, to, ["index.d.ts"]);
  const files = readdirSync(to, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map((file) => file.name).sort()).toEqual(["a.d.ts", "b.d.ts", "c.d.ts", "index.d.ts"]);
});

test.each(["../generated/glue.js", "@noble/hashes/sha2.js", "node:fs"])("reaching %s is refused", (specifier) => {
  write("index.d.ts", 'export * from "./a/a.js";');
  write("a/a.d.ts", `export type { X } from "${specifier}";`);
  expect(() => copyDeclarations(from, to, ["index.d.ts"])).toThrow(`"${specifier}" by way of index.ts, a/a.ts`);
});

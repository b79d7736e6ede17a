// What is in the package: its files, and the declarations that its users compile against. A change of either is seen in its diff:
// `npx vitest run test/package.test.ts -u` writes test/package/ anew.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";

const folder = inject("packageFolder");

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) =>
    join(entry.parentPath, entry.name)
      .slice(folder.length + 1)
      .replaceAll("\\", "/"),
  )
  .sort();

test("holds these files and no others", async () => {
  await expect(`${files.join("\n")}\n`).toMatchFileSnapshot("package/files.txt");
});

/** The declarations without their comments: what a program can be written against. */
test("declares this API and no other", async () => {
  const declarations = files
    .filter((file) => file.endsWith(".d.ts"))
    .map((file) => `// ${file}\n${withoutComments(readFileSync(join(folder, file), "utf8"))}`);
  expect(declarations.length).toBeGreaterThan(10);
  await expect(`${declarations.join("\n")}`).toMatchFileSnapshot("package/api.txt");
});

function withoutComments(declarations: string): string {
  return declarations
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{2,}/g, "\n")
    .trimStart();
}

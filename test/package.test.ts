// What is in the package: its files, and the declarations that its users compile against. A change of either is seen in its diff:
// `npx vitest run test/package.test.ts -u` writes test/package/ anew.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { root } from "../scripts/process.mjs";

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

test("stays below 3 MB as npm downloads it, trained machines and all", () => {
  const [tarball = ""] = readdirSync(join(root, "build/package")).filter((file) => file.endsWith(".tgz"));
  expect(statSync(join(root, "build/package", tarball)).size).toBeLessThan(3e6);
});

test("has what its pages link to, but for the sources", () => {
  const pages = files.filter((file) => file.endsWith(".md") && !/^(ARCHITECTURE|CONTRIBUTING)/.test(file));
  expect(pages.length).toBeGreaterThan(10);
  const links = pages.flatMap((page) => {
    const text = readFileSync(join(folder, page), "utf8");
    return [...text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, link = ""]) =>
      posix.join(posix.dirname(page), link),
    );
  });
  expect(links.length).toBeGreaterThan(50);
  const isSource = (file: string) => /^(crates|ts|test|scripts|bench)\//.test(file);
  const lost = links.filter((link) => !isSource(link) && !files.some((file) => `${file}/`.startsWith(`${link}/`)));
  expect(lost).toEqual([]);
});

test("has a package.json of what concerns its users, without scripts and dependencies", async () => {
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  expect(Object.keys(manifest)).toEqual([
    "name",
    "version",
    "description",
    "keywords",
    "license",
    "repository",
    "type",
    "engines",
    "sideEffects",
    "exports",
    "bin",
    "files",
  ]);
});

test("is installed by npm without a word of warning", () => {
  const project = mkdtempSync(join(tmpdir(), "ntm-install-"));
  onTestFinished(() => rmSync(project, { recursive: true, force: true }));
  const [tarball = ""] = readdirSync(join(root, "build/package")).filter((file) => file.endsWith(".tgz"));
  writeFileSync(join(project, "package.json"), "{}");
  const { status, stderr } = spawnSync("npm", ["install", "--offline", join(root, "build/package", tarball)], {
    cwd: project,
    encoding: "utf8",
    shell: process.platform === "win32", // where npm is a script
  });
  expect([status, stderr]).toEqual([0, ""]);
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

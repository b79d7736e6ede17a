// The README's JavaScript runs as it stands, against the installed package: the snippets of a section make one program.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, onTestFinished, test } from "vitest";

interface Fence {
  readonly section: string;
  readonly language: string;
  readonly code: string;
}

const fences = read(readFileSync(new URL("../README.md", import.meta.url), "utf8"));
/** By section. */
const programs = new Map<string, string>();
for (const { section, language, code } of fences)
  if (language === "js") programs.set(section, `${programs.get(section) ?? ""}${code}\n`);

/** The fenced blocks of a page, each with the `##` heading that it stands under. */
function read(markdown: string): Fence[] {
  const found: Fence[] = [];
  let section = "";
  for (const [, heading, language = "", code = ""] of markdown.matchAll(/^## (.+)$|^```(\w*)\n([\s\S]*?)^```$/gm)) {
    if (heading === undefined) found.push({ section, language, code });
    else section = heading;
  }
  return found;
}

/** Runs a module in a folder of its own, in which the package is installed; what it wrote. */
function runs(code: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "ntm-readme-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(inject("installed"), "node_modules"), join(folder, "node_modules"), "junction");
  const file = join(folder, "program.mjs");
  writeFileSync(file, code);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], { cwd: folder });
    onTestFinished(() => void child.kill());
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(output) : reject(new Error(`exit code ${code}\n${output}`))));
  });
}

describe("the README's programs", () => {
  test("are where they are looked for, and there is no code in another language that nothing runs", () => {
    expect([...programs.keys()]).toEqual(["Use it", "The paper's tasks", "A task of your own", "Entry points"]);
    expect(new Set(fences.map(({ language }) => language))).toEqual(new Set(["text", "sh", "js", "ts", "html"]));
  });

  test("compile strictly, but for the task that is JavaScript through and through", () => {
    const folder = mkdtempSync(join(inject("installed"), "readme-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const typed = fences.filter(({ language }) => language === "ts").map(({ code }) => code);
    expect(typed).toHaveLength(1);
    const untyped = "A task of your own"; // its parameters have no types: the TypeScript beside it shows them
    const codes = [...typed, ...[...programs].filter(([section]) => section !== untyped).map(([, code]) => code)];
    const files = codes.map((code, index) => {
      const file = join(folder, `program-${index}.ts`);
      writeFileSync(file, code);
      return file;
    });
    const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
    const flags =
      "--noEmit --ignoreConfig --strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --types node";
    const target = "--target es2022 --lib es2023 --module nodenext";
    const options = [tsc, ...flags.split(" "), ...target.split(" "), ...files];
    expect(spawnSync(process.execPath, options, { encoding: "utf8" }).stdout).toBe("");
  });

  test.each([...programs])("%s", async (_, code) => {
    expect(await runs(code)).not.toBe("");
  });
});

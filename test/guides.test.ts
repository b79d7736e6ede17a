// The JavaScript of the README and of the guides runs as it stands, against the installed package: the snippets of a section of the
// README, and all of a guide, make one program.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, onTestFinished, test } from "vitest";

interface Fence {
  readonly section: string;
  readonly language: string;
  readonly code: string;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "docs/bundlers.md",
  "docs/equations.md",
  "docs/machine.md",
  "docs/python.md",
  "docs/tutorial.md",
];
const text = (page: string) => readFileSync(join(root, page), "utf8");

const fences = read(text("README.md"));
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

/** The headings of a page as links name them. */
function headings(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
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

/** What one program makes of all snippets of a guide. */
const guide = (page: string) =>
  read(text(page))
    .filter(({ language }) => language === "js")
    .map(({ code }) => code)
    .join("\n");

describe("the guides' programs", () => {
  test("equations.md: what is computed by hand is what the machine computes", async () => {
    expect(await runs(guide("docs/equations.md"))).toBe("the same\n");
  });

  test("troubleshooting.md: what to look at first", async () => {
    expect((await runs(guide("docs/troubleshooting.md"))).trim().split("\n")).toHaveLength(4);
  });

  test("tutorial.md: the machine learns, generalises, and answers", async () => {
    const lines = (await runs(guide("docs/tutorial.md"))).split("\n");
    expect(lines).toContain("12 vectors: 0 of 24 bits wrong");
    expect(lines).toContain("20 vectors: 0 of 40 bits wrong");
    expect(lines.slice(-3)).toEqual(["0 1 1 0", "1 0 0 1", ""]);
  });
});

describe("links", () => {
  test.each(pages)("%s: every file that it points to is there, and every heading", (page) => {
    for (const [, target = ""] of text(page).matchAll(/\]\((?!https?:)([^)]*)\)/g)) {
      const [path = "", heading] = target.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      expect(existsSync(join(root, file)), target).toBe(true);
      if (heading !== undefined) expect(headings(text(file)), target).toContain(heading);
    }
  });

  test.each(["ARCHITECTURE.md", "docs/equations.md"])("%s: every Rust file that it names is there", (page) => {
    const named = [...text(page).matchAll(/`([a-z_/-]+\.rs)`/g)].map(([, file = ""]) => file);
    expect(named.length).toBeGreaterThan(10);
    const files = readdirSync(join(root, "crates"), { recursive: true, encoding: "utf8" });
    for (const file of named)
      expect(
        files.some((path) => `/crates/${path.replaceAll("\\", "/")}`.endsWith(`/${file}`)),
        file,
      ).toBe(true);
  });
});

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

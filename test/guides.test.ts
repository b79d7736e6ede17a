// The JavaScript of the README and of the guides runs as it stands, against the installed package: the snippets of a
// section of the README, and all of a guide, make one program. commands.test.ts has the commands.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { root } from "../scripts/process.mjs";
import { fences, pages, program, text } from "./support/fences.mjs";

/** The README's programs, by section. */
const programs = new Map<string, string>();
for (const { section, language, code } of fences("README.md"))
  if (language === "js") {
    // "Use it" goes on with the machine of the ten lines.
    const name = section === "Ten lines that train" ? "Use it" : section;
    programs.set(name, `${programs.get(name) ?? ""}${code}\n`);
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

/** All snippets of a guide. */
const guide = (page: string) => program(page, "js");

describe("the guides' programs", () => {
  test("equations.md: what is computed by hand is what the machine computes", async () => {
    expect(await runs(guide("docs/equations.md"))).toBe("the same\n");
  });

  test("troubleshooting.md: what to look at first", async () => {
    expect((await runs(guide("docs/troubleshooting.md"))).trim().split("\n")).toHaveLength(4);
  });

  test("tutorial.md: the machine learns, generalises, and answers", async () => {
    const printed = await runs(guide("docs/tutorial.md"));
    const lines = printed.split("\n");
    expect(lines).toContain("12 vectors: 0 of 24 bits wrong");
    expect(lines).toContain("20 vectors: 0 of 40 bits wrong");
    expect(lines.slice(-3)).toEqual(["0 1 1 0", "1 0 0 1", ""]);
    const shown = fences("docs/tutorial.md").filter(({ language }) => language === "text");
    expect(shown.length).toBe(3);
    for (const { code } of shown) expect(printed).toContain(code);
  });

  test("models/README.md: a machine is loaded", async () => {
    expect(await runs(guide("models/README.md"))).toContain("associative-recall");
  });
});

describe("the fences of every page", () => {
  const code = /^(?:import|const|let|await|machine\.|npm|npx|node|pip|python|cargo)\b/m;

  test.each(pages)("%s: their language says what they are", (page) => {
    for (const { language, code: content } of fences(page)) {
      expect(["js", "ts", "html", "sh", "text"], content).toContain(language);
      if (language === "text") expect(content).not.toMatch(code); // it is what is printed, or drawn
    }
    expect(text(page).match(/^ *```/gm) ?? []).toHaveLength(2 * fences(page).length);
  });

  test("all code is run: the bundlers' and pages by test:everywhere, Python's by test:python, the rest here", () => {
    const having = (language: string) => pages.filter((page) => program(page, language) !== "");
    const here = ["docs/equations.md", "docs/troubleshooting.md", "docs/tutorial.md", "models/README.md", "README.md"];
    expect(having("js").sort()).toEqual([...here, "docs/bundlers.md", "docs/python.md"].sort());
    expect(having("ts")).toEqual(["README.md"]);
    expect(having("html").sort()).toEqual(["README.md", "docs/bundlers.md"]);
  });

  test.each(pages)("%s: no line but a table's is longer than 120 characters", (page) => {
    const lines = text(page).split("\n");
    expect(lines.filter((line) => [...line].length > 120 && !line.startsWith("|"))).toEqual([]);
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

  test("ARCHITECTURE.md: every function of its table of equations is in the file beside it", () => {
    const [, section = ""] = text("ARCHITECTURE.md").split("## Equation, module, gradient");
    const rows = [...section.matchAll(/^\|(.*)\|$/gm)].map(([, row = ""]) => row.split("|").map((cell) => cell.trim()));
    const named = rows.flatMap(([what, modules = "", forward = "", gradient = ""]) => {
      const files = [...modules.matchAll(/`([\w/-]+\.(?:rs|ts))`/g)].map(([, file = ""]) => file);
      // Where steps have a file for the way back, what goes forward is in the other.
      const back = files.filter((file) => file.endsWith("_backward.rs"));
      const columns =
        back.length === 0
          ? [[forward + gradient, files] as const]
          : ([
              [forward, files.filter((file) => !back.includes(file))],
              [gradient, back],
            ] as const);
      return columns.flatMap(([cell, files]) =>
        [...cell.matchAll(/`(?:(\w+)::)?(\w+)`/g)].map(([, type = "", name = ""]) => ({ what, files, type, name })),
      );
    });
    const isThere = ({ files, type, name }: (typeof named)[number]) =>
      files.some((file) => {
        const [code = ""] = text(file.endsWith(".rs") ? `crates/ntm-core/src/${file}` : file).split("#[cfg(test)]");
        return [type, name].every((word) => new RegExp(`\\b(?:fn|function|class|impl.*) ${word}\\b`).test(code));
      });
    const inFiles = named.filter(({ files }) => files.length > 0);
    expect(new Set(inFiles.map(({ what }) => what)).size).toBeGreaterThan(30);
    expect(inFiles.filter((each) => !isThere(each))).toEqual([]);
  });
});

describe("the README's programs", () => {
  test("are where they are looked for", () => {
    expect([...programs.keys()]).toEqual(["Use it", "The paper's tasks", "A task of your own", "Entry points"]);
  });

  test("its picture is what its commands print", { timeout: 600_000 }, () => {
    const script = join(root, "scripts/readme-picture.mjs");
    const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  });

  test("are for the compiler that test/everywhere/typescript has", () => {
    const { devDependencies, dependencies } = JSON.parse(text("test/everywhere/typescript/package.json"));
    const [, oldest] = /^(\d+\.\d+)\./.exec({ ...devDependencies, ...dependencies }.typescript) ?? [];
    expect(text("README.md").replace(/\s+/g, " ")).toContain(`The types are for TypeScript ${oldest} and newer`);
  });

  test("compile strictly, but for the task that is JavaScript through and through", () => {
    const folder = mkdtempSync(join(inject("installed"), "readme-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const typed = fences("README.md").flatMap(({ language, code }) => (language === "ts" ? [code] : []));
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

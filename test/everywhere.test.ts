// The package in other projects: those that need nothing but the Node that runs this. `npm run test:everywhere` runs them all.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { root } from "../scripts/process.mjs";
import { wasmCopies } from "./everywhere/bundle.mjs";
import { runCommand } from "./everywhere/command.mjs";
import { quick } from "./everywhere/consumers.mjs";
import { check } from "./everywhere/digests.mjs";
import { layOut } from "./everywhere/project.mjs";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ntm-everywhere-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(quick)("$where: the digests of digests.json", async ({ command, runs }) => {
  layOut("node", folder);
  check(JSON.parse(await runCommand(command, folder)), runs);
});

test("docs/bundlers.md shows what the projects have, word for word", () => {
  const places = join(root, "test/everywhere");
  const files = readdirSync(places, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(js|html)$/.test(file) && !file.includes("node_modules"))
    .map((file) => readFileSync(join(places, file), "utf8"));
  const page = readFileSync(join(root, "docs/bundlers.md"), "utf8");
  const shown = [...page.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
  expect(shown).toHaveLength(5);
  expect(shown.filter((code) => !files.some((file) => file.includes(code)))).toEqual([]);
});

describe("what the harness would see", () => {
  test.each([
    ["another digest", { copy: ["0", "0"] }],
    ["one without workers only", { copy: [] }],
    ["an error", { error: "no luck" }],
    ["nothing", {}],
  ])("%s", (_, shown) => {
    expect(() => check(shown)).toThrow("other digests than those of digests.json");
  });

  test("every copy of the wasm in a bundle, in whichever form, but the one of ntm.relaxed.wasm", () => {
    const bundle = mkdtempSync(join(folder, "bundle-"));
    const dist = (file: string) => readFileSync(join(inject("packageFolder"), "dist", file));
    const write = (file: string, content: string | Uint8Array) => writeFileSync(join(bundle, file), content);
    write("main.js", dist("index.js"));
    write("main.js.map", dist("index.js"));
    write("relaxed.wasm", dist("ntm.relaxed.wasm"));
    expect(wasmCopies(bundle)).toEqual([`${join(bundle, "main.js")}: inlined`]);
    write("again.js", `import "./main.js";${dist("index.js")}`);
    write("ntm.wasm", dist("ntm.wasm"));
    write("url.js", `x = "data:application/wasm;base64,${dist("ntm.wasm").toString("base64")}"`);
    write("second.wasm", dist("ntm.relaxed.wasm"));
    const found = ["again.js: inlined", "main.js: inlined", "ntm.wasm: wasm", "second.wasm: wasm", "url.js: base64"];
    expect(wasmCopies(bundle).sort()).toEqual(found.map((line) => join(bundle, line)));
  });
});

// The package in other projects: those that need nothing but the Node that runs this. `npm run test:everywhere` runs them all.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ntm from "neural-turing-machine";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { root } from "../scripts/process.mjs";
import { wasmCopies } from "./everywhere/bundle.mjs";
import { runCommand } from "./everywhere/command.mjs";
import { quick } from "./everywhere/consumers.mjs";
import { check } from "./everywhere/digests.mjs";
import { type Browser, outputsOf, visit } from "./everywhere/page.mjs";
import { layOut } from "./everywhere/project.mjs";
import { copyRun } from "./everywhere/shared/runs.js";

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
  expect(shown).toHaveLength(8);
  expect(shown.filter((code) => !files.some((file) => file.includes(code)))).toEqual([]);
});

describe("what the harness would see", () => {
  const { copy: sha256, every } = JSON.parse(readFileSync(join(root, "test/everywhere/digests.json"), "utf8"));
  const result = (sha256: string, workers: number) => ({ sha256, workers });
  const right = { copy: [result(sha256, 0), result(sha256, 2)], every: [result(every, 0), result(every, 10)] };
  const wrong = result("0".repeat(64), 0);

  test("nothing wrong where all is right", () => {
    expect(() => check(right, ["copy", "every"])).not.toThrow();
  });

  test.each<[string, unknown]>([
    ["one digest among right ones, without workers", { ...right, copy: [wrong, right.copy[1]] }],
    ["one digest among right ones, with workers", { ...right, every: [right.every[0], { ...wrong, workers: 10 }] }],
    ["no worker", { ...right, copy: [right.copy[0], result(sha256, 0)] }],
    ["one worker", { ...right, copy: [right.copy[0], result(sha256, 1)] }],
    ["a machine without workers", { ...right, every: [right.every[0], result(every, 8)] }],
    ["workers where none were asked for", { ...right, copy: [result(sha256, 2), result(sha256, 2)] }],
    ["a run without workers only", { ...right, copy: right.copy.slice(0, 1) }],
    ["a run that is not there", { copy: right.copy }],
    ["an error", { error: "no luck" }],
    ["nothing", {}],
  ])("%s", (_, shown) => {
    expect(() => check(shown, ["copy", "every"])).toThrow("other digests than those of digests.json");
  });

  test("a package that silently falls back to no worker, or to one: its digests are the same", async () => {
    const withWorkers = (workers: number): typeof ntm => {
      class Machine extends ntm.NTM {
        static override async create(options: ntm.NTMOptions) {
          const machine = await ntm.NTM.create(options);
          const { train } = machine;
          machine.train = (task, options) => train.call(machine, task, { ...options, workers });
          return machine;
        }
      }
      return { ...ntm, NTM: Machine };
    };
    const counts = async (workers: number) => {
      const { copy: results = [] } = await copyRun(withWorkers(workers));
      expect(results.map(({ sha256 }) => sha256)).toEqual([sha256, sha256]);
      expect(() => check({ copy: results })).toThrow("other workers than two");
      return results.map(({ workers }) => workers);
    };
    expect(await counts(0)).toEqual([0, 0]);
    expect(await counts(1)).toEqual([1, 1]);
  });

  describe("in a page", () => {
    const browser = (page: object): Browser => {
      const whole = { texts: async () => ["{}"], text: async () => "seen", file: async () => Buffer.of(), ...page };
      const open = async () => ({ press: async () => {}, trouble: async () => [], close: async () => {}, ...whole });
      return { version: async () => "", open, close: async () => {} };
    };
    const act = { at: "a", shows: "seen" };

    test("nothing where all is right", async () => {
      const text = async (selector: string) => (selector === "a" ? "seen" : null);
      await visit(browser({ text }), "url", [{ ...act, hidden: "b", saves: async () => {} }]);
      expect(await outputsOf(browser({}), "url")).toEqual([{}]);
    });

    test("trouble that it tells of, though it shows what it should", async () => {
      const troubled = browser({ trouble: async () => ["404"] });
      await expect(visit(troubled, "url", [act])).rejects.toThrow("url tells of trouble");
      await expect(outputsOf(troubled, "url")).rejects.toThrow("url tells of trouble");
    });

    test("what shows before its time", async () => {
      await expect(visit(browser({}), "url", [{ ...act, hidden: "b" }])).rejects.toThrow("b shows before its time");
    });

    test("a file that is another", async () => {
      const saves = () => Promise.reject(new Error("no checkpoint"));
      await expect(visit(browser({}), "url", [{ ...act, saves }])).rejects.toThrow("no checkpoint");
    });
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

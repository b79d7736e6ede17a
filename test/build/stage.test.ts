// scripts/stage.mjs: a stage runs when what it reads or wrote has changed, and only then.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { root } from "../../scripts/process.mjs";
import { runStage } from "../../scripts/stage.mjs";

// Stages name their files from the root of the repository.
const folder = "build/test/stage";
const name = "test-stage";

function write(path: string, text: string) {
  const file = join(root, folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

let runs = 0;

async function build(settings: Record<string, string> = {}, fail = false) {
  await runStage(
    {
      name,
      inputs: [`${folder}/in`],
      outputs: [`${folder}/out`],
      settings,
      run: async () => {
        runs += 1;
        write("out/copy", readFileSync(join(root, folder, "in/a"), "utf8"));
        if (fail) throw new Error("stopped half-way");
      },
    },
    () => {},
  );
  return runs;
}

beforeEach(() => {
  rmSync(join(root, folder), { recursive: true, force: true });
  rmSync(join(root, "build/stamps", `${name}.json`), { force: true });
  runs = 0;
  write("in/a", "1");
});

test("nothing changed", async () => {
  expect(await build()).toBe(1);
  write("in/a", "1");
  expect(await build()).toBe(1);
});

test("an input changed, came or went", async () => {
  await build();
  write("in/a", "2");
  expect(await build()).toBe(2);
  write("in/deep/b", "");
  expect(await build()).toBe(3);
  rmSync(join(root, folder, "in/deep"), { recursive: true });
  expect(await build()).toBe(4);
});

test("a setting changed", async () => {
  await build({ version: "1" });
  expect(await build({ version: "2" })).toBe(2);
});

test("an output went or was changed by hand", async () => {
  await build();
  rmSync(join(root, folder, "out"), { recursive: true });
  expect(await build()).toBe(2);
  write("out/copy", "by hand");
  expect(await build()).toBe(3);
  expect(readFileSync(join(root, folder, "out/copy"), "utf8")).toBe("1");
});

test("a stage that failed runs again, whatever it left", async () => {
  await build();
  write("in/a", "2");
  await expect(build({}, true)).rejects.toThrow("half-way");
  expect(existsSync(join(root, folder, "out/copy"))).toBe(true);
  write("in/a", "1");
  expect(await build()).toBe(3);
});

/** The commands of demo/README.md do what it says, as they stand. */
import { spawn, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { root } from "../../scripts/process.mjs";
import { commands } from "../../test/support/fences.mjs";
import { browsing } from "./support/browsers.js";
import { built } from "./support/site.js";
import { visiting } from "./support/visitor.js";

const there = browsing("chrome");
const [open = "", build = "", ...others] = commands("demo/README.md");

test(`${open}: the page is there, and ready`, async () => {
  // A group of its own ends together; vite opens no browser where none is wanted.
  const child = spawn(open, { cwd: root, shell: true, detached: true, env: { ...process.env, BROWSER: "none" } });
  onTestFinished(() => void process.kill(-(child.pid as number)));
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes) => {
        output += bytes;
        const [, found] = /Local:\s+(http:\S+\/)/.exec(stripVTControlCharacters(output)) ?? [];
        if (found) resolve(found);
      });
    child.on("close", (code) => reject(new Error(`ended with ${code}\n${output}`)));
  });
  await visiting(there.browser, url, (visitor) => visitor.ready());
});

test(`${build}: the page is built`, () => {
  const index = join(built, "index.html");
  const before = statSync(index).mtimeMs;
  expect(spawnSync(build, { cwd: root, shell: true, encoding: "utf8" })).toMatchObject({ status: 0 });
  expect(statSync(index).mtimeMs).toBeGreaterThan(before);
});

test("there is no other but that of the benchmark", () => {
  expect(others).toEqual(["npm run bench -- page"]);
});

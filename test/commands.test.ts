// The commands of the README and of the other pages: those of the package run as they stand, in the order of their page;
// what learns for long is stopped once it does. Those of Python are run by `npm run test:python`.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { root } from "../scripts/process.mjs";
import { start, temporaryFolder } from "./cli/ntm.js";
import { commands, fences, pages } from "./support/fences.mjs";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const { name, scripts } = JSON.parse(read("package.json"));

/** The arguments of a page's calls of `ntm`. */
const calls = (page: string) =>
  commands(page).flatMap((command) => {
    const [, args] = /^(?:npx )?ntm (.*)$/.exec(command) ?? [];
    return args === undefined ? [] : [args];
  });

/** Lets `ntm` do it; one that learns until something has come to its end is told to stop once it reports. */
async function call(args: string, cwd: string): Promise<string> {
  const running = start(args.split(" "), { cwd });
  const long = /^(?:train|reproduce) /.test(args) && !/ --(?:until|help)\b/.test(args);
  if (long) {
    await running.wrote(/sequences/);
    running.child.kill("SIGINT");
  }
  const { code, stdout, stderr } = await running.ended;
  expect([code, stderr], args).toEqual([long ? 130 : 0, ""]);
  return stdout;
}

test("those of the README work one after the other", { timeout: 600_000 }, async () => {
  const cwd = temporaryFolder();
  const own = fences("README.md").find(
    ({ section, language }) => section === "A task of your own" && language === "js",
  );
  const [task] = /const reverse = [\s\S]*?^};\n/m.exec(own?.code ?? "") ?? [];
  writeFileSync(join(cwd, "my-task.js"), `${task}export default reverse;\n`);
  expect(calls("README.md")).toHaveLength(11);
  for (const args of calls("README.md")) expect(await call(args, cwd), args).not.toBe("");
  const runs = ["copy-lstm-1", "large", "mine", "repeat-copy-feedforward-1"];
  expect(readdirSync(join(cwd, "runs"))).toEqual(expect.arrayContaining(runs));
});

describe("those of models/README.md begin the training that the card tells of", () => {
  const cards = readdirSync(join(root, "models")).filter((file) => file.endsWith(".json"));
  test.each(cards)("%s", { timeout: 600_000 }, async (file) => {
    const { command, settings } = JSON.parse(read(join("models", file)));
    const [, args = ""] = /^ntm (.*)$/.exec(command) ?? [];
    expect(calls("models/README.md")).toContain(args);
    const cwd = temporaryFolder();
    await call(args, cwd);
    const [run = ""] = readdirSync(join(cwd, "runs"));
    const { machine, train } = JSON.parse(readFileSync(join(cwd, "runs", run, "config.json"), "utf8"));
    const { batchSize, optimizer, clip } = train;
    expect({ machine, train: { batchSize, optimizer, clip } }).toEqual(settings);
  });
});

test("all others are known: npm's are of scripts that there are, and CI runs those of a clone", () => {
  const ci = read(".ci/run");
  for (const page of pages.filter((page) => page !== "docs/python.md"))
    for (const command of commands(page).flatMap((line) => line.split(" && "))) {
      const [program, verb = "", argument = ""] = command.replace(/^npx /, "").split(" ");
      switch (program) {
        case "ntm":
          expect(["README.md", "models/README.md"], command).toContain(page);
          break;
        case "npm":
          if (verb === "run") expect(Object.keys(scripts), command).toContain(argument);
          // The package of this name is installed, from its tarball, before any test.
          else if (argument)
            expect([verb, argument, existsSync(inject("packageFolder"))]).toEqual(["install", name, true]);
          else expect(ci, command).toMatch(new RegExp(`^${command}\\b`, "m"));
          break;
        case "cd":
          expect(existsSync(join(root, verb)), command).toBe(true);
          break;
        case "cargo":
          expect(existsSync(join(root, "crates", command.split(" ")[3] ?? "")), command).toBe(true);
          break;
        case "vite":
          expect(JSON.parse(read("demo/package.json")).devDependencies, command).toHaveProperty("vite");
          break;
        case "vitest": {
          const [, words] = / -t "(.*)"$/.exec(command) ?? [];
          const tests = readdirSync(join(root, "test")).filter((file) => file.endsWith(".test.ts"));
          if (words === undefined) expect(existsSync(join(root, argument)), command).toBe(true);
          else
            expect(
              tests.some((file) => read(`test/${file}`).includes(words)),
              command,
            ).toBe(true);
          break;
        }
        default:
          expect.fail(`${page}: what runs ${command}?`);
      }
    }
});

// The commands of the README and of the other pages: those of the package run as they stand, in the order of their page;
// what learns for long is stopped once it does. Those of Python and of the page are run with these; what nothing runs is listed, with
// the reason.
import { execSync } from "node:child_process";
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
  writeFileSync(join(cwd, "my-task.mjs"), `${task}export default reverse;\n`);
  expect(calls("README.md")).toHaveLength(12);
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

/** Commands of a clone that print what can be told here, and what that is. */
const told: Readonly<Record<string, RegExp>> = {
  "cargo test -p ntm-core content": /^test addressing::content::\S+ \.\.\. ok$/m,
  "npm run bench -- --help": /^npm run bench -- workers/m,
};

test.each(Object.entries(told))("of a clone: %s", { timeout: 600_000 }, (command, expected) => {
  expect(execSync(command, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })).toMatch(expected);
});

/** Commands that nothing runs as they stand, and why; that what they name is there is all that is known of them. */
const unrun: Readonly<Record<string, string>> = {
  [`npm install ${name}`]: "from the registry; the tests install the tarball",
  "npx vitest run test/golden.test.ts": "within vitest it would install the package anew under the tests",
  'npx vitest run -t "same seed"': "the same",
  "npm run bench": "measures for long, after installing the peers",
  "npm run bench -- --python": "the same, with some gigabytes of Python",
  "npm run bench -- --node 24": "the same, with another Node",
  "npm run bench -- --only plain,jax --workload copy-lstm-1 --rounds 3": "installs the peers",
  "npm run bench -- growth": "measures for long",
  "npm run bench -- workers": "measures for long, and wants two cores for itself",
  "npm run bench -- recompute": "measures for long",
  "npm run bench -- page": "measures in a browser for long",
  "npm run bench -- kernels": "measures for long, after building other libraries' kernels",
  "npm run bench -- stages": "compiles the core once more",
  "npm run bench -- write": "writes pages of the repository",
};

/** Pages whose commands `npm run test:python` and `npm run test:browser` run. */
const elsewhere = ["docs/python.md", "demo/README.md"];

describe("every other command is run by CI, or known not to be", () => {
  const ci = read(".ci/run");
  const all = pages.filter((page) => !elsewhere.includes(page)).flatMap((page) => commands(page));
  const others = all.filter((command) => !/^(?:npx )?ntm /.test(command) && !(command in told));

  test("those of `ntm` are on the pages above", () => {
    expect(pages.filter((page) => calls(page).length > 0)).toEqual(["README.md", "models/README.md"]);
  });

  test("and none is listed that no page has", () => {
    expect([...Object.keys(told), ...Object.keys(unrun)].filter((command) => !all.includes(command))).toEqual([]);
  });

  test.each([...new Set(others)])("%s", (command) => {
    if (!(command in unrun))
      for (const part of command.split(" && ")) expect(ci, part).toMatch(new RegExp(`^${part}\\b`, "m"));
    else isThere(command);
  });
});

/** What a command names is in the repository. */
function isThere(command: string): void {
  const [program, verb = "", argument = ""] = command.replace(/^npx /, "").split(" ");
  switch (program) {
    case "npm":
      if (verb === "run") expect(Object.keys(scripts)).toContain(argument);
      else expect([verb, argument, existsSync(inject("packageFolder"))]).toEqual(["install", name, true]);
      break;
    case "vitest": {
      const [, words] = / -t "(.*)"$/.exec(command) ?? [];
      const tests = readdirSync(join(root, "test")).filter((file) => file.endsWith(".test.ts"));
      if (words === undefined) expect(existsSync(join(root, argument))).toBe(true);
      else expect(tests.some((file) => read(`test/${file}`).includes(words))).toBe(true);
      break;
    }
    default:
      expect.fail(`what runs ${command}?`);
  }
}

test("every script that a page names in its text is there", () => {
  for (const page of pages)
    for (const [, script, file] of read(page).matchAll(/`(?:npm run ([\w:-]+)|node (\w[\w/-]*\.mjs))[^`]*`/g))
      if (script !== undefined) expect(Object.keys(scripts), page).toContain(script);
      else expect(existsSync(join(root, String(file))), `${page}: ${file}`).toBe(true);
});

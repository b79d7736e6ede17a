// What the command says of itself, and to those who type what it does not know.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { ntm, temporaryFolder } from "./ntm.js";

describe("help", () => {
  test.each([
    [["--help"], ["train", "eval", "run", "Exit codes"]],
    [
      ["train", "--help"],
      ["--until", "--out", "--from", "--controller", "--hidden-size", "--layers", "--rows"],
    ],
    [
      ["train", "--help"],
      ["--columns", "--read-heads", "--write-heads", "--memory-init", "--optimizer", "--clip"],
    ],
    [
      ["train", "--help"],
      ["--learning-rate", "--batch-size", "--steps", "--seed", "--bits", "--max-length"],
    ],
    [
      ["eval", "--help"],
      ["--lengths", "--sequences", "--seed", "--rows"],
    ],
    [
      ["run", "--help"],
      ["--length", "--seed", "--rows", "--width", "--compact", "FORCE_COLOR"],
    ],
    [["help", "run"], ["--length"]],
  ])("ntm %j", async (args, words) => {
    const { code, stdout, stderr } = await ntm(args);
    expect(stderr).toBe("");
    for (const word of [...words, "Examples:", "$ ntm "]) expect(stdout).toContain(word);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    expect(code).toBe(0);
  });

  test("the paper's settings are the defaults", async () => {
    const { stdout } = await ntm(["train", "--help"], { env: { COLUMNS: "80" } });
    const words = stdout.replaceAll(/\s+/g, " ");
    for (const [flag, value] of [
      ...[
        ["controller <kind>", '"lstm"'],
        ["hidden-size <n>", "100"],
        ["layers <n>", "1"],
        ["rows <n>", "128"],
      ],
      ...[
        ["columns <n>", "20"],
        ["read-heads <n>", "1"],
        ["write-heads <n>", "1"],
        ["memory-init <how>", '"constant"'],
      ],
      ...[
        ["bits <n>", "8"],
        ["min-length <n>", "1"],
        ["max-length <n>", "20"],
        ["batch-size <n>", "1"],
      ],
      ...[
        ["optimizer <name>", '"rmsprop"'],
        ["clip <limit>", "10"],
      ],
    ] as const)
      expect(words).toMatch(new RegExp(`--${flag}[^-]*(-[^-]+)*?default: ${value}\\)`));
    expect(words).toContain("0.0001 with rmsprop");
  });

  test("the version is the package's", async () => {
    const { version } = JSON.parse(readFileSync(join(inject("packageFolder"), "package.json"), "utf8"));
    expect(await ntm(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("npm installs it as ntm", () => {
    const { bin } = JSON.parse(readFileSync(join(inject("packageFolder"), "package.json"), "utf8"));
    expect(join(inject("packageFolder"), bin.ntm)).toBe(inject("command"));
  });
});

describe("wrong usage ends with 2 and one line", () => {
  test.each([
    [["trian"], "unknown command 'trian' (Did you mean train?)"],
    [["train", "copy", "--colums", "20"], "unknown option '--colums' (Did you mean --columns?)"],
    [["train"], "which task? (known: copy)"],
    [["train", "cpoy"], "unknown task 'cpoy'; did you mean copy? (known: copy)"],
    [["train", "chess"], "unknown task 'chess' (known: copy)"],
    [["train", "copy", "recall"], "too many arguments"],
    [["train", "copy", "--rows", "0"], "'--rows <n>' argument '0' is invalid. Expected an integer from 1."],
    [["train", "copy", "--rows", "1.5"], "Expected an integer from 1."],
    [["train", "copy", "--rows", "1e3"], "Expected an integer from 1."],
    [["train", "copy", "--rows", "4294967295"], "option '--rows': expected an integer from 1 to 65536"],
    [["train", "copy", "--rows"], "'--rows <n>' argument missing"],
    [["train", "copy", "--read-heads", "-1"], "Expected an integer from 0."],
    [["train", "copy", "--controller", "gru"], "Allowed choices are lstm, feedforward."],
    [["train", "copy", "--memory-init", "zero"], "Allowed choices are constant, learned, random."],
    [["train", "copy", "--optimizer", "sgd"], "Allowed choices are rmsprop, adam."],
    [["train", "copy", "--learning-rate", "fast"], "Expected a number above 0."],
    [["train", "copy", "--learning-rate", "0"], "Expected a number above 0."],
    [["train", "copy", "--until", "-1"], "Expected a number above 0."],
    [["train", "copy", "--clip", "norm:"], "norm:NUMBER"],
    [["train", "copy", "--min-length", "21"], "option '--min-length'"],
    [["eval"], "missing required argument 'file'"],
    [["eval", "f", "--lengths", "10,,20"], "Expected integers from 1 with commas between"],
    [["eval", "f", "--sequences", "0"], "Expected an integer from 1."],
    [["run", "f", "--width", "12"], "Expected an integer from 40."],
  ])("ntm %j", async (args, words) => {
    const { code, stdout, stderr } = await ntm(args, { cwd: temporaryFolder() });
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  test("nothing at all is answered with the help", async () => {
    const { code, stderr } = await ntm([]);
    expect(stderr).toContain("Usage: ntm");
    expect(code).toBe(2);
  });
});

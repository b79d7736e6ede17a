// What the command says of itself, and to those who type what it does not know.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { preset } from "neural-turing-machine";
import { describe, expect, inject, test } from "vitest";
import { ntm, temporaryFolder } from "./ntm.js";

describe("help", () => {
  test.each([
    [["--help"], ["train", "eval", "run", "info", "reproduce", "Exit codes"]],
    [
      ["train", "--help"],
      [
        "--until",
        "--out",
        "--resume",
        "--config",
        "--set",
        "--save-every",
        "--json",
        "--controller",
        "--hidden-size",
        "--layers",
        "--rows",
      ],
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
      ["--length", "--repeats", "--items", "--vectors", "--sorted", "--set", "--sequences", "--seed", "--rows"],
    ],
    [
      ["run", "--help"],
      [
        "--length",
        "--repeats",
        "--items",
        "--vectors",
        "--sorted",
        "--set",
        "--seed",
        "--rows",
        "--width",
        "--compact",
        "FORCE_COLOR",
      ],
    ],
    [
      ["report", "--help"],
      ["--out", "report.html"],
    ],
    [["help", "run"], ["--length"]],
  ])("ntm %j", async (args, words) => {
    const { code, stdout, stderr } = await ntm(args);
    expect(stderr).toBe("");
    for (const word of [...words, "Examples:", "$ ntm "]) expect(stdout).toContain(word);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    expect(code).toBe(0);
  });

  test("the preset's settings are the defaults", async () => {
    const { stdout } = await ntm(["train", "--help"], { env: { COLUMNS: "80" } });
    const words = stdout.replaceAll(/\s+/g, " ");
    for (const [flag, value] of [
      ["controller <kind>", '"lstm"'],
      ["rows <n>", "128"],
      ["columns <n>", "20"],
    ] as const)
      expect(words).toMatch(new RegExp(`--${flag}[^-]*(-[^-]+)*?default: ${value}\\)`));
    const batches: Record<string, number> = {
      "repeat-copy feedforward": 4,
      "associative-recall feedforward": 8,
      "priority-sort feedforward": 4,
    };
    const tasks = ["copy", "repeat-copy", "associative-recall", "dynamic-n-grams", "priority-sort"] as const;
    for (const task of tasks)
      for (const kind of ["feedforward", "lstm", "baseline"] as const)
        expect(preset(task, kind).train.batchSize).toBe(batches[`${task} ${kind}`] ?? 1);
    const learned = tasks.filter((task) => preset(task, "lstm").config.memory.init === "learned");
    for (const text of [
      `what the memory starts from (default: constant; learned for ${learned.join(", ")}; random for repeat-copy feedforward)`,
      "sequences of an update (default: 1; 8 for associative-recall feedforward, 4 for repeat-copy feedforward, priority-sort feedforward)",
      "how gradients become updates (default: rmsprop; adam for repeat-copy feedforward)",
      "bits of a vector (copy 8, repeat-copy 8, associative-recall 6, priority-sort 8)",
      "vectors in the longest training sequence (copy 20, repeat-copy 10)",
      "the most items (associative-recall 6)",
      "bits by which the next is drawn (dynamic-n-grams 5)",
      "vectors that come out (priority-sort 16)",
      "copy 1, 100, 1e-4 → 0, norm:10 1, 100, 1e-4 → 0, norm:10 3×256, 3e-5, 10",
      "repeat-copy 1, 100, 2e-3 → 0, norm:30/100 1, 100, 1e-4 → 0, norm:10 3×512, 3e-5, 10",
      "priority-sort 8, 512, 3e-4 → 0, norm:10/10 5, 2×100, 3e-4 → 0, norm:10/10 3×128, 3e-5, 10",
    ])
      expect(words).toContain(text);
  });

  test.each(["train", "eval", "run", "report", "info", "reproduce"])("ntm %s says a default once", async (command) => {
    const { stdout } = await ntm([command, "--help"], { env: { COLUMNS: "100" } });
    const options = stdout.split(/^(?= {2}-)/m).slice(1);
    expect(options.length).toBeGreaterThan(0);
    for (const option of options) expect(option.match(/\bdefault: /g)?.length ?? 0, option).toBeLessThan(2);
  });

  test("a terminal without such characters is told in plainer ones", async () => {
    const { stdout } = await ntm(["train", "--help"], { env: { LC_ALL: "C" } });
    expect(stdout).toContain("1e-4 -> 0, norm:10");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them
    expect(stdout).toMatch(/^[\x00-\x7f]*$/);
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
    [
      ["train"],
      "which task? (known: copy, repeat-copy, associative-recall, dynamic-n-grams, priority-sort, or the file of one of your own)",
    ],
    [
      ["train", "cpoy"],
      "unknown task 'cpoy'; did you mean copy? (known: copy, repeat-copy, associative-recall, dynamic-n-grams, priority-sort)",
    ],
    [
      ["train", "chess"],
      "unknown task 'chess' (known: copy, repeat-copy, associative-recall, dynamic-n-grams, priority-sort)",
    ],
    [["train", "copy", "recall"], "too many arguments"],
    [["train", "copy", "--rows", "0"], "'--rows <n>' argument '0' is invalid. Expected an integer from 1."],
    [["train", "copy", "--rows", "1.5"], "Expected an integer from 1."],
    [["train", "copy", "--rows", "1e-3"], "Expected an integer from 1."],
    [["train", "copy", "--rows", "1e16"], "Expected an integer from 1."],
    [["train", "copy", "--rows", "4294967295"], "option '--rows': expected an integer from 1 to 65536"],
    [["train", "copy", "--rows"], "'--rows <n>' argument missing"],
    [["train", "copy", "--read-heads", "-1"], "Expected an integer from 0."],
    [["train", "copy", "--controller", "gru"], "Allowed choices are feedforward, lstm, baseline."],
    [["train", "copy", "--memory-init", "zero"], "Allowed choices are constant, learned, random."],
    [["train", "copy", "--optimizer", "sgd"], "Allowed choices are rmsprop, adam."],
    [["train", "copy", "--learning-rate", "fast"], "Expected a number above 0."],
    [["train", "copy", "--learning-rate", "0"], "Expected a number above 0."],
    [["train", "copy", "--until", "-1"], "Expected a number above 0."],
    [["train", "copy", "--clip", "norm:"], "norm:NUMBER"],
    [["train", "copy", "--clip", "norm:10/"], "with or without /NUMBER"],
    [["train", "copy", "--clip", "10/0"], "with or without /NUMBER"],
    [["train", "copy", "--clip", "10/1/1"], "with or without /NUMBER"],
    [["train", "copy", "--min-length", "21"], "option '--min-length': expected at most --max-length, 20, got 21"],
    [
      ["train", "copy", "--bits", "4294967295"],
      "option '--bits': expected an integer from 1 to 1048576, got 4294967295",
    ],
    [
      ["train", "repeat-copy", "--min-repeats", "11"],
      "option '--min-repeats': expected at most --max-repeats, 10, got 11",
    ],
    [["train", "associative-recall", "--min-items", "1"], "option '--min-items': expected an integer from 2"],
    [["train", "dynamic-n-grams", "--length", "5"], "option '--length': expected more than --order, 5, got 5"],
    [["train", "priority-sort", "--vectors", "5"], "option '--sorted': expected at most --vectors, 5, got 16"],

    [
      ["train", "copy", "--max-items", "5"],
      "option '--max-items': means nothing to copy, which knows --bits, --min-length, --max-length, --curriculum",
    ],
    [["eval"], "missing required argument 'run'"],
    [["eval", "f", "--length", "10,,20"], "Expected integers from 1 with commas between"],
    [["eval", "f", "--sequences", "0"], "Expected an integer from 1."],
    [["train", "copy", "--set", "rows"], "Expected PATH=VALUE, such as memory.rows=256."],
    [
      ["train", "copy", "--set", "memory.rowz=3"],
      "option '--set memory.rowz': unknown option; did you mean memory.rows?",
    ],
    [
      ["train", "copy", "--set", "machine.memory.rows=0"],
      "option '--set machine.memory.rows': expected an integer from 1",
    ],
    [
      ["train", "copy", "--set", 'optimizer={"kind":"sgd"}'],
      `option '--set optimizer.kind': expected "rmsprop" or "adam", got "sgd"`,
    ],
    [
      ["train", "copy", "--batch-size", "100000000"],
      "option '--batch-size': expected an integer from 1 to 1048576, got 100000000",
    ],
    [
      ["train", "copy", "--set", "batchSize=1048577"],
      "option '--set batchSize': expected an integer from 1 to 1048576, got 1048577",
    ],
    [["train", "copy", "--set", "batchSize=half"], "option '--set batchSize': expected an integer from 1"],
    [["train", "copy", "--set", "task.options.bits=0"], "option '--set task.options.bits': expected an integer from 1"],
    [["train", "copy", "--set", "options.bits=0"], "option '--set options.bits': expected an integer from 1"],
    [
      ["train", "copy", "--set", "options.bitz=3"],
      "option '--set options.bitz': unknown option; did you mean task.options.bits?",
    ],
    [
      ["train", "copy", "--set", "maxLength=5"],
      "option '--set maxLength': unknown option; did you mean task.options.maxLength?",
    ],
    [["train", "copy", "--set", "rows=16"], "option '--set rows': unknown option; did you mean memory.rows?"],
    [
      ["train", "copy", "--set", "learningRate=1"],
      "option '--set learningRate': unknown option; did you mean optimizer.learningRate?",
    ],
    [
      ["train", "copy", "--set", "scale=1"],
      "option '--set scale': unknown option; did you mean memory.scale or headInit.scale?",
    ],
    [["train", "copy", "--set", "sped=1"], "option '--set sped': unknown option; did you mean seed?"],
    [
      ["train", "page.safetensors"],
      "page.safetensors: is a checkpoint, not a task; npx ntm eval, run, report and info",
    ],
    [["train", "copy", "--set", "machine.seed=2"], "option '--set machine.seed': the seed is train.seed"],
    [
      ["train", "copy", "--set", "seed=1", "--set", "machine.seed=2"],
      "option '--set machine.seed': the seed is train.seed",
    ],
    ...["train", "reproduce"].flatMap((command) =>
      ["task.name", "task.module"].map((path): [string[], string] => [
        [command, "copy", "--set", `${path}=repeat-copy`],
        `option '--set ${path}': the task is the command's argument`,
      ]),
    ),
    [["train", "--set", 'task={"name":"copy"}'], "option '--set task.name': the task is the command's argument"],
    [["train", "copy", "--set", "optimizer.decay=much"], "option '--set optimizer.decay': expected a finite number"],
    [["train", "copy", "--save-every", "-1"], "Expected a number of seconds, 0 or more."],
    [["train", "copy", "--json", "--progress", "bar"], "cannot be used with"],
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

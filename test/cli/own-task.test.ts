// A task of the user's own, from a module.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { NTM, type Task } from "neural-turing-machine";
import { expect, test } from "vitest";
import { CHECKPOINT, ntm, reproducible, start, temporaryFolder, tiny } from "./ntm.js";

const small = "--controller feedforward --hidden-size 8 --rows 8 --columns 4".split(" ");

const delay = `({ most = 4 } = {}) => ({
  inputSize: 1,
  outputSize: 1,
  batch(random, { batchSize, length = random.integer(1, most) }) {
    if (length > 100) throw new Error("too long for me");
    const bits = Array.from({ length }, () => Array.from({ length: batchSize }, () => [random.bit()]));
    const nothing = Array.from({ length: batchSize }, () => [0]);
    return { input: [...bits, nothing], target: [nothing, ...bits] };
  },
})`;

/** Writes that task into delay.mjs, with a line that runs before each batch is given. */
function writeWith(cwd: string, line: string): void {
  const text = `const made = ${delay};
export default () => ({ ...made(), batch(random, asked) {
  const batch = made().batch(random, asked);
  ${line};
  return batch;
} });
`;
  writeFileSync(join(cwd, "delay.mjs"), text);
}

test("is trained, gone on with, measured and drawn", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "delay.mjs"), `export default ${delay};\n`);
  writeFileSync(join(cwd, "task.mjs"), `const make = ${delay};\nexport const task = make({ most: 3 });\n`);
  const options = ["--set", "task.options.most=3"];
  const train = (out: string, steps: string) =>
    ntm(["train", "./delay.mjs", ...small, ...options, "--out", out, "--steps", steps, "--resume"], { cwd });
  expect(await train("whole", "20")).toMatchObject({ code: 0, stderr: "" });
  expect((await train("parts", "7")).stdout).toContain("delay: a feedforward network of 8 units");
  expect(await train("parts", "20")).toMatchObject({ code: 0, stderr: "" });
  expect(reproducible(join(cwd, "parts"))).toEqual(reproducible(join(cwd, "whole")));
  expect(JSON.parse(readFileSync(join(cwd, "parts", "config.json"), "utf8")).task).toEqual({
    module: "./delay.mjs",
    options: { most: 3 },
  });

  // A task itself, rather than a function that makes one, as the export \`task\`.
  await ntm(["train", "./task.mjs", ...small, "--out", "made", "--steps", "20"], { cwd });
  const lines = (run: string) => (reproducible(join(cwd, run)) as { lines: object[] }).lines;
  expect(lines("made")).toEqual(lines("whole"));

  const table = await ntm(["eval", "whole", "--task", "./delay.mjs", "--length", "2,5", "--sequences", "3"], { cwd });
  expect(table).toMatchObject({ code: 0, stderr: "" });
  expect(table.stdout.trim().split("\n")).toHaveLength(3);
  const picture = await ntm(["run", "whole", "--task", "./delay.mjs", "--length", "5"], { cwd });
  expect(picture).toMatchObject({ code: 0, stderr: "" });
  expect(picture.stdout).toContain("write weighting");
});

test("is called by its name, and its runs by that of its file", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "file.mjs"), `export default () => ({ name: "late bits", ...(${delay})() });\n`);
  const { stdout } = await ntm(["train", "./file.mjs", ...small, "--steps", "2"], { cwd });
  expect(stdout).toMatch(/^late bits: a feedforward network/);
  const run = ["runs/file-feedforward-1", "--task", "./file.mjs"];
  expect((await ntm(["run", ...run], { cwd })).stdout).toMatch(/^late bits\n/);
  expect(await ntm(["report", ...run, "--out", "report.html"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(join(cwd, "report.html"), "utf8")).toContain("<h1>late bits</h1>");
});

test("that has the name of one of the paper's is not credited with the paper's figures", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "mine.mjs"), `export default (given) => ({ name: "copy", ...(${delay})(given) });\n`);
  const run = ["--steps", "1", "--out", "run"];
  expect(await ntm(["train", "./mine.mjs", ...small, ...run], { cwd })).toMatchObject({ code: 0 });
  await ntm(["report", "run", "--task", "./mine.mjs", "--out", "mine.html"], { cwd });
  await ntm(["train", "copy", ...tiny, "--steps", "1", "--out", "papers"], { cwd });
  await ntm(["report", "papers", "--out", "papers.html"], { cwd });
  const figures = (file: string) => readFileSync(join(cwd, file), "utf8").match(/of the paper\)/g)?.length;
  expect([figures("mine.html"), figures("papers.html")]).toEqual([undefined, 3]);
});

test("of sequences of mixed lengths it is told how many bits they have in the mean", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "delay.mjs"), `export default ${delay};\n`);
  await ntm(["train", "./delay.mjs", ...small, "--out", "run", "--steps", "2"], { cwd });
  const asked = ["eval", "run", "--task", "./delay.mjs", "--sequences", "56"];
  const machine = await NTM.load(readFileSync(join(cwd, "run", CHECKPOINT)));
  let bits = 0;
  const task: Task = (await import(pathToFileURL(join(cwd, "delay.mjs")).href)).default();
  const counted: Task = {
    ...task,
    batch(random, options) {
      const batch = task.batch(random, options);
      bits += (batch.target as unknown[]).length * options.batchSize;
      return batch;
    },
  };
  await machine.evaluate(counted, { sequences: 56 });
  machine.dispose();
  expect(Number.isInteger(bits / 56)).toBe(false); // so that one sequence could not tell it
  expect(JSON.parse((await ntm([...asked, "--json"], { cwd })).stdout).of).toBe(bits / 56);
  expect((await ntm(asked, { cwd })).stdout.trim().split(/\s+/).at(-1)).toBe((bits / 56).toFixed(2));
});

test("a size that it never looks at is wrong usage", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "delay.mjs"), `export default ${delay};\n`);
  await ntm(["train", "./delay.mjs", ...small, "--out", "run", "--steps", "2"], { cwd });
  for (const command of ["eval", "run"]) {
    const { code, stderr } = await ntm([command, "run", "--task", "./delay.mjs", "--items", "3"], { cwd });
    expect([code, stderr]).toEqual([2, "error: option '--items': unknown option; known: --length\n"]);
  }
});

const pairs = `{
  inputSize: 1,
  outputSize: 1,
  batch(random, { batchSize, pairs = random.integer(1, 3), kind = "plain" }) {
    if (!["plain", "odd"].includes(kind) || !Number.isInteger(pairs)) throw new Error(\`\${pairs} of \${kind}\`);
    const bits = Array.from({ length: 2 * pairs }, () => Array.from({ length: batchSize }, () => [random.bit()]));
    return { input: bits, target: bits };
  },
}`;

test("what it alone knows is asked for by --set: of eval a list, each with each, of run one value", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "pairs.mjs"), `export default ${pairs};\n`);
  await ntm(["train", "./pairs.mjs", ...small, "--out", "a", "--steps", "2"], { cwd });
  const own = ["a", "--task", "./pairs.mjs"];
  const measured = ["eval", ...own, "--sequences", "3", "--set", "pairs=1200,5", "--set", "kind=plain,odd"];
  const table = await ntm(measured, { cwd });
  expect(table).toMatchObject({ code: 0, stderr: "" });
  const lines = table.stdout.trimEnd().split("\n");
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  expect(lines.map((line) => line.trim().split(/\s+/).slice(0, 3).join(" "))).toEqual([
    "pairs kind sequences",
    "1,200 plain 3",
    "1,200 odd 3",
    "5 plain 3",
    "5 odd 3",
  ]);
  const json = await ntm([...measured, "--json"], { cwd });
  expect(JSON.parse(json.stdout.split("\n")[3] ?? "")).toMatchObject({ pairs: 5, kind: "odd", sequences: 3, of: 10 });
  const drawn = await ntm(["run", ...own, "--set", "pairs=4", "--set", "pairs=5"], { cwd });
  expect(drawn).toMatchObject({ code: 0, stderr: "" });
  expect(drawn.stdout).toMatch(/^pairs, pairs 5\n[\s\S]*of 10 /);
  const { stdout } = await ntm(["run", ...own, "--set", 'kind="odd"', "--json"], { cwd });
  expect(JSON.parse(stdout)).toMatchObject({ kind: "odd", seed: 0 });

  const misspelt = await ntm(["eval", ...own, "--set", "row=3"], { cwd });
  expect(misspelt.stderr).toBe("error: option '--set row': unknown option; did you mean --rows?\n");

  for (const [args, code, words] of [
    ["--length 5", 2, "option '--length': unknown option; known: --set pairs=…, --set kind=…"],
    ["--set pair=5", 2, "option '--set pair': unknown option; did you mean --set pairs=…?"],
    ["--set batch=5", 2, "option '--set batch': unknown option; known: --set pairs=…, --set kind=…"],
    ['--set kind="a,b",c', 2, `option '--set kind': expected JSON or words, got "a,b",c`],
    [
      "--set pairs",
      2,
      "option '--set <name=value>' argument 'pairs' is invalid. Expected NAME=VALUE, such as pairs=5.",
    ],
    ["--set pairs=", 2, "option '--set pairs': expected a value, such as 5, got none"],
    ["--set pairs=1,,2", 2, "option '--set pairs': expected a value, such as 5, got none"],
    ["--set rows=5", 2, "option '--set rows': is none of the task's own options"],
    ["--set pairs=half", 1, "./pairs.mjs: half of plain"],
    ["--set pairs=[5]", 1, "./pairs.mjs: 5 of plain"],
  ] as const)
    for (const command of ["eval", "run"])
      expect(await ntm([command, ...own, ...args.split(" ")], { cwd })).toMatchObject({
        code,
        stdout: "",
        stderr: `error: ${words}\n`,
      });
  expect(await ntm(["run", ...own, "--set", "pairs=5,10"], { cwd })).toMatchObject({
    code: 2,
    stderr: "error: option '--set pairs': expected one value, got 2\n",
  });
});

test("is not made of the options of the task that was learned", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "copy", ...tiny, "--out", "run", "--steps", "2"], { cwd });
  const other = `(options = {}) => ({
    inputSize: 3,
    outputSize: 2,
    batch: (random, { batchSize }) => {
      const each = (value) => [Array.from({ length: batchSize }, () => value)];
      return { input: each([1, 0, 0]), target: each([Object.keys(options).length, 0]) };
    },
  })`;
  writeFileSync(join(cwd, "made.mjs"), `export default (${other})();\n`);
  writeFileSync(join(cwd, "function.mjs"), `export default ${other};\n`);
  for (const task of ["./made.mjs", "./function.mjs"]) {
    const { stderr, stdout } = await ntm(["run", "run", "--task", task, "--json"], { cwd });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout).target).toEqual([[0, 0]]);
  }
});

test("a new run that fails before its first update leaves nothing", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "delay.mjs"), `export default ${delay};\n`);
  const train = (most: number, ...more: string[]) =>
    ntm(["train", "./delay.mjs", ...small, "--set", `options.most=${most}`, "--steps", "2", "--out", "run", ...more], {
      cwd,
    });
  // Of so many lengths hardly one is short enough for it.
  expect(await train(1e9)).toMatchObject({ code: 1, stderr: expect.stringContaining("too long for me") });
  expect(existsSync(join(cwd, "run"))).toBe(false);
  expect(await train(3)).toMatchObject({ code: 0, stderr: "" });

  // What was there before stays.
  writeFileSync(join(cwd, "delay.mjs"), `export default ${delay.replace("length > 100", "true")};\n`);
  const before = readFileSync(join(cwd, "run", CHECKPOINT));
  expect((await train(3, "--resume", "--steps", "9")).stderr).toContain("too long for me");
  expect(readFileSync(join(cwd, "run", CHECKPOINT)).equals(before)).toBe(true);

  // Also where it was stopped before its first checkpoint.
  for (const file of [CHECKPOINT, "metrics.jsonl"]) rmSync(join(cwd, "run", file));
  expect((await train(3, "--resume")).stderr).toContain("too long for me");
  expect(readdirSync(join(cwd, "run"))).toContain("config.json");
});

test("what was learned before it fails is kept, and goes on where it is mended", async () => {
  const cwd = temporaryFolder();
  const write = (failing: string) => writeWith(cwd, `if (asked.step === 7) ${failing}`);
  const train = (out: string) =>
    ntm(["train", "./delay.mjs", ...small, "--out", out, "--steps", "10", "--resume"], { cwd });
  for (const [out, failing, words] of [
    ["thrown", "throw new Error('not today')", "./delay.mjs: not today"],
    ["empty", "return {}", "batch.input: expected"],
    [
      "wrong",
      "return { ...batch, input: [[[NaN]]], target: [[[1]]] }",
      "batch.input[0][0][0]: expected a finite number",
    ],
  ] as const) {
    write(failing);
    const { code, stderr } = await train(out);
    expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
    expect(stderr).toMatch(new RegExp(`^error: .+; ${out} holds the 7 updates before it\n$`));
    write("1");
    expect(await train(out)).toMatchObject({ code: 0, stderr: "" });
    expect(await train("whole")).toMatchObject({ code: 0, stderr: "" });
    expect(reproducible(join(cwd, out))).toEqual(reproducible(join(cwd, "whole")));
  }
  write("throw new Error('not today')");
  const json = await ntm(["train", "./delay.mjs", ...small, "--out", "told", "--steps", "10", "--json"], { cwd });
  const lines = json.stdout.trimEnd().split("\n");
  expect(JSON.parse(lines.at(-1) ?? "")).toEqual({
    event: "end",
    reason: "failed",
    step: 7,
    message: "./delay.mjs: not today; told holds the 7 updates before it",
  });
});

test.each([
  ["a promise that nobody awaits", "Promise.reject(new Error('lost'))"],
  ["a timer", "setTimeout(() => { throw new Error('lost') })"],
])("%s fails in it, once and again: all is saved, and it goes on from there", async (_, failing) => {
  const cwd = temporaryFolder();
  const write = (failing: string) => writeWith(cwd, `if (asked.step > 6) ${failing}`);
  const all = ["train", "./delay.mjs", ...small, "--schedule", "constant", "--resume", "--json", "--out"];
  write(failing);
  const { code, stdout, stderr } = await ntm([...all, "run", "--steps", "100000000"], { cwd });
  expect([code, stderr]).toEqual([1, "error: caught by nothing: lost\n"]);
  const ends = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === "end");
  expect(ends).toEqual([
    { event: "end", reason: "failed", step: expect.any(Number), message: "caught by nothing: lost" },
  ]);
  const { step } = await NTM.load(readFileSync(join(cwd, "run", CHECKPOINT)));
  expect([step > 6, step]).toEqual([true, ends[0].step]);
  write("1");
  for (const out of ["run", "whole"])
    expect(await ntm([...all, out, "--steps", String(step + 5)], { cwd })).toMatchObject({ code: 0, stderr: "" });
  const [whole, run] = ["whole", "run"].map((out) => readFileSync(join(cwd, out, CHECKPOINT)));
  expect(run?.equals(whole ?? Buffer.alloc(0))).toBe(true);
});

test("that asks for nothing is not learned, and not solved", async () => {
  const cwd = temporaryFolder();
  writeFileSync(
    join(cwd, "idle.mjs"),
    `export default {
  inputSize: 1,
  outputSize: 1,
  batch(_, { batchSize }) {
    const ones = [Array.from({ length: batchSize }, () => [1])];
    return { input: ones, target: ones, mask: [new Array(batchSize).fill(0)] };
  },
};`,
  );
  const train = [
    "train",
    "./idle.mjs",
    ...small,
    "--out",
    "run",
    "--batch-size",
    "100",
    "--steps",
    "20",
    "--until",
    "1",
  ];
  const { code, stderr } = await ntm(train, { cwd });
  expect(stderr).toContain("nothing is asked for: the last 1,000 sequences cost 0 (are all weights of the mask 0");
  expect(code).toBe(1);
  await ntm(["train", "./idle.mjs", ...small, "--out", "short", "--steps", "2"], { cwd });
  const shown = await ntm(["run", "short", "--task", "./idle.mjs"], { cwd });
  expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing is asked for") });
});

test("a setting that is none of the package's may be the task's, and a run's folder is no task", async () => {
  const cwd = temporaryFolder();
  writeFileSync(
    join(cwd, "wide.mjs"),
    `export default ({ width = 2 } = {}) => ({
  inputSize: width,
  outputSize: 1,
  batch: (_, { batchSize }) => ({
    input: [Array.from({ length: batchSize }, () => new Array(width).fill(0))],
    target: [Array.from({ length: batchSize }, () => [1])],
  }),
});`,
  );
  const train = ["train", "./wide.mjs", "--steps", "1", "--out", "run", "--set"];
  const told = (stderr: string) => ({ code: 2, stdout: "", stderr: expect.stringContaining(stderr) });
  expect(await ntm([...train, "width=3"], { cwd })).toMatchObject(
    told("option '--set width': unknown option; did you mean task.options.width?"),
  );
  expect(await ntm([...train, "rows=3"], { cwd })).toMatchObject(
    told("option '--set rows': unknown option; did you mean memory.rows?"),
  );
  // What stands within an option of training can be no task's.
  expect(await ntm([...train, "optimizer.lr=1"], { cwd })).toMatchObject(
    told("option '--set optimizer.lr': unknown option; known: optimizer.kind, optimizer.learningRate"),
  );
  expect(await ntm([...train, "task.options.widht=3"], { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("./wide.mjs: widht: unknown option; did you mean width?"),
  });
  expect(existsSync(join(cwd, "run"))).toBe(false);
  expect(await ntm([...train, "task.options.width=3"], { cwd })).toMatchObject({ code: 0 });
  expect(await ntm(["train", "run", "--resume"], { cwd })).toMatchObject(
    told("run: is the folder of a run, not a task; npx ntm train --resume --out run goes on with it"),
  );
});

test.runIf(process.platform !== "win32").each([
  [0, "./delay.mjs: not today", []],
  [7, "./delay.mjs: not today; run holds the 7 updates before it", [CHECKPOINT, "config.json", "metrics.jsonl"]],
] as const)(
  "where it fails at step %i and nobody reads, it is told, and the folder left in order",
  async (step, words, files) => {
    const cwd = temporaryFolder();
    const untilTheReaderHasGone = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)";
    writeWith(cwd, `if (asked.step === ${step}) { ${untilTheReaderHasGone}; throw new Error("not today") }`);
    const args = ["train", "./delay.mjs", ...small, "--out", "run", "--steps", "10", "--every", "1000", "--json"];
    const run = start(args, { cwd });
    await run.wrote(/"start"/);
    run.child.stdout?.destroy();
    expect(await run.ended).toMatchObject({ code: 141, stderr: `error: ${words}\n` });
    expect(existsSync(join(cwd, "run")) ? readdirSync(join(cwd, "run")) : []).toEqual(files);
  },
);

test("where the machine itself is lost nothing is saved of it, and that is all that is told", async () => {
  const cwd = temporaryFolder();
  const trapping = `let trap = false;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const { exports } = await instantiate(...given);
  const machine_trainStep = (...all) => {
    if (trap) throw new WebAssembly.RuntimeError("unreachable");
    return exports.machine_trainStep(...all);
  };
  return { exports: { ...exports, machine_trainStep } };
};
`;
  writeWith(cwd, "trap = asked.step === 7");
  writeFileSync(join(cwd, "delay.mjs"), trapping + readFileSync(join(cwd, "delay.mjs"), "utf8"));
  const { code, stderr } = await ntm(["train", "./delay.mjs", ...small, "--out", "run", "--steps", "10"], { cwd });
  expect([code, stderr]).toEqual([
    1,
    "error: the WebAssembly instance of this machine ended: RuntimeError: unreachable; create or load a new machine\n",
  ]);
  expect(existsSync(join(cwd, "run", CHECKPOINT))).toBe(false);
});

test("a failure of the disk on top of it hides neither", async () => {
  const cwd = temporaryFolder();
  const text = `import { rmSync } from "node:fs";
const made = ${delay};
export default () => ({ ...made(), batch(random, asked) {
  if (asked.step === 7) {
    rmSync("run", { recursive: true });
    throw new Error("not today");
  }
  return made().batch(random, asked);
} });
`;
  writeFileSync(join(cwd, "delay.mjs"), text);
  const { code, stderr } = await ntm(["train", "./delay.mjs", ...small, "--out", "run", "--steps", "10"], { cwd });
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^error: \.\/delay\.mjs: not today; run\S*: no such file\n$/),
  ]);
});

test("what is wrong with it is told in one line, as its own", async () => {
  const cwd = temporaryFolder();
  for (const [name, text] of [
    ["none", "export const other = 1;"],
    ["throws", "throw new Error('not today');"],
    ["empty", "export default () => ({});"],
    ["fixed", `export default (${delay})();`],
    ["delay", `export default ${delay};`],
    [
      "async",
      "export default { inputSize: 1, outputSize: 1, batch: async () => ({ input: [[[1]]], target: [[[1]]] }) };",
    ],
    ["later", "export default async () => { throw new Error('no data'); };"],
    ["sizeless", "export default { outputSize: 1, batch: () => ({ input: [[[1]]], target: [[[1]]] }) };"],
    ["untold", "export default { inputSize: 1, outputSize: 1, batch: () => ({ input: [[[1]]] }) };"],
    ["wide", "export default { inputSize: 1, outputSize: 1, batch: () => ({ input: [[[1, 2]]], target: [[[1]]] }) };"],
  ] as const)
    writeFileSync(join(cwd, `${name}.mjs`), `${text}\n`);
  writeFileSync(join(cwd, "typed.ts"), `export default ${delay} as object;\n`);
  await ntm(["train", "./delay.mjs", ...small, "--out", "run", "--steps", "2"], { cwd });
  const bits = await NTM.create({ inputSize: 1, outputSize: 1, memory: { rows: 4, columns: 3 } });
  writeFileSync(join(cwd, "bits"), bits.save());
  for (const [args, words] of [
    ["train ./missing.mjs", "./missing.mjs: no such file"],
    ["train ./none.mjs", "./none.mjs: expected a task as its default export or its export task"],
    ["train ./throws.mjs", "./throws.mjs: not today"],
    ["train ./empty.mjs", "./empty.mjs: its function made no task"],
    ["train ./later.mjs", "./later.mjs: its function is async: expected the task itself, got a promise"],
    ["train ./sizeless.mjs", "./sizeless.mjs: inputSize: expected an integer from 1 to 65536, got undefined"],
    ["train ./fixed.mjs --set task.options.most=3", "./fixed.mjs: takes no options"],
    ["train ./wide.mjs", "batch.input: expected shape [T, 1, 1], got [1, 1, 2]"],
    ["eval run", "run: was trained on a task of one's own: say where it is, --task ./delay.mjs"],
    ["eval run --task ./delay.mjs --length 101", "./delay.mjs: too long for me"],
    ["eval bits --task ./async.mjs", "task.batch: expected a batch, got a Promise (batch must not be async)"],
    ["run bits --task ./untold.mjs", "batch.target: expected"],
    ["run bits --task ./wide.mjs", "batch.input: expected shape [T, 1, 1], got [1, 1, 2]"],
    ["eval run --task copy", "run: its machine, of 1 input and 1 output, does not fit copy, of 9 inputs and 8 outputs"],
    ...(Reflect.get(process.features, "typescript")
      ? []
      : [["train ./typed.ts", "./typed.ts: this Node does not run TypeScript"] as const]),
  ] as const) {
    const { code, stdout, stderr } = await ntm(args.split(" "), { cwd });
    expect(stderr).toContain(`error: ${words}`);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    if (!args.startsWith("train ./wide")) expect(stdout).toBe("");
    expect(code).toBe(1);
  }
  const untold = await ntm(["train", "--resume", "--out", "run"], { cwd });
  expect(untold.stderr).toContain("say where it is, npx ntm train ./delay.mjs");
  expect(untold.code).toBe(2);
});

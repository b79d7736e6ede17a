// `ntm train --from`: a run that begins with a trained machine.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copy, type Json, NTM, random, rmsprop } from "neural-turing-machine";
import { expect, test } from "vitest";
import { CHECKPOINT, ntm, PREVIOUS, reproducible, start, temporaryFolder, tiny } from "./ntm.js";

const small = ["--bits", "2", "--max-length", "3"];
const load = (cwd: string, run: string) => NTM.load(readFileSync(join(cwd, run, CHECKPOINT)));
const config = (cwd: string, run: string) => JSON.parse(readFileSync(join(cwd, run, "config.json"), "utf8"));

/** A folder with a machine of other settings than a preset's, as a program saves it. */
async function withTrained(): Promise<string> {
  const cwd = temporaryFolder();
  const task = copy({ bits: 2, maxLength: 3 });
  const { inputSize, outputSize } = task;
  const controller = { kind: "feedforward", hiddenSize: 8 } as const;
  const sizes = { inputSize, outputSize, controller, memory: { rows: 8, columns: 4 } };
  const machine = await NTM.create({ ...sizes, loss: "mean-squared-error" });
  for await (const _ of machine.train(task, { steps: 50, optimizer: rmsprop({ learningRate: 1e-3 }) }));
  writeFileSync(join(cwd, "a.safetensors"), machine.save());
  machine.dispose();
  return cwd;
}

test("it has the settings and the parameters of that machine; all else is the run's own", async () => {
  const cwd = await withTrained();
  const args = ["train", "copy", "--from", "a.safetensors", ...small, "--steps", "9", "--seed", "4", "--out", "b"];
  const { code, stdout, stderr } = await ntm(args, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("at first those of a.safetensors");

  const [was, is] = [await NTM.load(readFileSync(join(cwd, "a.safetensors"))), await load(cwd, "b")];
  const { train, machine } = config(cwd, "b");
  expect({ ...is.config, seed: 1 }).toEqual(was.config);
  expect(train.from).toBe("a.safetensors");
  const expected = await NTM.create({ ...was.config, seed: 4 });
  expected.setParameters(was.parameters());
  const { optimizer, clip, batchSize } = train;
  for await (const _ of expected.train(copy({ bits: 2, maxLength: 3 }), { steps: 9, optimizer, clip, batchSize }));
  expect(is.parameters()).toEqual(expected.parameters());
  expect(is.step).toBe(9);

  // What the run's own configuration says is enough to begin it again.
  await ntm(["train", "--config", join("b", "config.json"), "--out", "c"], { cwd });
  expect(reproducible(join(cwd, "c"))).toEqual(reproducible(join(cwd, "b")));
  expect(config(cwd, "c")).toEqual({ task: config(cwd, "b").task, machine, train });
});

test("the command of its report makes it again, also where settings of that machine were taken back", async () => {
  const cwd = await withTrained();
  const back = ["--rows", "128", "--set", "loss=binary-cross-entropy", "--steps", "4", "--out", "b"];
  await ntm(["train", "copy", "--from", "./a.safetensors", ...small, ...back], { cwd });
  await ntm(["report", "b"], { cwd });
  const [, command = ""] = /npx ntm (train [^<]*)</.exec(readFileSync(join(cwd, "b", "report.html"), "utf8")) ?? [];
  expect(command).toContain(" --from ./a.safetensors ");
  await ntm([...command.split(" "), "--out", "c"], { cwd });
  const [one, other] = [await load(cwd, "b"), await load(cwd, "c")];
  expect([other.config, other.parameters()]).toEqual([one.config, one.parameters()]);
  // However that machine is named.
  const again = ["train", "copy", "--from", "a.safetensors", "--resume", "--out", "b"];
  expect(await ntm(again, { cwd })).toMatchObject({ code: 0, stderr: "" });

  // What a program has stored under that name is its own.
  const metadata = { from: "data.csv", task: (one.metadata as { task: Json }).task };
  writeFileSync(join(cwd, "own.safetensors"), one.save({ metadata }));
  await ntm(["report", "own.safetensors"], { cwd });
  expect(readFileSync(join(cwd, "own.html"), "utf8")).not.toMatch(/--from|data\.csv/);
});

test("of a constant memory it may have other rows, and is as that machine with them", async () => {
  const cwd = await withTrained();
  const was = await NTM.load(readFileSync(join(cwd, "a.safetensors")));
  const { input } = copy({ bits: 2, maxLength: 3 }).batch(random(3), { batchSize: 4, step: 0, length: 3 });
  for (const rows of [5, 11]) {
    const still = ["--learning-rate", "1e-30", "--steps", "1", "--rows", String(rows), "--out", String(rows)];
    expect(await ntm(["train", "copy", "--from", "a.safetensors", ...small, ...still], { cwd })).toMatchObject({
      code: 0,
      stderr: "",
    });
    const is = await load(cwd, String(rows));
    expect(is.config.memory.rows).toBe(rows);
    const [own, wanted] = [is.run(input), was.run(input, { rows })];
    for (const [index, value] of own.logits.data.entries())
      expect(value).toBeCloseTo(wanted.logits.data[index] ?? 0, 6);
  }
});

test.each([
  [["--bits", "3"], "a.safetensors has 3 inputs and 2 outputs, the machine to be trained 4 inputs and 3 outputs"],
  [
    [...small, "--hidden-size", "9"],
    "a.safetensors has controller.0.weight of shape [8, 7], the machine to be trained controller.0.weight of shape [9, 7]",
  ],
  [
    [...small, "--memory-init", "learned"],
    "a.safetensors has no initial.memory, the machine to be trained initial.memory of shape [8, 4]",
  ],
  [
    [...small, "--controller", "lstm"],
    "a.safetensors has controller.0.weight of shape [8, 7], the machine to be trained no controller.0.weight",
  ],
])("a machine that is none of the run's is refused: %j", async (flags, message) => {
  const cwd = await withTrained();
  const args = ["train", "copy", "--from", "a.safetensors", ...flags, "--out", "b"];
  expect(await ntm(args, { cwd })).toMatchObject({ code: 2, stderr: `error: option '--from': ${message}\n` });
  expect(existsSync(join(cwd, "b"))).toBe(false);
});

test("no machine's name is none", async () => {
  const args = ["train", "copy", "--from", "", ...small, "--out", "b"];
  const stderr = `error: option '--from': expected a checkpoint, or the folder of a run, got ""\n`;
  expect(await ntm(args, { cwd: temporaryFolder() })).toMatchObject({ code: 2, stderr });
});

test("of a learned memory the rows are those that it has", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "copy", ...tiny, "--memory-init", "learned", "--steps", "2", "--out", "a"], { cwd });
  const { code, stderr } = await ntm(["train", "copy", "--from", "a", ...small, "--rows", "9", "--out", "b"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: option '--from': a has initial\.\w+ of shape \[[28], [48]\], the machine to be/);
});

test("once it has begun it needs that machine no more, however it was stopped", async () => {
  const cwd = await withTrained();
  const args = ["train", "copy", "--from", "a.safetensors", ...small, "--schedule", "constant", "--resume", "--out"];
  await ntm([...args, "whole", "--steps", "20"], { cwd });
  const run = start([...args, "killed", "--steps", "100000000", "--save-every", "1000"], { cwd });
  await run.wrote(/sequences/);
  run.child.kill("SIGKILL");
  await run.ended;
  rmSync(join(cwd, "a.safetensors"));
  expect(await ntm([...args, "killed", "--steps", "20"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  expect(reproducible(join(cwd, "killed"))).toEqual(reproducible(join(cwd, "whole")));
  // Its folder may be named after that machine.
  const { code, stderr } = await ntm(args.slice(0, -1), { cwd });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "error: a.safetensors: no such file; a run that began with it goes on by --out DIR\n",
  });
});

test("a run that has not begun yet begins with it, a run without it stays one", async () => {
  const cwd = await withTrained();
  const args = ["train", "copy", "--from", "a.safetensors", ...small, "--steps", "3", "--resume", "--out", "b"];
  await ntm(args, { cwd });
  const wanted = reproducible(join(cwd, "b"));
  for (const file of [CHECKPOINT, PREVIOUS]) rmSync(join(cwd, "b", file));
  expect(await ntm(["train", "--resume", "--out", "b"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  expect(reproducible(join(cwd, "b"))).toEqual(wanted);

  // One whose version had no word for it.
  await ntm(["train", "copy", ...tiny, "--steps", "3", "--out", "c"], { cwd });
  const { train, ...rest } = config(cwd, "c");
  const { from: _, ...older } = train;
  writeFileSync(join(cwd, "c", "config.json"), JSON.stringify({ ...rest, train: older }));
  expect(await ntm(["train", "--resume", "--out", "c", "--steps", "4"], { cwd })).toMatchObject({
    code: 0,
    stderr: "",
  });
  expect(await ntm(["train", "--resume", "--out", "c", "--from", "a.safetensors"], { cwd })).toMatchObject({
    code: 2,
    stderr: `error: option '--from': the run has null, got "a.safetensors"; a run keeps its settings, begin another in another folder, with its machine by --from\n`,
  });
});

test("that machine may be a run's folder; where there is none, it is said before anything is written", async () => {
  const cwd = await withTrained();
  await ntm(["train", "copy", "--from", "a.safetensors", ...small, "--steps", "2", "--out", "b"], { cwd });
  await ntm(["train", "copy", "--from", "b", ...small, "--steps", "2", "--seed", "6"], { cwd });
  const [file, folder] = [await load(cwd, "b"), await load(cwd, join("runs", "copy-feedforward-6"))];
  expect(folder.parameters()).not.toEqual(file.parameters());
  renameSync(join(cwd, "b", CHECKPOINT), join(cwd, "moved.safetensors"));
  rmSync(join(cwd, "b", PREVIOUS));
  for (const [from, message] of [
    ["b", `b: no ${CHECKPOINT} in this folder`],
    ["none", "none: no such file"],
    ["b/config.json", "b/config.json: not a checkpoint: "],
  ] as const) {
    const { code, stderr } = await ntm(["train", "copy", "--from", from, ...small, "--out", "d"], { cwd });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`error: ${message}`) });
    expect(existsSync(join(cwd, "d"))).toBe(false);
  }
});

test("runs of `ntm reproduce` that begin so are told from the package's", async () => {
  const cwd = await withTrained();
  const set = [
    "memory.rows=8",
    "memory.columns=4",
    "controller.hiddenSize=8",
    "task.options.bits=2",
    "from=a.safetensors",
  ];
  const flags = ["--controllers", "feedforward", "--seeds", "1", "--sequences", "20", "--dir", "runs", "--out", "out"];
  const all = [
    "reproduce",
    "copy",
    ...flags,
    "--set",
    "loss=mean-squared-error",
    ...set.flatMap((each) => ["--set", each]),
  ];
  expect(await ntm(all, { cwd })).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(join(cwd, "out", "results.md"), "utf8")).toContain('`train.from="a.safetensors"`');
});

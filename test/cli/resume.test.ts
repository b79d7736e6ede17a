// `ntm train --resume`: wherever and however a run was stopped, it reaches the bits that an unbroken one does.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Json, NTM } from "neural-turing-machine";
import { expect, inject, test } from "vitest";
import { after, CHECKPOINT, metrics, ntm, PREVIOUS, reproducible, start, temporaryFolder, tiny } from "./ntm.js";

const small: Readonly<Record<string, string>> = {
  copy: "--bits 2 --max-length 3 --curriculum 20",
  "repeat-copy": "--bits 2 --max-length 2 --max-repeats 3",
  "associative-recall": "--bits 2 --max-items 3 --item-length 2",
  "dynamic-n-grams": "--length 12 --order 2",
  "priority-sort": "--bits 2 --vectors 4 --sorted 3",
};
const machine = "--controller lstm --hidden-size 6 --layers 1 --rows 8 --columns 4 --read-heads 1 --write-heads 1";

test.each(
  Object.keys(small).flatMap((task) => (["rmsprop", "adam"] as const).map((optimizer) => [task, optimizer] as const)),
)("%s with %s: in three parts, with other workers in each", async (task, optimizer) => {
  const cwd = temporaryFolder();
  const flags = `${machine} ${small[task]} --optimizer ${optimizer} --every 4 --batch-size 17`.split(" ");
  const train = (out: string, steps: string, ...more: string[]) =>
    ntm(["train", task, ...flags, "--out", out, "--steps", steps, "--schedule", "constant", ...more], { cwd });
  expect(await train("whole", "14")).toMatchObject({ code: 0, stderr: "" });
  expect(await train("parts", "3", "--resume")).toMatchObject({ code: 0, stderr: "" }); // from nothing
  expect(await train("parts", "9", "--resume", "--workers", "2")).toMatchObject({ code: 0, stderr: "" });
  expect(await train("parts", "14", "--resume", "--recompute")).toMatchObject({ code: 0, stderr: "" });
  expect(reproducible(join(cwd, "parts"))).toEqual(reproducible(join(cwd, "whole")));
});

test("killed again and again, it reaches the bits of an unbroken run, and its metrics", async () => {
  const cwd = temporaryFolder();
  const train = ["train", "copy", ...tiny, "--steps", "4000", "--every", "9", "--schedule", "cosine"];
  expect(await ntm([...train, "--out", "whole"], { cwd })).toMatchObject({ code: 0 });
  for (let kills = 0; kills < 3; kills++) {
    const run = start([...train, "--out", "killed", "--resume", "--save-every", "0.05"], { cwd });
    await run.wrote(/sequences\/s/);
    await wait(150);
    run.child.kill("SIGKILL");
    expect((await run.ended).signal).toBe("SIGKILL");
  }
  expect(metrics(join(cwd, "killed")).at(-1)?.["step"]).toBeLessThan(4000);
  expect(await ntm([...train, "--out", "killed", "--resume"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  expect(reproducible(join(cwd, "killed"))).toEqual(reproducible(join(cwd, "whole")));
  const times = metrics(join(cwd, "killed")).map(({ cpuSeconds }) => cpuSeconds as number);
  expect(times).toEqual([...times].sort((a, b) => a - b)); // time goes on, too
});

test("a damaged newest checkpoint is told, and the one before it used", async () => {
  const cwd = temporaryFolder();
  const run = join(cwd, "run");
  const train = (steps: string, out = "run", ...more: string[]) =>
    ntm(["train", "copy", ...tiny, "--every", "3", "--out", out, "--steps", steps, ...more], { cwd });
  await train("20", "whole");
  await train("8");
  await train("12", "run", "--resume");
  const flipped = Uint8Array.from(readFileSync(join(run, CHECKPOINT)));
  flipped[flipped.length - 3] = (flipped[flipped.length - 3] ?? 0) ^ 1;
  for (const damage of [flipped, flipped.subarray(0, 100), new Uint8Array(0)]) {
    const again = join(cwd, `run-${damage.length}`);
    await ntm(["train", "copy", ...tiny, "--every", "3", "--out", again, "--steps", "8"], { cwd });
    for (const file of ["metrics.jsonl", "config.json"]) copyFileSync(join(run, file), join(again, file));
    renameSync(join(again, CHECKPOINT), join(again, PREVIOUS));
    writeFileSync(join(again, CHECKPOINT), damage);
    const words =
      /^warning: .*checkpoint\.safetensors: not a checkpoint: .+; the one before it is used, of update 8\n$/;
    expect((await ntm(["eval", again, "--length", "2"])).stderr).toMatch(words);
    const { code, stderr } = await train("20", again, "--resume");
    expect(stderr).toMatch(words);
    expect(code).toBe(0);
    expect(reproducible(again)).toEqual(reproducible(join(cwd, "whole")));
    const before = await NTM.load(readFileSync(join(again, PREVIOUS))); // not the damaged one
    expect(before.step).toBe(8);
    before.dispose();
  }
});

test("where the newest is missing the one before it is used, where both are damaged nothing is touched", async () => {
  const cwd = temporaryFolder();
  const train = ["train", "copy", ...tiny, "--resume", "--out", "run", "--steps"];
  await ntm([...train, "4"], { cwd });
  await ntm([...train, "6"], { cwd });
  rmSync(join(cwd, "run", CHECKPOINT));
  expect((await ntm([...train, "9"], { cwd })).stdout).toContain("5 more sequences");
  for (const file of [CHECKPOINT, PREVIOUS]) writeFileSync(join(cwd, "run", file), "no");
  const { code, stderr } = await ntm([...train, "10"], { cwd });
  expect(stderr).toMatch(/^error: .*not a checkpoint.*; and so is .*\n$/);
  expect(code).toBe(1);
  expect(readFileSync(join(cwd, "run", CHECKPOINT), "utf8")).toBe("no");
});

test("two processes never train in the same folder; one that was killed is none", async () => {
  const cwd = temporaryFolder();
  const train = ["train", "copy", ...tiny, "--out", "run", "--resume", "--steps"];
  const first = start([...train, "100000000", "--save-every", "0"], { cwd });
  await first.wrote(/sequences\/s/);
  const second = await ntm([...train, "100000000"], { cwd });
  expect(second.stderr).toMatch(
    new RegExp(`^error: run: process ${first.child.pid} trains there \\(.+lock\\.json.+\\)\n$`),
  );
  expect([second.code, second.stdout]).toEqual([1, ""]);
  first.child.kill("SIGKILL");
  await first.ended;
  // Killed between two renames, it leaves the one before alone.
  const newest = [CHECKPOINT, PREVIOUS].map((file) => join(cwd, "run", file)).find((file) => existsSync(file));
  const machine = await NTM.load(readFileSync(newest ?? expect.fail("no checkpoint")));
  const next = String(machine.step + 5);
  machine.dispose();
  expect(await ntm([...train, next], { cwd })).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(join(cwd, "run", "lock.json"))).toBe(false);
});

test("of several that find the lock of a killed process one trains, and reads the run only then", async () => {
  const cwd = temporaryFolder();
  const lock = join(cwd, "run", "lock.json");
  const train = ["train", "copy", ...tiny, "--out", "run", "--resume", "--save-every", "0", "--steps", "100000000"];
  mkdirSync(join(cwd, "run"));
  const { pid } = spawnSync("true");
  writeFileSync(lock, JSON.stringify({ process: pid, host: hostname() }));
  const runs = Array.from({ length: 4 }, () => start(train, { cwd }));
  const ended = runs.map(({ ended }) => ended);
  const refused: unknown[] = [];
  await new Promise<void>((resolve) => {
    for (const each of ended) each.then((end) => refused.push(end) === 3 && resolve());
  });
  for (const end of refused)
    expect(end).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^error: run: .*trains there/) });
  expect(readdirSync(join(cwd, "run")).filter((file) => file.includes("lock"))).toEqual(["lock.json"]);
  for (const { child } of runs) child.kill("SIGKILL");
  await Promise.all(ended);

  writeFileSync(lock, JSON.stringify({ process: process.pid, host: hostname() }));
  for (const file of [CHECKPOINT, PREVIOUS]) writeFileSync(join(cwd, "run", file), "no");
  expect((await ntm(train, { cwd })).stderr).toContain(`process ${process.pid} trains there`);
  rmSync(lock);
  expect((await ntm(train, { cwd })).stderr).toContain("not a checkpoint");
  expect(existsSync(lock)).toBe(false);
});

test("whether a process on another host lives is not known: its lock stays", async () => {
  const cwd = temporaryFolder();
  const lock = join(cwd, "run", "lock.json");
  mkdirSync(join(cwd, "run"));
  const { pid } = spawnSync("true");
  const held = JSON.stringify({ process: pid, host: "elsewhere" });
  writeFileSync(lock, held);
  const { code, stdout, stderr } = await ntm(["train", "copy", ...tiny, "--steps", "3", "--out", "run"], { cwd });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(new RegExp(`^error: run: process ${pid} on elsewhere trains there \\(.+lock\\.json.+\\)\n$`));
  expect(readFileSync(lock, "utf8")).toBe(held);
});

test("a lock that became another's on the way is neither removed as stale nor at the end", async () => {
  const cwd = temporaryFolder();
  const lock = join(cwd, "run", "lock.json");
  const train = ["train", "copy", ...tiny, "--steps", "3", "--out", "run"];
  mkdirSync(join(cwd, "run"));
  const { pid } = spawnSync("true");
  writeFileSync(lock, JSON.stringify({ process: pid, host: hostname() }));
  const others = JSON.stringify({ process: process.pid, host: hostname() });
  /** Puts the other's lock there just before the first call of this function that names a file so. */
  const whenFirst = (name: string, file: string) =>
    after(`import fs from "node:fs/promises";
      import { syncBuiltinESMExports } from "node:module";
      const { ${name}: call, writeFile } = fs;
      let first = true;
      fs.${name} = async (...given) => {
        if (first && given.some((path) => String(path).endsWith(${JSON.stringify(file)}))) {
          first = false;
          await writeFile("run/lock.json", ${JSON.stringify(others)});
        }
        return call(...given);
      };
      syncBuiltinESMExports();`);
  // Found stale, it is taken by another before this one may remove it.
  const late = await ntm(train, { cwd, env: whenFirst("link", ".stale") });
  expect([late.code, late.stderr]).toEqual([1, expect.stringContaining(`run: process ${process.pid} trains there`)]);
  expect(readFileSync(lock, "utf8")).toBe(others);

  rmSync(lock);
  expect(await ntm(train, { cwd, env: whenFirst("rename", CHECKPOINT) })).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(lock, "utf8")).toBe(others);
});

test("what a killed process has put beside the lock is cleaned up, what one that lives has put there is not", async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "run"));
  const put = (name: string, id: number | undefined) =>
    writeFileSync(join(cwd, "run", name), JSON.stringify({ process: id, host: hostname() }));
  const { pid } = spawnSync("true");
  put(".lock.json.0000dead.tmp", pid);
  put("lock.json", pid);
  put(".lock.json.0000a11e.tmp", process.pid);
  writeFileSync(join(cwd, "run", ".lock.json.0000half.tmp"), ""); // may be being written
  expect(await ntm(["train", "copy", ...tiny, "--steps", "3", "--out", "run"], { cwd })).toMatchObject({ code: 0 });
  const left = readdirSync(join(cwd, "run")).filter((file) => file.includes("lock"));
  expect(left.sort()).toEqual([".lock.json.0000a11e.tmp", ".lock.json.0000half.tmp"]);

  // Killed while it was removing the lock of another, killed before it.
  put("lock.json", pid);
  put("lock.json.stale", pid);
  const { code, stderr } = await ntm(["train", "--resume", "--steps", "4", "--out", "run"], { cwd });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/lock\.json\.stale stays, .* remove it and try again/)]);
});

test("a checkpoint that no run of the command wrote is told as what it is", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "copy", ...tiny, "--steps", "4", "--out", "run"], { cwd });
  const machine = await NTM.load(readFileSync(join(cwd, "run", CHECKPOINT)));
  const { progress: _, ...noted } = machine.metadata as { [key: string]: Json };
  const metadata = { ...noted, page: { curve: { updates: 4, points: [1] }, seconds: 1, solved: null } };
  writeFileSync(join(cwd, "run", CHECKPOINT), machine.save({ training: true, metadata }));
  machine.dispose();
  const { code, stderr } = await ntm(["train", "--resume", "--out", "run"], { cwd });
  expect(stderr).toMatch(
    /no run of ntm train wrote it; npx ntm eval, run, report and info take it, and a new run begins with it, npx ntm train TASK --from FILE$/m,
  );
  expect(code).toBe(1);
});

test.runIf(process.platform !== "win32")("a container started again is not kept out by its own number", () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "run"));
  const lock = `printf '{"process":%d,"host":"%s"}' $$ '${hostname()}' > run/lock.json`;
  const train = `exec '${process.execPath}' '${inject("command")}' train copy ${tiny.join(" ")} --steps 3 --out run`;
  expect(spawnSync("sh", ["-c", `${lock}; ${train}`], { cwd, encoding: "utf8" })).toMatchObject({
    status: 0,
    stderr: "",
  });
});

test.each(["metrics.jsonl", CHECKPOINT])("%s without a configuration is no run's, and stays", async (name) => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "run"));
  writeFileSync(join(cwd, "run", name), "mine\n");
  const { code, stdout, stderr } = await ntm(["train", "copy", ...tiny, "--resume", "--out", "run"], { cwd });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toBe(`error: run: ${name} is there without config.json: no run can go on from it\n`);
  expect(readdirSync(join(cwd, "run"))).toEqual([name]);
  expect(readFileSync(join(cwd, "run", name), "utf8")).toBe("mine\n");
});

test("a newest checkpoint that cannot be read is not taken for a damaged one", async () => {
  const cwd = temporaryFolder();
  const train = ["train", "copy", ...tiny, "--resume", "--out", "run", "--steps"];
  await ntm([...train, "4"], { cwd });
  renameSync(join(cwd, "run", CHECKPOINT), join(cwd, "run", PREVIOUS));
  mkdirSync(join(cwd, "run", CHECKPOINT));
  const { code, stderr } = await ntm([...train, "6"], { cwd });
  expect(stderr).toMatch(/^error: .*checkpoint\.safetensors: is a folder, not a file\n$/);
  expect(code).toBe(1);
});

test("what a power cut leaves after the lines of metrics that the checkpoint knows of is no hindrance", async () => {
  const cwd = temporaryFolder();
  const train = (steps: string, out: string, ...more: string[]) =>
    ntm(["train", "copy", ...tiny, "--every", "3", "--out", out, "--steps", steps, ...more], { cwd });
  await train("20", "whole");
  await train("10", "run");
  const [path, later] = [join(cwd, "run", "metrics.jsonl"), readFileSync(join(cwd, "whole", "metrics.jsonl"), "utf8")];
  const known = later.split("\n").slice(0, 3).join("\n");
  writeFileSync(path, `${known}\n{"step":12,"seq${"\0".repeat(40)}\n${later.split("\n")[4]}\n\0\0`);
  expect(await train("20", "run", "--resume")).toMatchObject({ code: 0, stderr: "" });
  expect(reproducible(join(cwd, "run"))).toEqual(reproducible(join(cwd, "whole")));

  // These the checkpoint knows of.
  const [first = ""] = known.split("\n");
  for (const [text, words] of [
    [`${known.slice(0, -5)}\n`, "line 3 is damaged"],
    [`${first}\nnull\n`, "line 2 is damaged"],
    [`${known}\n`, "its lines end at update 9, those that the checkpoint knows of at 18"],
    ["", "its lines end at update 0, those that the checkpoint knows of at 18"],
  ] as const) {
    writeFileSync(path, text);
    const { code, stderr } = await train("25", "run", "--resume");
    expect([code, stderr]).toEqual([1, `error: ${join("run", "metrics.jsonl")}: ${words}\n`]);
    expect(readFileSync(path, "utf8")).toBe(text);
  }
});

test("the time of lines that the checkpoint does not know of is not counted", async () => {
  const cwd = temporaryFolder();
  const train = ["train", "copy", ...tiny, "--every", "3", "--out", "run", "--resume", "--steps"];
  await ntm([...train, "6"], { cwd });
  const path = join(cwd, "run", "metrics.jsonl");
  const known = metrics(join(cwd, "run"));
  const lost = { ...known[1], step: 9, sequences: 9, cpuSeconds: 999 };
  writeFileSync(path, [...known, lost].map((line) => `${JSON.stringify(line)}\n`).join(""));
  expect(await ntm([...train, "12"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  const lines = metrics(join(cwd, "run")) as { step: number; cpuSeconds: number }[];
  expect(lines.map(({ step }) => step)).toEqual([3, 6, 9, 12]);
  for (const { cpuSeconds } of lines) expect(cpuSeconds).toBeLessThan(999);
});

test("a run of a version that had fewer settings goes on as it began, whatever the preset now says", async () => {
  const cwd = temporaryFolder();
  const drawn = ["inputScale", "recurrentScale", "forgetBias"].flatMap((name) => ["--set", `lstmInit.${name}=1`]);
  const train = ["train", "copy", ...tiny, "--controller", "lstm", ...drawn, "--steps"];
  await ntm([...train, "20", "--out", "whole"], { cwd });
  await ntm([...train, "10", "--out", "run"], { cwd });
  const path = join(cwd, "run", "config.json");
  const { machine, ...settings } = JSON.parse(readFileSync(path, "utf8"));
  const { lstmInit: _, ...fewer } = machine;
  writeFileSync(path, JSON.stringify({ ...settings, machine: fewer }));
  const resume = ["train", "--resume", "--out", "run", "--steps", "20"];
  const { code, stderr } = await ntm([...resume, "--set", "lstmInit.forgetBias=0"], { cwd });
  expect([code, stderr]).toEqual([2, expect.stringMatching(/lstmInit\.forgetBias.*: the run has 1, got 0/)]);
  expect(await ntm(resume, { cwd })).toMatchObject({ code: 0, stderr: "" });
  expect(reproducible(join(cwd, "run"))).toEqual(reproducible(join(cwd, "whole")));
});

test("a finished run stays as it is, and ends well", async () => {
  const cwd = temporaryFolder();
  const train = ["train", "copy", ...tiny, "--steps", "25", "--out", "run"];
  await ntm(train, { cwd });
  const before = reproducible(join(cwd, "run"));
  const { code, stdout } = await ntm(["train", "--resume", "--out", "run"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain("Nothing to do: the run has ended after 25 updates");
  expect(reproducible(join(cwd, "run"))).toEqual(before);
  expect(existsSync(join(cwd, "run", PREVIOUS))).toBe(false); // nothing was written
});

test("what solved is said of goes on over a stop", async () => {
  const cwd = temporaryFolder();
  const train = (steps: string) =>
    ntm(["train", "copy", ...tiny, "--until", "20", "--steps", steps, "--out", "run", "--resume"], { cwd });
  await train("700");
  const { code, stdout } = await train("3000");
  expect(code).toBe(0);
  expect(stdout).toMatch(/Solved after 300 more sequences in 0:\d\d; the last 1,000 cost/);
  const again = await ntm(["train", "--resume", "--out", "run"], { cwd });
  expect(again).toMatchObject({ code: 0 });
  expect(again.stdout).toContain("the run has solved it after 1,000 updates");
});

test("a run keeps what its numbers depend on", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "other.json"), JSON.stringify({ train: { batchSize: 2 } }));
  await ntm(["train", "copy", ...tiny, "--steps", "5", "--out", "run"], { cwd });
  for (const [flags, words] of [
    ["--rows 16", "option '--rows': the run has 8, got 16; a run keeps its settings"],
    ["--seed 2", "option '--seed': the run has 1, got 2"],
    ["--bits 3", "option '--bits': the run has 2, got 3"],
    ["--every 7", "option '--every': the run has 100, got 7"],
    ["--optimizer adam", 'option \'--optimizer\': the run has "rmsprop", got "adam"'],
    ['--set clip={"norm":1}', 'option \'--set clip\': the run has {"norm":10}, got {"norm":1}'],
    ["--set clip.norm=1", "Expected a clip as a whole, such as --clip norm:10/100."],
    ["--set shiftRange=2", "option '--set shiftRange': the run has 1, got 2"],
    ["--config other.json", "other.json: train.batchSize: the run has 1, got 2"],
    ["--steps 3", "option '--steps': expected at least the 5 updates that are made, got 3"],
  ] as const) {
    const { code, stdout, stderr } = await ntm(["train", "--resume", "--out", "run", ...flags.split(" ")], { cwd });
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect([code, stdout]).toEqual([2, ""]);
  }
  for (const task of ["repeat-copy", "associative-recall"])
    expect(await ntm(["train", task, "--resume", "--out", "run"], { cwd })).toMatchObject({
      code: 2,
      stderr: `error: run: the run's task is copy, not ${task}; begin another run with --out DIR\n`,
    });
});

// Stopped at any moment, in any way, a run keeps what it has.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { NTM } from "neural-turing-machine";
import { expect, test } from "vitest";
import { ntm, start, startInTerminal, temporaryFolder, tiny } from "./ntm.js";

const endless = ["--steps", "100000000", "--out", "copy.safetensors"];

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s finishes the step, saves, and exits with %i", async (signal, exitCode) => {
  const cwd = temporaryFolder();
  const run = start(["train", "copy", ...tiny, ...endless, "--every", "50"], { cwd });
  await run.wrote(/sequences\/s/);
  run.child.kill(signal);
  const { code, stdout, stderr } = await run.ended;
  expect(code).toBe(exitCode);
  expect(stderr).toBe("");
  const [, told] =
    /Stopped after ([\d,]+) updates, all saved\. To go on: ntm train --from copy\.safetensors/.exec(stdout) ?? [];
  const machine = await NTM.load(readFileSync(join(cwd, "copy.safetensors")));
  expect(machine.step).toBe(Number(told?.replaceAll(",", "")));
  expect(readdirSync(cwd)).toEqual(["copy.safetensors"]);

  // and from there it goes on to where an unbroken run would be
  const steps = String(machine.step + 10);
  machine.dispose();
  expect(await ntm(["train", "--from", "copy.safetensors", "--steps", steps], { cwd })).toMatchObject({ code: 0 });
  await ntm(["train", "copy", ...tiny, "--steps", steps, "--out", "unbroken"], { cwd });
  expect(readFileSync(join(cwd, "copy.safetensors")).equals(readFileSync(join(cwd, "unbroken")))).toBe(true);
});

test("Ctrl-C in a terminal does the same, and gives the cursor back", async () => {
  const cwd = temporaryFolder();
  const run = startInTerminal(["train", "copy", ...tiny, ...endless], 80, { cwd });
  await run.wrote(/bits per sequence/);
  run.child.stdin?.write("\u0003");
  const { code, stdout } = await run.ended;
  expect(code).toBe(130);
  expect(stdout).toContain("Finishing this step and saving; Ctrl-C again stops at once.");
  expect(stdout.lastIndexOf("\u001b[?25h")).toBeGreaterThan(stdout.lastIndexOf("\u001b[?25l"));
  (await NTM.load(readFileSync(join(cwd, "copy.safetensors")))).dispose();
});

test.runIf(process.platform !== "win32")("a second Ctrl-C stops at once", async () => {
  const cwd = temporaryFolder();
  // a checkpoint of tens of megabytes, so that there is a while in which to press it again
  const size =
    "--controller feedforward --hidden-size 8 --rows 60000 --columns 20 --memory-init learned --max-length 1";
  const run = start(["train", "copy", ...size.split(" "), ...endless, "--every", "1000000", "--progress", "none"], {
    cwd,
  });
  await run.wrote(/parameters/);
  await wait(500);
  run.child.kill("SIGINT");
  await run.wrote(/Finishing this step/);
  run.child.kill("SIGINT");
  const { code, signal, stdout } = await run.ended;
  expect({ code, signal }).toEqual({ code: null, signal: "SIGINT" });
  expect(stdout).not.toContain("Stopped after");
  expect(existsSync(join(cwd, "copy.safetensors"))).toBe(false); // whole or not at all
});

test("killed in the middle of a write, the file before it is whole", async () => {
  const cwd = temporaryFolder();
  const path = join(cwd, "copy.safetensors");
  const size =
    "--controller feedforward --hidden-size 8 --rows 20000 --columns 20 --memory-init learned --max-length 1";
  const train = (flags: readonly string[]) => ["train", ...flags, "--every", "1", "--progress", "none"];
  expect(await ntm(train(["copy", ...size.split(" "), "--steps", "1", "--out", path]))).toMatchObject({ code: 0 });
  const leftovers = () => readdirSync(cwd).filter((file) => file.endsWith(".tmp")).length;
  let steps = 1;
  for (let round = 0; round < 20 && leftovers() < 2; round++) {
    const left = leftovers();
    const run = start(train(["--from", path, "--steps", "100000000"]));
    // the first write goes by, in the midst of the second it is killed
    while ((await stepsIn(path)) === steps) await wait(1);
    while (leftovers() === left) await wait(0);
    run.child.kill("SIGKILL");
    await run.ended;
    const reached = await stepsIn(path); // its digest holds
    expect(reached).toBeGreaterThan(steps);
    steps = reached;
  }
  expect(leftovers()).toBe(2); // twice it was caught in the midst
});

async function stepsIn(path: string): Promise<number> {
  const machine = await NTM.load(readFileSync(path));
  const { step } = machine;
  machine.dispose();
  return step;
}

test("ntm eval, too, ends with 130", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "copy", ...tiny, "--steps", "5", "--out", "a"], { cwd });
  const run = start(["eval", "a", "--length", "5,1000", "--sequences", "100000000"], { cwd });
  await run.wrote(/length/);
  await wait(200);
  run.child.kill("SIGINT");
  expect(await run.ended).toMatchObject({ code: 130, stderr: "" });
});

test.runIf(process.platform !== "win32")(
  "a reader that leaves ends it as Ctrl-C does: all saved, no litter",
  async () => {
    const cwd = temporaryFolder();
    const run = start(["train", "copy", ...tiny, ...endless, "--every", "1"], { cwd });
    await run.wrote(/sequences\/s/);
    run.child.stdout?.destroy();
    expect(await run.ended).toMatchObject({ code: 141, stderr: "" });
    expect(readdirSync(cwd)).toEqual(["copy.safetensors"]);
    (await NTM.load(readFileSync(join(cwd, "copy.safetensors")))).dispose();
  },
);

test.runIf(existsSync("/dev/full"))("a full disk under standard output is told in one line, all saved", async () => {
  const cwd = temporaryFolder();
  const into = { cwd, stdout: "/dev/full" };
  const told = { code: 1, stderr: "error: standard output: no space left\n" };
  expect(await ntm(["train", "copy", ...tiny, ...endless], into)).toMatchObject(told);
  expect(readdirSync(cwd)).toEqual(["copy.safetensors"]);
  expect(await ntm(["run", "copy.safetensors"], into)).toMatchObject(told);
  expect(await ntm(["eval", "copy.safetensors"], into)).toMatchObject(told);
});

// Stopped at any moment, in any way, a run keeps what it has.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { NTM } from "neural-turing-machine";
import { expect, test } from "vitest";
import {
  CHECKPOINT,
  ntm,
  PREVIOUS,
  type Running,
  reproducible,
  start,
  startInTerminal,
  temporaryFolder,
  tiny,
} from "./ntm.js";

const endless = ["--steps", "100000000", "--schedule", "constant", "--out", "run"];

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s finishes the step, saves, and exits with %i", async (signal, exitCode) => {
  const cwd = temporaryFolder();
  const run = start(["train", "copy", ...tiny, ...endless, "--out", "my run", "--every", "7"], { cwd });
  await run.wrote(/sequences\/s/);
  run.child.kill(signal);
  const { code, stdout, stderr } = await run.ended;
  expect(code).toBe(exitCode);
  expect(stderr).toBe("");
  const [, told] =
    /Stopped after ([\d,]+) updates, all saved\. To go on: npx ntm train --resume --out 'my run'/.exec(stdout) ?? [];
  const machine = await NTM.load(readFileSync(join(cwd, "my run", CHECKPOINT)));
  expect(machine.step).toBe(Number(told?.replaceAll(",", "")));
  expect(readdirSync(join(cwd, "my run"))).toEqual([CHECKPOINT, "config.json", "metrics.jsonl"]);

  // and from there it goes on to where an unbroken run would be
  const steps = String(machine.step + 10);
  machine.dispose();
  expect(await ntm(["train", "--resume", "--out", "my run", "--steps", steps], { cwd })).toMatchObject({ code: 0 });
  await ntm(
    ["train", "copy", ...tiny, "--schedule", "constant", "--steps", steps, "--every", "7", "--out", "unbroken"],
    { cwd },
  );
  expect(reproducible(join(cwd, "my run"))).toEqual(reproducible(join(cwd, "unbroken")));
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
  (await NTM.load(readFileSync(join(cwd, "run", CHECKPOINT)))).dispose();
});

test.runIf(process.platform !== "win32")("a second Ctrl-C stops at once", async () => {
  const cwd = temporaryFolder();
  // a checkpoint of tens of megabytes, so that there is a while in which to press it again
  const size =
    "--controller feedforward --hidden-size 8 --rows 60000 --columns 20 --memory-init learned --max-length 1";
  const run = start(["train", "copy", ...size.split(" "), ...endless, "--progress", "none"], {
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
  expect(existsSync(join(cwd, "run", CHECKPOINT))).toBe(false); // whole or not at all
});

test("killed in the middle of a write, the file before it is whole", { timeout: 240_000 }, async () => {
  const cwd = temporaryFolder();
  const out = join(cwd, "run");
  const size =
    "--controller feedforward --hidden-size 8 --rows 20000 --columns 20 --memory-init learned --max-length 1 --schedule constant";
  const train = (steps: string) =>
    ["train", "copy", ...size.split(" "), "--out", out, "--resume", "--save-every", "0", "--progress", "none"].concat([
      "--steps",
      steps,
    ]);
  expect(await ntm(train("1"))).toMatchObject({ code: 0 });
  const midst = () => readdirSync(out).some((file) => file.startsWith(`.${CHECKPOINT}`));
  let [steps, caught] = [1, 0];
  for (let round = 0; round < 20 && caught < 2; round++) {
    const run = start(train("100000000"));
    // the first write goes by, in the midst of the second it is killed
    while ((await newestStep(out)) === steps) await unlessEnded(run);
    while (!midst()) await unlessEnded(run);
    run.child.kill("SIGKILL");
    await run.ended;
    if (midst()) caught++;
    const reached = await newestStep(out); // its digest holds
    expect(reached).toBeGreaterThan(steps);
    steps = reached;
  }
  expect(caught).toBe(2); // twice it was caught in the midst
  const { code } = await ntm(train(String(steps)));
  expect(code).toBe(0);
  expect(midst()).toBe(false); // what the killed ones left is gone
});

/** The step of the newest checkpoint. Between two renames, and for good where a kill falls there, that is the one before. */
async function newestStep(folder: string): Promise<number> {
  const machine = await NTM.load(readIfThere(join(folder, CHECKPOINT)) ?? readFileSync(join(folder, PREVIOUS)));
  const { step } = machine;
  machine.dispose();
  return step;
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}

/** Lets the command go on for a moment. */
async function unlessEnded({ child, ended }: Running): Promise<void> {
  await wait(0);
  if (child.exitCode !== null || child.signalCode !== null)
    throw new Error(`it ended by itself: ${JSON.stringify(await ended)}`);
}

test("ntm eval, too, ends with 130", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "copy", ...tiny, "--steps", "5", "--out", "a"], { cwd });
  const run = start(["eval", "a", "--length", "1,1000", "--sequences", "20000"], { cwd });
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
    expect(readdirSync(join(cwd, "run"))).toEqual([CHECKPOINT, "config.json", "metrics.jsonl"]);
    (await NTM.load(readFileSync(join(cwd, "run", CHECKPOINT)))).dispose();
  },
);

test.runIf(process.platform !== "win32").each([
  ["SIGINT", 130],
  ["SIGHUP", 129],
] as const)(
  "%s that takes the reader along, as in a pipeline, ends it no sooner: all saved",
  async (signal, exitCode) => {
    const cwd = temporaryFolder();
    const run = start(["train", "copy", ...tiny, ...endless, "--every", "1", "--progress", "none"], { cwd });
    const metrics = join(cwd, "run", "metrics.jsonl");
    while (!existsSync(metrics) || readFileSync(metrics).length === 0) await wait(1);
    run.child.stdout?.destroy();
    run.child.kill(signal);
    expect(await run.ended).toMatchObject({ code: exitCode, stderr: "" });
    const lines = readFileSync(join(cwd, "run", "metrics.jsonl"), "utf8")
      .trimEnd()
      .split("\n");
    const machine = await NTM.load(readFileSync(join(cwd, "run", CHECKPOINT)));
    expect(machine.step).toBe(JSON.parse(lines.at(-1) ?? "").step);
    machine.dispose();
  },
);

test.runIf(existsSync("/dev/full"))("a full disk under standard output is told in one line, all saved", async () => {
  const cwd = temporaryFolder();
  const into = { cwd, stdout: "/dev/full" };
  const told = { code: 1, stderr: "error: standard output: no space left\n" };
  expect(await ntm(["train", "copy", ...tiny, ...endless], into)).toMatchObject(told);
  expect(readdirSync(join(cwd, "run"))).toEqual([CHECKPOINT, "config.json", "metrics.jsonl"]);
  expect(await ntm(["run", "run"], into)).toMatchObject(told);
  expect(await ntm(["eval", "run"], into)).toMatchObject(told);
});

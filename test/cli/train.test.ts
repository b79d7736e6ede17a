// `ntm train`: what it writes, and that going on is the same as never having stopped.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NTM } from "neural-turing-machine";
import { expect, test } from "vitest";
import { ntm, plain, startInTerminal, temporaryFolder, tiny } from "./ntm.js";

test("writes a checkpoint that the library loads, with the task and its options in it", async () => {
  const cwd = temporaryFolder();
  const { code, stdout, stderr } = await ntm(["train", "copy", ...tiny, "--steps", "30", "--seed", "5"], { cwd });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(readdirSync(cwd)).toEqual(["copy.safetensors"]); // and nothing temporary
  expect(stdout).toContain("a feedforward network of 8 units, a memory of 8 × 4, 1 read head, 1 write head");
  expect(stdout).toContain("Saved in copy.safetensors.");

  const machine = await NTM.load(readFileSync(join(cwd, "copy.safetensors")));
  expect(machine.step).toBe(30);
  expect(machine.config).toMatchObject({ inputSize: 3, outputSize: 2, seed: 5, memory: { rows: 8, columns: 4 } });
  expect(machine.metadata).toEqual({
    task: { name: "copy", options: { bits: 2, minLength: 1, maxLength: 3, curriculum: 0 } },
    training: { batchSize: 1, optimizer: "rmsprop", learningRate: 1e-4, clip: { value: 10 } },
  });
  machine.dispose();
});

test("every flag reaches the machine", async () => {
  const cwd = temporaryFolder();
  const machineFlags =
    "--controller lstm --hidden-size 7 --layers 2 --rows 9 --columns 5 --read-heads 2 --write-heads 3";
  const flags = `${machineFlags} --memory-init learned --bits 4 --min-length 2 --max-length 3 --batch-size 2 --steps 4`;
  const learning = "--optimizer adam --learning-rate 0.01 --clip norm:3 --seed 11 --out small.safetensors";
  const { code } = await ntm(["train", "copy", ...flags.split(" "), ...learning.split(" ")], { cwd });
  expect(code).toBe(0);
  const machine = await NTM.load(readFileSync(join(cwd, "small.safetensors")));
  expect(machine.config).toMatchObject({
    inputSize: 5,
    outputSize: 4,
    controller: { kind: "lstm", hiddenSize: 7, layers: 2 },
    memory: { rows: 9, columns: 5, init: "learned" },
    readHeads: 2,
    writeHeads: 3,
    seed: 11,
  });
  expect(machine.optimizer).toMatchObject({ kind: "adam", learningRate: 0.01 });
  expect(machine.metadata).toMatchObject({ training: { batchSize: 2, clip: { norm: 3 } } });
  machine.dispose();
});

test("the same seed gives the same bytes, another seed others", async () => {
  const cwd = temporaryFolder();
  const train = async (seed: string, out: string) => {
    await ntm(["train", "copy", ...tiny, "--steps", "20", "--seed", seed, "--out", out], { cwd });
    return readFileSync(join(cwd, out));
  };
  const [one, again, other] = [await train("1", "a"), await train("1", "b"), await train("2", "c")];
  expect(again.equals(one)).toBe(true);
  expect(other.equals(one)).toBe(false);
});

test("--from goes on to the same bytes that one run would have reached", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "copy", ...tiny, "--steps", "60", "--out", "whole"], { cwd });
  await ntm(["train", "copy", ...tiny, "--steps", "25", "--out", "parts"], { cwd });
  const { code, stdout } = await ntm(["train", "--from", "parts", "--steps", "60"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain("35 more sequences");
  expect(readFileSync(join(cwd, "parts")).equals(readFileSync(join(cwd, "whole")))).toBe(true);

  expect(await ntm(["train", "--from", "parts", "--steps", "60"], { cwd })).toMatchObject({ code: 0 });
  expect(readFileSync(join(cwd, "parts")).equals(readFileSync(join(cwd, "whole")))).toBe(true);
});

test("--from takes over what was typed, and says what cannot change", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "copy", ...tiny, "--steps", "5", "--out", "a"], { cwd });
  const go = "--from a --out b --steps 9 --learning-rate 0.002 --max-length 4 --batch-size 2 --clip none";
  expect(await ntm(["train", "copy", ...go.split(" ")], { cwd })).toMatchObject({ code: 0 });
  const machine = await NTM.load(readFileSync(join(cwd, "b")));
  expect(machine.step).toBe(9);
  expect(machine.metadata).toEqual({
    task: { name: "copy", options: { bits: 2, minLength: 1, maxLength: 4, curriculum: 0 } },
    training: { batchSize: 2, optimizer: "rmsprop", learningRate: 0.002, clip: null },
  });
  machine.dispose();
  for (const [flags, words] of [
    ["--from a --rows 16", "'--rows' cannot be changed with --from"],
    ["--from a --seed 2", "'--seed' cannot be changed with --from"],
    ["--from a --bits 3", "a machine keeps the width of its task with --from"],
    ["--from a --steps 3", "option '--steps': expected 5 or more"],
  ] as const) {
    const { code, stderr } = await ntm(["train", ...flags.split(" ")], { cwd });
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  }
});

test("--until stops when it is solved, and says so", async () => {
  const cwd = temporaryFolder();
  // more bits than a sequence can cost in the mean: solved as soon as a thousand sequences have been seen
  const flags = ["--until", "20", "--steps", "3000", "--batch-size", "4"];
  const { code, stdout } = await ntm(["train", "copy", ...tiny, ...flags], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/Solved after 1,000 sequences in 0:\d\d; the last 1,000 cost \d\.\d+ bits each\./);
  const machine = await NTM.load(readFileSync(join(cwd, "copy.safetensors")));
  expect(machine.step).toBe(250);
  machine.dispose();

  const short = ["--until", "0.001", "--steps", "20", "--out", "unsolved"];
  expect((await ntm(["train", "copy", ...tiny, ...short], { cwd })).stdout).toContain("not yet below 0.001.");
});

test("a small copy task is learned", { timeout: 180_000 }, async () => {
  const cwd = temporaryFolder();
  const size = "--controller feedforward --hidden-size 32 --rows 12 --columns 8 --bits 3 --max-length 5";
  const learning = "--batch-size 4 --optimizer adam --learning-rate 0.003 --clip norm:10 --steps 12000 --until 0.1";
  const { stdout } = await ntm(["train", "copy", ...size.split(" "), ...learning.split(" ")], { cwd });
  expect(stdout).toContain("Solved after");
  const { stdout: table } = await ntm(["eval", "copy.safetensors", "--length", "3,5"], { cwd });
  for (const row of table.trim().split("\n").slice(1)) expect(Number(row.trim().split(/\s+/)[3])).toBeLessThan(0.1);
});

test("plain lines where there is no terminal, every so many updates", async () => {
  const cwd = temporaryFolder();
  const { stdout } = await ntm(["train", "copy", ...tiny, "--steps", "50", "--every", "20", "--batch-size", "2"], {
    cwd,
  });
  const lines = stdout.split("\n").filter((line) => line.includes("sequences/s"));
  expect(lines.map((line) => line.trim().split(" ")[0])).toEqual(["40", "80", "100"]);
  for (const line of lines)
    expect(line).toMatch(/^ +\d+ sequences +\d+\.?\d* bits per sequence +[\d,]+ sequences\/s +\d+:\d\d left$/);
  expect(stdout).not.toContain("\u001b");
});

test("a bar where there is a terminal, as wide as it and no wider", async () => {
  for (const columns of [40, 80, 200]) {
    const cwd = temporaryFolder();
    const { ended } = startInTerminal(["train", "copy", ...tiny, "--steps", "3000"], columns, { cwd });
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(stdout).toContain("\u001b[?25l"); // the cursor goes …
    expect(stdout.lastIndexOf("\u001b[?25h")).toBeGreaterThan(stdout.lastIndexOf("\u001b[?25l")); // … and comes back
    const drawn = plain(stdout.replaceAll("\u001b[1G", "\n"))
      .split("\n")
      .filter((line) => /left$|in \d+:\d\d$/.test(line));
    expect(drawn.length).toBeGreaterThan(1);
    for (const line of drawn) {
      expect(line).toMatch(/ bits( per sequence)? {2}/);
      expect(line.length).toBeLessThanOrEqual(columns);
    }
    expect(drawn.at(-1)).toMatch(/^ [▁▂▃▄▅▆▇█]+ /);
    if (columns === 200) expect(drawn.at(-1)).toContain("3,000 of 3,000");
  }
});

test("--progress chooses otherwise", async () => {
  const cwd = temporaryFolder();
  const train = ["train", "copy", ...tiny, "--steps", "400", "--force"];
  const forced = await ntm([...train, "--progress", "bar"], { cwd, env: { FORCE_COLOR: "3" } });
  expect(plain(forced.stdout.replaceAll("\u001b[1G", "\n"))).toMatch(/[▁▂▃▄▅▆▇█] .*bits per sequence/);
  expect(forced.code).toBe(0);
  const none = await ntm([...train, "--progress", "none"], { cwd });
  expect(none.stdout).not.toMatch(/sequences\/s/);
  const lines = await startInTerminal([...train, "--progress", "lines"], 80, { cwd }).ended;
  expect(lines.stdout).toMatch(/400 sequences .*left\r\n/);
  const dumb = await startInTerminal(train, 80, { cwd, env: { TERM: "dumb" } }).ended;
  expect(dumb.stdout).not.toContain("\u001b");
});

test("where numbers leave the finite it ends with one line, and keeps what was there before", async () => {
  const cwd = temporaryFolder();
  const wild = ["--learning-rate", "1e20", "--clip", "none", "--steps", "100", "--progress", "none"];
  const { code, stderr } = await ntm(["train", "copy", ...tiny, ...wild], { cwd });
  const [, step, updates] =
    /^error: step (\d+): .+ is not finite; copy\.safetensors holds the (\d+) updates? before it\n$/.exec(stderr) ?? [];
  expect(code).toBe(1);
  const machine = await NTM.load(readFileSync(join(cwd, "copy.safetensors")));
  expect([Number(step) - 1, Number(updates)]).toEqual([machine.step, machine.step]);
  machine.dispose();
});

test("what stands in the way is said before training, not after", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "there"), "mine");
  mkdirSync(join(cwd, "folder"));
  for (const [flags, words] of [
    ["--out there", "there is there already: --from there goes on from it, --force replaces it"],
    ["--out nowhere/a", "nowhere/a: there is no folder nowhere"],
    ["--out folder --force", "folder: is a folder, not a file"],
    ["--from missing", "missing: no such file"],
    ["--from there", "there: not a checkpoint"],
  ] as const) {
    const { code, stdout, stderr } = await ntm(["train", "copy", ...tinyUnless(flags), ...flags.split(" ")], { cwd });
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  }
  expect(readFileSync(join(cwd, "there"), "utf8")).toBe("mine");
});

/** A machine is made by its flags or taken from a file. */
function tinyUnless(flags: string): readonly string[] {
  return flags.startsWith("--from") ? [] : tiny;
}

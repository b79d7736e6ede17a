// `ntm train`: what it writes, and what it says of it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NTM } from "neural-turing-machine";
import { expect, test } from "vitest";
import { CHECKPOINT, metrics, ntm, plain, startInTerminal, temporaryFolder, tiny } from "./ntm.js";

const RUN = "runs/copy-feedforward-1";

test("writes the folder of a run: its settings, its metrics, and a checkpoint that the library loads", async () => {
  const cwd = temporaryFolder();
  const { code, stdout, stderr } = await ntm(["train", "copy", ...tiny, "--steps", "30", "--seed", "5"], { cwd });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const run = join("runs", "copy-feedforward-5");
  expect(readdirSync(join(cwd, run))).toEqual([CHECKPOINT, "config.json", "metrics.jsonl"]); // and nothing temporary
  expect(stdout).toContain("a feedforward network of 8 units, a memory of 8 × 4, 1 read head, 1 write head");
  expect(stdout).toContain(`Saved in ${run}\n`);

  const machine = await NTM.load(readFileSync(join(cwd, run, CHECKPOINT)));
  expect(machine.step).toBe(30);
  const { inputSize, outputSize, seed, ...config } = machine.config;
  expect([inputSize, outputSize, seed]).toEqual([3, 2, 5]);
  const task = { name: "copy", options: { bits: 2, minLength: 1, maxLength: 3, curriculum: 0 } };
  expect(machine.metadata).toMatchObject({ task, training: { batchSize: 1, clip: { norm: 10 } } });
  expect(JSON.parse(readFileSync(join(cwd, run, "config.json"), "utf8"))).toEqual({
    task,
    machine: config,
    train: {
      steps: 30,
      seed: 5,
      from: null,
      batchSize: 1,
      optimizer: machine.optimizer,
      clip: { norm: 10 },
      every: 100,
      until: null,
      saveEvery: 60,
      workers: 0,
      recompute: false,
    },
  });
  machine.dispose();
});

test("a batch that takes long is told before it is begun", async () => {
  const cwd = temporaryFolder();
  const train = (size: string, ...more: string[]) =>
    ntm(["train", "copy", ...tiny, "--steps", "1", "--batch-size", size, ...more], { cwd });
  expect((await train("1001")).stdout).toMatch(/^Each update is made from 1,001 sequences; .* Ctrl-C waits\.$/m);
  expect((await train("1000", "--out", "run")).stdout).not.toContain("Ctrl-C");
});

test("metrics.jsonl holds the means of the library's own progress, a line every so many updates", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "copy", ...tiny, "--steps", "25", "--every", "10", "--set", "train.batchSize=2"], { cwd });
  const config = JSON.parse(readFileSync(join(cwd, RUN, "config.json"), "utf8"));
  const { copy } = await import("neural-turing-machine");
  const task = copy(config.task.options);
  const machine = await NTM.create({ ...config.machine, inputSize: 3, outputSize: 2, seed: 1 });
  const { optimizer, clip, batchSize } = config.train;
  const expected = [];
  for await (const progress of machine.train(task, { steps: 25, batchSize, optimizer, clip, every: 10 })) {
    const { sequencesPerSecond: _, ...reproducible } = progress;
    expected.push(reproducible);
  }
  machine.dispose();
  const lines = metrics(join(cwd, RUN));
  expect(lines.map(({ cpuSeconds: _, ...line }) => line)).toEqual(expected);
  for (const { cpuSeconds } of lines) expect(cpuSeconds).toBeGreaterThan(0);
});

test("every flag reaches the machine", async () => {
  const cwd = temporaryFolder();
  const machineFlags =
    "--controller lstm --hidden-size 7 --layers 2 --rows 9 --columns 5 --read-heads 2 --write-heads 3";
  const flags = `${machineFlags} --memory-init learned --bits 4 --min-length 2 --max-length 3 --batch-size 2 --steps 4e0`;
  const learning = "--optimizer adam --learning-rate 0.01 --clip norm:3/20 --seed 11 --out small";
  const { code } = await ntm(["train", "copy", ...flags.split(" "), ...learning.split(" ")], { cwd });
  expect(code).toBe(0);
  const machine = await NTM.load(readFileSync(join(cwd, "small", CHECKPOINT)));
  expect(machine.config).toMatchObject({
    inputSize: 5,
    outputSize: 4,
    controller: { kind: "lstm", hiddenSize: 7, layers: 2 },
    memory: { rows: 9, columns: 5, init: "learned" },
    readHeads: 2,
    writeHeads: 3,
    seed: 11,
  });
  expect(machine.step).toBe(4);
  expect(machine.optimizer).toMatchObject({ kind: "adam", learningRate: 0.01 });
  expect(machine.metadata).toMatchObject({ training: { batchSize: 2, clip: { norm: 3, backward: 20 } } });
  machine.dispose();
});

test("--schedule lets the rate fall to 0 over all the updates", async () => {
  const cwd = temporaryFolder();
  for (const [kind, middle] of [
    ["linear", 0.005],
    ["cosine", 0.005],
    ["constant", 0.01],
  ] as const) {
    const flags = `--schedule ${kind} --learning-rate 0.01 --steps 21 --every 1 --out ${kind}`;
    expect(await ntm(["train", "copy", ...tiny, ...flags.split(" ")], { cwd })).toMatchObject({ code: 0, stderr: "" });
    const rates = metrics(join(cwd, kind)).map(({ learningRate }) => learningRate as number);
    expect(rates[0]).toBe(0.01);
    expect(((rates[10] ?? 0) + (rates[11] ?? 0)) / 2).toBeCloseTo(middle, 6);
    if (kind !== "constant") expect(rates.at(-1)).toBeLessThan(0.0006);
    expect(rates).toEqual([...rates].sort((a, b) => b - a));
  }
});

test("the same seed gives the same bytes, another seed others", async () => {
  const cwd = temporaryFolder();
  const train = async (seed: string, out: string) => {
    await ntm(["train", "copy", ...tiny, "--steps", "20", "--seed", seed, "--out", out], { cwd });
    return readFileSync(join(cwd, out, CHECKPOINT));
  };
  const [one, again, other] = [await train("1", "a"), await train("1", "b"), await train("2", "c")];
  expect(again.equals(one)).toBe(true);
  expect(other.equals(one)).toBe(false);
});

test("--until stops when it is solved, and says so", async () => {
  const cwd = temporaryFolder();
  // more bits than a sequence can cost in the mean: solved as soon as a thousand sequences have been seen
  const flags = ["--until", "20", "--steps", "3000", "--batch-size", "4"];
  const { code, stdout } = await ntm(["train", "copy", ...tiny, ...flags], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/Solved after 1,000 sequences in 0:\d\d; the last 1,000 cost \d\.\d+ bits each\./);
  const machine = await NTM.load(readFileSync(join(cwd, RUN, CHECKPOINT)));
  expect(machine.step).toBe(250);
  machine.dispose();

  const short = ["--until", "0.001", "--steps", "20", "--out", "unsolved"];
  expect((await ntm(["train", "copy", ...tiny, ...short], { cwd })).stdout).toContain("not yet below 0.001.");
});

test("in threes the last 1,000 are those of 334 updates; what is left is told by the speed beside it", async () => {
  const cwd = temporaryFolder();
  const flags = ["--until", "20", "--steps", "1000000000", "--batch-size", "3", "--every", "50"];
  const start = performance.now();
  const { stdout } = await ntm(["train", "copy", ...tiny, ...flags], { cwd });
  const whole = (performance.now() - start) / 1000;
  expect(stdout).toMatch(/Solved after 1,002 sequences in 0:\d\d; the last 1,000 cost \d\.\d+ bits each\./);
  const told = [
    ...stdout.matchAll(/^ +([\d,]+) sequences .* ([\d,]+) sequences\/s +at most (\d+):(\d\d):(\d\d) left$/gm),
  ];
  expect(told).toHaveLength(6);
  for (const line of told) {
    const [sequences = 0, speed = 0, hours = 0, minutes = 0, seconds = 0] = line
      .slice(1)
      .map((figure) => Number(figure.replaceAll(",", "")));
    expect(Math.max(minutes, seconds)).toBeLessThan(60);
    const left = 3600 * hours + 60 * minutes + seconds;
    expect((left * speed) / (3_000_000_000 - sequences)).toBeCloseTo(1, 1);
    // per second: they have not taken a thousand times as long as all of it
    expect(sequences / speed).toBeLessThan(10 * whole);
  }
});

test("unless it is said, a line is of about 100 sequences", async () => {
  const cwd = temporaryFolder();
  for (const [size, every] of [
    ["8", 13],
    ["100", 1],
    ["1000", 1],
  ] as const) {
    const flags = ["--batch-size", size, "--steps", "1", "--out", size];
    expect(await ntm(["train", "copy", ...tiny, ...flags], { cwd })).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(cwd, size, "config.json"), "utf8")).train.every).toBe(every);
  }
});

test("a small copy task is learned", { timeout: 180_000 }, async () => {
  const cwd = temporaryFolder();
  const size = "--controller feedforward --hidden-size 32 --rows 12 --columns 8 --bits 3 --max-length 5";
  const learning = "--batch-size 4 --optimizer adam --learning-rate 0.003 --clip norm:10 --steps 12000 --until 0.1";
  const { stdout } = await ntm(["train", "copy", ...size.split(" "), ...learning.split(" ")], { cwd });
  expect(stdout).toContain("Solved after");
  const { stdout: table } = await ntm(["eval", RUN, "--length", "3,5"], { cwd });
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

test("the bar has the means of the updates as its heights, and those of a run that goes on alone", async () => {
  const cwd = temporaryFolder();
  // Each update costs as much as its weight says; the sixth is none.
  const task = `const weights = [0.1, 0.1, 0.1, 1, 0.4];
export default {
  inputSize: 1,
  outputSize: 1,
  batch: (random, { step }) => ({ input: [[[1]]], target: [[[1]]], mask: [[weights[step]]] }),
};
`;
  writeFileSync(join(cwd, "weighted.mjs"), task);
  const machine = [...tiny.slice(0, 8), "--learning-rate", "1e-9", "--schedule", "constant"];
  const train = ["train", "./weighted.mjs", ...machine, "--out", "run", "--resume", "--steps"];
  await ntm([...train, "3"], { cwd });
  const { code, stdout } = await startInTerminal([...train, "19"], 200, { cwd }).ended;
  expect(code).toBe(1);
  const [bar] =
    plain(stdout)
      .match(/[▁▂▃▄▅▆▇█]+┈+/g)
      ?.slice(-1) ?? [];
  // Two of sixteen updates, seven and a half of sixty cells: the fourth cell is ¾ of the first update and ¼ of the second.
  expect(bar).toBe("███▇▄▄▄▄".padEnd(60, "┈"));
});

test("a terminal with no room for a bar keeps nothing from its end", async () => {
  const cwd = temporaryFolder();
  const { ended } = startInTerminal(["train", "copy", ...tiny, "--steps", "3000"], 3, { cwd });
  const { code, stdout } = await ended;
  expect(code).toBe(0);
  expect(plain(stdout)).not.toContain("Error");
});

test("--progress chooses otherwise", async () => {
  const cwd = temporaryFolder();
  let runs = 0;
  const train = () => ["train", "copy", ...tiny, "--steps", "400", "--out", `run-${++runs}`];
  const forced = await ntm([...train(), "--progress", "bar"], { cwd, env: { FORCE_COLOR: "3" } });
  expect(plain(forced.stdout.replaceAll("\u001b[1G", "\n"))).toMatch(/[▁▂▃▄▅▆▇█] .*bits per sequence/);
  expect(forced.code).toBe(0);
  const none = await ntm([...train(), "--progress", "none"], { cwd });
  expect(none.stdout).not.toMatch(/sequences\/s/);
  const lines = await startInTerminal([...train(), "--progress", "lines"], 80, { cwd }).ended;
  expect(lines.stdout).toMatch(/400 sequences .*left\r\n/);
  const dumb = await startInTerminal(train(), 80, { cwd, env: { TERM: "dumb" } }).ended;
  expect(dumb.stdout).not.toContain("\u001b");
});

test("where numbers leave the finite it ends with one line, and keeps what was there before", async () => {
  const cwd = temporaryFolder();
  const wild = ["--learning-rate", "1e20", "--clip", "none", "--steps", "100", "--progress", "none"];
  const { code, stderr } = await ntm(["train", "copy", ...tiny, ...wild], { cwd });
  const [, step, updates] =
    /^error: step (\d+): .+ is not finite; runs\/copy-feedforward-1 holds the (\d+) updates? before it\n$/.exec(
      stderr,
    ) ?? [];
  expect(code).toBe(1);
  const machine = await NTM.load(readFileSync(join(cwd, RUN, CHECKPOINT)));
  expect([Number(step) - 1, Number(updates)]).toEqual([machine.step, machine.step]);
  machine.dispose();
});

test("what would not fit is refused with the flag by which it would", async () => {
  const long = ["--rows", "20000", "--min-length", "200", "--max-length", "200", "--batch-size", "4", "--steps", "1"];
  const { code, stderr } = await ntm(["train", "copy", ...long], { cwd: temporaryFolder() });
  expect(stderr).toMatch(
    /^error: time steps × sequences: expected at most 4032 MiB \(--recompute needs \d+ MiB\), got \d+ MiB\n$/,
  );
  expect(code).toBe(1);
});

test("a run that is there is not touched, and told how to go on", async () => {
  const cwd = temporaryFolder();
  await ntm(["train", "copy", ...tiny, "--steps", "5"], { cwd });
  const before = readFileSync(join(cwd, RUN, CHECKPOINT));
  const { code, stdout, stderr } = await ntm(["train", "copy", ...tiny, "--steps", "9"], { cwd });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toBe(
    `error: ${RUN}: a run is there already: --resume goes on with it, --out DIR begins another elsewhere\n`,
  );
  expect(readFileSync(join(cwd, RUN, CHECKPOINT)).equals(before)).toBe(true);
});

test("what stands in the way is said before training, not after", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "there"), "mine");
  mkdirSync(join(cwd, "odd"));
  writeFileSync(join(cwd, "odd", "config.json"), "{");
  mkdirSync(join(cwd, "other"));
  writeFileSync(join(cwd, "other", "config.json"), '{ "a": 1 }');
  for (const [flags, words] of [
    ["--out there", "there: is a file, not a folder"],
    ["--config missing", "missing: no such file"],
    ["--config there", "there: is no JSON"],
    ["--resume --out odd", "odd/config.json: is no JSON"],
    ["--resume --out other", "other/config.json: names no task: no run of ntm train wrote it"],
  ] as const) {
    const { code, stdout, stderr } = await ntm(["train", "copy", ...tiny, ...flags.split(" ")], { cwd });
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  }
  expect(readdirSync(cwd, { recursive: true }).sort()).toEqual([
    "odd",
    join("odd", "config.json"),
    "other",
    join("other", "config.json"),
    "there",
  ]);
  expect(readFileSync(join(cwd, "there"), "utf8")).toBe("mine");
});

// `ntm reproduce`: the table's runs, each as `ntm train` would make it; stopped and gone on with; and what is written of them.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copy, NTM } from "neural-turing-machine";
import { expect, test } from "vitest";
import { after, CHECKPOINT, metrics, ntm, PREVIOUS, reproducible, start, temporaryFolder } from "./ntm.js";

const settings = ["memory.rows=8", "memory.columns=4", "controller.hiddenSize=8", "optimizer.learningRate=0.003"];
const bits = ["task.options.bits=2", "task.options.maxLength=3"];
const small = (...more: string[]) => [...settings, ...more].flatMap((setting) => ["--set", setting]);

interface Run {
  task: string;
  controller: string;
  seed: number;
  set: string[];
  sequences: number;
  sequencesAsked: number;
  cpuSeconds: number;
  solved: { sequences: number; cpuSeconds: number } | null;
  bitsAtTheEnd: number | null;
  measured: { sizes: object; bitsPerSequence: number; wrongBitsPerSequence: number; optimum?: number }[] | null;
  failure: string | null;
}

function results(folder: string): Run[] {
  return JSON.parse(readFileSync(join(folder, "results.json"), "utf8")).runs;
}

test("trains, measures and writes; a second time there is nothing left to do", { timeout: 180_000 }, async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", "copy", "--controllers", "lstm,feedforward", "--seeds", "2", "--sequences", "2500"];
  const all = [...args, ...small(...bits), "--dir", "runs", "--out", "results"];
  const { code, stdout, stderr } = await ntm(all, { cwd });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("4 of 4 runs ended. Written in results.");
  expect(readdirSync(join(cwd, "results"))).toEqual(["copy.svg", "results.json", "results.md"]);

  const runs = results(join(cwd, "results"));
  expect(runs.map(({ controller, seed }) => [controller, seed])).toEqual([
    ["feedforward", 1],
    ["feedforward", 2],
    ["lstm", 1],
    ["lstm", 2],
  ]);
  for (const run of runs) {
    const folder = join(cwd, "runs", `copy-${run.controller}-${run.seed}`);
    expect(run).toMatchObject({ task: "copy", sequences: 2500, sequencesAsked: 100_000, failure: null });
    // a line is of 100 sequences: the last 1,000 are the last ten lines
    const lines = metrics(folder) as { sequences: number; bitsPerSequence: number; cpuSeconds: number }[];
    const mean = (end: number) =>
      lines.slice(end - 10, end).reduce((sum, { bitsPerSequence }) => sum + bitsPerSequence, 0) / 10;
    expect(run.bitsAtTheEnd).toBeCloseTo(mean(lines.length), 9);
    const solved = lines.find((_, index) => index >= 9 && mean(index + 1) < 0.1);
    expect(run.solved).toEqual(solved ? { sequences: solved.sequences, cpuSeconds: solved.cpuSeconds } : null);
    expect(run.measured?.map(({ sizes }) => sizes)).toEqual([20, 30, 50, 120].map((length) => ({ length })));
    const machine = await NTM.load(readFileSync(join(folder, CHECKPOINT)));
    const found = await machine.evaluate(copy({ bits: 2, maxLength: 3 }), { length: 30, seed: 0 });
    machine.dispose();
    const { bitsPerSequence, wrongBitsPerSequence } = found;
    expect(run.measured?.[1]).toMatchObject({ bitsPerSequence, wrongBitsPerSequence });
  }
  const alone = ["train", "copy", ...small(...bits), "--seed", "2", "--steps", "2500", "--out", "alone"];
  await ntm(alone, { cwd });
  expect(reproducible(join(cwd, "runs", "copy-lstm-2"))).toEqual(reproducible(join(cwd, "alone")));

  const table = readFileSync(join(cwd, "results", "results.md"), "utf8");
  expect(table).toMatch(
    /^Settings other than the package's:\n\n\| runs .*\n.*\n\| all \| .*`machine\.memory\.rows=8`/m,
  );
  expect(table.match(/\| 2,500 of 100,000 \|/g)).toHaveLength(4);
  const svg = readFileSync(join(cwd, "results", "copy.svg"), "utf8");
  expect(svg.match(/<path stroke="#(b25410|2457a6)" d="M[\d.,ML]+"/g)).toHaveLength(4);
  expect(svg).toContain("0.1: solved (here)");

  const files = ["results.json", "results.md", "copy.svg"].map((name) => join(cwd, "results", name));
  const before = files.map((file) => readFileSync(file, "utf8"));
  expect(await ntm(all, { cwd })).toMatchObject({ code: 0, stderr: "" });
  expect(files.map((file) => readFileSync(file, "utf8"))).toEqual(before);

  // What is written of a run stays when its folder is gone, when another run is asked for, and while the same has not come as far.
  const moved = await ntm([...args, ...small(...bits), "--jobs", "0", "--dir", "elsewhere", "--out", "results"], {
    cwd,
  });
  expect(moved).toMatchObject({ code: 0, stdout: "0 of 4 runs ended. Written in results.\n" });
  expect(files.map((file) => readFileSync(file, "utf8"))).toEqual(before);
  const again = [
    "reproduce",
    "copy",
    "--controllers",
    "lstm",
    "--seeds",
    "1",
    "--sequences",
    "1100",
    "--out",
    "results",
  ];
  await ntm([...again, ...small(...bits), "--dir", "elsewhere"], { cwd });
  expect(results(join(cwd, "results"))).toEqual(runs);
  await ntm([...again, ...small(...bits, "optimizer.decay=0.9"), "--dir", "others"], { cwd });
  expect(results(join(cwd, "results"))).toEqual(
    runs.map((run) =>
      run.controller === "lstm" && run.seed === 1
        ? expect.objectContaining({ sequences: 1100, controller: "lstm", seed: 1 })
        : run,
    ),
  );
});

test("--jobs says how many train at a time", async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", "copy", "--controllers", "feedforward", "--seeds", "2", "--sequences", "100"];
  const order = async (jobs: string) => {
    const places = ["--dir", `runs-${jobs}`, "--out", `results-${jobs}`];
    const { stdout } = await ntm([...args, ...small(...bits), ...places, "--jobs", jobs], { cwd });
    return stdout.match(/seed \d: (to|ended)/g)?.map((words) => words.split(" ").at(-1));
  };
  expect(await order("1")).toEqual(["to", "ended", "to", "ended"]);
  expect(await order("2")).toEqual(["to", "to", "ended", "ended"]);
});

test("repeat copy's vectors are judged apart from its end marker", async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", "repeat-copy", "--controllers", "feedforward", "--seeds", "1", "--sequences", "400"];
  const all = [...args, ...small("task.options.bits=2"), "--dir", "runs", "--out", "results"];
  expect(await ntm(all, { cwd })).toMatchObject({ code: 0, stderr: "" });
  const evaluation = join(cwd, "runs", "repeat-copy-feedforward-1", "evaluation.json");
  const { step, results: found } = JSON.parse(readFileSync(evaluation, "utf8"));
  const { wrongInVectorsPerSequence: wrong, ...rest } = found[1];
  const { wrongBesideEndMarkersPerSequence: beside, ...others } = rest;
  expect(wrong).toBeGreaterThan(0);
  /** Both places of results.md that tell of 10 vectors 20 times, once the run was measured so. */
  const told = async (twenty: object) => {
    writeFileSync(evaluation, JSON.stringify({ step, results: [found[0], twenty] }));
    expect(await ntm(all, { cwd })).toMatchObject({ code: 0, stderr: "" });
    const text = readFileSync(join(cwd, "results", "results.md"), "utf8");
    const [, met] = /\| length 10 × repeats 20 \| no wrong bit in its vectors \| (.*?) \|/.exec(text) ?? [];
    const [, ...wrong] =
      /length 10 × repeats 20: [^;|]* of 603 wrong, ([\d.,]+) in vectors \(([\d.,]+) beside early end markers\) \|/.exec(
        text,
      ) ?? [];
    return [met, ...wrong.map((each) => Number(each.replaceAll(",", "")))];
  };
  const [shown, besideShown] = [wrong, beside].map((each) =>
    each >= 100 ? Math.round(each) : Number(each.toPrecision(3)),
  );
  expect(await told(found[1])).toEqual(["0 of 1", shown, besideShown]);
  expect(await told({ ...rest, wrongInVectorsPerSequence: 0 })).toEqual(["1 of 1", 0, besideShown]);
  expect(await told({ ...rest, wrongInVectorsPerSequence: 0.01 })).toEqual(["0 of 1", 0.01, besideShown]);
  expect(await told({ ...rest, wrongInVectorsPerSequence: 20, wrongBesideEndMarkersPerSequence: 12.3 })).toEqual([
    "0 of 1",
    20,
    12.3,
  ]);
  // Without the figures that are wanted it is measured again.
  for (const less of [rest, { ...others, wrongInVectorsPerSequence: wrong }]) {
    expect(await told(less)).toEqual(["0 of 1", shown, besideShown]);
    expect(JSON.parse(readFileSync(evaluation, "utf8"))).toEqual({ step, results: found });
  }
});

test("a refused run takes nothing from what is written", async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", "copy", "--controllers", "feedforward", "--seeds", "1", "--sequences", "1200"];
  const all = [...args, ...small(...bits), "--out", "results"];
  await ntm([...all, "--dir", "runs"], { cwd });
  const before = readFileSync(join(cwd, "results", "results.json"), "utf8");
  for (const dir of ["others", "runs"]) {
    const { code, stdout, stderr } = await ntm([...all, "--set", "memory.row=9", "--dir", dir], { cwd });
    expect([code, stderr]).toEqual([1, "error: 1 run failed\n"]);
    expect(stdout).toMatch(/seed 1: error: option '--set memory\.row': unknown option.*\n0 of 1 run ended\./);
    expect(readFileSync(join(cwd, "results", "results.json"), "utf8")).toBe(before);
  }
  expect(readdirSync(join(cwd, "runs", "copy-feedforward-1"))).not.toContain("failure.txt");
  expect(existsSync(join(cwd, "others"))).toBe(false);
});

test("a run that went further than is asked for has ended, and is not measured as if it had not", async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", "copy", "--controllers", "feedforward", "--seeds", "1"];
  const all = [...args, ...small(...bits), "--dir", "runs", "--out", "results", "--sequences"];
  await ntm([...all, "50"], { cwd });
  const evaluation = join(cwd, "runs", "copy-feedforward-1", "evaluation.json");
  const measured = readFileSync(evaluation, "utf8");
  const { code, stdout } = await ntm([...all, "20"], { cwd });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/ended, not solved.*\n1 of 1 run ended\./)]);
  expect(readFileSync(evaluation, "utf8")).toBe(measured);
  expect((await ntm([...all, "60", "--jobs", "0"], { cwd })).stdout).toMatch(/^0 of 1 run ended\./);
});

test("a run that is measured keeps its figures, whatever failed after", async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", "copy", "--controllers", "feedforward", "--seeds", "1", "--sequences", "100"];
  const all = [...args, ...small(...bits), "--dir", "runs", "--out", "results"];
  await ntm(all, { cwd });
  const files = ["results.json", "results.md"].map((name) => join(cwd, "results", name));
  const before = files.map((file) => readFileSync(file, "utf8"));
  expect(before[1]).toMatch(/\| length 20: .* bits/);
  const failure = join(cwd, "runs", "copy-feedforward-1", "failure.txt");
  writeFileSync(failure, "error: no space left\n");
  expect(await ntm([...all, "--jobs", "0"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  expect(files.map((file) => readFileSync(file, "utf8"))).toEqual(before);
  // what is done without failing has not failed
  expect(await ntm(all, { cwd })).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(failure)).toBe(false);
});

test("of a squared error nothing is solved; the processor is the one that trained", async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", "copy", "--controllers", "feedforward", "--seeds", "1", "--sequences", "1200"];
  const all = [...args, ...small(...bits, "machine.loss=mean-squared-error"), "--dir", "runs", "--out", "results"];
  expect(await ntm(all, { cwd })).toMatchObject({ code: 0 });
  expect(results(join(cwd, "results"))[0]).toMatchObject({ sequences: 1200, solved: null, bitsAtTheEnd: null });
  const note = join(cwd, "runs", "copy-feedforward-1", "machines.txt");
  expect(readFileSync(note, "utf8")).toMatch(/^[^\n]+, node [\d.]+\n$/);
  writeFileSync(note, "an abacus\n");
  await ntm([...all, "--jobs", "0"], { cwd });
  expect(results(join(cwd, "results"))[0]).toMatchObject({ machine: "an abacus" });
});

test("what a schedule of another kind was is told whole", async () => {
  const cwd = temporaryFolder();
  const schedule = 'optimizer.learningRate={"kind":"cosine","from":0.001,"to":0,"steps":100000}';
  const args = ["reproduce", "copy", "--controllers", "feedforward", "--seeds", "1", "--sequences", "300"];
  const all = [...args, ...small(...bits), "--set", schedule, "--dir", "runs", "--out", "results"];
  expect(await ntm(all, { cwd })).toMatchObject({ code: 0 });
  const [told] = results(join(cwd, "results"))[0]?.set.filter((each) => each.includes("learningRate")) ?? [];
  expect(JSON.parse(told?.replace(/^[^=]*=/, "") ?? "")).toMatchObject({ kind: "cosine", from: 0.001, steps: 100_000 });
  expect(told).toMatch(/^train\.optimizer\.learningRate=/);
});

test.each(["constant", "linear", "cosine"])(
  "--set means what it means to ntm train, over the preset: %s",
  async (kind) => {
    const cwd = temporaryFolder();
    const args = ["reproduce", "repeat-copy", "--controllers", "feedforward", "--seeds", "1", "--sequences", "40"];
    const own = [
      "optimizer.kind=rmsprop",
      `schedule=${kind}`,
      "memory.init=learned",
      ...bits,
      "task.options.maxRepeats=2",
    ];
    const set = [...settings.slice(0, 3), ...own].flatMap((setting) => ["--set", setting]);
    const all = [...args, ...set, "--dir", "runs", "--out", "results"];
    // A second time it goes on, and has nothing to do.
    for (let time = 0; time < 2; time++) expect(await ntm(all, { cwd })).toMatchObject({ code: 0, stderr: "" });
    const config = (folder: string) => JSON.parse(readFileSync(join(cwd, folder, "config.json"), "utf8"));
    const reproduced = config(join("runs", "repeat-copy-feedforward-1"));
    expect(reproduced).toMatchObject({
      machine: { memory: { init: "learned", scale: 1 } },
      train: { optimizer: { kind: "rmsprop" } },
    });
    const steps = ["--steps", String(reproduced.train.steps)];
    await ntm(["train", "repeat-copy", "--controller", "feedforward", ...set, ...steps, "--out", "alone"], { cwd });
    expect(reproduced).toEqual(config("alone"));
  },
);

test("where no run is there, --jobs 0 writes the tables, and nothing of a processor", async () => {
  const cwd = temporaryFolder();
  const { code, stdout } = await ntm(["reproduce", "copy", "--seeds", "1", "--jobs", "0", "--out", "results"], { cwd });
  expect([code, stdout]).toEqual([0, "0 of 3 runs ended. Written in results.\n"]);
  const text = readFileSync(join(cwd, "results", "results.md"), "utf8");
  expect(text).toMatch(/\n0\.1 bits per sequence\.\nBits at the end: .*\n/);
  expect(text).toContain("| copy | lstm | 100,000 | 0 of 1 |");
});

test("a file that is no results is not written over", async () => {
  const cwd = temporaryFolder();
  for (const text of ["{", '{"runs":[{}]}']) {
    writeFileSync(join(cwd, "results.json"), text);
    const { code, stderr } = await ntm(["reproduce", "copy", "--jobs", "0", "--out", "."], { cwd });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: results\.json: expected the results of/)]);
    expect(readFileSync(join(cwd, "results.json"), "utf8")).toBe(text);
  }
});

test.each(["results.md", "repeat-copy.svg"])(
  "%s without results is somebody else's: said before any training",
  async (name) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, name), "mine");
    const asked = ["reproduce", "copy", "--seeds", "1", "--sequences", "100", "--dir", "runs", "--out", "."];
    const { code, stdout, stderr } = await ntm(asked, { cwd });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      `error: ${name}: is there without results.json; move it away, or name another folder by --out\n`,
    );
    expect(readdirSync(cwd)).toEqual([name]);
    expect(readFileSync(join(cwd, name), "utf8")).toBe("mine");
  },
);

test("stopped, it tells how far all has come; the same command goes on to the same bits", async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", "copy", "--controllers", "feedforward", "--seeds", "1", "--out", "results"];
  const all = [...args, ...small(...bits), "--sequences", "6000"];
  const running = start([...all, "--dir", "runs", "--set", "saveEvery=0.1"], { cwd });
  await running.wrote(/seed 1: to 6,000 sequences/);
  while (!readdirSync(cwd, { recursive: true }).some((file) => String(file).endsWith(CHECKPOINT)))
    await new Promise((resolve) => setTimeout(resolve, 20));
  running.child.kill("SIGINT");
  const { code, stdout, stderr } = await running.ended;
  expect([code, stderr]).toEqual([130, ""]);
  expect(stdout).toContain("Finishing the steps under way and saving");
  const [stopped] = results(join(cwd, "results"));
  expect(stopped?.sequences).toBeLessThan(6000);
  expect(stopped?.measured).toBe(null);
  expect(readFileSync(join(cwd, "results", "results.md"), "utf8")).toMatch(/\| [\d,]+ of 100,000 \|.*\| not yet \|/);

  // --jobs 0 only tells
  const told = await ntm([...all, "--dir", "runs", "--jobs", "0"], { cwd });
  expect(told.stdout).toContain("0 of 1 run ended");
  expect(results(join(cwd, "results"))[0]).toEqual(stopped);

  expect(await ntm([...all, "--dir", "runs"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  await ntm([...all, "--dir", "unbroken"], { cwd });
  const [run, unbroken] = ["runs", "unbroken"].map((dir) => reproducible(join(cwd, dir, "copy-feedforward-1")));
  expect(run).toEqual(unbroken);
});

test("on Windows, where a signal only kills, its runs are told to stop, and save", async () => {
  const cwd = temporaryFolder();
  const windows = after(`import { ChildProcess } from "node:child_process";
Object.defineProperty(process, "platform", { value: "win32" });
const { kill } = ChildProcess.prototype;
ChildProcess.prototype.kill = function () {
  return kill.call(this, "SIGKILL");
};`);
  const slow = small(...bits, "saveEvery=1000", "controller.hiddenSize=512"); // it is still at work when it is stopped
  const args = [
    "reproduce",
    "copy",
    "--controllers",
    "feedforward",
    "--seeds",
    "1",
    "--dir",
    "runs",
    "--out",
    "results",
  ];
  const running = start([...args, ...slow], { cwd, env: windows });
  const folder = join(cwd, "runs", "copy-feedforward-1");
  const trains = () => existsSync(join(folder, "metrics.jsonl")) && metrics(folder).length > 0;
  while (!trains()) await new Promise((resolve) => setTimeout(resolve, 20));
  running.child.kill("SIGINT");
  expect(await running.ended).toMatchObject({ code: 130, stderr: "" });
  using machine = await NTM.load(readFileSync(join(folder, CHECKPOINT)));
  expect(machine.step).toBeGreaterThan(0);
});

test("a run that cannot save when it is stopped has failed", async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", "copy", "--controllers", "feedforward", "--seeds", "1", "--dir", "runs"];
  const slow = small(...bits, "saveEvery=1000", "controller.hiddenSize=512"); // it is still at work when it is stopped
  const running = start([...args, ...slow, "--out", "results"], { cwd });
  const folder = join(cwd, "runs", "copy-feedforward-1");
  const trains = () => existsSync(join(folder, "metrics.jsonl")) && metrics(folder).length > 0;
  while (!trains()) await new Promise((resolve) => setTimeout(resolve, 20));
  writeFileSync(join(folder, CHECKPOINT), "");
  mkdirSync(join(folder, PREVIOUS)); // in the place where it is about to keep that file
  running.child.kill("SIGINT");
  const { code, stdout } = await running.ended;
  expect([code, stdout]).toEqual([130, expect.stringMatching(/seed 1: error: .*checkpoint\.safetensors/)]);
  expect(results(join(cwd, "results"))[0]?.failure).toMatch(/^error: .*checkpoint\.safetensors/);
});

test("n-grams beside their optimum; the million of priority sort is a run of its own, whose rate is its own", async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", "dynamic-n-grams", "priority-sort", "--controllers", "feedforward", "--seeds", "1"];
  const sizes = ["memory.rows=8", "memory.columns=4", "controller.hiddenSize=8", "readHeads=1", "writeHeads=1"];
  const set = [...sizes, "train.batchSize=50"].flatMap((setting) => ["--set", setting]);
  const all = [...args, "--sequences", "1000", ...set];
  const { code, stderr } = await ntm([...all, "--dir", "runs", "--out", "results"], { cwd });
  expect([code, stderr]).toEqual([0, ""]);
  const runs = results(join(cwd, "results"));
  expect(runs.map(({ task, sequencesAsked }) => [task, sequencesAsked])).toEqual([
    ["dynamic-n-grams", 200_000],
    ["priority-sort", 200_000],
    ["priority-sort", 1_000_000],
  ]);
  expect(runs.map(({ set }) => set.filter((setting) => setting.includes("learningRate")))).toEqual([
    ["train.optimizer.learningRate.steps=4000"],
    ["train.optimizer.learningRate.steps=4000"],
    ["train.optimizer.learningRate.from=0.00015", "train.optimizer.learningRate.steps=20000"],
  ]);
  const [measured] = runs[0]?.measured ?? [];
  expect(measured?.optimum).toBeGreaterThan(100);
  expect(measured?.bitsPerSequence).toBeGreaterThan(measured?.optimum ?? 0);
  const table = readFileSync(join(cwd, "results", "results.md"), "utf8");
  expect(table).toMatch(/length 200: \d+ bits, [\d.]+ above the optimum of \d+/);
  const svg = readFileSync(join(cwd, "results", "dynamic-n-grams.svg"), "utf8");
  expect(svg).toContain("133: the paper&#39;s optimum (figure 13)");
});

test("a run of other settings is not taken for one of these", async () => {
  const cwd = temporaryFolder();
  const alone = ["train", "copy", ...small(...bits), "--steps", "10", "--out", "runs/copy-lstm-1"];
  await ntm([...alone, "--set", "optimizer.decay=0.5"], { cwd });
  const args = ["reproduce", "copy", "--controllers", "lstm", "--seeds", "1", "--sequences", "1200"];
  const { code, stdout } = await ntm([...args, ...small(...bits), "--dir", "runs", "--out", "results"], { cwd });
  expect([code, stdout]).toEqual([1, expect.stringMatching(/optimizer\.decay.*: the run has 0\.5, got 0\.95/)]);
  const [refused] = results(join(cwd, "results"));
  expect(refused?.failure).toBe(null);
  expect(refused?.set).toContain("train.optimizer.decay=0.5");

  // The settings that are told are those that the run was made with, not those of the call.
  await ntm([...args, "--set", "memory.columns=77", "--jobs", "0", "--dir", "runs", "--out", "results"], { cwd });
  const told = results(join(cwd, "results"))[0]?.set;
  expect(told?.sort()).toEqual(
    [
      "machine.controller.hiddenSize=8",
      "machine.memory.columns=4",
      "machine.memory.rows=8",
      "task.options.bits=2",
      "task.options.maxLength=3",
      "train.optimizer.decay=0.5",
      "train.optimizer.learningRate=0.003",
    ].sort(),
  );
  const table = readFileSync(join(cwd, "results", "results.md"), "utf8");
  expect(table).toContain("`train.optimizer.decay=0.5`");
  expect(table).not.toContain("77");
});

test("the curves of runs that have just begun are drawn as far as they go", async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", "copy", "--controllers", "lstm", "--seeds", "1", "--sequences", "300"];
  expect(await ntm([...args, ...small(...bits), "--dir", "runs", "--out", "results"], { cwd })).toMatchObject({
    code: 0,
  });
  expect(results(join(cwd, "results"))[0]).toMatchObject({ sequences: 300, solved: null, bitsAtTheEnd: null });
  const svg = readFileSync(join(cwd, "results", "copy.svg"), "utf8");
  expect(svg).toMatch(/<path stroke="#2457a6" d="M[\d.]+,[\d.]+L[\d.]+,[\d.]+L[\d.]+,[\d.]+"/);
});

test("a run that fails is told, and keeps no other from its end", async () => {
  const cwd = temporaryFolder();
  const args = [
    "reproduce",
    "copy",
    "--controllers",
    "feedforward",
    "--seeds",
    "2",
    "--sequences",
    "1200",
    "--jobs",
    "1",
  ];
  const wild = [...settings.slice(0, 3), ...bits, "optimizer.learningRate=1e30", "clip=null"];
  const all = [...args, ...wild.flatMap((set) => ["--set", set]), "--dir", "runs", "--out", "results"];
  const { code, stdout, stderr } = await ntm(all, { cwd });
  expect([code, stderr]).toEqual([1, "error: 2 runs failed\n"]);
  expect(stdout).toContain("0 of 2 runs ended");
  for (const { failure } of results(join(cwd, "results"))) expect(failure).toMatch(/^error: step \d+: .*not finite/);
  expect(readFileSync(join(cwd, "results", "results.md"), "utf8")).toMatch(/\| length 20 \| [^|]+ \| 0 of 2 \|/);
});

test("a run that something else kills has failed", async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", "copy", "--controllers", "feedforward", "--seeds", "1", "--dir", "runs"];
  const running = start([...args, ...small(...bits), "--out", "results"], { cwd });
  const lock = join(cwd, "runs", "copy-feedforward-1", "lock.json");
  while (!existsSync(lock)) await new Promise((resolve) => setTimeout(resolve, 20));
  process.kill(JSON.parse(readFileSync(lock, "utf8")).process, "SIGKILL");
  expect(await running.ended).toMatchObject({ code: 1, stderr: "error: 1 run failed\n" });
  expect(results(join(cwd, "results"))[0]?.failure).toMatch(/^error: .*SIGKILL/);
});

test("where a run's folder cannot be read, no other is begun", async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", "copy", "--controllers", "feedforward", "--seeds", "3", "--sequences", "1200"];
  mkdirSync(join(cwd, "runs", "copy-feedforward-1"), { recursive: true });
  writeFileSync(join(cwd, "runs", "copy-feedforward-1", "metrics.jsonl"), `no\n{"step":100}\n`);
  const { code, stderr } = await ntm([...args, ...small(...bits), "--dir", "runs", "--out", "results"], { cwd });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/metrics\.jsonl: line 1 is damaged\n$/)]);
  expect(readdirSync(join(cwd, "runs"))).not.toContain("copy-feedforward-3");
});

test.each([
  [["--set", "seed=5", "--dir", "runs", "--out", "results"], "option '--set seed': is what tells one run from another"],
  [["--set", "memory.rows=9", "--dir", "runs"], "option '--set': makes other runs than the paper's: say where they"],
  [["chess"], "unknown task 'chess' (known: copy,"],
  [["copy", "--controllers", "gru"], "Expected some of feedforward,lstm,baseline."],
  [["copy", "--workers", "300"], "option '--workers': expected an integer from 0 to 256, got 300"],
  [["copy", "--seeds", "0"], "Expected an integer from 1."],
  [["copy", "--set", "rows"], "Expected PATH=VALUE"],
])("ntm reproduce %j", async (args, words) => {
  const { code, stdout, stderr } = await ntm(["reproduce", ...args], { cwd: temporaryFolder() });
  expect(stderr).toContain(words);
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect([code, stdout]).toEqual([2, ""]);
});

// `ntm eval`: the figures are the library's own, in a table that reads well.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copy, NTM, repeatCopy, type TensorBatch } from "neural-turing-machine";
import { expect, test } from "vitest";
import { CHECKPOINT, ntm, start, temporaryFolder, tiny } from "./ntm.js";

async function trained(...flags: string[]): Promise<string> {
  const cwd = temporaryFolder();
  await ntm(["train", "copy", ...tiny, "--steps", "50", "--out", "a", ...flags], { cwd });
  return cwd;
}

test("a line for every length, figures under figures", async () => {
  const cwd = await trained();
  const { code, stdout, stderr } = await ntm(["eval", "a", "--length", "2,30", "--sequences", "20"], {
    cwd,
  });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  expect(lines[0]).toMatch(/length +sequences +bits per sequence +wrong bits per sequence +of/);

  const machine = await NTM.load(readFileSync(join(cwd, "a", "checkpoint.safetensors")));
  const task = copy({ bits: 2, maxLength: 3 });
  for (const [index, length] of [2, 30].entries()) {
    const report = await machine.evaluate(task, { sequences: 20, seed: 0, length });
    const [shown, sequences, bits, wrong, of] = (lines[index + 1] ?? "").trim().split(/\s+/).map(Number);
    expect([shown, sequences, of]).toEqual([length, 20, 2 * length]);
    expect(bits).toBeCloseTo(report.bitsPerSequence ?? Number.NaN, 0);
    expect(wrong).toBeCloseTo(report.wrongBitsPerSequence ?? Number.NaN, 0);
  }
  machine.dispose();
});

test("where a sequence ends with a marker, what is wrong in its vectors is told apart", async () => {
  const cwd = temporaryFolder();
  const task = repeatCopy({ bits: 2, maxLength: 2, maxRepeats: 3 });
  const { inputSize, outputSize } = task;
  const memory = { rows: 8, columns: 4 };
  const machine = await NTM.create({ inputSize, outputSize, controller: { hiddenSize: 10 }, memory, seed: 2 });
  // Outputs large and of either sign: the marker is now and then there where it is not wanted, as are bits beside it.
  const { data, shape } = machine.parameters().get("output.weight") ?? expect.fail("no such parameter");
  machine.setParameters(new Map([["output.weight", { data: data.map((weight) => 50 * weight), shape }]]));
  const metadata = { task: { name: task.name, options: task.options } };
  writeFileSync(join(cwd, "a.safetensors"), machine.save({ metadata }));

  const batches: TensorBatch[] = [];
  const observed: typeof task = {
    ...task,
    batch(random, options) {
      const batch = task.batch(random, options);
      batches.push(batch);
      return batch;
    },
  };
  const [length, repeats] = [3, 4];
  await machine.evaluate(observed, { length, repeats, sequences: 20 });
  /** With that many rows, where they are not its own. */
  const count = (rows: { rows?: number }) => {
    const wrong = { alone: 0, besideOthers: 0, markers: 0, besideTheMarker: 0 };
    for (const { input, target } of batches) {
      const { logits } = machine.run(input, rows);
      const [steps = 0, sequences = 0] = logits.shape;
      for (let step = length + 2; step < steps; step++)
        for (let sequence = 0; sequence < sequences; sequence++)
          for (let output = 0; output < 3; output++) {
            const at = (step * sequences + sequence) * 3 + output;
            const marker = (logits.data[at - output + 2] ?? 0) > 0;
            const inVectors = marker ? "besideOthers" : "alone";
            const kind = output === 2 ? "markers" : step === steps - 1 ? "besideTheMarker" : inVectors;
            if ((logits.data[at] ?? 0) > 0 !== (target.data[at] === 1)) wrong[kind]++;
          }
    }
    return { ...wrong, inVectors: wrong.alone + wrong.besideOthers };
  };
  const asked = `eval a.safetensors --length ${length} --repeats ${repeats} --sequences 20`.split(" ");
  for (const rows of [{}, { rows: 2 }]) {
    const { wrongBitsPerSequence } = await machine.evaluate(task, { length, repeats, sequences: 20, ...rows });
    const wrong = count(rows);
    expect(Math.min(...Object.values(wrong))).toBeGreaterThan(0);
    expect(wrong.inVectors + wrong.markers + wrong.besideTheMarker).toBeCloseTo(20 * (wrongBitsPerSequence ?? 0), 9);
    const flags = Object.values(rows).flatMap((rows) => ["--rows", String(rows)]);
    const found = JSON.parse((await ntm([...asked, ...flags, "--json"], { cwd })).stdout);
    expect(found).toMatchObject({ wrongBitsPerSequence, wrongInVectorsPerSequence: wrong.inVectors / 20, of: 39 });
    expect(found.wrongBesideEndMarkersPerSequence).toBe(wrong.besideOthers / 20);
    const { stdout } = await ntm([...asked, ...flags], { cwd });
    const [header, row] = stdout.split("\n").map((line) => line.trim().split(/ {2,}/));
    expect(header?.slice(-4)).toEqual([
      "wrong bits per sequence",
      "of",
      "wrong in vectors",
      "beside early end markers",
    ]);
    expect(Number(row?.at(-2))).toBeCloseTo(wrong.inVectors / 20, 1);
    expect(Number(row?.at(-1))).toBeCloseTo(wrong.besideOthers / 20, 1);
  }
  expect(count({ rows: 2 }).inVectors).not.toBe(count({}).inVectors);

  const sizes = ["--length", "3", "--repeats", "2,4"];
  await ntm(["report", "a.safetensors", ...sizes, "--out", "page.html"], { cwd });
  const page = readFileSync(join(cwd, "page.html"), "utf8");
  const { stdout: lines } = await ntm(["eval", "a.safetensors", ...sizes, "--json"], { cwd });
  const [, table = ""] = /<table class="figures">([\s\S]*?)<\/table>/.exec(page) ?? [];
  const rows = [...table.matchAll(/<td>[^<]*<\/td><td>[^<]*<\/td><\/tr>/g)].map(([row]) =>
    row.match(/[\d.]+/g)?.map(Number),
  );
  expect(table).toContain('<th scope="col">wrong in vectors</th><th scope="col">beside early end markers</th></tr>');
  const told = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows).toEqual(
    told.map(({ wrongInVectorsPerSequence, wrongBesideEndMarkersPerSequence }) =>
      [wrongInVectorsPerSequence, wrongBesideEndMarkersPerSequence].map((wrong) => expect.closeTo(wrong, 1)),
    ),
  );
  machine.dispose();
});

test("a squared error is told as one, in training and after it", async () => {
  const cwd = temporaryFolder();
  const flags = "--set loss=mean-squared-error --every 20 --steps 3000 --until 1000 --out a".split(" ");
  const { stdout } = await ntm(["train", "copy", ...tiny, ...flags], { cwd });
  expect(stdout).toMatch(/^ +20 sequences +\d+\.\d+ squared error per sequence /m);
  expect(stdout).toMatch(/Solved after 1,000 sequences in .*; the last 1,000 cost a squared error of \d+\.\d+ each\./);
  expect(stdout).not.toMatch(/\bbits\b|–/);

  const machine = await NTM.load(readFileSync(join(cwd, "a", CHECKPOINT)));
  const { loss } = await machine.evaluate(copy({ bits: 2, maxLength: 3 }), { sequences: 20, length: 2 });
  machine.dispose();
  const asked = ["eval", "a", "--length", "2", "--sequences", "20"];
  const [header, row] = (await ntm(asked, { cwd })).stdout.split("\n").map((line) => line.trim().split(/ {2,}/));
  expect(header).toEqual(["length", "sequences", "squared error per sequence"]);
  expect(Number(row?.[2])).toBeCloseTo(loss, 2);
  expect(JSON.parse((await ntm([...asked, "--json"], { cwd })).stdout)).toMatchObject({
    squaredErrorPerSequence: loss,
  });
});

test("of a size that is not asked for beside another, what was learned", async () => {
  const cwd = temporaryFolder();
  const sizes = (text: string) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  const small = "--rows 8 --columns 4 --hidden-size 8 --read-heads 1 --write-heads 1 --steps 2".split(" ");
  await ntm(["train", "priority-sort", ...small, "--vectors", "6", "--sorted", "3", "--out", "sort"], { cwd });
  const sorted = await ntm(["eval", "sort", "--vectors", "2,9", "--sequences", "1", "--json"], { cwd });
  expect(sizes(sorted.stdout)).toMatchObject([
    { vectors: 2, sorted: 2 },
    { vectors: 9, sorted: 3 },
  ]);
  expect(JSON.parse((await ntm(["run", "sort", "--json"], { cwd })).stdout)).toMatchObject({ vectors: 6, sorted: 3 });
  await ntm(["train", "repeat-copy", ...small, "--max-repeats", "3", "--out", "repeat"], { cwd });
  const repeated = await ntm(["eval", "repeat", "--length", "5", "--sequences", "1", "--json"], { cwd });
  expect(sizes(repeated.stdout)).toMatchObject([{ length: 5, repeats: 3 }]);
});

test("--set asks for what the task knows: a size, or bounds between which it is drawn", async () => {
  const cwd = await trained();
  const asked = (...args: string[]) => ntm([...args, "--json"], { cwd });
  const lengths = await asked("eval", "a", "--length", "2", "--set", "length=3,4", "--sequences", "2");
  expect(lengths.stdout).toBe((await asked("eval", "a", "--length", "3,4", "--sequences", "2")).stdout);
  const table = await ntm(["eval", "a", "--set", "minLength=7", "--set", "maxLength=7,8", "--sequences", "2"], { cwd });
  const rows = table.stdout.split("\n").map((line) => line.trim().split(/\s+/).slice(0, 3).join(" "));
  expect(rows.slice(0, 3)).toEqual(["minLength maxLength sequences", "7 7 2", "7 8 2"]);
  const bounds = ["--set", "minLength=7", "--set", "maxLength=7"];
  const drawn = JSON.parse((await asked("run", "a", ...bounds)).stdout);
  expect(drawn).toMatchObject({ minLength: 7, maxLength: 7, of: 14 });
  expect(drawn).not.toHaveProperty("length");
  expect((await ntm(["run", "a", ...bounds], { cwd })).stdout).toMatch(/^copy, minLength 7, maxLength 7\n/);

  const small = "--bits 2 --max-length 2 --max-repeats 3 --rows 8 --columns 4 --hidden-size 8 --steps 2".split(" ");
  await ntm(["train", "repeat-copy", ...small, "--out", "repeat"], { cwd });
  const repeated = await asked("eval", "repeat", "--set", "maxLength=2", "--sequences", "1");
  expect(JSON.parse(repeated.stdout)).toMatchObject({ maxLength: 2, repeats: 3 });
  expect(JSON.parse(repeated.stdout)).not.toHaveProperty("length");

  for (const [set, words] of [
    ["length=0", "option '--set length': expected an integer from 1 to 1048576, got 0"],
    ["minLength=5", "option '--set minLength': expected at most maxLength, 3, got 5"],
    ["maxlength=5", "option '--set maxlength': unknown option; did you mean --set maxLength=…?"],
    ["bathSize=5", "option '--set bathSize': unknown option; known: --length, --set minLength=…, --set maxLength=…"],
    ["items=5", "option '--set items': unknown option; known: --length, --set minLength=…, --set maxLength=…"],
  ])
    for (const command of ["eval", "run"])
      expect(await ntm([command, "a", "--set", set ?? ""], { cwd })).toMatchObject({
        code: 2,
        stdout: "",
        stderr: `error: ${words}\n`,
      });
});

test("the paper's lengths unless others are asked for", async () => {
  const cwd = await trained();
  const { stdout } = await ntm(["eval", "a", "--sequences", "1", "--rows", "130"], { cwd });
  const lengths = stdout
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/)[0]);
  expect(lengths).toEqual(["10", "20", "30", "50", "120"]);
});

test("the seed decides the sequences, the rows the memory", async () => {
  const cwd = await trained();
  const table = async (...flags: string[]) => (await ntm(["eval", "a", "--length", "9", ...flags], { cwd })).stdout;
  const [one, again, other, wider] = [
    await table(),
    await table(),
    await table("--seed", "7"),
    await table("--rows", "64"),
  ];
  expect(again).toBe(one);
  expect(other).not.toBe(one);
  expect(wider).not.toBe(one);
});

test("other rows than its own where the memory is learned are refused in one line", async () => {
  const cwd = await trained("--memory-init", "learned");
  const { code, stdout, stderr } = await ntm(["eval", "a", "--rows", "64"], { cwd });
  expect(stderr).toMatch(/^error: option '--rows': [^\n]+\n$/);
  expect([code, stdout]).toEqual([2, ""]);
});

test("a file that is none of ours is told in one line", async () => {
  const cwd = await trained();
  const bytes = readFileSync(join(cwd, "a", "checkpoint.safetensors"));
  const flipped = Uint8Array.from(bytes);
  flipped[bytes.length - 5] = (flipped[bytes.length - 5] ?? 0) ^ 1;
  writeFileSync(join(cwd, "flipped"), flipped);
  writeFileSync(join(cwd, "short"), bytes.subarray(0, bytes.length - 4));
  writeFileSync(join(cwd, "empty"), "");
  writeFileSync(join(cwd, "text"), "this is a text, and a long one at that, not a checkpoint\n");
  const machine = await NTM.create({ inputSize: 3, outputSize: 2, memory: { rows: 4, columns: 4 } });
  writeFileSync(join(cwd, "untold"), machine.save());
  const task = { name: "chess", options: {} };
  const training = { batchSize: 1, optimizer: "adam", learningRate: 1, clip: null };
  writeFileSync(join(cwd, "unknown"), machine.save({ metadata: { task, training } }));
  const wide = { name: "copy", options: { bits: 9 } };
  writeFileSync(join(cwd, "unfit"), machine.save({ metadata: { task: wide, training } }));
  machine.dispose();
  for (const [file, words] of [
    ["missing", "missing: no such file"],
    [".", ".: no checkpoint.safetensors in this folder"],
    ["flipped", "flipped: not a checkpoint: "],
    ["short", "short: not a checkpoint: "],
    ["empty", "empty: not a checkpoint: "],
    ["text", 'text: not a checkpoint: no safetensors file: it begins with "'],
    ["untold", "untold: does not say what it was trained on"],
    [
      "unknown",
      "unknown: was trained on chess, which is unknown here: of a task of one's own say where it is, --task my-task.mjs",
    ],
    ["unfit", "unfit: its machine, of 3 inputs and 2 outputs, does not fit copy, of 10 inputs and 9 outputs"],
  ] as const)
    for (const command of ["eval", "run"]) {
      const { code, stdout, stderr } = await ntm([command, file], { cwd });
      expect(stderr).toContain(`error: ${words}`);
      expect(stderr.trimEnd()).not.toContain("\n");
      expect(stdout).toBe("");
      expect(code).toBe(1);
    }
});

test("--verbose and DEBUG tell where an error comes from", async () => {
  for (const run of [ntm(["eval", "missing", "--verbose"]), ntm(["eval", "missing"], { env: { DEBUG: "1" } })]) {
    const { code, stderr } = await run;
    expect(stderr).toMatch(/^error: missing: no such file\n.*\n +at /);
    expect(stderr).toContain("caused by Error: ENOENT");
    expect(code).toBe(1);
  }
});

test("a reader who leaves early is no error to speak of", async () => {
  const cwd = await trained();
  const run = start(["eval", "a", "--length", "1,2,3,4,5,6"], { cwd });
  run.child.stdout?.destroy();
  expect((await run.ended).stderr).toBe("");
});

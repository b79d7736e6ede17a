// results.md, row by row, of runs that were written by hand: what is wanted is met or missed by little, or just met.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type PaperTaskName, type PresetController, preset } from "neural-turing-machine";
import { expect, test } from "vitest";
import { ntm, temporaryFolder } from "./ntm.js";

/** What is noted at a place of a run: sequences, bits per sequence since the place before, seconds of the processor. */
type Line = readonly [sequences: number, bits: number, cpuSeconds: number];
type Found = Readonly<Record<string, unknown>>;

/** A run's folder as `ntm reproduce` leaves it, as far as results are read from it; without its checkpoint nothing can be trained or measured. */
function writeRun(
  dir: string,
  [task, controller, ...which]: readonly [PaperTaskName, PresetController, ...number[]],
  lines: readonly Line[],
  evaluation?: { sequences: number; results: readonly Found[] },
): void {
  const folder = join(dir, [task, controller, ...which].join("-"));
  const { batchSize } = preset(task, controller).train;
  mkdirSync(folder, { recursive: true });
  const text = lines.map(([sequences, bitsPerSequence, cpuSeconds]) =>
    JSON.stringify({ step: sequences / batchSize, sequences, bitsPerSequence, cpuSeconds }),
  );
  writeFileSync(join(folder, "metrics.jsonl"), `${text.join("\n")}\n`);
  if (evaluation === undefined) return;
  const { sequences, results } = evaluation;
  writeFileSync(join(folder, "evaluation.json"), JSON.stringify({ step: sequences / batchSize, results }));
}

const whole = (sequences: number, results: readonly Found[]) => ({ sequences, results });

/** The tables of results.md by their headings, a row a string, without the head. */
function tables(cwd: string): Map<string, string[]> {
  const [, ...sections] = readFileSync(join(cwd, "results", "results.md"), "utf8").split("\n## ");
  return new Map(
    sections.map((section) => {
      const [heading = "", ...lines] = section.split("\n");
      return [heading, lines.filter((line) => line.startsWith("|")).slice(2)];
    }),
  );
}

async function results(cwd: string, ...asked: string[]): Promise<Map<string, string[]>> {
  const args = ["reproduce", ...asked, "--controllers", "feedforward", "--jobs", "0", "--dir", "runs"];
  expect(await ntm([...args, "--out", "results"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  return tables(cwd);
}

test("copy: solved within 20,000, not after; below 0.1, not at it; wrong bits by the size", async () => {
  const cwd = temporaryFolder();
  const dir = join(cwd, "runs");
  const copied = (wrong: readonly number[]) =>
    [20, 30, 50, 120].map((length, index) => ({
      sizes: { length },
      sequences: 100,
      bitsPerSequence: 0.25,
      wrongBitsPerSequence: wrong[index],
      of: 8 * length,
    }));
  writeRun(
    dir,
    ["copy", "feedforward", 1],
    [
      [19_000, 5, 60],
      [20_000, 0.0999, 90],
      [100_000, 0.02, 600],
    ],
    whole(100_000, copied([0, 0, 0.01, 1])),
  );
  writeRun(
    dir,
    ["copy", "feedforward", 2],
    [
      [19_001, 5, 60],
      [20_001, 0.05, 120],
      [100_000, 7, 700],
    ],
    whole(100_000, copied([0, 0.01, 2, 1.01])),
  );
  // few sequences are no mean of the last 1,000
  writeRun(
    dir,
    ["copy", "feedforward", 3],
    [
      [999, 0.01, 1],
      [4_000, 8, 20],
      [5_000, 0.09, 30],
      [99_999, 0.03, 900],
    ],
  );
  writeRun(
    dir,
    ["copy", "feedforward", 4],
    [
      [1_000, 0.1, 10],
      [100_000, 0.1, 1000],
    ],
    whole(100_000, copied([3, 0, 0, 0])),
  );
  // gone further than the table's runs: of what came then nothing counts
  writeRun(
    dir,
    ["copy", "feedforward", 5],
    [
      [100_000, 2, 1000],
      [101_000, 0.01, 1010],
    ],
    whole(101_000, copied([0, 0, 0, 0])),
  );
  const found = await results(cwd, "copy", "--seeds", "5");
  expect(found.get("In all")).toEqual([
    "| copy | feedforward | 100,000 | 4 of 5 | solved within 20,000 | 2 of 5 | 3 | 5,000–20,001 | 0.5–2 |",
  ]);
  expect(found.get("On other sizes, once training has ended")).toEqual([
    "| copy | feedforward | length 20 | no wrong bit | 2 of 5 | – |",
    "| copy | feedforward | length 30 | no wrong bit | 2 of 5 | – |",
    "| copy | feedforward | length 50 | no wrong bit | 1 of 5 | – |",
    "| copy | feedforward | length 120 | at most 1 wrong in a sequence | 2 of 5 | one vector duplicated (figure 4) |",
  ]);
  const inWords = (wrong: readonly number[]) =>
    [20, 30, 50, 120]
      .map((length, index) => `length ${length}: 0.250 bits, ${wrong[index]} of ${8 * length} wrong`)
      .join("; ");
  expect(found.get("copy")).toEqual([
    `| feedforward | 1 | 100,000 | 20,000 | 1.5 | 0.020 | ${inWords([0, 0, 0.01, 1])} |`,
    `| feedforward | 2 | 100,000 | 20,001 | 2 | 7.00 | ${inWords([0, 0.01, 2, 1.01])} |`,
    "| feedforward | 3 | 99,999 of 100,000 | 5,000 | 0.5 | 0.030 | not yet |",
    `| feedforward | 4 | 100,000 | – | – | 0.100 | ${inWords([3, 0, 0, 0])} |`,
    "| feedforward | 5 | 100,000 | – | – | 2.00 | not yet |",
  ]);
});

test("repeat copy: wrong bits are a share of those asked for", async () => {
  const cwd = temporaryFolder();
  const measured = (wrong: number, inVectors: number) => {
    const sizes = [
      { length: 20, repeats: 10 },
      { length: 10, repeats: 20 },
    ];
    return sizes.map((sizes, index) => ({
      sizes,
      sequences: 100,
      bitsPerSequence: 40,
      wrongBitsPerSequence: index === 0 ? wrong : 3,
      wrongInVectorsPerSequence: index === 0 ? 1 : inVectors,
      wrongBesideEndMarkersPerSequence: 0,
      of: 1800,
    }));
  };
  for (const [index, [wrong, inVectors]] of (
    [
      [18, 0],
      [18.01, 0.01],
      [17, 2],
    ] as const
  ).entries())
    writeRun(
      join(cwd, "runs"),
      ["repeat-copy", "feedforward", index + 1],
      [[150_000, 6, 3000]],
      whole(150_000, measured(wrong, inVectors)),
    );
  const found = await results(cwd, "repeat-copy", "--seeds", "3");
  expect(found.get("In all")).toEqual([
    "| repeat-copy | feedforward | 150,000 | 3 of 3 | solved within 150,000 | 0 of 3 | 0 | – | – |",
  ]);
  expect(found.get("On other sizes, once training has ended")).toEqual([
    "| repeat-copy | feedforward | length 20 × repeats 10 | at most 1 % wrong bits | 2 of 3 | – |",
    "| repeat-copy | feedforward | length 10 × repeats 20 | no wrong bit in its vectors | 1 of 3 | its end marker comes wrong (figure 8) |",
  ]);
});

test("associative recall: fewer bits than the limit, each size by its own", async () => {
  const cwd = temporaryFolder();
  const measured = (bits: readonly number[]) =>
    [6, 10, 12, 15, 20].map((items, index) => ({
      sizes: { items },
      sequences: 100,
      bitsPerSequence: bits[index],
      wrongBitsPerSequence: 0.5,
      of: 18,
    }));
  for (const [index, bits] of [
    [0.49, 0.5, 1, 0.99, 7],
    [0.2, 0.51, 0.7, 1.01, 8],
  ].entries())
    writeRun(
      join(cwd, "runs"),
      ["associative-recall", "feedforward", index + 1],
      [[100_000, 0.01, 7200]],
      whole(100_000, measured(bits)),
    );
  const found = await results(cwd, "associative-recall", "--seeds", "2");
  expect(found.get("In all")).toEqual([
    "| associative-recall | feedforward | 100,000 | 2 of 2 | solved within 40,000 | 0 of 2 | 2 | 100,000 | 120 |",
  ]);
  expect(found.get("On other sizes, once training has ended")).toEqual([
    "| associative-recall | feedforward | items 6 | below 0.5 bits | 2 of 2 | – |",
    "| associative-recall | feedforward | items 10 | below 0.5 bits | 0 of 2 | – |",
    "| associative-recall | feedforward | items 12 | below 1 bit | 1 of 2 | – |",
    "| associative-recall | feedforward | items 15 | below 1 bit | 1 of 2 | – |",
    "| associative-recall | feedforward | items 20 | below 1 bit | 0 of 2 | about 8 bits (figure 11) |",
  ]);
});

test("n-grams: what counts is the distance from the optimum", async () => {
  const cwd = temporaryFolder();
  for (const [index, bitsPerSequence] of [134.5, 134.75].entries())
    writeRun(
      join(cwd, "runs"),
      ["dynamic-n-grams", "feedforward", index + 1],
      [[200_000, bitsPerSequence, 60]],
      whole(200_000, [
        { sizes: { length: 200 }, sequences: 1000, bitsPerSequence, wrongBitsPerSequence: 60, of: 195, optimum: 133 },
      ]),
    );
  const found = await results(cwd, "dynamic-n-grams", "--seeds", "2");
  expect(found.get("In all")).toEqual(["| dynamic-n-grams | feedforward | 200,000 | 2 of 2 | – | – | 0 | – | – |"]);
  expect(found.get("On other sizes, once training has ended")).toEqual([
    "| dynamic-n-grams | feedforward | length 200 | at most 1.5 above the optimum | 1 of 2 | about 1 above about 133 (figure 13) |",
  ]);
  expect(found.get("dynamic-n-grams")?.map((row) => row.split(" | ").at(-1))).toEqual([
    "length 200: 135 bits, 1.5 above the optimum of 133 |",
    "length 200: 135 bits, 1.75 above the optimum of 133 |",
  ]);
});

test("priority sort: bits at the end are those of runs that have ended", async () => {
  const cwd = temporaryFolder();
  const ends: readonly Line[] = [
    [200_000, 40, 60],
    [200_000, 40.25, 60],
    [100_000, 30, 60],
  ];
  for (const [index, end] of ends.entries())
    writeRun(join(cwd, "runs"), ["priority-sort", "feedforward", index + 1], [end]);
  writeRun(join(cwd, "runs"), ["priority-sort", "feedforward", 1, 1_000_000], [[1_000_000, 20, 60]]);
  const found = await results(cwd, "priority-sort", "--seeds", "3");
  expect(found.get("In all")).toEqual([
    "| priority-sort | feedforward | 200,000 | 2 of 3 | at most 40 bits | 1 of 3 | 0 | – | – |",
    "| priority-sort | feedforward | 1,000,000 | 1 of 1 | at most 20 bits | 1 of 1 | 0 | – | – |",
  ]);
  expect(found.get("On other sizes, once training has ended")).toEqual([
    "| priority-sort | feedforward | vectors 20 × sorted 16 | – | – | – |",
  ]);
});

test("a curve of many lines keeps at most 251 points, its last among them", async () => {
  const cwd = temporaryFolder();
  const lines = Array.from({ length: 500 }, (_, index): Line => [100 * (index + 1), 5, 1]);
  writeRun(join(cwd, "runs"), ["copy", "feedforward", 1], lines);
  await results(cwd, "copy", "--seeds", "1");
  const [run] = JSON.parse(readFileSync(join(cwd, "results", "results.json"), "utf8")).runs;
  const places = run.curve.map(({ sequences }: { sequences: number }) => sequences);
  expect(places).toEqual([...Array.from({ length: 250 }, (_, index) => 200 * index + 100), 50_000]);
});

test("a line that begins before the last 1,000 sequences counts by those of its own that are among them", async () => {
  const cwd = temporaryFolder();
  writeRun(
    join(cwd, "runs"),
    ["copy", "feedforward", 1],
    [9, 1, 2, 3, 4].map((bits, index): Line => [300 * (index + 1), bits, 1]),
  );
  await results(cwd, "copy", "--seeds", "1");
  const [run] = JSON.parse(readFileSync(join(cwd, "results", "results.json"), "utf8")).runs;
  // all so far; from the fourth line on 100 of the first of four
  expect(run.curve.map(({ bits }: { bits: number }) => bits)).toEqual([9, 5, 4, 2.7, 2.8]);
  expect(run.bitsAtTheEnd).toBeCloseTo(2.8, 9);
});

test("one seed of each comes first, and after all others what takes longest", async () => {
  const cwd = temporaryFolder();
  // further than is asked for, and measured: nothing is left to do
  const sorted = { sizes: { vectors: 20, sorted: 16 }, bitsPerSequence: 30, wrongBitsPerSequence: 4, of: 128 };
  const measured = whole(100, [sorted]);
  for (const which of [[1], [2], [1, 1_000_000]])
    writeRun(join(cwd, "runs"), ["priority-sort", "feedforward", ...which], [[200, 90, 1]], measured);
  writeRun(join(cwd, "runs"), ["priority-sort", "lstm", 1], [[200, 90, 1]], measured);
  writeRun(join(cwd, "runs"), ["priority-sort", "lstm", 2], [[200, 90, 1]], measured);
  writeRun(join(cwd, "runs"), ["priority-sort", "lstm", 1, 1_000_000], [[200, 90, 1]], measured);
  const args = ["reproduce", "priority-sort", "--controllers", "feedforward,lstm", "--seeds", "2", "--jobs", "1"];
  const asked = [...args, "--sequences", "100", "--dir", "runs", "--out", "results"];
  const { code, stdout } = await ntm(asked, { cwd });
  expect([code, stdout.match(/^.*(?=: ended)/gm)]).toEqual([
    0,
    [
      "priority-sort, feedforward, seed 1",
      "priority-sort, lstm, seed 1",
      "priority-sort, feedforward, seed 2",
      "priority-sort, lstm, seed 2",
      "priority-sort, feedforward, over 1,000,000, seed 1",
      "priority-sort, lstm, over 1,000,000, seed 1",
    ],
  ]);
});

test("ten sequences in fours are three updates", async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", "repeat-copy", "--controllers", "feedforward", "--seeds", "1", "--jobs", "0"];
  const asked = [...args, "--sequences", "10", "--dir", "runs", "--out", "results"];
  for (const [sequences, ended] of [
    [8, 0],
    [12, 1],
  ] as const) {
    writeRun(join(cwd, "runs"), ["repeat-copy", "feedforward", 1], [[sequences, 90, 1]]);
    expect((await ntm(asked, { cwd })).stdout).toBe(`${ended} of 1 run ended. Written in results.\n`);
  }
});

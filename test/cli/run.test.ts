// `ntm run`: the picture has the right dimensions, in colours and without, in every width.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NTM } from "neural-turing-machine";
import { beforeAll, describe, expect, test } from "vitest";
import { CHECKPOINT, ntm, plain, startInTerminal, temporaryFolder, tiny } from "./ntm.js";

let cwd = "";
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "ntm-"));
  await ntm(["train", "copy", ...tiny, "--steps", "50", "--out", "copy"], { cwd });
  await ntm(["train", "copy", ...tiny, "--steps", "5", "--read-heads", "2", "--out", "heads"], { cwd });
  await ntm(["train", "copy", ...tiny, "--steps", "5", "--read-heads", "0", "--write-heads", "0", "--out", "none"], {
    cwd,
  });
  await ntm(["train", "copy", ...tiny, "--steps", "5", "--bits", "8", "--out", "wide"], { cwd });
  return () => rmSync(cwd, { recursive: true, force: true });
});

/** The lines under a title, from its column on, as far as the panel goes. */
function panel(picture: string, title: string): string[] {
  const lines = picture.split("\n");
  const top = lines.findIndex((line) => line.includes(title));
  const left = lines[top]?.indexOf(title) ?? 0;
  const under = lines.slice(top + 1).map((line) => /^[^ ]*/.exec(line.slice(left))?.[0] ?? "");
  return under.slice(0, under.indexOf(""));
}

describe("without colours", () => {
  test("input, target and output: a line a channel, a character a step", async () => {
    const { code, stdout, stderr } = await ntm(["run", "copy", "--length", "6"], { cwd });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).not.toContain("\u001b");
    const [input, target, output] = ["input", "target", "output"].map((title) => panel(stdout, title));
    expect(input?.map((line) => line.length)).toEqual([7, 7, 7]); // two bits and the delimiter; six vectors and the delimiter
    expect(target?.map((line) => line.length)).toEqual([6, 6]);
    expect(output?.map((line) => line.length)).toEqual([6, 6]);
    expect(input?.[2]).toBe("······█"); // the delimiter comes last
    expect(input?.slice(0, 2).map((line) => line.slice(0, 6))).toEqual(target); // what is to come out is what went in
  });

  test("the wrong bits are marked, as many as are told", async () => {
    const { stdout } = await ntm(["run", "copy", "--length", "30"], { cwd });
    const marks = panel(stdout, "output").join("").split("×").length - 1;
    expect(marks).toBeGreaterThan(0);
    expect(stdout).toContain(`${marks} bits of 60 wrong`);
  });

  test("weightings beside each other, a line a memory row, no more than there are", async () => {
    const { stdout } = await ntm(["run", "copy", "--length", "6"], { cwd });
    const [write, read] = [panel(stdout, "write weighting"), panel(stdout, "read weighting")];
    expect(write.length).toBeGreaterThan(0);
    expect(write.length).toBeLessThanOrEqual(8);
    expect(write.every((line) => line.length === 7)).toBe(true);
    expect(read.map((line) => line.length)).toEqual(write.map(() => 6));
    const [, first, last] = /memory rows (\d)–(\d) of 0–7/.exec(stdout) ?? [];
    expect((Number(last) - Number(first) + 8) % 8).toBe(write.length - 1);
    expect(stdout).toMatch(/weight 0 ·░▒▓█ [01]\.\d\d/);
  });

  test("memory rows that go on from the last to the first, and only heads that there are", async () => {
    const small = ["--max-length", "3", "--hidden-size", "6", "--rows", "8", "--columns", "4", "--steps", "1"];
    await ntm(["train", "copy", ...small, "--set", "headInit.shift=-5", "--out", "backwards"], { cwd });
    const { stdout } = await ntm(["run", "backwards", "--length", "3"], { cwd });
    expect(stdout).toMatch(/memory rows \d–7 and 0(–\d)? of 0–7/);
    expect(stdout).toMatch(
      /write: as the input comes\n +read: as the output does\n +what is read comes to the\n +controller a step later/,
    );
    await ntm(["train", "copy", ...small, "--write-heads", "0", "--out", "reader"], { cwd });
    const reader = (await ntm(["run", "reader"], { cwd })).stdout;
    expect(reader).toContain("read: as the output does");
    expect(reader).not.toContain("write: as the input comes");
    await ntm(["train", "copy", ...small, "--read-heads", "0", "--out", "writer"], { cwd });
    expect((await ntm(["run", "writer"], { cwd })).stdout).not.toMatch(/read: as|what is read/);
  });

  test("letters where there are no blocks", async () => {
    for (const env of [{ LANG: "C" }, { LC_ALL: "POSIX" }, { TERM: "linux" }]) {
      const { stdout } = await ntm(["run", "copy"], { cwd, env });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
      expect(stdout).toMatch(/^[\u0000-\u007f]+$/);
      expect(panel(stdout, "target")).toHaveLength(2);
    }
  });
});

test("--rows gives it a memory of other rows", async () => {
  const weightings = async (...flags: string[]) =>
    JSON.parse((await ntm(["run", "heads", "--json", ...flags], { cwd })).stdout).weightings[0] as number[][];
  expect((await weightings()).map((head) => head.length)).toEqual([8, 8, 8]);
  expect((await weightings("--rows", "64")).map((head) => head.length)).toEqual([64, 64, 64]);
});

test.each([
  ["binary-cross-entropy", "bits? of 12 wrong|all 12 bits right", "bits of loss"],
  ["softmax-cross-entropy", "answers? of 6 wrong|all 6 answers right", "bits of loss"],
  ["mean-squared-error", "squared error \\d", "squared error"],
])("the figures are those of the machine's loss: %s", async (loss, verdict, unit) => {
  await ntm(["train", "copy", ...tiny, "--steps", "5", "--set", `loss=${loss}`, "--out", loss], { cwd });
  const { stdout } = await ntm(["run", loss, "--length", "6"], { cwd });
  expect(stdout).toMatch(new RegExp(verdict));
  expect(stdout).toContain(unit);
  const ran = JSON.parse((await ntm(["run", loss, "--length", "6", "--json"], { cwd })).stdout);
  const machine = await NTM.load(readFileSync(join(cwd, loss, CHECKPOINT)));
  const { inputSize, outputSize } = machine.config;
  const batched = (rows: number[][]) => rows.map((row) => [row]);
  const [input, target] = [batched(ran.input), batched(ran.target)];
  const task = { inputSize, outputSize, batch: () => ({ input, target, mask: batched(ran.mask) }) };
  const found = await machine.evaluate(task as never, { sequences: 1 });
  machine.dispose();
  expect(ran.loss).toBeCloseTo(found.loss, 4);
  if (found.bitsPerSequence === null) expect(ran.bitsPerSequence).toBeNull();
  else expect(ran.bitsPerSequence).toBeCloseTo(found.bitsPerSequence, 4);
  expect(ran.wrongBits ?? null).toBe(found.wrongBitsPerSequence);
});

// nats of one step where every logit is [20, 0.5]: (20 + ln(1 + e⁻²⁰)) + (ln(1 + e^½) - ½); 19.5 + ln(1 + e^-19.5); 20² + ½²
test.each([
  ["binary-cross-entropy", 20.474077, "73.8 bits of loss"],
  ["softmax-cross-entropy", 19.5, "70.3 bits of loss"],
  ["mean-squared-error", 400.25, "squared error 1,001"],
])("sure and wrong costs what `ntm eval` says, a step by its weight in the mask: %s", async (loss, nats, words) => {
  const cwd = temporaryFolder();
  const target = loss === "mean-squared-error" ? "[0, 0]" : "[0, 1]";
  writeFileSync(
    join(cwd, "weighted.mjs"),
    `export default {
      inputSize: 1,
      outputSize: 2,
      batch(random, { batchSize }) {
        const each = (value) => Array.from({ length: batchSize }, () => value);
        const mask = [0, 0.5, 2].map(each);
        return { input: mask.map(() => each([1])), target: mask.map(() => each(${target})), mask };
      },
    };`,
  );
  const machineFlags = tiny.slice(0, 8);
  await ntm(["train", "./weighted.mjs", ...machineFlags, "--steps", "1", "--set", `loss=${loss}`, "--out", "a"], {
    cwd,
  });
  const file = join(cwd, "a", CHECKPOINT);
  const machine = await NTM.load(readFileSync(file));
  const { data, shape } = machine.parameters().get("output.weight") ?? { data: [], shape: [] };
  machine.setParameters(
    new Map([
      ["output.weight", { data: data.map(() => 0), shape }],
      ["output.bias", { data: [20, 0.5], shape: [2] }],
    ]),
  );
  writeFileSync(file, machine.save({ metadata: machine.metadata }));
  machine.dispose();

  const of = async (command: string) =>
    (await ntm([command, "a", "--task", "./weighted.mjs", "--json"], { cwd })).stdout;
  const [ran, measured] = [JSON.parse(await of("run")), JSON.parse(await of("eval"))];
  expect(ran.loss).toBeCloseTo(2.5 * nats, 4);
  expect(ran.bitsPerSequence ?? ran.loss).toBeCloseTo(measured.bitsPerSequence ?? measured.squaredErrorPerSequence, 4);
  expect(ran.wrongBits ?? null).toBe(measured.wrongBitsPerSequence);
  expect((await ntm(["run", "a", "--task", "./weighted.mjs"], { cwd })).stdout).toContain(words);
  expect((await ntm(["report", "a", "--task", "./weighted.mjs"], { cwd })).code).toBe(0);
  if (loss === "binary-cross-entropy")
    expect(readFileSync(join(cwd, "a", "report.html"), "utf8")).toContain(`2 of 4 bits wrong, ${words}`);
});

describe("in colour", () => {
  test.each([
    ["1", /\[3[0-9]m/, /\[[34]8;[25];/],
    ["2", /\[[34]8;5;\d+m/, /\[[34]8;2;/],
    ["3", /\[[34]8;2;\d+;\d+;\d+m/, /\[[34]8;5;/],
  ])("FORCE_COLOR=%s", async (level, has, hasNot) => {
    const { stdout } = await ntm(["run", "copy", "--length", "20"], { cwd, env: { FORCE_COLOR: level } });
    expect(stdout).toMatch(has);
    expect(stdout).not.toMatch(hasNot);
  });

  test("two rows to a line, as half blocks", async () => {
    const { stdout } = await ntm(["run", "wide", "--length", "12"], { cwd, env: { FORCE_COLOR: "3" } });
    const picture = plain(stdout);
    expect(panel(picture, "input").map((line) => line.length)).toEqual([13, 13, 13, 13, 13]); // nine channels
    expect(panel(picture, "target").map((line) => line.length)).toEqual([12, 12, 12, 12]);
  });

  test("NO_COLOR means none, in a terminal too", async () => {
    const { stdout } = await startInTerminal(["run", "copy"], 80, {
      cwd,
      env: { NO_COLOR: "1", COLORTERM: "truecolor" },
    }).ended;
    expect(stdout).not.toContain("\u001b[3");
    const coloured = await startInTerminal(["run", "copy"], 80, { cwd, env: { COLORTERM: "truecolor" } }).ended;
    expect(coloured.stdout).toContain("\u001b[38;2");
  });
});

describe("fits", () => {
  test.each([
    [40, 20],
    [80, 3],
    [80, 20],
    [80, 50],
    [80, 120],
    [200, 20],
    [200, 50],
    [200, 120],
    [500, 120],
  ])("%i columns, length %i", async (columns, length) => {
    for (const colour of ["0", "3"]) {
      const flags = ["--width", String(columns), "--length", String(length)];
      const { code, stdout } = await ntm(["run", "wide", ...flags], { cwd, env: { FORCE_COLOR: colour } });
      expect(code).toBe(0);
      for (const title of ["input", "target", "output", "write weighting", "read weighting"])
        expect(stdout).toContain(title);
      for (const line of plain(stdout).split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  test("the terminal where there is one, 80 columns where there is none", async () => {
    const widest = (picture: string) =>
      Math.max(
        ...plain(picture)
          .split("\n")
          .map((line) => line.length),
      );
    const piped = (await ntm(["run", "wide", "--length", "70"], { cwd })).stdout;
    expect(widest(piped)).toBeLessThanOrEqual(80);
    const terminal = (await startInTerminal(["run", "wide", "--length", "70"], 230, { cwd }).ended).stdout;
    expect(widest(terminal)).toBeGreaterThan(200);
    expect(widest(terminal)).toBeLessThanOrEqual(230);
  });

  test("what is drawn smaller is said to be", async () => {
    const { stdout } = await ntm(["run", "wide", "--length", "70", "--width", "40"], { cwd });
    expect(stdout).toMatch(/drawn smaller: the largest\n +of every \d+ steps( × \d+ rows)?\n/);
    expect((await ntm(["run", "wide", "--length", "5"], { cwd })).stdout).not.toContain("drawn smaller");
  });

  test("of what is drawn smaller the largest of each block stays", async () => {
    const drawn = async (width: number) =>
      (await ntm(["run", "copy", "--length", "70", "--width", String(width)], { cwd })).stdout;
    const [whole, small] = [await drawn(500), await drawn(40)];
    const [, across, down = 1] = /of every (\d+) steps(?: × (\d+) rows)?\n/.exec(small) ?? [];
    for (const title of ["write weighting", "read weighting"]) {
      const [all, few] = [panel(whole, title), panel(small, title)];
      expect(few).toHaveLength(Math.ceil(all.length / Number(down)));
      for (const [y, line] of few.entries())
        for (const [x, shade] of [...line].entries()) {
          const block = all
            .slice(y * Number(down), (y + 1) * Number(down))
            .flatMap((row) => [...row].slice(x * Number(across), (x + 1) * Number(across)));
          const shades = "·░▒▓█";
          expect(shades.indexOf(shade)).toBe(Math.max(...block.map((each) => shades.indexOf(each))));
        }
    }
  });

  test("--compact draws what comes out, and all of it", async () => {
    const { stdout } = await ntm(["run", "wide", "--length", "120", "--compact"], { cwd });
    const strips = stdout.split("\n").filter((line) => /^ +[·░▒▓█×]+$/.test(line));
    expect(strips).toHaveLength(2 * 8);
    expect(strips.join("").replaceAll(" ", "")).toHaveLength(120 * 8);
    expect(stdout).not.toContain("weighting");
    expect(stdout).toMatch(/(of 960 wrong|all 960 bits right)\n +× wrong bit\n/);
  });
});

test("numbers beyond 0 and 1 are drawn between the least and the greatest, and these are said", async () => {
  writeFileSync(
    join(cwd, "ramp.mjs"),
    `export default {
  inputSize: 1,
  outputSize: 1,
  batch(_, { batchSize }) {
    const steps = (...numbers) => numbers.map((each) => Array.from({ length: batchSize }, () => [each]));
    return { input: steps(-4, 0, 4), target: steps(-2, 0, 2) };
  },
};`,
  );
  const small = ["--set", "loss=mean-squared-error", "--rows", "4", "--columns", "3", "--hidden-size", "4"];
  await ntm(["train", "./ramp.mjs", ...small, "--steps", "1", "--out", "ramp"], { cwd });
  const { stdout } = await ntm(["run", "ramp", "--task", "./ramp.mjs"], { cwd });
  expect(panel(stdout, "input")).toEqual(["·▒█"]);
  expect(panel(stdout, "target")).toEqual(["·▒█"]);
  expect(panel(stdout, "output")).toEqual(["▒▒▒"]); // it has hardly begun
  expect(stdout).toMatch(/^ +output −2 ·░▒▓█ 2\n +input −4 ·░▒▓█ 4$/m);
  expect((await ntm(["run", "ramp", "--task", "./ramp.mjs", "--compact"], { cwd })).stdout).toMatch(
    /^ +output −2 ·░▒▓█ 2$/m,
  );
  await ntm(["report", "ramp", "--task", "./ramp.mjs", "--out", "ramp.html"], { cwd });
  const page = readFileSync(join(cwd, "ramp.html"), "utf8");
  for (const name of ["target", "output"])
    expect(page).toContain(`<figcaption>${name}; faintest −2, strongest 2</figcaption>`);
});

test("every head has its panel, and a machine without heads none", async () => {
  const { stdout } = await ntm(["run", "heads", "--length", "5"], { cwd });
  for (const title of ["write weighting", "read weighting 1", "read weighting 2"]) expect(stdout).toContain(title);
  const without = await ntm(["run", "none", "--length", "5"], { cwd });
  expect(without.code).toBe(0);
  expect(without.stdout).not.toContain("weighting");
  expect(panel(without.stdout, "output")).toHaveLength(2);
});

test("the seed decides the sequence", async () => {
  const picture = async (seed: string) => (await ntm(["run", "copy", "--seed", seed], { cwd })).stdout;
  const [one, again, other] = [await picture("1"), await picture("1"), await picture("2")];
  expect(again).toBe(one);
  expect(other).not.toBe(one);
});

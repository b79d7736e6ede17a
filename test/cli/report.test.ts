// `ntm report`: one file that loads nothing, holds what it should for every task and machine, and whose figures and pictures are the numbers
// that the library gives.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { copy, dynamicNGrams, NTM, random } from "neural-turing-machine";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { after, CHECKPOINT, ntm, temporaryFolder, tiny } from "./ntm.js";

const small = "--hidden-size 6 --rows 8 --columns 4 --steps 3".split(" ");
let cwd = "";
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "ntm-"));
  await train("copy", ...tiny, "--steps", "60", "--out", "trained");
  writeFileSync(join(cwd, "copy.st"), readFileSync(checkpointOf(join(cwd, "trained"))));
  return () => rmSync(cwd, { recursive: true, force: true });
});

async function train(...args: string[]): Promise<void> {
  expect((await ntm(["train", ...args], { cwd })).stderr).toBe("");
}

const checkpointOf = (run: string) => join(run, CHECKPOINT);

/** The page that is made of a checkpoint or a run's folder. */
async function reportOf(run: string, ...flags: string[]): Promise<string> {
  const out = join(temporaryFolder(), "page.html");
  const { code, stderr } = await ntm(["report", run, "--out", out, ...flags], { cwd });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return readFileSync(out, "utf8");
}

/** A run's folder with the small machine and that much progress. */
function folderWith(metrics: string, name = "run"): string {
  const folder = join(temporaryFolder(), name);
  mkdirSync(folder);
  writeFileSync(checkpointOf(folder), readFileSync(join(cwd, "copy.st")));
  writeFileSync(join(folder, "metrics.jsonl"), metrics);
  return folder;
}

function progress(bits: readonly number[]): string {
  return bits
    .map((value, i) => `${JSON.stringify({ step: i + 1, sequences: i + 1, bitsPerSequence: value })}\n`)
    .join("");
}

const sectionsOf = (page: string) => [...page.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);

/** The greys of the picture under a name, the first in the page that is called so. */
function picture(page: string, name: string) {
  const from = page.indexOf(`<figcaption>${name}</figcaption>`);
  expect(from, name).toBeGreaterThan(0);
  const [, source = ""] = /data:image\/png;base64,([^"]+)/.exec(page.slice(from)) ?? [];
  const { width, height, channels, data } = decode(Buffer.from(source, "base64"));
  expect(channels).toBe(1);
  return { width, height, at: (x: number, y: number) => data[y * width + x] ?? -1 };
}

/** What stands below and beside the picture under a name, the first in the page that is called so. */
function scales(page: string, name: string) {
  const [panel = ""] = page.split(`<figcaption>${name}</figcaption>`)[1]?.split("</figure>") ?? [];
  const [, below = ""] = /<div class="steps"[^>]*>(.*?)<\/div>/.exec(panel) ?? [];
  const [, beside = ""] = /<div class="rows"[^>]*>(.*?)<\/div>/.exec(panel) ?? [];
  return {
    steps: [...below.matchAll(/left:([\d.]+)%">(\d+)</g)].map(([, left, step]) => ({
      step: Number(step),
      left: Number(left),
    })),
    rows: [...beside.matchAll(/<span>(\d+)</g)].map(([, row]) => row),
  };
}

/** What the key of a section says, without its colours. */
function keys(page: string, section: string): string[] {
  const [, key = ""] = /<p class="keys">(.*?)<\/p>/s.exec(page.slice(page.indexOf(`<section id="${section}"`))) ?? [];
  return [...key.matchAll(/<span>(.*?)<\/span>/g)].map(([, words = ""]) => words.replaceAll(/ <[^>]*><[^>]*> /g, " "));
}

/** The paths of a kind, with their tone, of the chart that has these words, in the unit square: right and up. */
function paths(page: string, words: string, kind: "line" | "band" | "dots") {
  const [chart = ""] = page.split(`aria-label="${words}`)[1]?.split("</svg>") ?? [];
  return [...chart.matchAll(new RegExp(`<path class="${kind} tone-(\\w+)" d="([^"]*)"`, "g"))].map(
    ([, tone, path = ""]) => ({
      tone,
      points: [...path.matchAll(/([\d.]+)[, ]([\d.]+)/g)].map(
        ([, x, y]) => [Number(x) / 1000, 1 - Number(y) / 1000] as const,
      ),
    }),
  );
}

/** The cells of the rows of a table of this class, without their marks. */
function cells(page: string, table: string): string[][] {
  const [, body = ""] = new RegExp(`<table class="${table}">[\\s\\S]*?<tbody>([\\s\\S]*?)</tbody>`).exec(page) ?? [];
  return [...body.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = ""]) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell = ""]) => cell.replaceAll(/<\/?code>/g, "")),
  );
}

describe("holds what it should", () => {
  const withHeads = [
    "learning",
    "examples",
    "memory-use",
    "memory",
    "heads",
    "generalisation",
    "parameters",
    "settings",
  ];

  test.each([
    ["copy", "lstm", [], "figure 6"],
    ["repeat-copy", "feedforward", [], "figure 9"],
    ["associative-recall", "feedforward", [], "figure 12"],
    ["dynamic-n-grams", "lstm", [], "figure 15"],
    ["priority-sort", "lstm", [], "figure 17"],
    ["copy", "baseline", ["--layers", "2"], "figures 4 and 5"],
  ] as const)("%s, %s", async (task, controller, flags, figure) => {
    const run = join(temporaryFolder(), "run");
    await train(task, "--controller", controller, ...small, ...flags, "--out", run);
    const page = await reportOf(checkpointOf(run));
    const sections =
      controller === "baseline" ? withHeads.filter((id) => id !== "memory" && id !== "heads") : withHeads;
    expect(sectionsOf(page)).toEqual(sections);
    expect(page).toContain(figure);

    const machine = await NTM.load(readFileSync(checkpointOf(run)));
    const numbers = [...machine.parameters().values()].reduce((sum, { data }) => sum + data.length, 0);
    expect(page).toContain(`<dt>parameters</dt><dd>${numbers.toLocaleString("en-US")}</dd>`);
    expect(page).toContain(`<th scope="row">all</th><td></td><td>${numbers.toLocaleString("en-US")}</td>`);
    const { readHeads, writeHeads } = machine.config;
    const panels = (name: string) =>
      page.match(new RegExp(`<figcaption>${name}( \\d+)?</figcaption>`, "g"))?.length ?? 0;
    for (const name of ["reads", "read weighting"]) expect(panels(name)).toBe(readHeads);
    expect(page.includes("a head may read a row ahead")).toBe(readHeads > 0);
    for (const name of ["adds", "write weighting"]) expect(panels(name)).toBe(writeHeads);
    for (const [name, { shape }] of machine.parameters())
      expect(page).toContain(`<code>${name}</code></th><td>${shape.join(" × ")}</td>`);
    expect(page.includes("optimal estimator")).toBe(task === "dynamic-n-grams");
    // every picture has words, but those that lie over another
    for (const [image] of page.matchAll(/<img [^>]*?>/g)) expect(image).toMatch(/alt="[^"]+"|class="map wrong" alt=""/);
    for (const [chart] of page.matchAll(/<div class="chart[^>]*>/g))
      expect(chart).toMatch(/role="img" aria-label="[^"]+"/);
  });

  test("a task of one's own, in bits or not", async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "delay.mjs"),
      `export default {
        inputSize: 1,
        outputSize: 1,
        batch(random, { batchSize }) {
          const bits = Array.from({ length: 5 }, () => Array.from({ length: batchSize }, () => [random.bit()]));
          const nothing = Array.from({ length: batchSize }, () => [0]);
          return { input: [...bits, nothing], target: [nothing, ...bits] };
        },
      };`,
    );
    const make = async (...flags: string[]) => {
      expect((await ntm(["train", "./delay.mjs", ...small, "--every", "1", ...flags], { cwd: folder })).code).toBe(0);
      const { code, stderr } = await ntm(["report", flags[1] ?? "", "--task", "./delay.mjs"], { cwd: folder });
      expect(stderr).toBe("");
      expect(code).toBe(0);
      return readFileSync(join(folder, flags[1] ?? "", "report.html"), "utf8");
    };
    const page = await make("--out", "bits");
    expect(sectionsOf(page)).toEqual(withHeads);
    expect(page).toMatch(/<small>(all 6 bits right|[1-6] of 6 bits wrong), /);
    const squared = await make("--out", "squared", "--set", "loss=mean-squared-error");
    expect(sectionsOf(squared)).toEqual(withHeads);
    expect(squared).not.toMatch(/bits? (wrong|right)|probability|bits per sequence, of late/);
    expect(squared).toContain("squared error per sequence, of late");
    expect(squared).toContain('scope="col">squared error per sequence</th></tr>');
    expect((await ntm(["report", "bits"], { cwd: folder })).stderr).toContain("--task ./delay.mjs");
  });

  test("the machine in the words of `ntm train`", async () => {
    for (const flags of [
      ["--layers", "2"],
      ["--read-heads", "0", "--write-heads", "0"],
    ]) {
      const run = join(temporaryFolder(), "run");
      const { stdout } = await ntm(["train", "copy", ...tiny, ...flags, "--steps", "1", "--out", run], { cwd });
      const [, first = "", rest] = /^copy: (.)(.*)/.exec(stdout) ?? [];
      expect(await reportOf(run)).toContain(`<p class="lead">${first.toUpperCase()}${rest}.</p>`);
    }
  });

  test("of a softmax what is wrong is answers, one a step", async () => {
    await train("copy", ...tiny, "--steps", "3", "--set", "loss=softmax-cross-entropy", "--out", "softmax");
    const page = await reportOf("softmax");
    expect(page).toContain("<dt>of 120 answers wrong, 120 vectors</dt>");
    expect(page).toContain('<th scope="col">wrong answers</th>');
    expect(page).toContain("wrong answers per sequence");
    expect(page).not.toMatch(/bits? wrong|wrong bit/);
  });

  test("the command that trains such a machine", async () => {
    const set = ["lstmInit.forgetBias=0.5", "headInit.gate=0.5"].flatMap((setting) => ["--set", setting]);
    await train("copy", ...tiny, "--controller", "lstm", ...set, "--steps", "4", "--out", "set");
    const grams = ["dynamic-n-grams", "--length", "9", "--order", "2", "--memory-init", "constant"];
    await train(...grams, ...small, "--controller", "feedforward", "--out", "constant");
    const sort = ["priority-sort", "--bits", "2", "--vectors", "3", "--sorted", "2", "--controller", "feedforward"];
    await train(...sort, ...small, "--out", "fours");
    await train(...sort, ...small, "--batch-size", "1", "--out", "single");
    await train(...sort, ...small, "--clip", "none", "--out", "unclipped");
    const repeat = ["repeat-copy", "--bits", "2", "--max-length", "2", "--max-repeats", "2"];
    await train(...repeat, ...small, "--controller", "feedforward", "--out", "adams");
    await train(...repeat, ...small, "--controller", "feedforward", "--optimizer", "rmsprop", "--out", "rmsprops");
    const memory = ["--memory-init", "learned"];
    await train(...repeat, ...small, "--controller", "feedforward", ...memory, "--out", "learned");
    await train(
      ...repeat,
      ...small,
      "--controller",
      "feedforward",
      ...memory,
      "--set",
      "memory.scale=2",
      "--out",
      "wide",
    );
    const repeated = ["adams", "rmsprops", "learned", "wide"];
    for (const run of ["trained", "set", "constant", "fours", "single", "unclipped", ...repeated].map((name) =>
      join(cwd, name),
    )) {
      const page = await reportOf(run);
      expect(page.includes("<dt>lstmInit.forgetBias</dt><dd>0.5</dd>")).toBe(run.endsWith("set"));
      expect(page.includes("lstmInit")).toBe(run.endsWith("set"));
      const [, command = ""] = /<pre><code>npx ntm ([^<]+)<\/code>/.exec(page) ?? [];
      const again = join(temporaryFolder(), "again");
      await train(...command.split(" ").slice(1), "--out", again);
      expect(readFileSync(checkpointOf(again)).equals(readFileSync(checkpointOf(run)))).toBe(true);
    }
  });

  test("on Windows the command's words are those that its programs read", async () => {
    const schedule = ["--learning-rate", "0.001", "--schedule", "cosine"];
    await train("copy", ...tiny, ...schedule, "--out", "of windows");
    const windows = after('Object.defineProperty(process, "platform", { value: "win32" });');
    await ntm(["report", "of windows", "--out", "windows.html"], { cwd, env: windows });
    const page = readFileSync(join(cwd, "windows.html"), "utf8").replaceAll("&#34;", '"');
    const [, word = ""] = /--set (optimizer\.learningRate="(?:\\.|[^"\\])*")/.exec(page) ?? [];
    expect(word).toContain('\\"');
    // as the runtime of C takes a command line apart
    const said = word
      .replaceAll(/(?<!\\)"/g, "")
      .replaceAll('\\"', '"')
      .replace("optimizer.learningRate=", "");
    const { train: trained } = JSON.parse(readFileSync(join(cwd, "of windows", "config.json"), "utf8"));
    expect(JSON.parse(said)).toEqual(trained.optimizer.learningRate);
  });

  test("the command has every option of a machine, each where it is not the preset's", async () => {
    const others: Record<string, unknown> = {
      ...{ "controller.kind": "feedforward", "controller.hiddenSize": 7, "controller.layers": 2 },
      ...{ "memory.rows": 9, "memory.columns": 5, "memory.init": "learned", "memory.value": 0.5, "memory.scale": 3 },
      ...{ readHeads: 2, writeHeads: 3, shiftRange: 2 },
      ...{ "lstmInit.inputScale": 0.5, "lstmInit.recurrentScale": 0.5, "lstmInit.forgetBias": 0.5 },
      ...{ "headInit.scale": 0.5, "headInit.keyStrength": 0.5, "headInit.gate": 0.5, "headInit.shift": 0.5 },
      ...{ "headInit.sharpening": 0.5, keyActivation: "tanh", addActivation: "tanh", loss: "mean-squared-error" },
      seed: 3,
    };
    const flags: Record<string, string> = {
      ...{
        "controller.kind": "--controller",
        "controller.hiddenSize": "--hidden-size",
        "controller.layers": "--layers",
      },
      ...{ "memory.rows": "--rows", "memory.columns": "--columns", "memory.init": "--memory-init" },
      ...{ readHeads: "--read-heads", writeHeads: "--write-heads", seed: "--seed" },
    };
    const nested: Record<string, Record<string, unknown>> = {};
    for (const [path, value] of Object.entries(others)) {
      const [name = "", inner] = path.split(".");
      if (inner === undefined) Object.assign(nested, { [name]: value });
      else nested[name] = { ...nested[name], [inner]: value };
    }
    const machine = await NTM.create({ ...nested, inputSize: 9, outputSize: 8 });
    const { inputSize: _, outputSize: __, ...config } = machine.config;
    // All there are: one that is added is missed here.
    expect(nested).toEqual(config);
    writeFileSync(
      join(cwd, "other.st"),
      machine.save({ metadata: { task: { name: "copy", options: copy().options } } }),
    );
    machine.dispose();
    const [, command = ""] = /<pre><code>npx ntm train copy ([^<]+)<\/code>/.exec(await reportOf("other.st")) ?? [];
    for (const [path, value] of Object.entries(others))
      expect(` ${command} `).toContain(flags[path] ? ` ${flags[path]} ${value} ` : ` --set ${path}=${value} `);
  });

  test("of a machine without its training no updates are told", async () => {
    const machine = await NTM.load(readFileSync(checkpointOf(join(cwd, "trained"))));
    writeFileSync(join(cwd, "plain.st"), machine.save());
    machine.dispose();
    const page = await reportOf("plain.st");
    expect(page).toMatch(/<pre><code>npx ntm train copy [^<]* --seed 1<\/code>/);
    expect(page).not.toContain("<dt>updates</dt>");
  });
});

describe("stands alone", () => {
  test("nothing is loaded, and the page forbids it, too", async () => {
    const page = await reportOf("copy.st");
    expect(page).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<(script|link|iframe|object|embed|video|audio|base)\b|@import/i);
    for (const [, source = ""] of page.matchAll(/\s(?:src|srcset|xlink:href|data|poster|action)="([^"]*)"/g))
      expect(source).toMatch(/^data:image\/png;base64,/);
    for (const [, url = ""] of page.matchAll(/url\(([^)]*)\)/g)) expect(page).toContain(`id="${url.slice(1)}"`);
    const links = [...page.matchAll(/<(\w+)[^>]*\shref="([^"]*)"/g)].map(([, element, target]) => [element, target]);
    expect(links).toEqual([["a", "https://arxiv.org/abs/1410.5401"]]);
  });

  test("the same bytes of the same run", async () => {
    const run = folderWith(progress([3, 2, 1]));
    expect(await reportOf(run)).toBe(await reportOf(run));
  });

  test("the file's own words are words", async () => {
    const page = await reportOf(folderWith(progress([3, 2]), `<i>"&'`));
    expect(page).toContain(`<p class="name">&#60;i&#62;&#34;&#38;&#39;</p>`);
    expect(page).not.toContain(`<i>"`);
  });

  test("other commands do not load what makes it", () => {
    const cli = readFileSync(join(inject("packageFolder"), "dist/cli.js"), "utf8");
    const loaded = [...cli.matchAll(/^import\b[^;]*?["'](\.\/[^"']+)["']/gm)].map(([, file]) => file);
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded).not.toContain("./chunk-report.js");
    expect(cli).toMatch(/import\(["']\.\/chunk-report\.js["']\)/);
  });
});

describe("shows the library's own numbers", () => {
  test("weightings, reads, adds and memory, pixel by pixel", async () => {
    const page = await reportOf("copy.st");
    const machine = await NTM.load(readFileSync(join(cwd, "copy.st")));
    const { input } = copy({ bits: 2, maxLength: 3 }).batch(random(0, 2), { batchSize: 1, step: 0, length: 20 });
    const { trace, output } = machine.run(input, { trace: true });
    const [T, N, M] = [41, 8, 4];
    const largest = (data: Float32Array) => data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const [, first = "", last = "", of] = /Memory rows (\d)–(\d)\s+of (\d)/.exec(page) ?? [];
    expect(of).toBe("8");
    const rows = ((Number(last) - Number(first) + N) % N) + 1;

    const peak = largest(trace.weightings.data);
    for (const [name, head] of [
      ["read weighting", 0],
      ["write weighting", 1],
    ] as const) {
      const { width, height, at } = picture(page, name);
      expect([width, height]).toEqual([T, rows]);
      for (let t = 0; t < T; t++)
        for (let y = 0; y < rows; y++) {
          const weight = trace.weightings.data[(t * 2 + head) * N + ((Number(first) + y) % N)] ?? Number.NaN;
          expect(at(t, y)).toBe(Math.round((255 * weight) / peak));
        }
      const { steps, rows: numbers } = scales(page, name);
      expect(numbers).toEqual([first, last]);
      expect(steps.map(({ step }) => step)).toEqual([10, 20, 30, 40]);
      for (const { step, left } of steps) expect(left).toBeCloseTo((100 * (step - 0.5)) / T, 1);
    }
    expect(scales(page, "output").steps).toHaveLength(4);
    expect(scales(page, "input")).toEqual({ steps: [], rows: [] });
    for (const [name, { data }] of [
      ["reads", trace.reads],
      ["adds", trace.add],
    ] as const) {
      const { width, height, at } = picture(page, name);
      expect([width, height]).toEqual([T, M]);
      for (const [index, value] of data.entries())
        expect(at(Math.floor(index / M), index % M)).toBe(Math.round((255 * (1 + value / largest(data))) / 2));
    }
    const ends = (data: Float32Array) =>
      [-1, 0, 1]
        .map((sign) => Number((sign * largest(data)).toPrecision(2)))
        .join(" ")
        .replace("-", "−");
    expect(keys(page, "memory-use")).toEqual([
      `write weighting 0 ${peak.toFixed(2)}`,
      `read weighting 0 ${peak.toFixed(2)}`,
      `adds ${ends(trace.add.data)}`,
      `reads ${ends(trace.reads.data)}`,
      "input, output 0 1",
      "time →",
      "memory row ↓",
      "adds, reads: memory column ↓",
    ]);
    const drawn = picture(page, "output");
    for (let t = 21; t < T; t++)
      for (let bit = 0; bit < 2; bit++)
        expect(drawn.at(t, bit)).toBe(Math.round(255 * (output.data[t * 2 + bit] ?? Number.NaN)));
    expect(scales(page, `step ${T}`)).toEqual({ steps: [], rows: [first, last] });
    // the memory at each of its moments: its zero is the grey in the middle, and its signs are on the two sides of it
    const moments = [7, 14, 21, 27, 34, 41];
    expect([...page.matchAll(/<figcaption>step (\d+)</g)].map(([, step]) => Number(step))).toEqual(moments);
    const contents = (step: number) =>
      Array.from({ length: rows * M }, (_, i) => {
        const row = (Number(first) + Math.floor(i / M)) % N;
        return trace.memory.data[((step - 1) * N + row) * M + (i % M)] ?? Number.NaN;
      });
    const most = largest(new Float32Array(moments.flatMap(contents)));
    expect(keys(page, "memory")[0]).toBe(`contents ${ends(new Float32Array([most]))}`);
    for (const step of moments) {
      const { width, height, at } = picture(page, `step ${step}`);
      expect([width, height]).toEqual([M, rows]);
      for (const [i, value] of contents(step).entries())
        expect(at(i % M, Math.floor(i / M))).toBe(Math.round((255 * (1 + value / most)) / 2));
    }
    machine.dispose();
  });

  test.each([
    ["priority-sort", ["--vectors", "4", "--sorted", "2"], "priority, −1 … 1"],
    // of 1 to 10 the mean is 5.5, the deviation √8.25: (4 - 5.5) / 2.872
    ["repeat-copy", ["--max-length", "3"], "repeats: 4, goes in as −0.52"],
  ])("what is no bit is named, and below 0 it is on the other side of the grey: %s", async (task, flags, words) => {
    const run = join(temporaryFolder(), "run");
    await train(task, ...small, "--bits", "2", ...flags, "--out", run);
    const page = await reportOf(checkpointOf(run));
    const ran = JSON.parse((await ntm(["run", run, "--json"], { cwd })).stdout);
    const channel = task === "priority-sort" ? 2 : 3;
    const { width, height, at } = picture(page, `input; row ${channel + 1} of 4: ${words}`);
    expect([width, height]).toEqual([ran.input.length, 4]);
    const numbers = ran.input.map((step: number[]) => step[channel] ?? Number.NaN);
    expect(Math.min(...numbers)).toBeLessThan(0);
    for (const [t, step] of ran.input.entries())
      for (const [y, value] of step.entries()) expect(at(t, y)).toBe(Math.round((255 * (1 + Math.fround(value))) / 2));
    expect(keys(page, "examples")).toContain("what goes in −1 0 1");
    expect(keys(page, "memory-use")).toContain("input −1 0 1");
    const copied = await reportOf("copy.st");
    for (const section of ["examples", "memory-use"])
      for (const words of keys(copied, section)) expect(words).not.toMatch(/(input|goes in) −/);
  });

  test("the mean shift of each head, in its colour: rows forward are above, rows back below", async () => {
    const page = await reportOf("copy.st");
    const machine = await NTM.load(readFileSync(join(cwd, "copy.st")));
    const { input } = copy({ bits: 2, maxLength: 3 }).batch(random(0, 2), { batchSize: 1, step: 0, length: 20 });
    const { shift } = machine.run(input, { trace: true }).trace;
    machine.dispose();
    const drawn = paths(page, "Mean shift over time", "line");
    expect(drawn.map(({ tone }) => tone)).toEqual(["read", "write"]);
    for (const [head, { points }] of drawn.entries()) {
      expect(points).toHaveLength(41);
      for (const [t, [x, y]] of points.entries()) {
        const [back = 0, , forward = 0] = shift.data.subarray((t * 2 + head) * 3);
        expect(x).toBeCloseTo(t / 40, 3);
        expect(2.1 * (y - 0.5)).toBeCloseTo(forward - back, 3);
      }
    }
  });

  // the last bit is not read; a copy has a delimiter between what goes in and what comes out, where heads are shown in both
  test.each([
    ["dynamic-n-grams", ["--length", "9", "--order", "2"], "9", 8],
    ["copy", ["--max-length", "3"], "4", 9],
  ])("shown are the memory rows of all heads at all steps: %s", async (task, flags, length, steps) => {
    await train(task, ...flags, ...small, "--rows", "32", "--out", `apart-${task}`);
    const file = checkpointOf(join(cwd, `apart-${task}`));
    const machine = await NTM.load(readFileSync(file));
    // the read head stays at row 3, the write head goes on by a row at each step
    const [read, write, gate, stay, on] = [0, 10, 5, 7, 8];
    const told = new Map([
      [read + gate, -30],
      [read + stay, 30],
      [write + gate, -30],
      [write + on, 30],
    ]);
    const filled = (name: string, value: (at: number) => number) => {
      const { data, shape } = machine.parameters().get(name) ?? { data: [], shape: [] };
      return [name, { data: Array.from(data, (_, at) => value(at)), shape }] as const;
    };
    machine.setParameters(
      new Map([
        filled("heads.weight", () => 0),
        filled("heads.bias", (at) => told.get(at) ?? 0),
        filled("initial.weighting", (at) => (at % 32 === 3 ? 30 : 0)),
      ]),
    );
    writeFileSync(file, machine.save({ metadata: machine.metadata }));
    machine.dispose();
    const page = await reportOf(`apart-${task}`, "--length", length);
    expect(page).toMatch(new RegExp(`Memory rows 3–${3 + steps}\\s+of 32`));
    const [reads, writes] = [picture(page, "read weighting"), picture(page, "write weighting")];
    for (const { width, height } of [reads, writes]) expect([width, height]).toEqual([steps, steps + 1]);
    for (let t = 0; t < steps; t++) expect([reads.at(t, 0), writes.at(t, t + 1)]).toEqual([255, 255]);
  });

  test("parameters by name: how they spread, and the largest by its size", async () => {
    const page = await reportOf("copy.st");
    const machine = await NTM.load(readFileSync(join(cwd, "copy.st")));
    const all = machine.parameters();
    machine.dispose();
    const rows = cells(page, "parameters");
    expect(rows.map(([name]) => name)).toEqual([...all.keys()]);
    const shown = (value: number) => (value === 0 ? "0" : value.toPrecision(2));
    for (const [name = "", , , deviation, largest, spread = ""] of rows) {
      const data = [...(all.get(name)?.data ?? [])];
      const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
      const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
      const most = Math.max(...data.map(Math.abs));
      expect([name, deviation, largest]).toEqual([name, shown(Math.sqrt(variance)), shown(most)]);
      // 41 bars from -most to most, as tall as the roots of what they count
      const counts = Array.from({ length: 41 }, () => 0);
      for (const value of data) {
        const bin = Math.min(40, Math.floor(((1 + value / (most || 1)) / 2) * 41));
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
      const tallest = Math.max(...counts);
      const bars = [...spread.matchAll(/M(\d+) 20v-([\d.]+)h1/g)].map(([, bin, height]) => [
        Number(bin),
        Number(height),
      ]);
      const wanted = counts.map((many, bin) => [bin, Math.round(200 * Math.sqrt(many / tallest)) / 10]);
      expect([name, bars]).toEqual([name, wanted.filter(([, height]) => height !== 0)]);
    }
  });

  test("predictions and bits stand at their places, as far above the optimal estimator as they cost more", async () => {
    const options = { length: 12, order: 2 };
    await train("dynamic-n-grams", "--length", "12", "--order", "2", ...small, "--out", "grams");
    const page = await reportOf("grams", "--length", "12");
    const { stdout } = await ntm(["eval", "grams", "--length", "12", "--json"], { cwd });
    const { bitsPerSequence, optimum } = JSON.parse(stdout);
    const above = (bitsPerSequence - optimum).toFixed(2);
    expect(page).toContain(`<dt>bits above the optimal estimator, 12 bits</dt><dd>${above}</dd>`);
    const task = dynamicNGrams(options);
    const { input, target, mask } = task.batch(random(0, 2), { batchSize: 1, step: 0, length: 12 });
    const asked = [...(mask?.data ?? [])].flatMap((weight, t) => (weight > 0 ? [t] : []));
    const places = (values: ArrayLike<number>) =>
      asked.map((t) => [(t + 2) / 12, ((values[t] ?? Number.NaN) + 0.04) / 1.08] as const);
    const words = "Predictions of the machine";
    const [best, machines] = paths(page, words, "line");
    const [dots] = paths(page, words, "dots");
    const machine = await NTM.load(readFileSync(checkpointOf(join(cwd, "grams"))));
    const { output } = machine.run(input);
    machine.dispose();
    for (const [drawn, values] of [
      [best, task.estimate(input).data],
      [machines, output.data],
      [dots, target.data],
    ] as const) {
      expect(drawn?.points).toHaveLength(asked.length);
      for (const [index, [x, y]] of places(values).entries()) {
        expect(drawn?.points[index]?.[0]).toBeCloseTo(x, 3);
        expect(drawn?.points[index]?.[1]).toBeCloseTo(y, 3);
      }
    }
    expect([best?.tone, machines?.tone, dots?.tone]).toEqual(["read", "write", "ink"]);
  });

  test("the size that training ended at is marked among those that are measured", async () => {
    const recall = ["associative-recall", "--controller", "feedforward", ...small];
    await train(...recall, "--min-items", "2", "--max-items", "5", "--out", "recall");
    const page = await reportOf("recall", "--items", "2,5,10");
    const marks = [...page.matchAll(/<span class="note x" style="left:([\d.]+)%">longest in training</g)];
    expect(marks.map(([, left]) => Number(left))).toEqual([48.5, 48.5]);
  });

  test("the examples: what training asks for, then the two longest; the turn is where the answer begins", async () => {
    const page = await reportOf("copy.st");
    const [, section = ""] = page.split(`<section id="examples">`);
    const all = section.split("</section>")[0]?.split("<h3>").slice(1) ?? [];
    expect(all.map((example) => Number.parseInt(example, 10))).toEqual([20, 50, 120]);
    for (const example of all) {
      const length = Number.parseInt(example, 10);
      const turn = Number(((100 * (length + 1)) / (2 * length + 1)).toFixed(2));
      expect([...example.matchAll(/--turn:([\d.]+)%/g)].map(([, at]) => Number(at))).toEqual([turn, turn, turn]);
      const [, wrong = 0, of] = /<small>(?:(\d+) of|all) (\d+) bits (?:wrong|right), /.exec(example) ?? [];
      expect(Number(of)).toBe(2 * length);
      const [, png = ""] = /class="map wrong" alt="" src="data:image\/png;base64,([^"]+)/.exec(example) ?? [];
      expect(decode(Buffer.from(png, "base64")).data.filter((grey) => grey > 0)).toHaveLength(Number(wrong));
    }
  });

  test("what it measures is what `evaluate` finds", async () => {
    const page = await reportOf("copy.st");
    const machine = await NTM.load(readFileSync(join(cwd, "copy.st")));
    const lines = cells(page, "figures").map((row) => row.map((cell) => Number(cell.replaceAll(",", ""))));
    expect(lines.map(([length]) => length)).toEqual([10, 20, 30, 50, 120]);
    for (const [length = 0, bits = 0, wrong = 0, of] of lines) {
      const found = await machine.evaluate(copy({ bits: 2, maxLength: 3 }), { length });
      expect(Math.abs(bits / (found.bitsPerSequence ?? 0) - 1)).toBeLessThan(0.005);
      expect(Math.abs(wrong / (found.wrongBitsPerSequence ?? 0) - 1)).toBeLessThan(0.005);
      expect(of).toBe(2 * length);
    }
  });

  test("the sizes that are asked for: all in figures, the first and the last two in pictures", async () => {
    const page = await reportOf("copy.st", "--length", "9,4,2,6");
    expect(cells(page, "figures").map(([length]) => length)).toEqual(["9", "4", "2", "6"]);
    expect([...page.matchAll(/<h3>(\d+) vectors /g)].map(([, length]) => length)).toEqual(["9", "2", "6"]);
    expect(picture(page, "write weighting").width).toBe(2 * 9 + 1);
    expect(page).toContain("<dt>of 12 bits wrong, 6 vectors</dt>");
    const [, path = ""] =
      /<path class="line tone-read" d="([^"]*)"/.exec(page.slice(page.indexOf(`id="generalisation"`))) ?? [];
    const places = [...path.matchAll(/([\d.]+),/g)].map(([, x]) => Number(x));
    expect(places).toHaveLength(4);
    expect(places).toEqual([...places].sort((a, b) => a - b));

    const drawn = await reportOf("copy.st", "--set", "minLength=1", "--set", "maxLength=3");
    expect(drawn).toContain('<th scope="col">minLength</th><th scope="col">maxLength</th>');
    expect(drawn).toContain("<td>1</td><td>3</td>");
    for (const [flags, message] of [
      [["--repeats", "2"], "error: option '--repeats': means nothing to copy, which knows --length\n"],
      [
        ["--set", "pairs=2"],
        "error: option '--set pairs': unknown option; known: --length, --set minLength=…, --set maxLength=…\n",
      ],
    ] as const) {
      const out = join(temporaryFolder(), "page.html");
      expect(await ntm(["report", "copy.st", ...flags, "--out", out], { cwd })).toMatchObject({
        code: 2,
        stderr: message,
      });
      expect(existsSync(out)).toBe(false);
    }
  });

  test("one step has one moment, marks at whole steps alone, and a size that is asked for twice is one", async () => {
    await train("dynamic-n-grams", "--order", "1", "--length", "9", ...small, "--out", "short");
    const page = await reportOf("short", "--length", "2,2");
    const [, table = ""] = /<table class="figures">([\s\S]*?)<\/table>/.exec(page) ?? [];
    expect(table.match(/<tr><td>2</g)).toHaveLength(1);
    const [, steps = ""] = /of (\d) steps?, with what the heads/.exec(page) ?? [];
    expect([...page.matchAll(/<figcaption>step (\d+)</g)].map(([, step]) => step)).toEqual(
      Array.from({ length: Number(steps) }, (_, step) => String(step + 1)),
    );
    const [, heads = ""] = page.split('id="heads"');
    const marks = [...(heads.split("</section>")[0] ?? "").matchAll(/class="tick x"[^>]*>([^<]*)</g)];
    for (const [, mark = ""] of marks) expect(mark).toMatch(/^\d+$/);
  });

  test("more heads over more steps than a call takes arguments", async () => {
    const many = "--read-heads 16 --write-heads 16 --hidden-size 2 --rows 4 --columns 2 --steps 1".split(" ");
    await train("copy", ...tiny, ...many, "--out", "many");
    expect(await reportOf("many", "--length", "2000")).toContain("16 read heads, 16 write heads");
  });

  test("what the last sequences have cost", async () => {
    const cut = [39, 60].map((steps) => ["--steps", String(steps), "--every", "1", "--out", `cut-${steps}`]);
    for (const flags of cut) await train("copy", ...tiny, ...flags);
    for (const flags of cut) {
      const run = join(cwd, flags[5] ?? "");
      const lines = readFileSync(join(run, "metrics.jsonl"), "utf8").trim().split("\n");
      const mean = lines.reduce((sum, line) => sum + JSON.parse(line).bitsPerSequence, 0) / lines.length;
      expect(await reportOf(run)).toContain(`<dt>bits per sequence, of late</dt><dd>${mean.toPrecision(3)}</dd>`);
    }
  });

  test("a learning curve that comes near it shows what counts as solved", async () => {
    expect(await reportOf(folderWith(progress([3, 0.5, 0.01, 0.01])))).toContain("solved: below 0.1");
    expect(await reportOf(folderWith(progress([3, 2])))).not.toContain("solved: below");
  });

  test("the learning curve is the mean of the last 1,000, at most 600 points of it", async () => {
    // as many as the machine has made updates; what is beyond its last does not belong to it
    const values = Array.from({ length: 60 }, (_, i) => 100 / (1 + i));
    const page = await reportOf(folderWith(progress([...values, 1e6])));
    const [, path = ""] = /<path class="line tone-read" d="([^"]*)"/.exec(page) ?? [];
    const points = [...path.matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    expect(points).toHaveLength(60);
    // logarithmic, from 1 to 100: the powers of ten around them
    const [low, high] = [0, Math.log(100)];
    for (const [index, [x, y]] of points.entries()) {
      const soFar = values.slice(0, index + 1).reduce((sum, value) => sum + value, 0) / (index + 1);
      expect(x).toBeCloseTo((1000 * (index + 1)) / 60, 0);
      expect(y / 1000).toBeCloseTo((high - Math.log(soFar)) / (high - low), 3);
    }
  });

  test("of more lines than can be told apart a band is drawn, from the least to the most of each part", async () => {
    const values = Array.from({ length: 1300 }, (_, i) => 3 + (((i * 7 + 6) % 13) - 6) / 20);
    // as many lines as one likes belong to the machine's last update
    const page = await reportOf(folderWith(progress(values).replaceAll(/"step":\d+/g, '"step":60')));
    const [band] = paths(page, "Learning curve", "band");
    const [line] = paths(page, "Learning curve", "line");
    expect([band?.tone, line?.tone]).toEqual(["faint", "read"]);
    const parts = Math.ceil(1300 / 3);
    expect(line?.points).toHaveLength(parts);
    expect(band?.points).toHaveLength(2 * parts);
    // from 0 to the most
    const shown = (value: number) => value / 3.3;
    for (let part = 0; part < parts; part++) {
      const joined = values.slice(Math.max(0, 3 * part - 1), 3 * part + 3);
      const [end, upper, lower] = [Math.min(3 * part + 3, 1300), band?.points[part], band?.points.at(-1 - part)];
      for (const [point, value] of [
        [upper, Math.max(...joined)],
        [lower, Math.min(...joined)],
      ] as const) {
        expect(point?.[0]).toBeCloseTo(end / 1300, 3);
        expect(point?.[1]).toBeCloseTo(shown(value), 3);
      }
    }
  });
});

describe("where it goes, and what it refuses", () => {
  test("beside a checkpoint, into a run's folder", async () => {
    const file = join(temporaryFolder(), "a.b.safetensors");
    writeFileSync(file, readFileSync(join(cwd, "copy.st")));
    expect((await ntm(["report", file])).stdout).toContain("a.b.html");
    const run = folderWith(progress([2, 1]));
    expect((await ntm(["report", run])).stdout.trim()).toBe(`Written: ${join(run, "report.html")}`);
    expect(readFileSync(join(run, "report.html"), "utf8")).toContain("</html>");
  });

  test("in place of an earlier report, and of nothing else", async () => {
    const folder = temporaryFolder();
    const [file, page, mine] = ["copy.safetensors", "page.html", "mine.html"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(file, readFileSync(join(cwd, "copy.st")));
    writeFileSync(mine, "<!doctype html><p>mine</p>");
    for (let times = 0; times < 2; times++)
      expect(await ntm(["report", file, "--out", page])).toMatchObject({ code: 0, stderr: "" });
    const nowhere = join(folder, "nowhere");
    expect(await ntm(["report", file, "--out", join(nowhere, "page.html")])).toMatchObject({
      code: 1,
      stderr: `error: ${nowhere}: no such folder\n`,
    });
    for (const there of [file, mine]) {
      const before = readFileSync(there);
      const { code, stderr } = await ntm(["report", file, "--out", there]);
      expect([code, stderr]).toEqual([
        1,
        `error: ${there}: is there already, and no report; name another file with --out\n`,
      ]);
      expect(readFileSync(there).equals(before)).toBe(true);
    }
    expect((await ntm(["report", file, "--out", folder])).stderr).toBe(`error: ${folder}: is a folder, not a file\n`);

    const quoted = join(folder, "quoted.md");
    writeFileSync(quoted, `Of reports: ${readFileSync(page, "utf8")}`);
    expect((await ntm(["report", file, "--out", quoted])).stderr).toContain("is there already, and no report");
    const empty = join(folder, "empty");
    writeFileSync(empty, "");
    expect(await ntm(["report", file, "--out", empty])).toMatchObject({ code: 0, stderr: "" });
    if (process.platform === "win32") return;
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect((await ntm(["report", file, "--out", pipe])).stderr).toContain("is there already, and no report");
  });

  test("a line that a run is still writing is not there yet; a wrong one is an error", async () => {
    const whole = await reportOf(folderWith(progress([3, 2, 1])));
    expect(await reportOf(folderWith(`${progress([3, 2, 1])}{"step": 4, "sequ`))).toBe(whole);
    const { code, stderr } = await ntm(["report", folderWith(`${progress([3])}{"step": 4}\n`)]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*metrics\.jsonl: line 2 is not the progress of a run\n$/);
  });

  test.each([
    ["none", /none: no such file/],
    [".", /no checkpoint\.safetensors in this folder/],
  ])("report %s", async (run, message) => {
    const { code, stderr } = await ntm(["report", run], { cwd: temporaryFolder() });
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});

// `ntm report`: one file that loads nothing, holds what it should for every task and machine, and whose figures and pictures are the numbers
// that the library gives.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { copy, NTM, random } from "neural-turing-machine";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { CHECKPOINT, ntm, temporaryFolder, tiny } from "./ntm.js";

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
    for (const run of ["trained", "set", "constant", "fours", "single", ...repeated].map((name) => join(cwd, name))) {
      const page = await reportOf(run);
      expect(page.includes("<dt>lstmInit.forgetBias</dt><dd>0.5</dd>")).toBe(run.endsWith("set"));
      expect(page.includes("lstmInit")).toBe(run.endsWith("set"));
      const [, command = ""] = /<pre><code>ntm ([^<]+)<\/code>/.exec(page) ?? [];
      const again = join(temporaryFolder(), "again");
      await train(...command.split(" ").slice(1), "--out", again);
      expect(readFileSync(checkpointOf(again)).equals(readFileSync(checkpointOf(run)))).toBe(true);
    }
  });

  test("of a machine without its training no updates are told", async () => {
    const machine = await NTM.load(readFileSync(checkpointOf(join(cwd, "trained"))));
    writeFileSync(join(cwd, "plain.st"), machine.save());
    machine.dispose();
    const page = await reportOf("plain.st");
    expect(page).toMatch(/<pre><code>ntm train copy [^<]* --seed 1<\/code>/);
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
    const drawn = picture(page, "output");
    for (let t = 21; t < T; t++)
      for (let bit = 0; bit < 2; bit++)
        expect(drawn.at(t, bit)).toBe(Math.round(255 * (output.data[t * 2 + bit] ?? Number.NaN)));
    expect(scales(page, `step ${T}`)).toEqual({ steps: [], rows: [first, last] });
    // at the last step the memory's zero is the grey in the middle, and its signs are on its two sides
    const { width, height, at } = picture(page, `step ${T}`);
    expect([width, height]).toEqual([M, rows]);
    for (let y = 0; y < rows; y++)
      for (let column = 0; column < M; column++) {
        const value = trace.memory.data[((T - 1) * N + ((Number(first) + y) % N)) * M + column] ?? Number.NaN;
        if (Math.abs(value) > 0.1) expect(Math.sign(at(column, y) - 127.5)).toBe(Math.sign(value));
      }
  });

  test("what it measures is what `evaluate` finds", async () => {
    const page = await reportOf("copy.st");
    const machine = await NTM.load(readFileSync(join(cwd, "copy.st")));
    const body = /<table class="figures">[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/.exec(page)?.[1] ?? "";
    const lines = [...body.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = ""]) =>
      [...row.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell = ""]) => Number(cell.replaceAll(",", ""))),
    );
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
    const [, body = ""] = /<table class="figures">[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/.exec(page) ?? [];
    expect([...body.matchAll(/<tr><td>(\d+)</g)].map(([, length]) => length)).toEqual(["9", "4", "2", "6"]);
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

/** What the page's controls do, one by one, in each browser. */
import { fileURLToPath } from "node:url";
import { adam, linear, NTM } from "neural-turing-machine";
import type { BoundingBox, ElementHandle } from "puppeteer-core";
import { describe, expect, test } from "vitest";
import { type BrowserName, browsing } from "./support/browsers.js";
import { quick, type Visitor, visits } from "./support/visitor.js";

describe.each<BrowserName>(["chrome", "firefox"])("in %s", (name) => {
  const there = browsing(name);
  const visit = visits(there);

  test("another task, rate, seed and number of rows are in the link, and training goes on with them", () =>
    visit(quick, async (visitor) => {
      const { page } = visitor;
      const link = () => new URL(page.url()).searchParams;
      await page.select("#setting-task", "repeat-copy");
      await page.waitForFunction(() => location.search.includes("task=repeat-copy"));
      await visitor.sees("#task-words", /^Vectors go in, and a number/);
      await visitor.press("summary");
      for (const [name, value] of [
        ["maxLength", 2],
        ["maxRepeats", 3],
        ["bits", 2],
        ["seed", 77],
        ["learningRate", 0.001],
        ["rows", 9],
      ] as const) {
        await visitor.fill(`#setting-${name}`, value);
        await page.waitForFunction(
          ([name, value]) => new URLSearchParams(location.search).get(name) === String(value),
          {},
          [name, value] as const,
        );
      }
      // What cannot be changes nothing.
      await visitor.fill("#setting-rows", 0);
      expect(await page.$eval("#setting-rows", (input) => (input as HTMLInputElement).validationMessage)).toBe(
        "Expected a whole number from 1 to 4096.",
      );
      expect(await visitor.text("#setting-rows-wrong")).toBe("Expected a whole number from 1 to 4096.");
      const isInvalid = () => page.$eval("#setting-rows", (input) => input.ariaInvalid);
      expect(await isInvalid()).toBe("true");
      expect(link().get("rows")).toBe("9");
      await visitor.fill("#setting-rows", 9);
      expect(await isInvalid()).toBe("false");
      expect(await page.$eval("#setting-rows-wrong", (words) => (words as HTMLElement).hidden)).toBe(true);
      await visitor.sees("#memory figcaption", /of 9,/);

      await visitor.press("#start");
      await visitor.sees("#sequences", /\d{2}/);
      await visitor.press("#start");
      await visitor.sees("#start", /Start/);
      const updates = await visitor.updates();
      const machine = await NTM.load(await visitor.save());
      expect(machine.step).toBe(updates);
      expect(machine.config).toMatchObject({ seed: 77, memory: { rows: 9, columns: 12 } });
      expect(machine.metadata).toMatchObject({
        task: { name: "repeat-copy", options: { maxLength: 2, maxRepeats: 3, bits: 2 } },
      });
      const learningRate = linear({ from: 0.001, to: 0, steps: 37_500 });
      expect(machine.optimizer).toEqual(adam({ learningRate, epsilon: 1e-3 }));

      // The link says it all: who follows it finds the same form.
      await visitor.keeps(updates);
      await page.reload();
      expect(await visitor.updates()).toBe(updates);
      expect(await page.$eval("#setting-seed", (input) => (input as HTMLInputElement).value)).toBe("77");
      await visitor.press("#step");
      await visitor.sees("#verdict", new RegExp(`after ${(updates + 1).toLocaleString("en")} updates\\.$`));
    }));

  test("by the arrow keys, as fast as they can be pressed, one comes to the task that they lead to, and nothing is said to be wrong", () =>
    visit(quick, async (visitor) => {
      const { page } = visitor;
      await page.focus("#setting-task");
      for (const [key, task, words] of [
        ["ArrowDown", "associative-recall", /^A list of items/],
        ["ArrowUp", "copy", /^Vectors of random bits/],
      ] as const) {
        for (let presses = 0; presses < 2; presses++) await page.keyboard.press(key);
        await page.waitForFunction((task) => new URLSearchParams(location.search).get("task") === task, {}, task);
        await visitor.sees("#task-words", words);
        expect(await page.$eval("#setting-task", (select) => (select as HTMLSelectElement).value)).toBe(task);
        expect(await page.evaluate(() => document.activeElement?.id)).toBe("setting-task");
      }
      await visitor.sees("#verdict", /of 80 bits wrong\.$/);
      expect(await page.$eval("#trouble", (trouble) => (trouble as HTMLElement).hidden)).toBe(true);
    }));

  test("while it trains, the rate and the curve tell figures", () =>
    visit(quick, async (visitor) => {
      expect(await visitor.text("#rate")).toBe("–");
      await visitor.press("#start");
      expect(Number((await visitor.sees("#rate", /^[\d,]+$/)).replaceAll(",", ""))).toBeGreaterThan(0);
      expect(Number(await visitor.sees("#bits", /^\d+(\.\d+)?$/))).toBeLessThan(100);
      const sequences = async () => {
        const pattern = /^Learning curve: [\d.]+ bits per sequence after (\d+) sequences$/;
        const label = await visitor.page.$eval("#curve", (curve) => curve.ariaLabel ?? "");
        return Number(pattern.exec(label)?.[1]);
      };
      const first = await sequences();
      expect(first).toBeGreaterThan(0);
      await visitor.page.waitForFunction(
        (first) => Number(document.getElementById("curve")?.ariaLabel?.match(/after (\d+)/)?.[1]) > first,
        {},
        first,
      );
      expect(await visitor.text("#start")).toBe("Pause");
      await visitor.press("#start");
      await visitor.sees("#start", /^Start$/);
    }));

  test("a reload in the middle of training goes on from what was kept after a second", () =>
    // So large that its training does not end meanwhile, as a quick one's does on a fast machine.
    visit(quick.replace("rows=16", "rows=128"), async (visitor) => {
      await visitor.press("#start");
      await visitor.sees("#start", /Pause/);
      const begun = performance.now();
      const kept = await visitor.kept();
      expect(performance.now() - begun).toBeLessThan(5000);
      expect(kept).toBeGreaterThan(0);
      expect(await visitor.text("#start")).toBe("Pause");
      await visitor.page.reload();
      await visitor.sees("#origin", /^This run, as this browser has kept it\./);
      expect(await visitor.text("#start")).toBe("Start");
      const updates = await visitor.updates();
      expect(updates).toBeGreaterThanOrEqual(kept);
      await visitor.press("#step");
      await visitor.sees("#verdict", new RegExp(`after ${(updates + 1).toLocaleString("en")} updates\\.$`));
    }));

  test("Play goes to the last step and stops there, and from there begins again", () =>
    visit("?model=copy-lstm", async (visitor) => {
      await visitor.fill("#setting-size-length", 3);
      await visitor.sees("#step-now", / of 7$/);
      const start = Number(/\d+/.exec(await visitor.text("#step-now")));
      await visitor.press("#play");
      await visitor.sees("#play", /^Stop$/);
      await visitor.sees("#step-now", new RegExp(`^step ${start + 1} of 7$`));
      await visitor.sees("#step-now", /^step 7 of 7$/);
      await visitor.sees("#play", /^Play$/);
      await visitor.sees("#narration", /^Step 7 of 7: /);
      await visitor.press("#play");
      await visitor.sees("#step-now", /^step 2 of 7$/);
      await visitor.press("#play");
      await visitor.sees("#play", /^Play$/);
      const stopped = await visitor.text("#step-now");
      await new Promise((resolve) => setTimeout(resolve, 800));
      expect(await visitor.text("#step-now")).toBe(stopped);
    }));

  test("opens a file that was chosen", () =>
    visit("", async (visitor) => {
      const choosing = visitor.page.waitForFileChooser();
      await visitor.press("#choose-file");
      const chooser = await choosing;
      const file = new URL("../../models/copy-feedforward.safetensors", import.meta.url);
      await chooser.accept([fileURLToPath(file)]);
      await visitor.sees("#origin", /^The machine of copy-feedforward\.safetensors\./);
      await visitor.sees("#verdict", /^All 80 bits right\.$/);
      expect(new URL(visitor.page.url()).search).toBe("?file=copy-feedforward.safetensors");
    }));

  test("Another is another sequence", () =>
    visit("?model=copy-lstm", async (visitor) => {
      const input = () => picture(visitor, "#time-stack canvas");
      await visitor.sees("#step-now", / of 21$/);
      const first = await input();
      await visitor.press("#another");
      await visitor.page.waitForFunction(
        (first) => document.querySelector<HTMLCanvasElement>("#time-stack canvas")?.toDataURL() !== first,
        {},
        first,
      );
      await visitor.sees("#verdict", /^All 80 bits right\.$/);
    }));

  test("the head that is chosen is the one whose stages are shown", () =>
    visit("?model=copy-lstm", async (visitor) => {
      const labels = () =>
        visitor.page.$$eval("#stages li > canvas", (all) => all.map((each) => each.ariaLabel?.split(" at ")[0]));
      const shown = (head: string) =>
        ["Content", "Interpolation", "Shift", "Sharpening"].map((stage) => `${stage} of the ${head}`);
      await visitor.sees("#head-rows", /^The write head at step 6 of 21/);
      expect(await labels()).toEqual(shown("write head"));
      const before = await picture(visitor, "#stages li:nth-child(4) > canvas");
      await visitor.press("#head-choice .read input");
      await visitor.sees("#head-rows", /^The read head at step 6 of 21/);
      expect(await labels()).toEqual(shown("read head"));
      await visitor.page.waitForFunction(
        (before) =>
          document.querySelector<HTMLCanvasElement>("#stages li:nth-child(4) > canvas")?.toDataURL() !== before,
        {},
        before,
      );
    }));

  test("a link leads to the moment that was looked at", () =>
    visit("?model=copy-lstm", async (visitor) => {
      const { page } = visitor;
      expect(new URL(page.url()).hash).toBe("");
      await visitor.fill("#setting-size-length", 12);
      await visitor.sees("#step-now", / of 25$/);
      await visitor.press("#another");
      await visitor.press("#head-choice .read input");
      await page.focus("#scrubber");
      await page.keyboard.press("End");
      await visitor.sees("#step-now", /^step 25 of 25$/);
      await visitor.press("#link");
      const copied = await visitor.pasted();
      expect(new URL(copied).hash).toBe("#length=12&drawing=2&step=25&head=1");
      const shown = async () => [
        await visitor.sees("#head-rows", /^The read head at step 25 of 25/),
        await visitor.text("#narration"),
        await picture(visitor, "#time-stack canvas"),
      ];
      const before = await shown();

      await page.goto("about:blank");
      await page.goto(copied);
      await visitor.ready();
      expect(await shown()).toEqual(before);
      expect(page.url()).toBe(copied);

      // in an open page, too, and with a pattern drawn by hand
      await page.evaluate(() => {
        location.hash = "pattern=10000001.01111110&off=2&step=2";
      });
      await visitor.sees("#head-rows", /^The write head at step 2 of 5.* It is switched off/);
      expect(await page.$$eval("#pattern .cell[aria-selected=true]", (cells) => cells.length)).toBe(8);
    }));

  test("all rows are the whole memory", () =>
    visit("?model=copy-lstm", async (visitor) => {
      const rows = /rows (\d+)–(\d+) of 128,/;
      const [, first, last] = rows.exec(await visitor.sees("#memory figcaption", rows)) ?? [];
      expect(Number(last) - Number(first)).toBeLessThan(127);
      await visitor.press("#all-rows");
      await visitor.sees("#memory figcaption", /rows 0–127 of 128,/);
      await visitor.sees("#head-rows", /over memory rows 0–127 of 128\.$/);
      await visitor.sees("#memory .row-numbers", /^0510.*120125$/);
      await visitor.sees("#time-stack .row-numbers", /^01020.*110120$/);
      await visitor.press("#all-rows");
      await visitor.sees("#memory figcaption", new RegExp(`rows ${first}–${last} of 128,`));
    }));

  test("what light, dark, faint and crossed mean is said below the figure", () =>
    visit(quick, async (visitor) => {
      const legend = await visitor.sees("#legend", /faint: no answer is asked for/);
      expect(legend).toMatch(/input, output, target: 0 to 1.*write head.*read head.*crossed: wrong/);
      await visitor.sees("#memory figcaption", /entries from −([\d.]+) to \1$/);
      const drawn = (mark: string) =>
        visitor.page.$eval(`.swatch.${mark}`, (each) => getComputedStyle(each).backgroundImage !== "none");
      for (const mark of ["ink", "write", "read", "faint", "wrong", "signed"]) expect(await drawn(mark)).toBe(true);
    }));

  test("a head that goes on from row to row is not said to have searched", () =>
    visit("?model=copy-lstm", async (visitor) => {
      await visitor.page.focus("#scrubber");
      await visitor.page.keyboard.press("Home");
      for (let i = 0; i < 4; i++) await visitor.page.keyboard.press("ArrowRight");
      const words = await visitor.sees("#narration", /^Step 5 of .*The write head writes to row/);
      expect(words).toMatch(/writes to row \d+ \(\S+\), from where it was, moved 1 row on\./);
    }));

  test("of a head that waits, and of one that comes from afar, that is said", () =>
    visit("?model=repeat-copy-lstm", async (visitor) => {
      // Five vectors are given back four times.
      await visitor.sees("#step-now", / of 28$/);
      await visitor.page.focus("#scrubber");
      await visitor.page.keyboard.press("Home");
      for (let i = 0; i < 5; i++) await visitor.page.keyboard.press("ArrowRight");
      await visitor.sees("#narration", /^Step 6 of 28: .* The read head reads row \d+ \(\S+\), where it waits\.$/);
      for (let i = 0; i < 8; i++) await visitor.page.keyboard.press("ArrowRight");
      const again = await visitor.sees("#narration", /^Step 14 of 28: .*; it comes from row \d+\.$/);
      const [, to, from] = /reads row (\d+) .*, found by content, .*from row (\d+)\.$/.exec(again) ?? [];
      expect(Number(from) - Number(to)).toBe(4);
    }));

  test("of many heads some are told, and how many are not", () =>
    visit(`${quick}&readHeads=3&writeHeads=2`, (visitor) =>
      visitor.sees("#narration", /And 1 more head, shown below\.$/),
    ));

  test("a pattern drawn by the pointer is recalled", () =>
    visit("?model=copy-lstm", async (visitor) => {
      const { page } = visitor;
      const { mouse } = page;
      const at = async (cell: string) => {
        const found = (await page.$(`#pattern [data-at="${cell}"]`)) as ElementHandle;
        const { x, y, width, height } = (await found.boundingBox()) as BoundingBox;
        return [x + width / 2, y + height / 2] as const;
      };
      const drawn = () =>
        page.$$eval("#pattern [data-at$=',0'][aria-selected=true]", (all) => all.map((cell) => cell.ariaLabel));
      const stroke = async (...cells: string[]) => {
        for (const [index, cell] of cells.entries()) {
          await mouse.move(...(await at(cell)));
          if (index === 0) await mouse.down();
        }
        await mouse.up();
      };
      const button = (words: string) => `#pattern button::-p-text(${words})`;

      await visitor.press("#draw");
      await visitor.sees("#verdict", /^All 136 bits right\.$/);
      // Above the letters that are there to begin with.
      expect(await drawn()).toEqual([]);
      await stroke("1,0", "2,0", "3,0");
      expect(await drawn()).toEqual(["vector 2, bit 1", "vector 3, bit 1", "vector 4, bit 1"]);
      // A stroke that begins on what is set takes away.
      await stroke("3,0", "2,0");
      expect(await drawn()).toEqual(["vector 2, bit 1"]);
      // It is this that goes in, and comes out.
      const above = (vector: number) => visitor.pointAt("#time-stack canvas", (vector - 0.5) / 35, 0.5 / 9);
      expect(await above(2)).toMatch(/^x₂\[0\] = 1\n/);
      expect(await above(3)).toMatch(/^x₃\[0\] = 0\n/);
      await visitor.sees("#verdict", /^All 136 bits right\.$/);

      await visitor.press(button("Longer"));
      await visitor.sees("#step-now", / of 37$/);
      await visitor.press(button("Shorter"));
      await visitor.press(button("Shorter"));
      await visitor.sees("#step-now", / of 33$/);
      await visitor.press(button("Clear"));
      expect(await drawn()).toEqual([]);
      await visitor.sees("#verdict", / 128 bits (right|wrong)\.$/);
    }));

  test("Copy link copies the address, which opens the same run", () =>
    visit(quick, async (visitor) => {
      const { page } = visitor;
      await visitor.press("#link");
      await visitor.sees("#link", /^Copied$/);
      await visitor.sees("#spoken", /^Link copied\.$/);
      const copied = await visitor.pasted();
      expect(copied).toBe(page.url());
      expect(new URL(copied).searchParams.get("hiddenSize")).toBe("64");
      await visitor.sees("#link", /^Copy link$/);
    }));
});

/** What a canvas shows. */
function picture({ page }: Visitor, selector: string): Promise<string> {
  return page.$eval(selector, (canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

/** What a person does with the page, in each browser. */

import { readdirSync, readFileSync } from "node:fs";
import { copy, linear, NTM, preset, rmsprop } from "neural-turing-machine";
import { describe, expect, test } from "vitest";
import { type BrowserName, browsing } from "./support/browsers.js";
import { quick, visits } from "./support/visitor.js";

/** The trained machines that the page was built with. */
const folder = new URL("../../models/", import.meta.url);
const models = readdirSync(folder)
  .filter((name) => name.endsWith(".safetensors"))
  .map((name) => name.replace(/\.safetensors$/, ""))
  .sort();

describe.each<BrowserName>(["chrome", "firefox"])("in %s", (name) => {
  const there = browsing(name);
  const visit = visits(there);

  test("trains until solved, scrubs, saves, and finds the training again after a reload", () =>
    visit(quick, async (visitor) => {
      const { page } = visitor;
      await visitor.trainUntilSolved();
      const updates = await visitor.updates();
      await visitor.sees("#verdict", /All 20 bits right/);

      await page.focus("#scrubber");
      await page.keyboard.press("Home");
      await visitor.sees("#narration", /^Step 1 of 11: vector 1 comes in\. /);
      for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowRight");
      await visitor.sees(
        "#narration",
        /^Step 7 of 11: nothing comes in, and the answer is asked for\..*read head reads row/,
      );

      const loaded = await NTM.load(await visitor.save());
      expect(loaded.step).toBe(updates);
      // The command measures it by this.
      expect(loaded.metadata).toMatchObject({
        task: { name: "copy", options: { maxLength: 5, bits: 4 } },
        training: { batchSize: 4, clip: { norm: 10 } },
      });
      expect(loaded.optimizer).toEqual(rmsprop({ learningRate: linear({ from: 1e-3, to: 0, steps: 100_000 }) }));

      await visitor.keeps(updates);
      const bits = await visitor.text("#bits");
      await page.reload();
      await visitor.sees("#origin", /kept/);
      expect(await visitor.updates()).toBe(updates);
      expect(await visitor.text("#bits")).toBe(bits);
      expect(await visitor.text("#solved")).toMatch(/^in /);
    }));

  test("a link is the same run to the bit, here and in Node", () =>
    visit(quick, async (visitor) => {
      for (let update = 1; update <= 3; update++) {
        await visitor.press("#step");
        await visitor.sees("#verdict", new RegExp(`, after ${update === 1 ? "1 update" : `${update} updates`}\\.$`));
      }
      expect(await visitor.text("#origin")).toMatch(/reproduces this run to the bit/);
      const page = await NTM.load(await visitor.save());

      const task = copy({ maxLength: 5, bits: 4 });
      const { config, train } = preset("copy", "feedforward");
      const machine = await NTM.create({
        inputSize: 5,
        outputSize: 4,
        controller: { kind: "feedforward", hiddenSize: 64 },
        memory: { rows: 16, columns: 12, value: 0.1 },
        headInit: config.headInit,
        seed: 1,
      });
      const learningRate = linear({ from: 1e-3, to: 0, steps: 100_000 });
      const options = { steps: 3, batchSize: 4, clip: train.clip, optimizer: rmsprop({ learningRate }) };
      for await (const _ of machine.train(task, options));
      expect(page.parameters()).toEqual(machine.parameters());
    }));

  test("loads a checkpoint that was dropped, goes on with it, and has it after a reload", () =>
    visit("", async (visitor) => {
      const bytes = await trained();
      await visitor.drop(bytes, "mine.safetensors");
      await visitor.sees("#origin", /mine\.safetensors/);
      await visitor.sees("#verdict", /after 40 updates\.$/);
      await visitor.press("#step");
      await visitor.sees("#verdict", /after 41 updates\.$/);
      expect(new URL(visitor.page.url()).search).toBe("?file=mine.safetensors");
      await visitor.keeps(41);
      await visitor.page.reload();
      await visitor.sees("#verdict", /after 41 updates\.$/);
      expect(await visitor.text("#origin")).toMatch(/, as this browser has kept it\. No link can carry a file/);
      expect(await visitor.page.$eval("#link", (button) => (button as HTMLButtonElement).disabled)).toBe(true);
    }));

  test("keeps the training of a file and of a shipped machine of the same name apart", () =>
    visit("", async (visitor) => {
      const stepsTo = async (updates: number, search: string) => {
        await visitor.page.goto(`${there.site.url}${search}`);
        await visitor.ready();
        await visitor.press("#step");
        // Until then the verdict tells of the updates that were kept.
        await visitor.sees("#verdict", new RegExp(`after ${updates} updates?\\.$`));
        await visitor.keeps(updates);
      };
      await visitor.drop(await trained(), "copy-lstm.safetensors");
      await visitor.keeps(40);
      await stepsTo(1, "?model=copy-lstm");
      await stepsTo(41, "?file=copy-lstm.safetensors");
      await stepsTo(2, "?model=copy-lstm");
    }));

  test("offers every machine of models/, and loads one at once", () =>
    visit("", async (visitor) => {
      const names = await visitor.page.$$eval("#models button", (buttons) => buttons.map((each) => each.textContent));
      expect(names).toEqual(models);
      expect(models).not.toEqual([]);
      for (const model of models) {
        await visitor.take(model);
        expect(new URL(visitor.page.url()).search).toBe(`?model=${model}`);
        expect(
          await visitor.page.$$eval("#models [aria-pressed=true]", (all) => all.map((each) => each.textContent)),
        ).toEqual([model]);
        expect(await visitor.text("#sequences")).toBe("–");
        const { task, results } = JSON.parse(readFileSync(new URL(`${model}.json`, folder), "utf8"));
        expect(await visitor.page.$eval("#setting-task", (select) => (select as HTMLSelectElement).value)).toBe(task);
        const [{ wrongBitsPerSequence, of }] = results;
        if (task === "dynamic-n-grams")
          await visitor.sees("#verdict", /^\d+ of 195 bits foretold right\. They are drawn by chance/);
        else if (wrongBitsPerSequence < 1) await visitor.sees("#verdict", /^All [\d,]+ bits right\.$/);
        else {
          // One sequence is not the mean of many: twice as much may be wrong in it.
          const verdict = await visitor.sees(
            "#verdict",
            new RegExp(`^(All ${of} bits right|\\d+ of ${of} bits wrong)\\.$`),
          );
          const wrong = verdict.startsWith("All") ? 0 : Number.parseInt(verdict, 10);
          expect(wrong).toBeLessThan(2 * wrongBitsPerSequence);
        }
      }
    }));

  test.each(["copy-lstm", "copy-feedforward"])(
    "%s, by its link, copies 120 vectors, six times what it learned",
    (model) =>
      visit(`?model=${model}`, async (visitor) => {
        await visitor.press("#far-longer");
        await visitor.sees("#verdict", /^All 960 bits right\.$/);
        expect(await visitor.text("#step-now")).toMatch(/ of 241$/);
        expect(await visitor.page.$eval("#link", (button) => (button as HTMLButtonElement).disabled)).toBe(false);
      }),
  );

  test("is reset: the same settings from the beginning, and the next visit finds nothing of before", () =>
    visit(quick, async (visitor) => {
      const address = visitor.page.url();
      await visitor.press("#step");
      const first = await visitor.sees("#verdict", /after 1 update\.$/);
      await visitor.press("#step");
      await visitor.sees("#verdict", /after 2 updates\.$/);
      await visitor.keeps(2);
      await visitor.press("#reset");
      await visitor.sees("#verdict", /(right|wrong)\.$/);
      expect(await visitor.text("#sequences")).toBe("0");
      expect(await visitor.text("#bits")).toBe("–");
      await visitor.page.waitForSelector('#curve[aria-label="Learning curve: nothing yet"]');
      expect(visitor.page.url()).toBe(address);
      await visitor.page.reload();
      await visitor.sees("#verdict", /(right|wrong)\.$/);
      expect(await visitor.text("#origin")).not.toMatch(/kept/);
      await visitor.press("#step");
      expect(await visitor.sees("#verdict", /after 1 update\.$/)).toBe(first);
    }));

  test("Back and Forward lead from machine to machine, each as it was left and at the moment it was looked at", () =>
    visit(quick, async (visitor) => {
      const { page } = visitor;
      const [model = ""] = models;
      await visitor.press("#step");
      await visitor.sees("#verdict", /after 1 update\.$/);
      await page.focus("#scrubber");
      await page.keyboard.press("End");
      await page.waitForFunction(() => location.hash === "#step=11");
      const address = page.url();
      await visitor.take(model);
      await page.goBack();
      await visitor.sees("#verdict", /after 1 update\.$/);
      expect(await visitor.text("#step-now")).toBe("step 11 of 11");
      expect(page.url()).toBe(address);
      await page.goForward();
      await visitor.sees("#origin", new RegExp(`^The machine of ${model}\\.safetensors\\.`));
      expect(new URL(page.url()).search).toBe(`?model=${model}`);
      // A form's change is another machine, too.
      await page.goBack();
      await visitor.sees("#verdict", /after 1 update\.$/);
      await visitor.press("summary");
      await visitor.fill("#setting-maxLength", 3);
      await visitor.sees("#verdict", /of 12 bits wrong\.$/);
      await page.goBack();
      await visitor.sees("#verdict", /of 20 bits (right|wrong), after 1 update\.$/);
      expect(await page.$eval("#setting-maxLength", (field) => (field as HTMLInputElement).value)).toBe("5");
    }));

  test("another machine has a head and a step of its own, and so has the link to it", () =>
    visit("?model=priority-sort-lstm#step=30&head=5", async (visitor) => {
      const { page } = visitor;
      await visitor.sees("#step-now", /^step 30 of/);
      await visitor.take("copy-lstm");
      await visitor.sees("#step-now", /^step 21 of 21$/);
      await page.waitForFunction(() => location.hash === "#step=21");
      await visitor.press("#play");
      await page.evaluate(() => {
        location.hash = "step=4";
      });
      await visitor.sees("#step-now", /^step 4 of 21$/);
      await new Promise((done) => setTimeout(done, 500));
      expect(await visitor.text("#step-now")).toBe("step 4 of 21");
    }));

  test("under the pointer are the numbers, and the equation with them", () =>
    visit("?model=copy-lstm", async (visitor) => {
      await visitor.sees("#step-now", /^step 6 of 21$/);
      const number = "−?\\d+(\\.\\d+)?";
      const is = (...lines: string[]) => new RegExp(`^${lines.join("\n").replaceAll("#", number)}$`);
      expect(await visitor.pointAt("#time-stack canvas", 0.01, 0.01)).toMatch(is("x₁\\[0\\] = [01]", "input"));
      const sharpening = "w̃ᵞ / Σ w̃ᵞ = # \\^ # / Σ";
      // A memory row's weight in each of the four stages.
      expect(await visitor.pointAt("#stages li:nth-child(1) > canvas", 0.5, 0.5)).toMatch(
        is("wᶜ\\((\\d+)\\) = #", "β · cos\\(k, M′\\(\\1\\)\\) = # · #", "then a softmax over all rows"),
      );
      const interpolated = await visitor.pointAt("#stages li:nth-child(2) > canvas", 0.5, 0.5);
      expect(interpolated).toMatch(is("wᵍ\\(\\d+\\) = #", "# · # \\+ # · #", "g · wᶜ \\+ \\(1 − g\\) · w′"));
      // The equation is true of the numbers in it.
      const [value = 0, gate = 0, content = 0, rest = 0, before = 0] = numbersIn(interpolated);
      expect(gate * content + rest * before).toBeCloseTo(value, 2);
      expect(await visitor.pointAt("#stages li:nth-child(3) > canvas", 0.5, 0.5)).toMatch(
        is("w̃\\(\\d+\\) = #", "#·# \\+ #·# \\+ #·#", "s\\(j\\) · wᵍ\\(\\d+ − j\\), j = −1, 0, \\+1"),
      );
      expect(await visitor.pointAt("#stages li:nth-child(4) > canvas", 0.5, 0.5)).toMatch(
        is("w\\(\\d+\\) = #", sharpening),
      );
      expect(await visitor.pointAt(".key canvas", 0.5, 0.5)).toMatch(
        is("k\\[\\d+\\] = #", "k = pᵏ", "pᵏ: .*W h \\+ b"),
      );
      expect(await visitor.pointAt("#time-stack canvas:nth-of-type(2)", 0.5, 0.5)).toMatch(
        is("w₁₁\\(\\d+\\) = #", sharpening, "weight of the write head on memory row \\d+ at step 11"),
      );
      expect(await visitor.pointAt(".memory-rows canvas", 0.5, 0.5)).toMatch(
        is("w₆\\(\\d+\\) = #", sharpening, "write head on row \\d+"),
      );
      expect(await visitor.pointAt(".transfer-row:not([hidden]) canvas", 0.5, 0.5)).toMatch(
        is("e\\[\\d+\\] = #", "M̃\\(n\\) = .*eq\\. 3", "e = σ\\(pᵉ\\), a part of W h \\+ b"),
      );
      expect(await visitor.page.$$eval(".emitted", (all) => all.map((each) => each.textContent))).toEqual([
        "k = pᵏ,  β = softplus(pᵝ)",
        "g = σ(pᵍ)",
        "s = softmax(pˢ)",
        "γ = 1 + softplus(pᵞ)",
      ]);
      expect(await visitor.pointAt("#memory .cells", 10.5 / 20, 0.5)).toMatch(
        is(
          "M₆\\(\\d+\\)\\[10\\] = #",
          "M′·\\(1 − w·e\\) \\+ w·a = #·\\(1 − #·#\\) \\+ #·#",
          "eq\\. 3 and 4: erase, then add",
        ),
      );
      await visitor.page.mouse.move(1, 1);
      await visitor.page.waitForSelector("#readout[hidden]");
    }));

  test("of several write heads, and of a key through tanh, the equation is the machine's own", async () => {
    await visit(`${quick}&readHeads=1&writeHeads=2`, async (visitor) => {
      const cell = await visitor.pointAt("#memory .cells", 0.5, 0.5);
      expect(cell).toMatch(/\nM′·Πₕ\(1 − wₕ·eₕ\) \+ Σₕ wₕ·aₕ = /);
      const [value = 0, before = 0, ...numbers] = numbersIn(cell.replace(/M′.*aₕ = /, ""));
      const [, weight1 = 0, erase1 = 0, , weight2 = 0, erase2 = 0, w1 = 0, add1 = 0, w2 = 0, add2 = 0] = numbers;
      expect([w1, w2]).toEqual([weight1, weight2]);
      expect(before * (1 - weight1 * erase1) * (1 - weight2 * erase2) + w1 * add1 + w2 * add2).toBeCloseTo(value, 2);
    });
    // No preset has either, and no link can say the second: the machine comes as a file.
    const { inputSize, outputSize, name, options } = copy({ maxLength: 5, bits: 4 });
    const config = { memory: { value: 0.1 }, writeHeads: 0, keyActivation: "tanh" } as const;
    using machine = await NTM.create({ inputSize, outputSize, ...config });
    const bytes = machine.save({ metadata: { task: { name, options: { ...options } } } });
    await visit(quick, async (visitor) => {
      await visitor.drop(bytes, "tanh.safetensors");
      await visitor.sees("#origin", /^The machine of tanh\.safetensors\./);
      await visitor.sees(".emitted", /tanh/);
      expect(await visitor.pointAt("#memory .cells", 10.5 / 20, 0.5)).toMatch(/\nM′ = 0\.100\nno head writes$/);
      expect(await visitor.pointAt(".key canvas", 0.5, 0.5)).toMatch(/\nk = tanh\(pᵏ\)\n/);
      expect(await visitor.text(".emitted")).toBe("k = tanh(pᵏ),  β = softplus(pᵝ)");
    });
  });

  test("training ends where the learning rate has fallen to 0, and that is said", () =>
    visit("", async (visitor) => {
      const { inputSize, outputSize, name, options, batch } = copy({ maxLength: 4, bits: 3 });
      using machine = await NTM.create({ inputSize, outputSize, controller: { hiddenSize: 16 }, memory: { rows: 12 } });
      const optimizer = rmsprop({ learningRate: linear({ from: 1e-3, to: 0, steps: 40 }) });
      for await (const _ of machine.train({ inputSize, outputSize, batch }, { steps: 30, optimizer }));
      const bytes = machine.save({ training: true, metadata: { task: { name, options: { ...options } } } });
      await visitor.drop(bytes, "short.safetensors");
      await visitor.sees("#verdict", /after 30 updates\.$/);
      await visitor.press("#start");
      await visitor.sees("#trouble", /^This training is over: its learning rate has fallen to 0/);
      await visitor.sees("#verdict", /after 40 updates\.$/);
      expect(await visitor.text("#start")).toBe("Start");
      await visitor.press("#step");
      await visitor.keeps(40);
    }));

  test("of two machines asked for in a row it shows the last, though the first comes later", () =>
    visit("", async (visitor) => {
      await visitor.page.evaluate(() => {
        const { fetch } = globalThis;
        let delay = 500;
        globalThis.fetch = async (...given) => {
          const wait = delay;
          delay = 0;
          const [response] = await Promise.all([fetch(...given), new Promise((done) => setTimeout(done, wait))]);
          return response;
        };
      });
      await visitor.page.$$eval("#models button", ([first, second]) => {
        (first as HTMLButtonElement).click();
        setTimeout(() => (second as HTMLButtonElement).click(), 100);
      });
      const [, second = ""] = await visitor.page.$$eval("#models button", (all) => all.map((each) => each.textContent));
      await visitor.sees("#origin", new RegExp(`^The machine of ${second}\\.`));
      await new Promise((done) => setTimeout(done, 700));
      expect(await visitor.text("#origin")).toMatch(new RegExp(`^The machine of ${second}\\.`));
    }));

  test("a hostile file is refused in words, and the machine is as it was", () =>
    visit(quick, async (visitor) => {
      await visitor.press("#step");
      await visitor.sees("#verdict", /after 1 update\.$/);
      const whole = await trained();
      const flipped = whole.slice();
      flipped[flipped.length - 5] = (flipped[flipped.length - 5] as number) ^ 1;
      for (const bytes of [flipped, whole.slice(0, 1000), new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127])]) {
        await visitor.page.$eval("#trouble", (element) => (element.textContent = ""));
        await visitor.drop(bytes, "bad.safetensors");
        await visitor.sees("#trouble", /was not loaded, and the machine is as it was/);
      }
      await visitor.press("#step");
      await visitor.sees("#verdict", /after 2 updates\.$/);
    }));

  test("watches no longer a sequence than the machine learns with, unless asked to", () =>
    visit(quick, async (visitor) => {
      await visitor.sees("#verdict", /of 20 bits wrong\.$/);
      await visitor.press("#far-longer");
      await visitor.sees("#verdict", /of 480 bits wrong\.$/);
      await visitor.press("summary");
      await visitor.fill("#setting-maxLength", 3);
      await visitor.sees("#verdict", /of 12 bits wrong\.$/);
    }));

  test("draws a pattern, adds memory rows, switches a head off, and sees what breaks", () =>
    visit(quick, async (visitor) => {
      const { page } = visitor;
      await visitor.trainUntilSolved();
      await visitor.press("#draw");
      await page.focus('#pattern [tabindex="0"]');
      const cell = () => page.$eval('#pattern [tabindex="0"]', (element) => element.getAttribute("aria-selected"));
      const before = await cell();
      await page.keyboard.press("Enter");
      expect(await cell()).not.toBe(before);
      // "NTM" in 17 vectors of 4 bits, right or wrong: the machine learned from 5 at most.
      await visitor.sees("#verdict", /^(All|\d+ of) 68 bits (right|wrong), after [\d,]+ updates\.$/);
      await visitor.press("#draw");

      await visitor.sees("#verdict", /All 20 bits right/);
      await visitor.fill("#setting-watch-rows", 40);
      await visitor.sees("#memory figcaption", /of 40/);
      await visitor.press("#head-0");
      await visitor.sees("#verdict", /bits wrong/);
      await visitor.sees("#narration", /The read head is switched off: what it gives is zeros\.$/);
      expect(await visitor.text("#time-stack .label.off")).toMatch(/^Read head, off/);
      await visitor.press("#head-0");
      await visitor.sees("#verdict", /All 20 bits right/);
      expect(await page.$("#time-stack .label.off")).toBeNull();
      await visitor.press("#head-1");
      await visitor.sees("#narration", /The write head is switched off: it erases and adds nothing\. The read head/);
      await visitor.press("#head-1");
      await visitor.sees("#verdict", /All 20 bits right/);
      await visitor.press("#far-longer");
      await visitor.sees("#verdict", /^\d+ of 480 bits wrong, after [\d,]+ updates\.$/);
    }));
});

/** The numbers of a reading's value and equation, as they are shown. */
function numbersIn(reading: string): number[] {
  const [value = "", equation = ""] = reading.split("\n");
  const [, shown = ""] = value.split(" = ");
  return Array.from(`${shown} ${equation}`.replaceAll("−", "-").matchAll(/-?\d+(\.\d+)?/g), ([text]) => Number(text));
}

/** A checkpoint of 40 updates, with what the command notes in it. */
async function trained(): Promise<Uint8Array> {
  const task = copy({ maxLength: 4, bits: 3 });
  const machine = await NTM.create({
    inputSize: 4,
    outputSize: 3,
    controller: { hiddenSize: 16 },
    memory: { rows: 12, columns: 8 },
  });
  for await (const _ of machine.train(task, { steps: 40, batchSize: 2 }));
  const training = { batchSize: 2, optimizer: "rmsprop", learningRate: 1e-4, clip: { value: 10 } };
  return machine.save({ training: true, metadata: { task: { name: "copy", options: { ...task.options } }, training } });
}

/** What a person does with the page, in each browser. */

import { existsSync, readdirSync } from "node:fs";
import { copy, linear, NTM, preset, rmsprop } from "neural-turing-machine";
import { describe, expect, test } from "vitest";
import { type BrowserName, browsing } from "./support/browsers.js";
import { quick, Visitor } from "./support/visitor.js";

/** The trained machines that the page was built with. */
const models = ((folder) => (existsSync(folder) ? readdirSync(folder) : []))(new URL("../../models/", import.meta.url))
  .filter((name) => name.endsWith(".safetensors"))
  .sort();

describe.each<BrowserName>(["chrome", "firefox"])("in %s", (name) => {
  const there = browsing(name);

  async function visiting(query: string, what: (visitor: Visitor) => Promise<void>): Promise<void> {
    const visitor = await Visitor.visit(there.browser, `${there.site.url}${query}`);
    try {
      await visitor.ready();
      await what(visitor);
      expect(visitor.errors).toEqual([]);
    } finally {
      await visitor.leave();
    }
  }

  test("trains until solved, scrubs, saves, and finds the training again after a reload", () =>
    visiting(quick, async (visitor) => {
      const { page } = visitor;
      await visitor.trainUntilSolved();
      const updates = await visitor.updates();
      await visitor.fill("#setting-size-length", 5);
      await visitor.sees("#verdict", /All 20 bits right/);

      await page.focus("#scrubber");
      await page.keyboard.press("Home");
      await visitor.sees("#narration", /^Step 1 of 11: a vector comes in/);
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
        training: { batchSize: 4, clip: { value: 10 } },
      });
      expect(loaded.optimizer).toEqual(rmsprop({ learningRate: linear({ from: 1e-3, to: 0, steps: 100_000 }) }));

      await page.reload();
      await visitor.sees("#origin", /kept/);
      expect(await visitor.updates()).toBe(updates);
      expect(await visitor.text("#solved")).toMatch(/^in /);
    }));

  test("a link is the same run to the bit, here and in Node", () =>
    visiting(quick, async (visitor) => {
      for (let update = 1; update <= 3; update++) {
        await visitor.press("#step");
        await visitor.sees("#verdict", new RegExp(`after ${update} update`));
      }
      const page = await NTM.load(await visitor.save());

      const task = copy({ maxLength: 5, bits: 4 });
      const machine = await NTM.create({
        inputSize: 5,
        outputSize: 4,
        controller: { kind: "feedforward", hiddenSize: 64 },
        memory: { rows: 16, columns: 12, value: 0.1 },
        headInit: preset("copy", "feedforward").config.headInit,
        seed: 1,
      });
      const learningRate = linear({ from: 1e-3, to: 0, steps: 100_000 });
      const options = { steps: 3, batchSize: 4, optimizer: rmsprop({ learningRate }) };
      for await (const _ of machine.train(task, options));
      expect(page.parameters()).toEqual(machine.parameters());
    }));

  test("loads a checkpoint that was dropped, goes on with it, and has it after a reload", () =>
    visiting("", async (visitor) => {
      const bytes = await trained();
      await visitor.drop(bytes, "mine.safetensors");
      await visitor.sees("#origin", /mine\.safetensors/);
      await visitor.sees("#verdict", /after 40 updates/);
      await visitor.press("#step");
      await visitor.sees("#verdict", /after 41 updates/);
      expect(new URL(visitor.page.url()).search).toBe("?file=mine.safetensors");
      await visitor.page.reload();
      await visitor.sees("#verdict", /after 41 updates/);
    }));

  test("offers every machine of models/, and loads one at once", () =>
    visiting("", async (visitor) => {
      const names = await visitor.page.$$eval("#models button", (buttons) => buttons.map((each) => each.textContent));
      expect(names).toEqual(models.map((name) => name.replace(/\.safetensors$/, "")));
      if (models.length === 0) return;
      await visitor.press("#models button");
      await visitor.sees("#origin", new RegExp(`The machine of ${models[0]}`));
      await visitor.sees("#verdict", /^All .* bits right\.$/);
    }));

  test("a hostile file is refused in words, and the machine is as it was", () =>
    visiting(quick, async (visitor) => {
      await visitor.press("#step");
      await visitor.sees("#verdict", /after 1 update/);
      const whole = await trained();
      const flipped = whole.slice();
      flipped[flipped.length - 5] = (flipped[flipped.length - 5] as number) ^ 1;
      for (const bytes of [flipped, whole.slice(0, 1000), new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127])]) {
        await visitor.page.$eval("#trouble", (element) => (element.textContent = ""));
        await visitor.drop(bytes, "bad.safetensors");
        await visitor.sees("#trouble", /was not loaded, and the machine is as it was/);
      }
      await visitor.press("#step");
      await visitor.sees("#verdict", /after 2 updates/);
    }));

  test("draws a pattern, adds memory rows, switches a head off, and sees what breaks", () =>
    visiting(quick, async (visitor) => {
      const { page } = visitor;
      await visitor.trainUntilSolved();
      await visitor.press("#draw");
      await page.focus('#pattern [tabindex="0"]');
      const cell = () => page.$eval('#pattern [tabindex="0"]', (element) => element.getAttribute("aria-selected"));
      const before = await cell();
      await page.keyboard.press("Enter");
      expect(await cell()).not.toBe(before);
      await visitor.sees("#verdict", /68 bits/);
      await visitor.press("#draw");

      await visitor.fill("#setting-size-length", 5);
      await visitor.sees("#verdict", /All 20 bits right/);
      await visitor.fill("#setting-watch-rows", 40);
      await visitor.sees("#memory figcaption", /of 40/);
      await visitor.press("#head-0");
      await visitor.sees("#verdict", /bits wrong/);
      await visitor.press("#head-0");
      await visitor.sees("#verdict", /All 20 bits right/);
      await visitor.press("#far-longer");
      await visitor.sees("#verdict", /480 bits/);
    }));
});

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

/** What a visit leaves in the browser, the next one finds. */
import { readFileSync } from "node:fs";
import { type Json, NTM } from "neural-turing-machine";
import { describe, expect, test } from "vitest";
import { type BrowserName, browsing } from "./support/browsers.js";
import { quick, visits } from "./support/visitor.js";

const shipped = readFileSync(new URL("../../models/copy-lstm.safetensors", import.meta.url));

describe.each<BrowserName>(["chrome", "firefox"])("in %s", (name) => {
  const there = browsing(name);
  const visit = visits(there);

  test("a file of parameters alone is there after a reload", () =>
    visit("", async (visitor) => {
      await visitor.drop(shipped, "mine.safetensors");
      await visitor.sees("#origin", /^The machine of mine\.safetensors\. /);
      await visitor.sees("#verdict", /^All 80 bits right\.$/);
      await visitor.keeps(0);
      await visitor.page.reload();
      await visitor.sees("#origin", /^The machine of mine\.safetensors, as this browser has kept it\./);
      await visitor.sees("#verdict", /^All 80 bits right\.$/);
    }));

  test("a shipped machine that has not learned here is not kept, but shipped again", () =>
    visit("?model=copy-lstm", async (visitor) => {
      await visitor.page.reload();
      await visitor.sees("#origin", /^The machine of copy-lstm\.safetensors\. /);
    }));

  test("what a machine has learned is there again after another was taken in the midst of training", () =>
    visit(quick, async (visitor) => {
      await visitor.press("#start");
      const seen = numberIn(await visitor.sees("#sequences", /\d{3}/));
      await visitor.take("copy-lstm");
      await visitor.page.goto(`${there.site.url}${quick}`);
      await visitor.sees("#origin", /^This run, as this browser has kept it\./);
      expect(numberIn(await visitor.sees("#sequences", /\d{3}/))).toBeGreaterThanOrEqual(seen);
    }));

  test("a task that is said to be solved is kept so, though the page goes at once and in the midst of training", () =>
    visit(quick, async (visitor) => {
      await visitor.keepNoMore();
      await visitor.press("#start");
      const solved = await visitor.sees("#solved", /^in /);
      await visitor.page.reload();
      await visitor.sees("#origin", /^This run, as this browser has kept it\./);
      expect(await visitor.sees("#solved", /^in /)).toBe(solved);
    }));

  test("a run that was begun with another preset goes on, and the link is not said to reproduce it until it is begun anew", () =>
    visit(quick, async (visitor) => {
      const { page } = visitor;
      await visitor.press("#step");
      await visitor.keeps(1);
      using machine = await NTM.load(await visitor.save());
      const { task } = machine.metadata as { task: Json };
      const metadata = { task, training: { batchSize: 4, clip: { value: 10 } } };
      await visitor.replacesWhatIsKept(machine.save({ training: true, metadata }));
      await page.reload();
      const words = await visitor.sees("#origin", /^This run, as this browser has kept it\. /);
      expect(words).toMatch(/the link in the address bar, like Reset, begins another run/);
      expect(words).not.toMatch(/reproduces/);
      expect(await visitor.updates()).toBe(1);
      await visitor.press("#step");
      await visitor.keeps(2);
      await visitor.press("#reset");
      await visitor.sees("#origin", /^The link in the address bar reproduces this run to the bit\.$/);
    }));
});

function numberIn(text: string): number {
  return Number(text.replaceAll(",", ""));
}

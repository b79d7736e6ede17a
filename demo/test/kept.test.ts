/** What a visit leaves in the browser, the next one finds. */
import { readFileSync } from "node:fs";
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
});

function numberIn(text: string): number {
  return Number(text.replaceAll(",", ""));
}

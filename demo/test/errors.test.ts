/** What cannot be is said in the page, in words; and a visitor hears of all else that goes wrong. */
import { copy, NTM } from "neural-turing-machine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BrowserName, browsing, launch } from "./support/browsers.js";
import { type Site, serve } from "./support/site.js";
import { quick, Visitor, visiting } from "./support/visitor.js";

describe("without", () => {
  let site: Site;
  beforeAll(async () => {
    site = await serve();
  });
  afterAll(() => site?.close());

  // Firefox can be had without WebAssembly, not without its SIMD.
  test.each([
    ["WebAssembly", "chrome", { args: ["--js-flags=--jitless"] }],
    ["WebAssembly", "firefox", { preferences: { "javascript.options.wasm": false } }],
    ["SIMD", "chrome", { args: ["--js-flags=--no-enable-sse4-1"] }],
  ] as const)("%s, in %s", async (_, name, setup) => {
    const browser = await launch(name, setup);
    try {
      await visiting(browser, site.url, async (visitor) => {
        await visitor.sees("#trouble", /needs WebAssembly with SIMD/);
        expect(await visitor.page.$eval("#start", (button) => (button as HTMLButtonElement).disabled)).toBe(true);
      });
    } finally {
      await browser.close();
    }
  });
});

describe.each<BrowserName>(["chrome", "firefox"])("in %s", (name) => {
  const there = browsing(name);

  const visit = (query: string, what: (visitor: Visitor) => Promise<void>) =>
    visiting(there.browser, `${there.site.url}${query}`, what);

  test("a link that asks for what cannot be gets the defaults, and is told so", () =>
    visit("?task=fly&rows=minus&seed=7", async (visitor) => {
      const words = await visitor.sees("#trouble", /task: expected one of copy/);
      expect(words).toContain("rows: expected a whole number from 1 to 4096, got “minus”");
      await visitor.ready();
      expect(new URL(visitor.page.url()).searchParams.get("seed")).toBe("7");
    }));

  test("a link to a moment that cannot be leads to the machine, and says what is wrong", () =>
    visit("?model=copy-lstm#length=0&step=3", async (visitor) => {
      await visitor.sees(
        "#trouble",
        /^The link asks for what cannot be\. length: expected a whole number from 1 to 200, got “0”\.$/,
      );
      await visitor.sees("#step-now", /^step 3 of 21$/);
    }));

  test("Back to a file that is gone leaves the machine, and the address that it has", () =>
    visit("", async (visitor) => {
      const { page } = visitor;
      const { name, options, inputSize, outputSize } = copy({ maxLength: 4, bits: 3 });
      using machine = await NTM.create({ inputSize, outputSize, controller: { hiddenSize: 16 }, memory: { rows: 12 } });
      const bytes = machine.save({ metadata: { task: { name, options: { ...options } } } });
      await visitor.drop(bytes, "mine.safetensors");
      await visitor.sees("#origin", /^The machine of mine/);
      await visitor.take("copy-lstm");
      await page.evaluate(() => indexedDB.deleteDatabase("neural-turing-machine"));
      await page.goBack();
      await visitor.sees(
        "#trouble",
        /^That file was not loaded, and the machine is as it was\. mine\.safetensors is no/,
      );
      expect(new URL(page.url()).search).toBe("?model=copy-lstm");
      expect(await visitor.text("#origin")).toMatch(/^The machine of copy-lstm/);
    }));

  test("a link whose sizes do not go together leads to the machine, and says what is wrong", () =>
    visit("?model=priority-sort-lstm#vectors=3", async (visitor) => {
      await visitor.sees("#trouble", /^sorted: expected at most vectors, 3, got 16$/);
      await visitor.sees("#verdict", /128 bits (right|wrong)\.$/);
    }));

  test("what is wrong in a link's settings and in its moment is said together, and no longer than it is there", () =>
    visit("?task=copy&maxLength=9999&seed=3#step=0", async (visitor) => {
      await visitor.sees(
        "#trouble",
        /^The link asks for what cannot be\. maxLength: .* got “9999”; step: .* got “0”\.$/,
      );
      await visitor.page.evaluate(() => {
        location.hash = "length=12";
      });
      await visitor.sees("#step-now", / of 25$/);
      await visitor.page.waitForSelector("#trouble[hidden]");
    }));

  test.each([
    [
      "a file that this browser has not got",
      "?file=gone.safetensors",
      /^That file was not loaded, and here is another machine\. gone\.safetensors is no longer in this browser/,
    ],
    [
      "a machine that the page has not got",
      "?model=gone",
      /^This page has no machine “gone”, only .*copy-lstm.*; here is a new one\.$/,
    ],
  ])("a link to %s: that is said, beside a machine that can be had", (_, query, words) =>
    visit(query, async (visitor) => {
      await visitor.ready();
      await visitor.sees("#trouble", words);
      expect(new URL(visitor.page.url()).searchParams.get("task")).toBe("copy");
      await visitor.press("#step");
      await visitor.sees("#verdict", /after 1 update\.$/);
    }),
  );

  test("what was kept and cannot be read is told, and the run begins anew", () =>
    visit(quick, async (visitor) => {
      await visitor.ready();
      await visitor.press("#step");
      await visitor.sees("#verdict", /after 1 update\.$/);
      await visitor.keeps(1);
      await visitor.spoilWhatIsKept();
      await visitor.page.reload();
      await visitor.ready();
      await visitor.sees("#trouble", /^What this browser had kept of it cannot be read: it begins anew\./);
      expect(await visitor.text("#sequences")).toBe("0");
    }));

  test("a visitor hears of what is thrown, told to the console, not there, against the policy, and said", async () => {
    const visitor = await Visitor.visit(there.browser, `${there.site.url}${quick}`);
    await visitor.ready();
    expect(visitor.errors).toEqual([]);
    await visitor.page.evaluate(async () => {
      setTimeout(() => {
        throw new Error("thrown");
      });
      console.error("told");
      document.head.append(Object.assign(document.createElement("script"), { textContent: "0" }));
      await fetch("not-there");
    });
    await visitor.drop(new Uint8Array(9), "bad.safetensors");
    await visitor.page.waitForSelector("#trouble:not([hidden])");
    const patterns = [/thrown/, /^told$/, /404.*not-there/, /policy: script-src/, /^#trouble: .*was not loaded/];
    for (const pattern of patterns) expect(visitor.errors).toContainEqual(expect.stringMatching(pattern));
    await visitor.sees("#trouble", /was not loaded/);
    expect(visitor.errors).not.toContainEqual(expect.stringMatching(/^#trouble/));
    await visitor.leave();
  });
});

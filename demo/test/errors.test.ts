/** What cannot be is said in the page, in words. */
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./support/browsers.js";
import { type Site, serve } from "./support/site.js";
import { quick, Visitor } from "./support/visitor.js";

let site: Site;

beforeAll(async () => {
  site = await serve();
});
afterAll(() => site?.close());

async function visiting(
  query: string,
  args: readonly string[],
  what: (visitor: Visitor) => Promise<void>,
): Promise<void> {
  const browser: Browser = await launch("chrome", { args });
  try {
    const visitor = await Visitor.visit(browser, `${site.url}${query}`);
    await what(visitor);
    expect(visitor.errors).toEqual([]);
  } finally {
    await browser.close();
  }
}

test.each([
  ["WebAssembly", "--js-flags=--jitless"],
  ["SIMD", "--js-flags=--no-enable-sse4-1"],
])("a browser without %s", (_, flag) =>
  visiting("", [flag], async (visitor) => {
    await visitor.sees("#trouble", /needs WebAssembly with SIMD/);
    expect(await visitor.page.$eval("#start", (button) => (button as HTMLButtonElement).disabled)).toBe(true);
  }),
);

test("a link that asks for what cannot be gets the defaults, and is told so", () =>
  visiting("?task=fly&rows=minus&seed=7", [], async (visitor) => {
    const words = await visitor.sees("#trouble", /task: expected one of copy/);
    expect(words).toContain("rows: expected a whole number from 1 to 4096, got “minus”");
    await visitor.ready();
    expect(new URL(visitor.page.url()).searchParams.get("seed")).toBe("7");
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
  visiting(query, [], async (visitor) => {
    await visitor.ready();
    await visitor.sees("#trouble", words);
    expect(new URL(visitor.page.url()).searchParams.get("task")).toBe("copy");
    await visitor.press("#step");
    await visitor.sees("#verdict", /after 1 update\.$/);
  }),
);

test("what was kept and cannot be read is told, and the run begins anew", () =>
  visiting(quick, [], async (visitor) => {
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

/** What cannot be is said in the page, in words. */
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./support/browsers.js";
import { type Site, serve } from "./support/site.js";
import { Visitor } from "./support/visitor.js";

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
  const browser: Browser = await launch("chrome", args);
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

test("a link to a file that this browser has not got", () =>
  visiting("?file=gone.safetensors", [], async (visitor) => {
    await visitor.sees("#trouble", /gone\.safetensors is no longer in this browser/);
  }));

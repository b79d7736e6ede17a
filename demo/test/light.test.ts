/** The page is light, and stays smooth while it trains. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { browsing } from "./support/browsers.js";
import { built } from "./support/site.js";
import { longest, watchTraining } from "./support/trace.mjs";
import { visits } from "./support/visitor.js";

/** What the first paint may weigh, with gzip, bytes. */
const lightest = 100_000;

const there = browsing("chrome");

test("what the first paint needs is below 100 kB, and holds no WebAssembly", () => {
  const html = readFileSync(join(built, "index.html"), "utf8");
  const assets = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, path]) => path as string);
  expect(assets.length).toBeGreaterThanOrEqual(2);
  const files = [html, ...assets.map((path) => readFileSync(join(built, path)))];
  expect(files.reduce((sum, file) => sum + gzipSync(file).length, 0)).toBeLessThan(lightest);
  for (const path of assets) expect(readFileSync(join(built, path), "latin1")).not.toContain("WebAssembly.compile");
});

test("the core is in the page once", () => {
  const scripts = readdirSync(join(built, "assets")).filter((name) => name.endsWith(".js"));
  // Deflated and as base64 the core is one very long string.
  const carrying = scripts.filter((name) =>
    /[A-Za-z0-9+/]{50000}/.test(readFileSync(join(built, "assets", name), "latin1")),
  );
  expect(carrying).toHaveLength(1);
});

test("no task of the main thread is over 50 ms while the paper's machine trains and is watched", () =>
  visits(there)("", async (visitor) => {
    const { tasks } = await watchTraining(visitor.page, 4000);
    expect(Number((await visitor.text("#sequences")).replace(",", ""))).toBeGreaterThan(100);
    expect(tasks.length).toBeGreaterThan(100);
    expect(tasks.filter(({ milliseconds }) => milliseconds > longest)).toEqual([]);
  }));

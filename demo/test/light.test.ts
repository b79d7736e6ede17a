/** The page is light, and stays smooth while it trains. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./support/browsers.js";
import { built, type Site, serve } from "./support/site.js";
import { Visitor } from "./support/visitor.js";

/** What the first paint may weigh, with gzip, bytes. */
const lightest = 100_000;
/** The longest that the page's main thread may be busy at a time, milliseconds. */
const longest = 50;

let browser: Browser;
let site: Site;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch("chrome"), serve()]);
});
afterAll(async () => {
  await browser?.close();
  site?.close();
});

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

test("no task of the main thread is over 50 ms while the paper's machine trains and is watched", async () => {
  const visitor = await Visitor.visit(browser, site.url);
  const { page } = visitor;
  await visitor.ready();
  await page.tracing.start({ categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"] });
  await page.click("#start");
  await page.$eval("#time-stack", (element) => element.scrollIntoView());
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await page.click("#play");
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const trace = (await page.tracing.stop()) as Uint8Array;
  expect(Number((await visitor.text("#sequences")).replace(",", ""))).toBeGreaterThan(100);
  await visitor.leave();

  const tasks = mainThreadTasks(JSON.parse(Buffer.from(trace).toString("utf8")));
  expect(tasks.length).toBeGreaterThan(100);
  expect(Math.max(...tasks)).toBeLessThan(longest);
});

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds on the clock; and of the thread itself, which other processes do not lengthen. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** How long each task of the page's main thread took of its processor, in milliseconds. */
function mainThreadTasks({ traceEvents }: { traceEvents: readonly TraceEvent[] }): number[] {
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return traceEvents
    .filter(({ name, ph, pid, tid }) => name === "RunTask" && ph === "X" && main.has(`${pid} ${tid}`))
    .map(({ dur = 0, tdur = dur }) => tdur / 1000);
}

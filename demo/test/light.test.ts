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

  const tasks = mainThreadTasks(JSON.parse(Buffer.from(trace).toString("utf8")), site.url);
  expect(tasks.length).toBeGreaterThan(100);
  expect(tasks.filter(({ milliseconds }) => milliseconds > longest)).toEqual([]);
});

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds: when it began, how long it took, and how long of the thread's own time. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly data?: { readonly url?: string } };
}

interface Task {
  /** Of the thread's own time, which other processes do not lengthen. */
  readonly milliseconds: number;
  /** The most of what was done in it. */
  readonly parts: readonly string[];
}

/** The tasks of the main thread of the page at `url`: Chromium's own interface has such threads, too. */
function mainThreadTasks({ traceEvents }: { traceEvents: readonly TraceEvent[] }, url: string): Task[] {
  const thread = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const ours = new Set(
    traceEvents
      .filter(({ name, args }) => name === "FunctionCall" && args?.data?.url?.startsWith(url))
      .map(({ pid }) => pid),
  );
  const main = new Set(
    traceEvents
      .filter(({ name, pid, args }) => name === "thread_name" && args?.name === "CrRendererMain" && ours.has(pid))
      .map(thread),
  );
  const events = traceEvents.filter((event) => event.ph === "X" && main.has(thread(event)));
  return events
    .filter(({ name }) => name === "RunTask")
    .map((task) => {
      const { ts, dur = 0, tdur = dur } = task;
      if (tdur < longest * 1000) return { milliseconds: tdur / 1000, parts: [] };
      const parts = events
        .filter((part) => thread(part) === thread(task) && part.ts > ts && part.ts < ts + dur)
        .filter((part) => (part.tdur ?? 0) > 5000)
        .map((part) => `${part.name}: ${(part.tdur ?? 0) / 1000} ms`);
      return { milliseconds: tdur / 1000, parts };
    });
}

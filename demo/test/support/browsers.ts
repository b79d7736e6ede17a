/** The browsers of the system, driven by one tool, and the page on a server for the tests of a file. */
import puppeteer, { type Browser } from "puppeteer-core";
import { afterAll, beforeAll } from "vitest";
import { type BrowserName, launchOptions } from "../../../scripts/browsers.mjs";
import { type Site, serve } from "./site.js";

export type { BrowserName };

/** @param args more arguments, for Chromium */
export function launch(name: BrowserName, args: readonly string[] = []): Promise<Browser> {
  return puppeteer.launch(launchOptions(name, args));
}

/** A browser and the page's server, there from before the first test of the file, or of its `describe`, to after the last. */
export function browsing(name: BrowserName): { readonly browser: Browser; readonly site: Site } {
  const there = {} as { browser: Browser; site: Site };
  beforeAll(async () => {
    [there.browser, there.site] = await Promise.all([launch(name), serve()]);
  });
  afterAll(async () => {
    await there.browser?.close();
    there.site?.close();
  });
  return there;
}

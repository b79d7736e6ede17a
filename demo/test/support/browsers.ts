/**
 * The browsers of the system, driven by one tool, and the page on a server for the tests of a file.
 *
 * The tool is puppeteer and not playwright: that needs a Firefox of its own, patched, which only its own servers have;
 * this drives the Chromium and the Firefox that Debian and everybody else installs.
 */
import puppeteer, { type Browser } from "puppeteer-core";
import { afterAll, beforeAll } from "vitest";
import { type BrowserName, launchOptions, type Wishes } from "../../../scripts/browsers.mjs";
import { type Site, serve } from "./site.js";

export type { BrowserName };

interface Setup {
  /** More arguments, for Chromium. */
  readonly args?: readonly string[];
  /** More preferences, for Firefox. */
  readonly preferences?: Readonly<Record<string, boolean>>;
  readonly wishes?: Wishes;
}

export function launch(name: BrowserName, { args, preferences, wishes }: Setup = {}): Promise<Browser> {
  const { extraPrefsFirefox, ...options } = launchOptions(name, args, wishes);
  return puppeteer.launch({ ...options, extraPrefsFirefox: { ...extraPrefsFirefox, ...preferences } });
}

/** A browser and the page's server, there from before the first test of the file, or of its `describe`, to after the last. */
export function browsing(name: BrowserName, wishes: Wishes = {}): { readonly browser: Browser; readonly site: Site } {
  const there = {} as { browser: Browser; site: Site };
  beforeAll(async () => {
    [there.browser, there.site] = await Promise.all([launch(name, { wishes }), serve()]);
  });
  afterAll(async () => {
    await there.browser?.close();
    there.site?.close();
  });
  return there;
}

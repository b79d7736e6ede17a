/** The browsers of the system, driven by one tool. */
import puppeteer, { type Browser } from "puppeteer-core";
import { type BrowserName, launchOptions } from "../../../scripts/browsers.mjs";

export type { BrowserName };

/** @param args more arguments, for Chromium */
export function launch(name: BrowserName, args: readonly string[] = []): Promise<Browser> {
  return puppeteer.launch(launchOptions(name, args));
}

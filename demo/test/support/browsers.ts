/** The browsers of the system, driven by one tool: over DevTools, or over WebDriver BiDi. */
import puppeteer, { type Browser } from "puppeteer-core";
import { type BrowserName, executable, howToGet } from "../../../scripts/browsers.mjs";

export type { BrowserName };

const quietly = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @param args more arguments, for Chromium */
export async function launch(name: BrowserName, args: readonly string[] = []): Promise<Browser> {
  const executablePath = executable(name);
  if (!executablePath) throw new Error(`no ${name}: ${howToGet}`);
  return puppeteer.launch({
    browser: name,
    executablePath,
    headless: true,
    args: name === "chrome" ? [...quietly, ...args] : [],
  });
}

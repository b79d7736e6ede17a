/** The browsers that are tested: those of the system, driven by one tool over WebDriver BiDi or DevTools. */
import { existsSync } from "node:fs";
import puppeteer, { type Browser } from "puppeteer-core";

export type BrowserName = "chrome" | "firefox";

const places: Readonly<Record<BrowserName, readonly string[]>> = {
  chrome: [
    "/usr/bin/chromium",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ],
  firefox: [
    "/usr/bin/firefox-esr",
    "/usr/bin/firefox",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
  ],
};
const variables: Readonly<Record<BrowserName, string>> = { chrome: "CHROMIUM", firefox: "FIREFOX" };

const quietly = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function executable(name: BrowserName): string | undefined {
  return process.env[variables[name]] ?? places[name].find((path) => existsSync(path));
}

/** @param args more arguments, for Chromium */
export async function launch(name: BrowserName, args: readonly string[] = []): Promise<Browser> {
  const executablePath = executable(name);
  if (!executablePath) throw new Error(`no ${name}: scripts/test-browser.mjs says how to get one`);
  return puppeteer.launch({
    browser: name,
    executablePath,
    headless: true,
    args: name === "chrome" ? [...quietly, ...args] : [],
  });
}

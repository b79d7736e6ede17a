// Where this machine has the browsers that pages are tested in, and how puppeteer starts them.
import { existsSync } from "node:fs";
import { Failure } from "./process.mjs";

/** @typedef {"chrome" | "firefox"} BrowserName */

/** @type {Readonly<Record<BrowserName, { variable: string, places: readonly string[] }>>} */
const BROWSERS = {
  chrome: {
    variable: "CHROMIUM",
    places: [
      "/usr/bin/chromium",
      "/usr/bin/google-chrome",
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    ],
  },
  firefox: {
    variable: "FIREFOX",
    places: [
      "/usr/bin/firefox-esr",
      "/usr/bin/firefox",
      "/Applications/Firefox.app/Contents/MacOS/firefox",
      "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
    ],
  },
};

/** @type {readonly BrowserName[]} */
export const browserNames = ["chrome", "firefox"];

/**
 * The file of a browser: what the environment's CHROMIUM or FIREFOX says, or where it usually is.
 * @param {BrowserName} name
 */
export function executable(name) {
  const { variable, places } = BROWSERS[name];
  return process.env[variable] ?? places.find((path) => existsSync(path));
}

/** How to get them. */
export const howToGet =
  "on Debian `apt-get install chromium firefox-esr`; elsewhere install Chrome and Firefox, or set CHROMIUM and FIREFOX to their files";

/** Throws, and says how to get it, where a browser is missing. */
export function demandBrowsers() {
  const missing = browserNames.filter((name) => !executable(name));
  if (missing.length > 0) throw new Failure(`no ${missing.join(" and no ")} to test in: ${howToGet}`);
}

const quietly = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * How somebody has set up their system.
 * @typedef {{ readonly scheme?: "light" | "dark", readonly reducedMotion?: boolean }} Wishes
 */

/** @param {Wishes} wishes @returns {Readonly<Record<string, number>>} Firefox's own settings for them */
function preferences({ scheme = "light", reducedMotion = false }) {
  return { "ui.systemUsesDarkTheme": Number(scheme === "dark"), "ui.prefersReducedMotion": Number(reducedMotion) };
}

/** @param {Wishes} wishes @returns {string[]} Chromium's arguments for them */
function wished({ scheme = "light", reducedMotion = false }) {
  const dark = scheme === "dark" ? ["--blink-settings=preferredColorScheme=0"] : [];
  return [...dark, ...(reducedMotion ? ["--force-prefers-reduced-motion"] : [])];
}

/**
 * What `launch` of puppeteer-core is told: Chromium is driven over DevTools, Firefox over WebDriver BiDi.
 * @param {BrowserName} name
 * @param {readonly string[]} [args] more arguments, for Chromium
 * @param {Wishes} [wishes]
 */
export function launchOptions(name, args = [], wishes = {}) {
  const executablePath = executable(name);
  if (!executablePath) throw new Failure(`no ${name}: ${howToGet}`);
  const given = name === "chrome" ? [...quietly, ...wished(wishes), ...args] : [];
  const extraPrefsFirefox = preferences(wishes);
  return { browser: name, executablePath, headless: true, args: given, extraPrefsFirefox };
}

// Chromium, driven over DevTools by what drives it in the tests of the page in demo/.
import { createRequire } from "node:module";
import { join } from "node:path";
import { launchOptions } from "../../scripts/browsers.mjs";
import { demo } from "../../scripts/demo-tools.mjs";
import { looksBy } from "./page.mjs";

const require = createRequire(join(demo, "package.json"));

/** @returns {Promise<import("./page.mjs").Browser>} */
export async function launchChromium() {
  const browser = await require("puppeteer-core").launch(launchOptions("chrome"));
  return { version: () => browser.version(), open: (url) => openIn(browser, url), close: () => browser.close() };
}

/**
 * @param {any} browser puppeteer's
 * @param {string} url
 * @returns {Promise<import("./page.mjs").Page>}
 */
async function openIn(browser, url) {
  const page = await browser.newPage();
  /** @type {string[]} */
  const trouble = [];
  page.on("pageerror", (/** @type {unknown} */ error) => trouble.push(String(error)));
  // Browsers ask for an icon by themselves.
  const tell = (/** @type {string} */ what, /** @type {string} */ url = "") => {
    if (!url.endsWith("/favicon.ico")) trouble.push(`${what} ${url}`);
  };
  page.on("console", (/** @type {any} */ message) => {
    if (message.type() === "error") tell(message.text(), message.location().url);
  });
  page.on("response", (/** @type {any} */ response) => {
    if (response.status() >= 400) tell(`${response.status()}`, response.url());
  });
  const run = (/** @type {string} */ script, /** @type {string[]} */ ...args) =>
    page.evaluate(`(function () { ${script} })(...${JSON.stringify(args)})`);
  await page.goto(url);
  return {
    ...looksBy(run),
    press: (selector) => page.click(selector),
    trouble: async () => trouble,
    close: () => page.close(),
  };
}

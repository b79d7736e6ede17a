// Pages, looked at in a real browser.
import { createRequire } from "node:module";
import { join } from "node:path";
import { launchOptions } from "../../scripts/browsers.mjs";
import { demo } from "../../scripts/demo-tools.mjs";
import { Failure } from "../../scripts/process.mjs";

// One driver for all tests in browsers: that of the page in demo/.
const require = createRequire(join(demo, "package.json"));

/** @param {import("../../scripts/browsers.mjs").BrowserName} name */
export function launch(name) {
  return require("puppeteer-core").launch(launchOptions(name));
}

/**
 * What the outputs of a page show, once all of them show something.
 * @param {any} browser
 * @param {string} url
 * @returns {Promise<unknown[]>}
 */
export async function outputsOf(browser, url) {
  const page = await browser.newPage();
  /** @type {string[]} */
  const trouble = [];
  page.on("pageerror", (/** @type {unknown} */ error) => trouble.push(String(error)));
  page.on("console", (/** @type {any} */ message) => {
    if (message.type() === "error") trouble.push(message.text());
  });
  try {
    await page.goto(url);
    const handle = await page.waitForFunction(
      () => {
        const texts = Array.from(document.querySelectorAll("output"), ({ textContent }) => textContent);
        return texts.length > 0 && texts.every((text) => text !== "") && texts;
      },
      { timeout: 60_000, polling: 50 },
    );
    /** @type {string[]} */
    const texts = await handle.jsonValue();
    return texts.map((text) => JSON.parse(text));
  } catch (error) {
    throw new Failure(`${url}: ${error}`, trouble.join("\n"));
  } finally {
    await page.close();
  }
}

// Pages, looked at in a real browser.
import { createRequire } from "node:module";
import { join } from "node:path";
import { launchOptions } from "../../scripts/browsers.mjs";
import { demo } from "../../scripts/demo-tools.mjs";
import { Failure } from "../../scripts/process.mjs";

/**
 * @typedef {object} Browser
 * @property {() => Promise<string>} version
 * @property {(url: string) => Promise<Page>} open
 * @property {boolean} [losesInstances] whether its engine now and then ends an instance of the core that all others run to the end, or the whole page
 * @property {() => Promise<unknown>} close
 */

/**
 * @typedef {object} Page
 * @property {() => Promise<string[]>} texts of its outputs
 * @property {(selector: string) => Promise<string | null>} text of an element, null while it is not to be seen
 * @property {(selector: string) => Promise<unknown>} press
 * @property {(selector: string) => Promise<Buffer>} file that a link leads to
 * @property {() => readonly string[]} trouble that it told of in its console: errors, and what was not to be had
 * @property {() => Promise<unknown>} close
 */

// One driver for all tests in Chromium and Firefox: that of the page in demo/.
const require = createRequire(join(demo, "package.json"));
/** What a script in a page makes of the selector of an element. */
export const scripts = {
  text: "const found = document.querySelector(selector); return found?.checkVisibility() ? found.textContent : null",
  file: `
    const bytes = new Uint8Array(await (await fetch(document.querySelector(selector).href)).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))`,
};
const patience = 30_000;
const patienceOfVisitors = 120_000; // who see a machine learn
// Driven by WebDriver BiDi, Firefox 153 now and then stands still in a worker's `new Worker` (in 6 of 60 pages that do nothing else; by
// itself, in none of 180): such a page is opened once more.
const attempts = 3;

/**
 * @param {import("../../scripts/browsers.mjs").BrowserName} name
 * @returns {Promise<Browser>}
 */
export async function launch(name) {
  const browser = await require("puppeteer-core").launch(launchOptions(name));
  return { version: () => browser.version(), open: (url) => openIn(browser, url), close: () => browser.close() };
}

/**
 * @param {any} browser puppeteer's
 * @param {string} url
 * @returns {Promise<Page>}
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
  const run = (/** @type {string} */ script, /** @type {string} */ selector) =>
    page.evaluate(`(async (selector) => { ${script} })(${JSON.stringify(selector)})`);
  await page.goto(url);
  return {
    texts: () =>
      page.evaluate(() => Array.from(document.querySelectorAll("output"), ({ textContent }) => textContent ?? "")),
    text: (selector) => run(scripts.text, selector),
    press: (selector) => page.click(selector),
    file: async (selector) => Buffer.from(await run(scripts.file, selector), "base64"),
    trouble: () => trouble,
    close: () => page.close(),
  };
}

/** The browser's process of a page has ended. */
export class Crash extends Failure {}

/**
 * What the outputs of a page show, once all of them show something.
 * @param {Browser} browser
 * @param {string} url
 * @returns {Promise<unknown[]>}
 */
export async function outputsOf(browser, url) {
  for (let attempt = 1; ; attempt++) {
    const page = await browser.open(url);
    try {
      const shown = await shownIn(page);
      const loss = browser.losesInstances ? lossIn(shown) : undefined;
      if (loss && attempt < attempts) {
        console.log(`${url}: ${loss}; opened once more`);
        continue;
      }
      if (shown) {
        demandPeace(url, page);
        return shown;
      }
      if (attempt === attempts) {
        const silence = `${url}: its outputs showed nothing in ${patience / 1000} s, ${attempts} times`;
        throw new Failure(silence, page.trouble().join("\n"));
      }
    } catch (error) {
      if (!(error instanceof Crash && browser.losesInstances && attempt < attempts)) throw error;
      console.log(`${url}: ${error.message}; opened once more`);
    } finally {
      await page.close().catch(ofCrash);
    }
  }
}

/** A page that has crashed need not be closed. */
function ofCrash(/** @type {unknown} */ error) {
  if (!(error instanceof Crash)) throw error;
}

/**
 * What a page says whose instance of the core has ended.
 * @param {readonly any[]} [shown]
 * @returns {string | undefined}
 */
function lossIn(shown = []) {
  const errors = shown.map((output) => String(output?.error).split("\n")[0]);
  return errors.find((error) => error?.includes("the WebAssembly instance of this machine ended"));
}

/**
 * @param {Page} page
 * @returns {Promise<unknown[] | undefined>}
 */
async function shownIn(page) {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    const texts = await page.texts();
    if (texts.length > 0 && texts.every((text) => text !== "")) return texts.map((text) => JSON.parse(text));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return undefined;
}

/**
 * Does what a visitor of a page does, and waits each time for what is to be seen then.
 * @param {Browser} browser
 * @param {string} url
 * @param {readonly import("./consumers.mjs").Act[]} acts
 */
export async function visit(browser, url, acts) {
  const page = await browser.open(url);
  try {
    for (const { press, at, shows, hidden, saves } of acts) {
      if (press) await page.press(press);
      await seen(page, at, shows);
      if (hidden && (await page.text(hidden)) !== null) throw new Failure(`${hidden} shows before its time`);
      if (saves) await saves(await page.file(at));
    }
    demandPeace(url, page);
  } catch (error) {
    throw error instanceof Failure ? new Failure(`${url}: ${error.message}`, page.trouble().join("\n")) : error;
  } finally {
    await page.close().catch(ofCrash);
  }
}

/**
 * @param {Page} page
 * @param {string} at
 * @param {string | RegExp} shows
 */
async function seen(page, at, shows) {
  /** @type {string | null} */
  let text = null;
  for (const end = Date.now() + patienceOfVisitors; Date.now() < end; ) {
    text = await page.text(at);
    if (text !== null && (typeof shows === "string" ? text === shows : shows.test(text))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const instead = text === null ? "is not to be seen" : `shows "${text}"`;
  throw new Failure(`${at} ${instead} after ${patienceOfVisitors / 1000} s, not ${shows}`);
}

/**
 * What went well is not enough: a page that tells of trouble beside it has a fault.
 * @param {string} url
 * @param {Page} page
 */
function demandPeace(url, page) {
  if (page.trouble().length > 0) throw new Failure(`${url} tells of trouble`, page.trouble().join("\n"));
}

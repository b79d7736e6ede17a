// Pages, looked at in a real browser, whichever drives it: chromium.mjs, firefox.mjs, webkit.mjs.
import { Failure } from "../../scripts/process.mjs";

/**
 * @typedef {object} Browser
 * @property {() => Promise<string>} version
 * @property {(url: string) => Promise<Page>} open
 * @property {boolean} [isDeaf] whether its driver tells of no console
 * @property {boolean} [losesInstances] whether its engine now and then ends an instance of the core that all others run to the end, or the whole page
 * @property {() => Promise<unknown>} close
 */

/**
 * @typedef {object} Page
 * @property {() => Promise<string[]>} texts of its outputs
 * @property {(selector: string) => Promise<string | null>} text of an element, null while it is not to be seen
 * @property {(selector: string) => Promise<unknown>} press
 * @property {(selector: string) => Promise<Buffer>} file that a link leads to
 * @property {() => Promise<readonly string[]>} trouble that it told of in its console: errors, and what was not to be had
 * @property {() => Promise<unknown>} close
 */

/** What scripts in a page find of what `arguments` selects. */
const scripts = {
  texts: 'return Array.from(document.querySelectorAll("output"), ({ textContent }) => textContent)',
  text: `
    const found = document.querySelector(arguments[0]);
    return found?.checkVisibility() ? found.textContent : null`,
  file: `
    return (async () => {
      const bytes = new Uint8Array(await (await fetch(document.querySelector(arguments[0]).href)).arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    })()`,
};

/**
 * Looks at a page by scripts.
 * @param {(script: string, ...args: string[]) => Promise<any>} run the body of a function in the page
 * @returns {Pick<Page, "texts" | "text" | "file">}
 */
export function looksBy(run) {
  return {
    texts: () => run(scripts.texts),
    text: (selector) => run(scripts.text, selector),
    file: async (selector) => Buffer.from(await run(scripts.file, selector), "base64"),
  };
}

const patience = 30_000;
const patienceOfVisitors = 120_000; // who see a machine learn
const attempts = 3; // where instances are lost

/**
 * Throws unless the browser tells of all the trouble of trouble/index.html: else no other page would ever be found at fault.
 * @param {Browser} browser
 * @param {string} url
 */
export async function demandEars(browser, url) {
  const page = await browser.open(url);
  try {
    for (const end = Date.now() + patience; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const trouble = (await page.trouble()).join("\n");
      if (["complained", "missing.json", "thrown"].every((word) => trouble.includes(word))) return;
      if (Date.now() > end) throw new Failure(`${url}: not all of its trouble is told`, trouble);
    }
  } finally {
    await page.close();
  }
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
    const again = browser.losesInstances && attempt < attempts;
    const page = await browser.open(url);
    try {
      const shown = await shownIn(url, page);
      const loss = again && lossIn(shown);
      if (!loss) {
        await demandPeace(url, page);
        return shown;
      }
      console.log(`${url}: ${loss}; opened once more`);
    } catch (error) {
      if (!(error instanceof Crash && again)) throw error;
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
 * @param {readonly any[]} shown
 * @returns {string | undefined}
 */
function lossIn(shown) {
  const errors = shown.map((output) => String(output?.error).split("\n")[0]);
  return errors.find((error) => error?.includes("the WebAssembly instance of this machine ended"));
}

/**
 * @param {string} url
 * @param {Page} page
 * @returns {Promise<unknown[]>}
 */
async function shownIn(url, page) {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    const texts = await page.texts();
    if (texts.length > 0 && texts.every((text) => text !== "")) return texts.map((text) => JSON.parse(text));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const silence = `${url}: its outputs showed nothing in ${patience / 1000} s`;
  throw new Failure(silence, (await page.trouble()).join("\n"));
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
    await demandPeace(url, page);
  } catch (error) {
    throw error instanceof Failure
      ? new Failure(`${url}: ${error.message}`, (await page.trouble().catch(() => [])).join("\n"))
      : error;
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
async function demandPeace(url, page) {
  const trouble = await page.trouble();
  if (trouble.length > 0) throw new Failure(`${url} tells of trouble`, trouble.join("\n"));
}

// Firefox, driven over Marionette. Over WebDriver BiDi, which puppeteer speaks, Firefox 153 now and then stands still in a worker's
// `new Worker`: in 5 to 18 of 400 pages that do nothing else, even where nothing is asked of it. By itself it did in none of 1,200, over
// Marionette in none of 1,600.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchOptions } from "../../scripts/browsers.mjs";
import { Failure, start } from "../../scripts/process.mjs";
import { connectTo } from "./marionette.mjs";
import { looksBy } from "./page.mjs";

const patience = 120_000;
const preferences = {
  "marionette.port": 0, // one that is free
  "browser.chrome.site_icons": false, // it would ask for an icon by itself
  "browser.sessionhistory.max_total_viewers": 0, // it would keep pages that were left, with their workers
};

// The browser's own process has the errors of scripts and of policies from all pages and workers; answers without what was asked for are
// put beside them. What is given to `console.error` stays in the process of the page.
const watch = `
  const tell = (channel) => {
    const { responseStatus, URI } = channel.QueryInterface(Ci.nsIHttpChannel);
    if (responseStatus >= 400) Services.console.logStringMessage(responseStatus + " " + URI.spec);
  };
  Services.obs.addObserver(tell, "http-on-examine-response")`;
const forget = "Services.console.reset()";
const recall = `
  const grave = (message) => !(message instanceof Ci.nsIScriptError) || message.flags === Ci.nsIScriptError.errorFlag;
  return Services.console.getMessageArray().filter(grave).map(({ message }) => message)`;
const consoleErrors = `
  const storage = Cc["@mozilla.org/consoleAPI-storage;1"].getService(Ci.nsIConsoleAPIStorage);
  const told = storage.getEvents(window.windowGlobalChild.innerWindowId).filter(({ level }) => level === "error");
  return told.map((event) => Array.from(event.arguments, String).join(" ") + " " + event.filename)`;

/** @returns {Promise<import("./page.mjs").Browser>} */
export async function launchFirefox() {
  const { executablePath, extraPrefsFirefox } = launchOptions("firefox");
  const profile = mkdtempSync(join(tmpdir(), "ntm-firefox-"));
  const lines = Object.entries({ ...extraPrefsFirefox, ...preferences }).map(
    ([name, value]) => `user_pref("${name}", ${value});\n`,
  );
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const flags = ["--headless", "--no-remote", "--marionette", "--remote-allow-system-access", "--profile", profile];
  const firefox = start(executablePath, flags);
  const ended = firefox.ended.then((output) => Promise.reject(new Failure("Firefox has ended", output)));
  ended.catch(() => {}); // as it does when it is stopped
  const clear = () => {
    try {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    } catch {} // Firefox may be writing there still
  };
  const close = async () => {
    firefox.stop();
    await ended.catch(clear);
  };
  process.once("exit", () => {
    firefox.stop(); // where nothing has closed it
    clear();
  });

  try {
    const ask = await connectTo(await portOf(profile, ended));
    const { capabilities } = await ask("WebDriver:NewSession", { capabilities: {} });
    const run = async (/** @type {string} */ script, /** @type {string[]} */ ...args) =>
      (await ask("WebDriver:ExecuteScript", { script, args })).value;
    const runInBrowser = async (/** @type {string} */ script) => {
      await ask("Marionette:SetContext", { value: "chrome" });
      try {
        return await run(script);
      } finally {
        await ask("Marionette:SetContext", { value: "content" });
      }
    };
    await runInBrowser(watch);
    return {
      version: async () => `Firefox/${capabilities.browserVersion}`,
      open: async (url) => {
        await runInBrowser(forget);
        await ask("WebDriver:Navigate", { url });
        return {
          ...looksBy(run),
          press: async (selector) => {
            const { value } = await ask("WebDriver:FindElement", { using: "css selector", value: selector });
            await ask("WebDriver:ElementClick", { id: Object.values(value)[0] });
          },
          trouble: async () => {
            const { origin } = new URL(url); // the browser has trouble of its own
            /** @type {string[]} */
            const messages = await runInBrowser(recall);
            const told = await ask("WebDriver:ExecuteScript", { script: consoleErrors, args: [], sandbox: "system" });
            return [...messages.filter((message) => message.includes(origin)), ...told.value];
          },
          close: () => ask("WebDriver:Navigate", { url: "about:blank" }),
        };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The port that Firefox listens on, which it writes into its profile.
 * @param {string} profile
 * @param {Promise<never>} ended
 */
async function portOf(profile, ended) {
  const file = join(profile, "MarionetteActivePort");
  for (const end = Date.now() + patience; Date.now() < end; ) {
    const port = existsSync(file) && Number(readFileSync(file, "utf8"));
    if (port) return port;
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  throw new Failure(`Firefox has opened no port in ${patience / 1000} s`);
}

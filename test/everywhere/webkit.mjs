// WebKitGTK, as Debian has it, driven over WebDriver: the engine of Safari, for Linux alone.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Failure, start } from "../../scripts/process.mjs";
import { answers, freePort } from "./command.mjs";
import { Crash, looksBy } from "./page.mjs";

const driver = "WebKitWebDriver";
const display = "Xvfb";
/** What the driver says of a page whose process has ended, first and then. */
const crashed = /invalid session id|session deleted|Could not parse script result/;

/** Where there is a WebKit to be driven. */
export const hasWebkit = process.platform === "linux";

/** How to get it. */
export const howToGetWebkit = "on Debian `apt-get install webkit2gtk-driver xvfb`";

/** Throws, and says how to get it, where a part of it is not on the PATH. */
export function demandWebkit() {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const missing = [driver, display].filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
  if (missing.length > 0) throw new Failure(`no ${missing.join(" and no ")} to test in: ${howToGetWebkit}`);
}

/** @returns {Promise<import("./page.mjs").Browser>} */
export async function launchWebkit() {
  const port = await freePort();
  const screen = start(display, [`:${port}`, "-nolisten", "tcp"]);
  const server = start(driver, [`--port=${port}`], { env: { ...process.env, DISPLAY: `:${port}` } });
  for (const { ended } of [screen, server]) ended.catch(() => {}); // as they do when they are stopped
  const stop = () => {
    server.stop();
    screen.stop();
  };

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async function ask(method, path, body) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body ? JSON.stringify(body) : null });
    const { value } = /** @type {any} */ (await answer.json());
    if (answer.ok) return value;
    const message = `WebKit: ${value.message || value.error}`;
    throw crashed.test(`${value.error}: ${value.message}`) ? new Crash(message) : new Failure(message);
  }

  try {
    await Promise.race([answers(`http://127.0.0.1:${port}/status`), screen.ended, server.ended]);
    const begin = () => ask("POST", "/session", { capabilities: {} });
    let { sessionId, capabilities } = await begin();
    let session = `/session/${sessionId}`;
    const run = (/** @type {string} */ script, /** @type {string[]} */ ...args) =>
      ask("POST", `${session}/execute/sync`, { script, args });
    return {
      // WebKitGTK 2.50.6 does so in about one of a few hundred pages that compile the core and train at once: seemingly where a function
      // moves from its interpreter to compiled code, for without interpreter and last tier (JSC_useWasmIPInt=0 JSC_useOMGJIT=0) it did in
      // none of 773. The page then shows the typed error; no digest was ever wrong.
      losesInstances: true,
      isDeaf: true,
      version: async () => `WebKitGTK/${capabilities.browserVersion}`,
      open: async (url) => {
        const opened = ask("POST", `${session}/url`, { url });
        await opened.catch(async (error) => {
          if (!(error instanceof Crash)) throw error;
          // A page before this one has taken its session with it.
          ({ sessionId, capabilities } = await begin());
          session = `/session/${sessionId}`;
          await ask("POST", `${session}/url`, { url });
        });
        return {
          ...looksBy(run),
          press: async (selector) => {
            const [id] = Object.values(
              await ask("POST", `${session}/element`, { using: "css selector", value: selector }),
            );
            await ask("POST", `${session}/element/${id}/click`, {});
          },
          trouble: async () => [], // its driver tells of no console, and an automated WebKitGTK writes none to its output
          close: () => ask("POST", `${session}/url`, { url: "about:blank" }),
        };
      },
      close: async () => {
        try {
          await ask("DELETE", session);
        } finally {
          stop();
        }
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}

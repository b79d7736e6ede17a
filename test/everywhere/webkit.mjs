// WebKit as Debian has it (webkit2gtk-driver, xvfb), driven over WebDriver: the engine of Safari. Other systems do not
// have it so; it is used where it is there.
import { existsSync } from "node:fs";
import { Failure, start } from "../../scripts/process.mjs";
import { answers, freePort } from "./command.mjs";

const driver = "/usr/bin/WebKitWebDriver";
const display = "/usr/bin/Xvfb";

export const hasWebkit = existsSync(driver) && existsSync(display);

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
    if (!answer.ok) throw new Failure(`WebKit: ${value.message ?? value.error}`);
    return value;
  }

  try {
    await Promise.race([answers(`http://127.0.0.1:${port}/status`), screen.ended, server.ended]);
    const { sessionId, capabilities } = await ask("POST", "/session", { capabilities: {} });
    const session = `/session/${sessionId}`;
    const script = "return Array.from(document.querySelectorAll(arguments[0]), ({ textContent }) => textContent)";
    const texts = (/** @type {string} */ selector) =>
      ask("POST", `${session}/execute/sync`, { script, args: [selector] });
    return {
      version: async () => `WebKitGTK/${capabilities.browserVersion}`,
      open: async (url) => {
        await ask("POST", `${session}/url`, { url });
        return {
          texts: () => texts("output"),
          text: async (selector) => (await texts(selector))[0],
          press: async (selector) => {
            const [id] = Object.values(
              await ask("POST", `${session}/element`, { using: "css selector", value: selector }),
            );
            await ask("POST", `${session}/element/${id}/click`, {});
          },
          trouble: () => [],
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

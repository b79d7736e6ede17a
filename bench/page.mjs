// npm run bench -- page: the CPU time that the page in demo/ trains for in Chromium, as it opens, beside that of the very same updates
// made by the package in Node. That of a thread: in the page its worker's, with all that it does beside training, as telling of it and
// running the sequence that is watched.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { launchOptions } from "../scripts/browsers.mjs";
import { demo } from "../scripts/demo-tools.mjs";
import { Failure } from "../scripts/process.mjs";
import { serve } from "../scripts/static-server.mjs";
import { copy, NTM, preset } from "./packed.mjs";
import { median, rounded } from "./statistics.mjs";

/** A turn is at least so long, seconds: a few times what the page waits before it runs the watched sequence again. */
export const shortest = 2;

/**
 * @param {{ rounds: number, seconds: number }} settings
 * @param {(text: string) => void} say
 */
export async function page({ rounds, seconds }, say) {
  if (process.platform !== "linux") throw new Failure("the CPU time of a browser's thread can be had on Linux alone");
  const site = await serve(join(demo, "dist"));
  const browser = await createRequire(join(demo, "package.json"))("puppeteer-core").launch(launchOptions("chrome"));
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 900 });
    await page.goto(site.url);
    const atRest = () =>
      page.waitForFunction('/right|wrong/.test(verdict.textContent) && start.textContent === "Start"');
    await atRest();
    const worker = await workerOf(browser);
    const train = await library();
    let learned = 0;
    const samples = [];
    for (let round = 0; round <= rounds; round++) {
      say(`round ${round} of ${rounds}`);
      const before = cpuTime(worker);
      await page.click("#start");
      await setTimeout(1000 * seconds);
      await page.click("#start");
      await atRest();
      const inPage = cpuTime(worker) - before;
      /** @type {number} */
      const sequences = await page.$eval("#sequences", ({ textContent }) => Number(textContent.replaceAll(",", "")));
      const since = cpuTime(self);
      await train(sequences - learned);
      const inNode = cpuTime(self) - since;
      // In the first round the code is compiled.
      if (round > 0)
        samples.push({
          page: rounded((sequences - learned) / inPage),
          node: rounded((sequences - learned) / inNode),
          ratio: rounded(inNode / inPage),
        });
      learned = sequences;
    }
    const middle = (/** @type {"page" | "node" | "ratio"} */ of) => median(samples.map((each) => each[of]));
    const versions = { chromium: (await browser.version()).replace(/^.*\//, "") };
    return { versions, page: middle("page"), node: middle("node"), ratio: middle("ratio"), samples };
  } finally {
    await browser.close();
    site.close();
  }
}

/** What trains on as the page does that opens without a link. */
async function library() {
  const task = copy();
  const { config, train } = preset(task, "lstm");
  const machine = await NTM.create({ ...config, seed: 1 });
  return async (/** @type {number} */ steps) => {
    for await (const _ of machine.train(task, { ...train, steps, every: steps }));
  };
}

/** Linux' folders of threads: this one's, and the one of the only worker that a browser has. */
const self = `/proc/${process.pid}/task/${process.pid}`;

async function workerOf(/** @type {any} */ browser) {
  const session = await browser.target().createCDPSession();
  /** @type {{ processInfo: { id: number }[] }} */
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const threads = processInfo.flatMap(({ id }) =>
    readdirSync(`/proc/${id}/task`).map((each) => `/proc/${id}/task/${each}`),
  );
  const workers = threads.filter((thread) => readFileSync(`${thread}/comm`, "utf8").startsWith("DedicatedWorker"));
  if (workers.length !== 1) throw new Failure(`the browser has ${workers.length} workers`);
  return workers[0];
}

/** Of a thread, so far, seconds. */
function cpuTime(/** @type {string} */ thread) {
  return Number(readFileSync(`${thread}/schedstat`, "utf8").split(" ")[0]) / 1e9;
}

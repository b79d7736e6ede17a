// How smooth the page is while it trains and is watched: the tasks of its main thread, and its frames.

/**
 * A task of the main thread: how long it kept the thread, of the thread's own time, which other processes do not lengthen, and the most of
 * what was done in it.
 * @typedef {{ readonly milliseconds: number, readonly parts: readonly string[] }} Task
 */

/**
 * @typedef {object} TraceEvent
 * @property {string} name
 * @property {string} ph
 * @property {number} pid
 * @property {number} tid
 * @property {number} ts microseconds: when it began
 * @property {number} [dur] how long it took
 * @property {number} [tdur] how long of the thread's own time
 * @property {{ name?: string, data?: { url?: string } }} [args]
 */

/** The longest that the page's main thread may be busy at a time, milliseconds. */
export const longest = 50;

/**
 * Trains and plays the sequence for a while. The page is ready, and at rest.
 * @param {import("puppeteer-core").Page} page
 * @param {number} milliseconds
 * @returns {Promise<{ tasks: Task[], frames: number[] }>} `frames`: milliseconds from each to the next, while it trained and played
 */
export async function watchTraining(page, milliseconds) {
  await page.tracing.start({ categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"] });
  await page.click("#start");
  await page.$eval("#time-stack", (element) => element.scrollIntoView());
  await new Promise((resolve) => setTimeout(resolve, milliseconds / 2));
  await page.click("#play");
  const frames = await page.evaluate(
    (milliseconds) =>
      new Promise((/** @type {(frames: number[]) => void} */ resolve) => {
        /** @type {number[]} */
        const times = [];
        const frame = (/** @type {number} */ time) => {
          times.push(time);
          if (time - times[0] < milliseconds) requestAnimationFrame(frame);
          else resolve(times.slice(1).map((time, index) => time - times[index]));
        };
        requestAnimationFrame(frame);
      }),
    milliseconds / 2,
  );
  const trace = /** @type {Uint8Array} */ (await page.tracing.stop());
  return { tasks: mainThreadTasks(JSON.parse(Buffer.from(trace).toString("utf8")).traceEvents, page.url()), frames };
}

/**
 * The tasks of the main thread of the page at `url`: Chromium's own interface has such threads, too.
 * @param {readonly TraceEvent[]} all
 * @param {string} url
 * @returns {Task[]}
 */
function mainThreadTasks(all, url) {
  const thread = (/** @type {TraceEvent} */ { pid, tid }) => `${pid} ${tid}`;
  const { origin } = new URL(url);
  const ours = new Set(
    all
      .filter(({ name, args }) => name === "FunctionCall" && args?.data?.url?.startsWith(origin))
      .map(({ pid }) => pid),
  );
  const main = new Set(
    all
      .filter(({ name, pid, args }) => name === "thread_name" && args?.name === "CrRendererMain" && ours.has(pid))
      .map(thread),
  );
  const events = all.filter((event) => event.ph === "X" && main.has(thread(event)));
  return events
    .filter(({ name }) => name === "RunTask")
    .map((task) => {
      const { ts, dur = 0, tdur = dur } = task;
      if (tdur < longest * 1000) return { milliseconds: tdur / 1000, parts: [] };
      const parts = events
        .filter((part) => thread(part) === thread(task) && part.ts > ts && part.ts < ts + dur)
        .filter((part) => (part.tdur ?? 0) > 5000)
        .map((part) => `${part.name}: ${(part.tdur ?? 0) / 1000} ms`);
      return { milliseconds: tdur / 1000, parts };
    });
}

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

/** What is traced. */
export const traced = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"];

/**
 * Trains and plays the sequence for a while. The page is ready, and at rest.
 * @param {import("puppeteer-core").Page} page
 * @param {number} milliseconds
 * @returns {Promise<{ tasks: Task[], frames: number[], dropped: number }>} `frames`: milliseconds from each to the next,
 *   while it trained and played; `dropped`: those of 60 a second that the main thread's own time takes, whatever else
 *   the machine does
 */
export async function watchTraining(page, milliseconds) {
  await page.tracing.start({ categories: traced });
  await page.click("#start");
  await page.$eval("#time-stack", (element) => element.scrollIntoView());
  await new Promise((resolve) => setTimeout(resolve, milliseconds / 2));
  await page.click("#play");
  const frames = await framesOf(page, milliseconds / 2);
  const trace = /** @type {Uint8Array} */ (await page.tracing.stop());
  const events = mainThreadEvents(JSON.parse(Buffer.from(trace).toString("utf8")).traceEvents, page.url());
  return { tasks: tasksOf(events), frames, dropped: droppedIn(events, frames.length) };
}

/**
 * Milliseconds from each frame to the next, for a while.
 * @param {import("puppeteer-core").Page} page
 * @param {number} milliseconds
 * @returns {Promise<number[]>}
 */
export function framesOf(page, milliseconds) {
  return page.evaluate(
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
    milliseconds,
  );
}

/**
 * What the main thread of the page at `url` does: Chromium's own interface has such threads, too.
 * @param {readonly TraceEvent[]} all
 * @param {string} url
 * @returns {TraceEvent[]}
 */
function mainThreadEvents(all, url) {
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
  return all.filter((event) => main.has(thread(event)));
}

/** @param {readonly TraceEvent[]} events of the main thread @returns {Task[]} */
function tasksOf(events) {
  const whole = events.filter(({ ph }) => ph === "X");
  return whole
    .filter(({ name }) => name === "RunTask")
    .map((task) => {
      const { ts, dur = 0, tdur = dur } = task;
      if (tdur < longest * 1000) return { milliseconds: tdur / 1000, parts: [] };
      const parts = whole
        .filter((part) => part.ts > ts && part.ts < ts + dur && (part.tdur ?? 0) > 5000)
        .map((part) => `${part.name}: ${(part.tdur ?? 0) / 1000} ms`);
      return { milliseconds: tdur / 1000, parts };
    });
}

/**
 * The frames a second that the main thread's own time from one to the next is too long for.
 * @param {readonly TraceEvent[]} events of the main thread
 * @param {number} count of frames, the last of the trace, in each of which a script drew
 */
function droppedIn(events, count) {
  const inOrder = events.toSorted((a, b) => a.ts - b.ts);
  const tasks = inOrder.filter(({ name, ph }) => name === "RunTask" && ph === "X");
  const drawn = inOrder.filter(({ name }) => name === "FireAnimationFrame").map(({ ts }) => ts);
  const frames = tasks
    .filter(({ ts, dur = 0 }) => drawn.some((at) => at >= ts && at <= ts + dur))
    .map(({ ts }) => ts)
    .slice(-count);
  const busy = frames.slice(1).map((end, index) => {
    const within = tasks.filter(({ ts }) => ts >= /** @type {number} */ (frames[index]) && ts < end);
    return within.reduce((sum, { tdur = 0 }) => sum + tdur, 0);
  });
  const dropped = busy.reduce((sum, each) => sum + Math.floor(each / (1e6 / 60)), 0);
  return (1e6 * dropped) / /** @type {number} */ (frames.at(-1) - /** @type {number} */ (frames[0]));
}

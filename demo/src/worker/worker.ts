/**
 * The worker: it holds the machine, so that the page stays free to draw. Requests are answered in order, and while the machine trains
 * only between two updates, when it stands at a whole step.
 */
import { NTMError } from "neural-turing-machine";
import { readAddress } from "../address.js";
import type { During, Report, Request, Watched } from "../protocol.js";
import { buffersOf, recall } from "./recall.js";
import { Run } from "./run.js";
import { forget, keep, kept } from "./storage.js";

/** How often, in milliseconds, the page hears of progress, and sees its sequence run again. */
const reportEvery = 50;
const recallEvery = 400;
/** When the run is kept first, and how often from then on: what a page that goes asks for comes too late. */
const keepFirst = 1000;
const keepEvery = 3000;
/** Of the time, keeping takes no more than one part in so many. */
const keepShare = 10;
/** A longer sequence is not run again until training pauses. */
const longestFollowed = 64;

type Opening = Extract<Request, { kind: "open" | "load" }>;

const requests: Request[] = [];
let run: Run | undefined;
let query = "";
let opening = 0;
let watched: Watched | undefined;
/** Whether to train on. */
let training = false;
/** Whether somebody is at work on the requests. */
let working = false;

self.onmessage = ({ data }: MessageEvent<Request>) => {
  requests.push(data);
  if (!working) void work();
};

async function work(): Promise<void> {
  working = true;
  await answerAll();
  while (training && run) {
    try {
      await train(run);
    } catch (error) {
      training = false;
      fail("start", error);
    }
    await answerAll();
  }
  working = false;
}

/** Trains until a request ends it, or the learning rate has fallen to 0. */
async function train(current: Run): Promise<void> {
  const begun = performance.now();
  const due = { turn: 0, report: 0, recall: begun + recallEvery, keep: begun + keepFirst };
  let solved = current.solved;
  for await (const _ of current.train(current.left)) {
    const now = performance.now();
    // Solved is told once it is kept.
    if (now >= due.keep || solved !== current.solved) {
      solved = current.solved;
      const isKept = await keepRun(current);
      const kept = performance.now();
      // Where nothing can be kept, that is said once, and again at the next pause.
      due.keep = isKept ? kept + Math.max(keepEvery, (keepShare - 1) * (kept - now)) : Number.POSITIVE_INFINITY;
    }
    if (now >= due.report) {
      tell({ kind: "progress", ...current.progress(true) });
      due.report = now + reportEvery;
    }
    if (now >= due.recall) {
      const goesOn = await recalled(current, longestFollowed);
      due.recall = goesOn ? performance.now() + recallEvery : Number.POSITIVE_INFINITY;
    }
    // Messages come in when the event loop has its turn.
    if (now >= due.turn) {
      await turn();
      due.turn = performance.now() + 16;
    }
    if (requests.length > 0) {
      await answerAll(interrupting);
      due.recall = Math.min(due.recall, performance.now() + recallEvery);
    }
    if (requests.length > 0) break;
  }
  if (current.left > 0 || requests.length > 0) return;
  training = false;
  await atRest(current);
  tell({ kind: "learned" });
}

/** What cannot be answered while training goes on: it ends first. */
const interrupting: ReadonlySet<Request["kind"]> = new Set(["open", "load", "pause", "step"]);

/** Answers what has been asked, up to a request of these kinds. */
async function answerAll(except?: ReadonlySet<Request["kind"]>): Promise<void> {
  while (requests[0] && !except?.has(requests[0].kind)) {
    const request = requests.shift() as Request;
    try {
      await answer(request);
    } catch (error) {
      fail(request.kind, error);
    }
  }
}

async function answer(request: Request): Promise<void> {
  switch (request.kind) {
    case "open": {
      await keepLast(request);
      const left = await leftOf(request, "");
      return opened(request, left ?? (await Run.create(request.settings)));
    }
    case "load": {
      const { name, bytes } = request;
      await keepLast(request);
      const left = await leftOf(request, name);
      if (!left && !bytes)
        throw new NTMError("checkpoint", `${name} is no longer in this browser's storage: drop it in again`);
      await opened(request, left ?? (await Run.load(bytes as ArrayBuffer, "file", name)));
      if (run) await keepRun(run);
      return;
    }
    case "start":
      training = run !== undefined;
      return;
    case "pause":
      training = false;
      if (run) await atRest(run);
      return;
    case "step":
      training = false;
      if (!run) return;
      if (run.left === 0) return tell({ kind: "learned" });
      for await (const _ of run.train(1));
      return atRest(run);
    case "save": {
      if (!run) return;
      const bytes = run.save();
      return tell({ kind: "saved", bytes, name: run.name || `${run.task.name}-${run.machine.step}.safetensors` }, [
        bytes.buffer,
      ]);
    }
    case "keep":
      if (run) await keepRun(run);
      return;
    case "watch":
      // Another machine's sizes this one may not know.
      if (request.opening !== opening) return;
      watched = request.watched;
      if (run) await recalled(run);
      return;
  }
}

/** Another machine takes the place of the one that there was. */
async function opened(request: Opening, next: Run): Promise<void> {
  run?.dispose();
  run = next;
  ({ query, opening } = request);
  training = false;
  watched = undefined;
  const { origin, name, settings, machine } = next;
  const superseded = request.kind === "open" && !next.beganWith(request.settings);
  tell({ kind: "opened", opening, query, origin, name, superseded, settings, config: machine.config });
  tell({ kind: "progress", ...next.progress(false) });
  // Or the next visit would find what was to be begun anew.
  if (request.fresh) await forget(query).catch(() => undefined);
}

async function atRest(current: Run): Promise<void> {
  tell({ kind: "progress", ...current.progress(false) });
  if (watched) await recalled(current);
  await keepRun(current);
}

/** Runs the sequence that is watched and shows it, unless it has more than so many steps. */
async function recalled(current: Run, most?: number): Promise<boolean> {
  if (!watched) return false;
  try {
    const seen = await recall(current.machine, current.task, watched, most);
    if (!seen) return false;
    tell({ kind: "recalled", recall: seen }, buffersOf(seen));
    return true;
  } catch (error) {
    watched = undefined;
    fail("watch", error);
    return false;
  }
}

/**
 * Keeps what the address alone does not give again: training, and the visitor's own file. Storage may be full, or forbidden in a private
 * window: then training goes on, and nothing is kept. Whether that went well.
 */
async function keepRun(current: Run): Promise<boolean> {
  try {
    if (current.machine.step > 0 || readAddress(query).kind === "file") await keep(query, current.save());
    return true;
  } catch (error) {
    fail("keep", error);
    return false;
  }
}

/** Keeps the machine that another is to take the place of, unless just its training is to be begun anew. */
async function keepLast(request: Opening): Promise<void> {
  if (run && !(request.fresh && request.query === query)) await keepRun(run);
}

/** What the last visit left, where there is storage at all, and where it can be read. */
async function leftOf({ query, fresh }: Opening, name: string): Promise<Run | undefined> {
  if (fresh) return undefined;
  const bytes = await kept(query).catch(() => undefined);
  try {
    return bytes && (await Run.load(bytes, "kept", name));
  } catch (error) {
    fail("restore", error);
    return undefined;
  }
}

function fail(during: During, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  tell({ kind: "failed", during, code: error instanceof NTMError ? error.code : "", message });
}

function tell(report: Report, transfer: Transferable[] = []): void {
  self.postMessage(report, { transfer });
}

const channel = new MessageChannel();

/** A turn of the event loop, at once: a timer would wait. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(null);
  });
}

/** One worker, of whichever of the two kinds: a Web Worker, or one of Node's `worker_threads`. */
import { ignoreRejection, mismatch, NTMError, show, unexpected } from "../errors.js";
import { nodeModule } from "../host.js";
import { workerFailed } from "./messages.js";

/** A worker that runs `neural-turing-machine/worker`: a Web Worker, or a `Worker` of Node's `worker_threads`. */
export interface WorkerLike {
  /** Sends a message, and hands over the arrays in it that are named. */
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  /** Ends it at once. */
  terminate(): unknown;
}

interface WebWorker extends WorkerLike {
  addEventListener(type: string, listener: (event: Event & { data?: unknown; message?: string }) => void): void;
}

interface NodeWorker extends WorkerLike {
  on(type: string, listener: (value: unknown) => void): unknown;
  ref(): void;
  unref(): void;
}

type NodeWorkerClass = new (file: URL, options: { execArgv: readonly string[] }) => NodeWorker;

/** What becomes of a {@link Thread}'s messages, and of its end. */
export interface Listener {
  receive(message: unknown): void;
  fail(error: NTMError): void;
}

/** A running worker. */
export class Thread {
  readonly #worker: WebWorker | NodeWorker;

  /** @throws {NTMError} `option`, `unsupported`, `worker` where there is none to be had */
  constructor(createWorker: (() => WorkerLike) | undefined, { receive, fail }: Listener) {
    const worker = createWorker ? given(createWorker) : own();
    const where = createWorker ? "" : hint;
    this.#worker = worker;
    if (isNode(worker)) {
      worker.on("message", receive);
      worker.on("messageerror", (error) => fail(workerFailed("its answer could not be read", error)));
      worker.on("error", (error) => {
        const words = error instanceof Error ? error.message : show(error);
        fail(workerFailed(/find module/.test(words) ? words + where : words, error));
      });
      worker.on("exit", (code) => fail(workerFailed(`it ended with exit code ${code}`)));
    } else {
      worker.addEventListener("message", ({ data }) => receive(data));
      worker.addEventListener("messageerror", (event) => fail(workerFailed("its answer could not be read", event)));
      worker.addEventListener("error", (event) => {
        event.preventDefault(); // or the page would report it once more
        fail(workerFailed(event.message || `it could not be loaded${where}`, event));
      });
    }
  }

  /** @throws {NTMError} `worker` where the message cannot be sent */
  post(message: object, transfer: ArrayBuffer[]): void {
    try {
      this.#worker.postMessage(message, transfer);
    } catch (error) {
      throw workerFailed(`it cannot be sent a message: ${error}`, error);
    }
  }

  /** Whether Node's process is to stay alive for this worker's sake. */
  hold(on: boolean): void {
    if (isNode(this.#worker)) on ? this.#worker.ref() : this.#worker.unref();
  }

  /** A worker of the user's that cannot be ended keeps neither the others nor the training from their end. */
  end(): void {
    void (async () => this.#worker.terminate())().catch(() => {});
  }
}

/** What may help where the package's own worker cannot be had. */
const hint = "; where worker.js is elsewhere, or of another origin, pass createWorker";

/** The package's own file beside this one: once bundled, all files are in one folder. */
function own(): WebWorker | NodeWorker {
  const threads = nodeModule("node:worker_threads") as { Worker: NodeWorkerClass } | undefined;
  try {
    // Bundlers look for these very words, and for no others: elsewhere they would take worker.js for a picture.
    if (typeof Worker === "function") return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    const here = import.meta.url;
    // It needs none of this process's flags, of which some (--input-type) would stop it.
    if (threads) return new threads.Worker(new URL("worker.js", here), { execArgv: [] });
  } catch (error) {
    throw workerFailed(`it could not be started: ${error}${hint}`, error);
  }
  throw new NTMError("unsupported", "workers: there are none here", { where: "workers" });
}

/** Workers that were given. One that is given again serves another training, or has ended with one, and would never answer. */
const taken = new WeakSet<WorkerLike>();

function given(createWorker: () => unknown): WebWorker | NodeWorker {
  let worker: unknown;
  try {
    worker = createWorker();
  } catch (error) {
    throw workerFailed(`createWorker threw ${error}`, error);
  }
  if (isWorker(worker)) {
    if (taken.has(worker))
      throw mismatch("option", "createWorker()", "a new Worker at each call", "one that was given before");
    taken.add(worker);
    return worker;
  }
  ignoreRejection(worker);
  throw unexpected("createWorker()", "a Worker", worker);
}

function isWorker(value: unknown): value is WebWorker | NodeWorker {
  const given = Object(value);
  return "postMessage" in given && "terminate" in given && (isNode(given) || "addEventListener" in given);
}

function isNode(worker: WorkerLike): worker is NodeWorker {
  return "on" in worker && "unref" in worker;
}

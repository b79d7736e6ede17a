/** The page's end of the line to the worker. */
import type { Report, Request } from "../protocol.js";

type Listener<Kind extends Report["kind"]> = (report: Extract<Report, { kind: Kind }>) => void;

export class Link {
  readonly #worker: Worker;
  readonly #listeners = new Map<Report["kind"], ((report: never) => void)[]>();

  /** @param broken what to do when the worker cannot even be started */
  constructor(broken: (message: string) => void) {
    this.#worker = new Worker(new URL("../worker/worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Report>) => {
      for (const listener of this.#listeners.get(data.kind) ?? []) listener(data as never);
    };
    this.#worker.onerror = (event) => broken(event.message || "its script could not be loaded");
  }

  on<Kind extends Report["kind"]>(kind: Kind, listener: Listener<Kind>): void {
    this.#listeners.set(kind, [...(this.#listeners.get(kind) ?? []), listener as (report: never) => void]);
  }

  send(request: Request, transfer: Transferable[] = []): void {
    this.#worker.postMessage(request, transfer);
  }
}

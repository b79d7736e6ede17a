/** Giving the event loop its turn between steps, by time, so that a page stays alive and a signal is heard. */

/** How long to hold on to the thread, in milliseconds: a frame on a page's main thread, where somebody watches. */
const onPage = 16;
const elsewhere = 100;

/** Decides when it is time, and waits for a turn of the event loop. */
export class Turns {
  readonly #budget: number = "window" in globalThis && "document" in globalThis ? onPage : elsewhere;
  #since: number = performance.now();

  /** Whether the budget is spent. */
  due(): boolean {
    return performance.now() - this.#since >= this.#budget;
  }

  /** Resolves when the event loop has come round. */
  async take(): Promise<void> {
    await macrotask();
    this.#since = performance.now();
  }
}

/**
 * Resolves when the event loop has come round. By a message to oneself, where there are channels: unlike a timer, a page neither
 * delays it to 4 ms nor throttles it in the background. The channel is closed with it, so that no open port keeps a process alive.
 *
 * @internal
 */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    if (!globalThis.MessageChannel) return void setTimeout(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Somebody who uses the page: what they do, and what they see. */
import type { BoundingBox, Browser, BrowserContext, ElementHandle, Page } from "puppeteer-core";
import { expect } from "vitest";
import type { Site } from "./site.js";

/** A machine that learns to copy in a second or two. */
export const quick =
  "?task=copy&maxLength=5&bits=4&controller=feedforward&hiddenSize=64&rows=16&columns=12&batchSize=4&learningRate=0.001&seed=1";

/** What the browser's storage keeps for a later visit. */
interface KeptRun {
  readonly bytes: Uint8Array;
}

declare global {
  /** There in every page that is visited. */
  var keptRuns: () => Promise<{ readonly all: KeptRun[]; put(run: KeptRun): Promise<unknown> }>;
}

/** What the words in the page's `#trouble` are told after, in its console. */
const told = "#trouble: ";

/** Visits a page, which must have been at peace when what is done there is done. */
export async function visiting(
  browser: Browser,
  url: string,
  what: (visitor: Visitor) => Promise<unknown>,
  viewport?: Viewport,
): Promise<void> {
  const visitor = await Visitor.visit(browser, url, viewport);
  try {
    await what(visitor);
    expect(visitor.errors).toEqual([]);
  } finally {
    await visitor.leave();
  }
}

/** Visits of a test file: to the page at a query, begun when its machine is ready. */
export function visits(there: { readonly browser: Browser; readonly site: Site }) {
  return (query: string, what: (visitor: Visitor) => Promise<unknown>): Promise<void> =>
    visiting(there.browser, `${there.site.url}${query}`, async (visitor) => {
      await visitor.ready();
      await what(visitor);
    });
}

interface Viewport {
  readonly width: number;
  readonly height: number;
}

export class Visitor {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #heard: string[] = [];
  /** The troubles that were looked for. */
  readonly #expected: RegExp[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on("pageerror", (error) => this.#heard.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") this.#heard.push(message.text());
    });
    page.on("response", (response) => {
      if (response.status() >= 400) this.#heard.push(`${response.status()}: ${response.url()}`);
    });
  }

  /**
   * What no visitor may find: what the page threw, told its console as an error, asked for and did not get, tried
   * against its own policy, or said in `#trouble`, unless the test saw that there, as one of errors does.
   */
  get errors(): string[] {
    const expected = (words: string) => this.#expected.some((pattern) => pattern.test(words));
    return this.#heard.filter((each) => !(each.startsWith(told) && expected(each.slice(told.length))));
  }

  /** A visit with storage of its own. The page is ready when its machine is. */
  static async visit(
    browser: Browser,
    url: string,
    viewport: Viewport = { width: 1280, height: 900 },
  ): Promise<Visitor> {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport(viewport);
    const visitor = new Visitor(context, page);
    await page.evaluateOnNewDocument((told) => {
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        console.error(`against the page's policy: ${violatedDirective} ${blockedURI}`),
      );
      // Before its scripts run.
      document.addEventListener(
        "readystatechange",
        () => {
          const trouble = document.getElementById("trouble");
          if (!trouble) return;
          const tell = () => trouble.hidden || !trouble.textContent || console.error(`${told}${trouble.textContent}`);
          new MutationObserver(tell).observe(trouble, { attributes: true, childList: true });
        },
        { once: true },
      );
      globalThis.keptRuns = async () => {
        const answer = <T>(request: IDBRequest<T>) =>
          new Promise<T>((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
          });
        const database = await answer(indexedDB.open("neural-turing-machine"));
        const runs = () => database.transaction("runs", "readwrite").objectStore("runs");
        return { all: await answer(runs().getAll()), put: (run) => answer(runs().put(run)) };
      };
    }, told);
    await page.goto(url);
    return visitor;
  }

  async ready(): Promise<void> {
    await this.sees("#verdict", /right|wrong/);
  }

  async text(selector: string): Promise<string> {
    return this.page.$eval(selector, (element) => element.textContent ?? "");
  }

  /** Waits until an element's text is like this, and gives it. */
  async sees(selector: string, pattern: RegExp, timeout = 30_000): Promise<string> {
    if (selector === "#trouble") this.#expected.push(pattern);
    await this.page.waitForFunction(
      (selector, source) => new RegExp(source).test(document.querySelector(selector)?.textContent ?? ""),
      { timeout, polling: 50 },
      selector,
      pattern.source,
    );
    return this.text(selector);
  }

  async press(selector: string): Promise<void> {
    const element = (await this.page.$(selector)) as ElementHandle<HTMLElement>;
    await element.evaluate((element) => element.scrollIntoView({ block: "center" }));
    await element.click();
  }

  /** Puts the pointer over an element, so far from its left and its top, and gives what is then said of the place. */
  async pointAt(selector: string, across: number, down: number): Promise<string> {
    const element = (await this.page.$(selector)) as ElementHandle<HTMLElement>;
    await element.evaluate((element) => element.scrollIntoView({ block: "center" }));
    const { x, y, width, height } = (await element.boundingBox()) as BoundingBox;
    await this.page.mouse.move(x + across * width, y + down * height);
    await this.page.waitForSelector("#readout:not([hidden])");
    return this.page.$eval("#readout", (box) => Array.from(box.children, (line) => line.textContent).join("\n"));
  }

  /** Takes one of the machines that the page was built with. */
  async take(model: string): Promise<void> {
    await this.page.waitForSelector("#models button");
    const buttons = await this.page.$$("#models button");
    const names = await Promise.all(buttons.map((button) => button.evaluate((element) => element.textContent)));
    const button = buttons[names.indexOf(model)];
    if (!button) throw new Error(`the page has no machine ${model}, only ${names.join(", ")}`);
    await button.evaluate((element) => element.scrollIntoView({ block: "center" }));
    await button.click();
    await this.sees("#origin", new RegExp(`^The machine of ${model}\\.safetensors\\.`));
  }

  /** Presses the tab key until an element has the focus that one of the selector is, and at most once around. */
  async tabTo(selector: string): Promise<void> {
    const { page } = this;
    const focused = (selector: string) => document.activeElement?.matches(selector) ?? false;
    for (let presses = 0; presses < 100; presses++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(focused, selector)) return;
    }
    throw new Error(`${selector} cannot be reached with the tab key`);
  }

  /** Fills in a number, as by typing. */
  async fill(selector: string, value: number): Promise<void> {
    await this.page.focus(selector);
    await this.page.$eval(selector, (input) => (input as HTMLInputElement).select());
    await this.page.keyboard.type(String(value));
    await this.page.keyboard.press("Enter");
  }

  async trainUntilSolved(): Promise<void> {
    await this.press("#start");
    await this.sees("#solved", /^in /);
    await this.press("#start");
    await this.sees("#start", /Start/);
  }

  /** The updates that the machine has made, once it rests: the verdict tells them. */
  async updates(): Promise<number> {
    return Number((await this.sees("#verdict", /updates?\.$/)).replace(/^.*after |,| update.*$/g, ""));
  }

  /** The bytes of the checkpoint that "Save" hands out. */
  async save(): Promise<Uint8Array<ArrayBuffer>> {
    // A download leaves the page: what is handed to it is looked at instead.
    await this.page.evaluate(() => {
      const original = URL.createObjectURL;
      URL.createObjectURL = (blob: Blob) => {
        void blob.arrayBuffer().then((bytes) => {
          const letters = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
          document.documentElement.dataset["saved"] = btoa(letters);
        });
        URL.createObjectURL = original;
        return original(blob);
      };
    });
    await this.press("#save");
    await this.page.waitForFunction(() => document.documentElement.dataset["saved"] !== undefined, { polling: 50 });
    const saved = await this.page.evaluate(() => document.documentElement.dataset["saved"] as string);
    return Uint8Array.from(Buffer.from(saved, "base64"));
  }

  /** Lets a file fall onto the page. */
  async drop(bytes: Uint8Array, name: string): Promise<void> {
    await this.page.evaluate(
      (base64, name) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], name));
        for (const type of ["dragover", "drop"])
          document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      },
      Buffer.from(bytes).toString("base64"),
      name,
    );
  }

  /** Waits until a run of so many updates is kept for the next visit, which comes after they are shown. */
  async keeps(updates: number): Promise<void> {
    await this.page.waitForFunction(
      async (updates) => {
        const { all } = await globalThis.keptRuns();
        return all.some(({ bytes }) =>
          new RegExp(`step\\W*:${updates}\\b`).test(new TextDecoder("latin1").decode(bytes)),
        );
      },
      { polling: 50 },
      updates,
    );
  }

  /** Waits until a run is kept for the next visit, and gives the updates that it had made. */
  async kept(): Promise<number> {
    const updates = await this.page.waitForFunction(
      async () => {
        const { all } = await globalThis.keptRuns();
        const words = all.map(({ bytes }) => new TextDecoder("latin1").decode(bytes)).join();
        return Number(/step\W*:(\d+)/.exec(words)?.[1]);
      },
      { polling: 200 },
    );
    return updates.jsonValue();
  }

  /** What the clipboard holds, as text. */
  async pasted(): Promise<string> {
    const { keyboard } = this.page;
    const place = await this.page.evaluateHandle(() => document.body.appendChild(document.createElement("textarea")));
    await place.focus();
    const control = process.platform === "darwin" ? "Meta" : "Control";
    await keyboard.down(control);
    // Chromium is told what the keys mean.
    await keyboard.press("v", { commands: ["Paste"] });
    await keyboard.up(control);
    const text = await place.evaluate(({ value }) => value);
    await place.evaluate((place) => place.remove());
    return text;
  }

  /** Flips a byte of every run that the browser keeps. */
  async spoilWhatIsKept(): Promise<void> {
    await this.page.evaluate(async () => {
      const { all, put } = await globalThis.keptRuns();
      for (const run of all) {
        run.bytes[run.bytes.length - 1] = (run.bytes.at(-1) as number) ^ 1;
        await put(run);
      }
    });
    await this.keepNoMore();
  }

  /** Puts other bytes in the place of every run that the browser keeps. */
  async replacesWhatIsKept(bytes: Uint8Array): Promise<void> {
    await this.page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const { all, put } = await globalThis.keptRuns();
      for (const run of all) await put({ ...run, bytes });
    }, Buffer.from(bytes).toString("base64"));
    await this.keepNoMore();
  }

  /** The page, when it goes, would ask for its run to be kept again, and whole. */
  async keepNoMore(): Promise<void> {
    await this.page.evaluate(() =>
      addEventListener("visibilitychange", (event) => event.stopImmediatePropagation(), { capture: true }),
    );
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }
}

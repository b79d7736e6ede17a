/** Somebody who uses the page: what they do, and what they see. */
import type { BoundingBox, Browser, BrowserContext, ElementHandle, Page } from "puppeteer-core";

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

export class Visitor {
  readonly page: Page;
  readonly #context: BrowserContext;
  /** What the page threw, which no visitor may find. */
  readonly errors: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on("pageerror", (error) => this.errors.push(String(error)));
  }

  /** A visit with storage of its own. The page is ready when its machine is. */
  static async visit(browser: Browser, url: string, viewport = { width: 1280, height: 900 }): Promise<Visitor> {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport(viewport);
    const visitor = new Visitor(context, page);
    await page.evaluateOnNewDocument(() => {
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
    });
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

  /** Flips a byte of every run that the browser keeps. */
  async spoilWhatIsKept(): Promise<void> {
    await this.page.evaluate(async () => {
      const { all, put } = await globalThis.keptRuns();
      for (const run of all) {
        run.bytes[run.bytes.length - 1] = (run.bytes.at(-1) as number) ^ 1;
        await put(run);
      }
    });
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }
}

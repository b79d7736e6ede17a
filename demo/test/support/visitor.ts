/** Somebody who uses the page: what they do, and what they see. */
import type { Browser, BrowserContext, ElementHandle, Page } from "puppeteer-core";

/** A machine that learns to copy in a second or two. */
export const quick =
  "?task=copy&maxLength=5&bits=4&controller=feedforward&hiddenSize=64&rows=16&columns=12&batchSize=4&learningRate=0.001&seed=1";

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
    return Number((await this.sees("#verdict", /updates/)).replace(/^.*after |,| updates.*$/g, ""));
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

  async leave(): Promise<void> {
    await this.#context.close();
  }
}

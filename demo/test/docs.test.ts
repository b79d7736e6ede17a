/** The documentation's site, as `npm run docs` has built it: the API, a guide, and the page in a folder of it. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Site, serve } from "../../scripts/static-server.mjs";
import { browsing } from "./support/browsers.js";
import { Visitor, visiting } from "./support/visitor.js";

const CLASS = "classes/neural-turing-machine.NTM.html";

const TUTORIAL = "documents/From_the_install_to_a_task_of_your_own.html";

const there = browsing("chrome");
let docs: Site;

beforeAll(async () => {
  docs = await serve(fileURLToPath(new URL("../../build/site/", import.meta.url)), { at: "/docs/" });
});
afterAll(() => docs?.close());

const visit = (path: string, what: (visitor: Visitor) => Promise<unknown>) =>
  visiting(there.browser, `${docs.url}${path}`, what);

test("from the front page one comes to the guides and to the API", () =>
  visit("", async (visitor) => {
    await visitor.sees("h1", /neural-turing-machine/);
    await visitor.page.waitForSelector(`.tsd-navigation a[href$="${CLASS}"]`);
    const links = await visitor.page.$$eval("a", (all) => all.map((each) => each.getAttribute("href") ?? ""));
    for (const page of [CLASS, TUTORIAL, "documents/The_machine,_exactly.html", "demo/index.html"])
      expect(links.filter((link) => link.endsWith(page))).not.toEqual([]);
  }));

test("the API says of a method what it takes and throws", () =>
  visit(CLASS, (visitor) => visitor.sees(".col-content", /trainStep[\s\S]*nats per sequence[\s\S]*Throws/)));

test("a guide is there with its code", () =>
  visit(TUTORIAL, (visitor) => visitor.sees(".col-content", /import.*neural-turing-machine/)));

test("the page starts", () => visit("demo/index.html", (visitor) => visitor.ready()));

test("every link of every page leads somewhere, no guide is left raw, and nothing is wider than a phone", async () => {
  const visitor = await Visitor.visit(there.browser, docs.url, { width: 360, height: 740 });
  /** What can be gone to in each page. */
  const anchors = new Map<string, ReadonlySet<string>>();
  const links: { from: string; to: string; anchor: string }[] = [];
  const wide: string[] = [];
  const answers = new Map<string, number>();
  const open = [docs.url];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (answers.has(at)) continue;
    const response = await fetch(at);
    answers.set(at, response.status);
    if (!response.ok || !response.headers.get("content-type")?.startsWith("text/html")) continue;
    await visitor.page.goto(at);
    // The list of pages is written by a script.
    if (!at.startsWith(`${docs.url}demo/`)) await visitor.page.waitForSelector(`.tsd-navigation a[href$="${CLASS}"]`);
    const seen = await visitor.page.evaluate(() => ({
      ids: Array.from(
        document.querySelectorAll("[id], a[name]"),
        (each) => each.id || (each.getAttribute("name") ?? ""),
      ),
      uses: Array.from(
        document.querySelectorAll<HTMLAnchorElement | HTMLLinkElement>("a[href], link[href]"),
        ({ href }) => href,
      ),
      shows: Array.from(
        document.querySelectorAll<HTMLImageElement | HTMLScriptElement>("img[src], script[src]"),
        ({ src }) => src,
      ),
      icons: document.querySelectorAll('link[rel="icon"]').length,
      excess: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    }));
    expect(seen.icons, `icons of ${at}`).toBe(1);
    if (seen.excess > 0) wide.push(`${at}: by ${seen.excess} px`);
    anchors.set(at, new Set(seen.ids));
    for (const href of [...seen.uses, ...seen.shows]) {
      const { origin, pathname, hash } = new URL(href);
      if (!href.startsWith(new URL(docs.url).origin)) continue;
      const to = `${origin}${pathname}`;
      links.push({ from: at, to, anchor: decodeURIComponent(hash.slice(1)) });
      open.push(to);
    }
  }
  expect(visitor.errors).toEqual([]);
  await visitor.leave();

  // The front page, the API with a page for each name, the guides, and the page.
  expect(anchors.size).toBeGreaterThan(80);
  expect([...answers].filter(([url]) => url.endsWith(".md"))).toEqual([]);
  const broken = links.filter(
    ({ to, anchor }) => answers.get(to) !== 200 || (anchor !== "" && !anchors.get(to)?.has(anchor)),
  );
  expect(broken.map(({ from, to, anchor }) => `${from}: ${to}${anchor && `#${anchor}`}`)).toEqual([]);
  expect(wide).toEqual([]);
}, 300_000);

/** The documentation's site, as `npm run docs` has built it: the API, a guide, and the page in a folder of it. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Site, serve } from "../../scripts/static-server.mjs";
import { browsing } from "./support/browsers.js";
import { Visitor } from "./support/visitor.js";

const CLASS = "classes/neural-turing-machine.NTM.html";

const there = browsing("chrome");
let docs: Site;

beforeAll(async () => {
  docs = await serve(fileURLToPath(new URL("../../build/site/", import.meta.url)), { at: "/docs/" });
});
afterAll(() => docs?.close());

async function visiting(path: string, what: (visitor: Visitor) => Promise<unknown>): Promise<void> {
  const visitor = await Visitor.visit(there.browser, `${docs.url}${path}`);
  await what(visitor);
  expect(visitor.errors).toEqual([]);
  await visitor.leave();
}

test("from the front page one comes to the guides and to the API", () =>
  visiting("", async (visitor) => {
    await visitor.sees("h1", /neural-turing-machine/);
    await visitor.page.waitForSelector(`.tsd-navigation a[href$="${CLASS}"]`);
    const links = await visitor.page.$$eval("a", (all) => all.map((each) => each.getAttribute("href") ?? ""));
    for (const page of [CLASS, "documents/docs_tutorial.html", "documents/docs_machine.html"])
      expect(links.filter((link) => link.endsWith(page))).not.toEqual([]);
  }));

test("the API says of a method what it takes and throws", () =>
  visiting(CLASS, (visitor) => visitor.sees(".col-content", /trainStep[\s\S]*nats per sequence[\s\S]*Throws/)));

test("a guide is there with its code", () =>
  visiting("documents/docs_tutorial.html", (visitor) => visitor.sees(".col-content", /import.*neural-turing-machine/)));

test("the page starts", () => visiting("demo/index.html", (visitor) => visitor.ready()));

/** Everybody can use it: axe-core finds nothing, the keyboard is enough, and it fits from a phone to a 4K screen. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import type { BoundingBox, ElementHandle, FileChooser } from "puppeteer-core";
import { describe, expect, test } from "vitest";
import { browsing } from "./support/browsers.js";
import { quick, visiting, visits } from "./support/visitor.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const screens = {
  phone: { width: 360, height: 740 },
  laptop: { width: 1440, height: 900 },
  "4K": { width: 3840, height: 2160 },
};

const browsers = ["chrome", "firefox"] as const;

describe.each(browsers.flatMap((name) => [{ name, scheme: "light" } as const, { name, scheme: "dark" } as const]))(
  "in a $scheme $name",
  ({ name, scheme }) => {
    const there = browsing(name, { scheme });

    test.each(Object.keys(screens) as (keyof typeof screens)[])(
      "on a %s screen axe finds nothing, with everything open, and nothing is cut off",
      (screen) =>
        visiting(
          there.browser,
          `${there.site.url}${quick}`,
          async (visitor) => {
            const { page } = visitor;
            await visitor.ready();
            expect(await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches)).toBe(
              scheme === "dark",
            );
            await visitor.press("summary");
            await visitor.press("#draw");
            await visitor.press("#step");
            await visitor.drop(new Uint8Array(9), "bad.safetensors");
            await visitor.sees("#trouble", /not loaded/);

            // Not by a script element, which the page's policy forbids.
            await page.evaluate(axe);
            const { violations, passes } = await page.evaluate(() =>
              (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
            );
            expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);
            expect(passes.map(({ id }) => id)).toEqual(
              expect.arrayContaining(["color-contrast", "label", "role-img-alt"]),
            );

            const { width, content } = await page.evaluate(() => ({
              width: document.documentElement.clientWidth,
              content: document.documentElement.scrollWidth,
            }));
            expect(content).toBeLessThanOrEqual(width);
          },
          screens[screen],
        ),
    );
  },
);

describe.each(browsers)("in %s", (name) => {
  const there = browsing(name);
  const visit = visits(there);

  test("by keyboard alone: set, open, train, pause, draw, look, listen, scrub, play", () =>
    visit(quick, async (visitor) => {
      const { page } = visitor;
      const { keyboard } = page;
      await visitor.tabTo("#setting-controller");
      await keyboard.press("ArrowUp");
      await page.waitForFunction(() => location.search.includes("controller=lstm"));
      await visitor.tabTo("#start");
      await keyboard.press("Enter");
      await visitor.sees("#start", /Pause/);
      await visitor.sees("#sequences", /\d\d/);
      await keyboard.press("Enter");
      await visitor.sees("#start", /Start/);

      await visitor.tabTo("#choose-file");
      // A busy browser now and then opens none at the first press.
      const choose = async (tries = 3): Promise<FileChooser> =>
        Promise.all([page.waitForFileChooser({ timeout: 8000 }), keyboard.press("Enter")]).then(
          ([chooser]) => chooser,
          (error) => (tries > 1 ? choose(tries - 1) : Promise.reject(error)),
        );
      const chooser = await choose();
      await chooser.accept([fileURLToPath(new URL("../../models/copy-lstm.safetensors", import.meta.url))]);
      await visitor.sees("#origin", /^The machine of copy-lstm\.safetensors\./);

      await visitor.tabTo("#draw");
      await keyboard.press("Enter");
      await visitor.tabTo("#pattern [role=gridcell]");
      await keyboard.press("ArrowRight");
      await keyboard.press("ArrowDown");
      const drawn = () =>
        page.evaluate(() => [document.activeElement?.ariaLabel, document.activeElement?.ariaSelected]);
      expect(await drawn()).toEqual(["vector 2, bit 2", "false"]);
      await keyboard.press(" ");
      expect(await drawn()).toEqual(["vector 2, bit 2", "true"]);
      await visitor.sees("#verdict", /^All 136 bits right\.$/);

      // A figure's cells, one by one: what they are is said to a screen reader.
      await visitor.tabTo("#time-stack canvas");
      await keyboard.press("ArrowRight");
      await visitor.sees("#spoken", /^x₂\[0\] = [01]; input$/);
      expect(await visitor.text("#step-now")).toBe("step 2 of 35");

      await visitor.tabTo("#play");
      await keyboard.press("Enter");
      await visitor.sees("#step-now", /^step [3-9] of 35$/);
      await keyboard.press("Enter");
      await visitor.sees("#play", /^Play$/);
      await visitor.tabTo("#scrubber");
      await keyboard.press("End");
      await visitor.sees("#step-now", /^step 35 of 35$/);
      await keyboard.press("ArrowLeft");
      await visitor.sees("#step-now", /^step 34 of 35$/);
    }));

  test("on a phone the rows of a head are told, and what a finger has asked for stays until the next touch", () =>
    visit(quick, async (visitor) => {
      const { page } = visitor;
      await page.setViewport({ width: 360, height: 740 });
      await visitor.ready();
      const shown = await page.$$eval(".row-range", (all) =>
        all.map((each) => getComputedStyle(each).display !== "none" && each.textContent),
      );
      expect(shown).toEqual([", rows 0–15 from above", ", rows 0–15 from above"]);
      const touch = async (selector: string) => {
        const place = (await page.$(selector)) as ElementHandle;
        await place.evaluate((place) => place.scrollIntoView({ block: "center" }));
        const { x, y, width, height } = (await place.boundingBox()) as BoundingBox;
        await page.touchscreen.tap(x + width / 2, y + height / 2);
      };
      await touch("#time-stack canvas");
      await page.waitForSelector("#readout:not([hidden])");
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await page.$eval("#readout strong", (value) => value.textContent)).toMatch(/^x₆\[\d\] = [01]$/);
      expect(await page.$eval("#readout", (readout) => readout.hasAttribute("hidden"))).toBe(false);
      await touch("#verdict");
      await page.waitForSelector("#readout[hidden]");
    }));

  test("everything in the figures has a name, and says what is there", () =>
    visit(quick, async (visitor) => {
      await visitor.page.waitForSelector("#stages canvas");
      const labels = await visitor.page.$$eval("canvas[role=img]", (all) => all.map((each) => each.ariaLabel ?? ""));
      for (const pattern of [
        /^Input over time/,
        /^Write head over time/,
        /^Memory after step/,
        /^Sharpening of the write head at step \d+: most weight, .* on row \d+/,
      ])
        expect(labels.some((label) => pattern.test(label))).toBe(true);
      expect(labels).not.toContain("");
      const words = await visitor.page.$$eval("canvas[role=img], #scrubber", (all) =>
        all.map((each) => document.getElementById(each.getAttribute("aria-describedby") ?? "")?.textContent ?? ""),
      );
      expect(words.filter((each) => /left and right through the time steps/.test(each))).toHaveLength(5);
      expect(words.at(-1)).toMatch(/^Step \d+ of /);
      expect(words).not.toContain("");
    }));
});

describe("in colours of the system's own, in chrome", () => {
  const visit = visits(browsing("chrome"));

  test("what is pressed and what is drawn are seen", () =>
    visit(quick, async (visitor) => {
      const { page } = visitor;
      const session = await page.createCDPSession();
      const features = [{ name: "forced-colors", value: "active" }];
      await session.send("Emulation.setEmulatedMedia", { features });
      await visitor.press("#draw");
      await page.mouse.move(1, 1);
      await page.waitForSelector("#draw[aria-pressed=true]");
      const ground = (selector: string) =>
        page.$eval(selector, async (each) => {
          await Promise.all(each.getAnimations().map(({ finished }) => finished));
          return getComputedStyle(each).backgroundColor;
        });
      expect(await ground("#draw")).not.toBe(await ground("#far-longer"));
      expect(await ground("#pattern [aria-selected=true]")).not.toBe(await ground("#pattern [aria-selected=false]"));
    }));
});

describe("on paper, in chrome", () => {
  const visit = visits(browsing("chrome"));

  test("the bar of the time steps lies over nothing", () =>
    visit(quick, async (visitor) => {
      await visitor.page.emulateMediaType("print");
      const { bottom, top } = await visitor.page.evaluate(() => {
        const place = (selector: string) => (document.querySelector(selector) as Element).getBoundingClientRect();
        return { bottom: place("#head").bottom, top: place("#transport").top };
      });
      expect(top).toBeGreaterThanOrEqual(bottom);
    }));
});

describe.each(browsers)("in %s, for somebody who wants less motion", (name) => {
  const there = browsing(name, { reducedMotion: true });
  const usual = browsing(name);

  test("nothing moves by itself", async () => {
    const moving = async ({ browser, site }: typeof there) => {
      let found: string[] = [];
      await visiting(browser, `${site.url}${quick}`, async (visitor) => {
        await visitor.ready();
        await visitor.press("#step");
        await visitor.sees("#verdict", /after 1 update\.$/);
        found = await visitor.page.$$eval("*", (all) =>
          all
            .filter((each) => {
              const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(each);
              return !/^0s(, 0s)*$/.test(transitionDuration) || animationName !== "none" || scrollBehavior !== "auto";
            })
            .map(({ tagName }) => tagName),
        );
      });
      return found;
    };
    expect(await moving(there)).toEqual([]);
    // Else the colours of buttons go over into each other.
    expect(await moving(usual)).toContain("BUTTON");
  });
});

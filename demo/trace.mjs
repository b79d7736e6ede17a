// What `npm run demo:trace` prints: the built page's frames and longest tasks while the paper's machine trains and is watched.
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { launchOptions } from "../scripts/browsers.mjs";
import { serve } from "../scripts/static-server.mjs";
import { longest, watchTraining } from "./test/support/trace.mjs";

const seconds = 10;

const site = await serve(fileURLToPath(new URL("dist/", import.meta.url)));
const browser = await puppeteer.launch(launchOptions("chrome"));
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(site.url);
  await page.waitForFunction(() => /right|wrong/.test(document.querySelector("#verdict")?.textContent ?? ""));
  const { tasks, frames } = await watchTraining(page, 1000 * seconds);
  const rate = await page.$eval("#rate", (element) => element.textContent);
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(1);
  const total = frames.reduce((sum, each) => sum + each, 0);
  const lengths = tasks.map(({ milliseconds }) => milliseconds);
  console.log(`${await browser.version()}, ${seconds} s of training and watching, at ${rate} sequences/s`);
  console.log(`frames: ${((1000 * frames.length) / total).toFixed(1)} a second; from one to the next ${at(0.5)} ms`);
  console.log(`  in the middle, ${at(0.99)} ms at the 99th percentile, ${at(1)} ms at most`);
  console.log(`main thread: ${tasks.length} tasks, the longest of ${Math.max(...lengths).toFixed(1)} ms,`);
  console.log(`  ${lengths.filter((each) => each > longest).length} over ${longest} ms`);
} finally {
  await browser.close();
  site.close();
}

// `npm run test:everywhere`: the packed package in every bundler, host and browser; `-- NAME …` takes these consumers alone.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { performance } from "node:perf_hooks";
import { wasmCopies } from "../test/everywhere/bundle.mjs";
import { launchChromium } from "../test/everywhere/chromium.mjs";
import { runCommand, startServer } from "../test/everywhere/command.mjs";
import { consumers } from "../test/everywhere/consumers.mjs";
import { check } from "../test/everywhere/digests.mjs";
import { launchFirefox } from "../test/everywhere/firefox.mjs";
import { demandEars, outputsOf, visit } from "../test/everywhere/page.mjs";
import { prepare, versionOf } from "../test/everywhere/project.mjs";
import { demandWebkit, hasWebkit, launchWebkit } from "../test/everywhere/webkit.mjs";
import { demandBrowsers } from "./browsers.mjs";
import { demo } from "./demo-tools.mjs";
import { provideModules } from "./npm.mjs";
import { Failure, main, root, run } from "./process.mjs";
import { serve } from "./static-server.mjs";
import { cache } from "./tools.mjs";

/** The projects, with their tools: outside the checkout, as a user's are, and there for the next one. */
const projects = join(cache, "everywhere");
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
/** The visitor's, who reads what a page saves; scripts and workers are under the same. */
const policyOfVisitors = `${policy}; connect-src 'self' blob:`;

/** @typedef {import("../test/everywhere/consumers.mjs").Consumer} Consumer */
/** @typedef {import("../test/everywhere/consumers.mjs").Page} Page */

/** @type {{ what: string, error: unknown }[]} */
const failures = [];

await main(async () => {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !consumers.some((consumer) => consumer.name === name));
  const all = consumers.map(({ name }) => name).join(", ");
  if (unknown !== undefined) throw new Failure(`no consumer is called ${unknown}; there are ${all}`);
  const chosen = consumers.filter(({ name }) => names.length === 0 || names.includes(name));
  const inBrowsers = chosen.some(({ pages }) => pages);
  if (inBrowsers) demandBrowsers();
  if (inBrowsers && hasWebkit) demandWebkit();

  await run(process.execPath, ["scripts/package.mjs"]);
  await provideModules(demo, ["--ignore-scripts"]); // the driver of Chromium
  const unlock = await lockProjects();
  const browsers = [];
  try {
    if (inBrowsers) {
      browsers.push({ name: "chrome", browser: await launchChromium() });
      browsers.push({ name: "firefox", browser: await launchFirefox() });
      if (hasWebkit) browsers.push({ name: "webkit", browser: await launchWebkit() });
      else console.log("WebKit is left out: WebKitGTK is for Linux alone");
    }
    for (const { name, browser } of browsers) console.log(`${name} is ${await browser.version()}`);
    const trouble = await serve(join(root, "test/everywhere/trouble"));
    for (const { browser } of browsers) if (!browser.isDeaf) await demandEars(browser, trouble.url);
    trouble.close();
    for (const consumer of chosen) await use(consumer, browsers);
  } finally {
    await Promise.allSettled(browsers.map(({ browser }) => browser.close()));
    await unlock();
  }

  for (const { what, error } of failures) {
    const { message, output = "" } = error instanceof Failure ? error : { message: /** @type {Error} */ (error).stack };
    process.stderr.write(`\n${what}: ${message}\n${output.trimEnd()}\n`);
  }
  if (failures.length > 0) throw new Failure(`${failures.length} failed`);
});

/** Another checkout's test would lay its package into the same projects. Locked as the command locks a run's folder. */
async function lockProjects() {
  const { lock } = await import("../build/js/cli/run-folder/lock.js"); // only built by now
  mkdirSync(projects, { recursive: true });
  return lock(projects, "tests").catch(({ message }) => Promise.reject(new Failure(message)));
}

/**
 * @param {Consumer} consumer
 * @param {{ name: string, browser: import("../test/everywhere/page.mjs").Browser }[]} browsers
 */
async function use({ name, tool, build, bundles = [], programs = [], pages = [] }, browsers) {
  const folder = join(projects, name);
  if (!(await line(name, "installed", () => prepare(name, folder)))) return;
  const label = tool ? `${name} ${versionOf(folder, tool)}` : name;
  if (build && !(await line(label, build, () => runCommand(build, folder)))) return;
  for (const bundle of bundles)
    await line(label, `one copy of the wasm in ${bundle}`, async () => {
      const copies = wasmCopies(join(folder, bundle)).map((copy) => relative(folder, copy));
      if (copies.length !== 1) throw new Failure(`there are ${copies.length} copies of the wasm`, copies.join("\n"));
    });
  for (const { where, command, runs } of programs)
    await line(label, where, async () => check(JSON.parse(await runCommand(command, folder)), runs));
  for (const page of pages) {
    /** @type {import("./static-server.mjs").Site | undefined} */
    let site;
    const opened = await line(label, `${page.where}, served`, async () => {
      site = await open(page, folder);
    });
    for (const { name, browser } of opened ? browsers : [])
      await line(label, `${page.where}, ${name}`, async () => {
        const url = `${site?.url}${page.path ?? ""}`;
        if (page.visit) return visit(browser, url, page.visit);
        const shown = await outputsOf(browser, url);
        if (shown.length !== (page.outputs ?? 1)) throw new Failure(`the page has ${shown.length} outputs`);
        for (const digests of shown) check(digests, page.runs);
      });
    site?.close();
  }
}

/**
 * @param {Page} page
 * @param {string} project
 */
function open({ server, path = "index.html", text, folder = ".", free = false, visit }, project) {
  if (text !== undefined) writeFileSync(join(project, folder, path), text);
  if (server) return startServer(server, project);
  const headers = { "content-security-policy": visit ? policyOfVisitors : policy };
  return serve(join(project, folder), { headers: free ? {} : headers });
}

/**
 * Does one thing, and says in a line of the table how it went.
 * @param {string} consumer
 * @param {string} what
 * @param {() => Promise<unknown>} action
 */
async function line(consumer, what, action) {
  const start = performance.now();
  let ok = true;
  try {
    await action();
  } catch (error) {
    ok = false;
    failures.push({ what: `${consumer}, ${what}`, error });
  }
  const time = `${Math.round(performance.now() - start)} ms`;
  console.log(`${consumer.padEnd(24)}${what.padEnd(68)}${ok ? "ok    " : "FAILED"}${time.padStart(10)}`);
  return ok;
}

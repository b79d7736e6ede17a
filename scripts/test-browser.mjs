// `npm run test:browser`: builds the page in demo/ and the documentation around it, and tests them in Chromium and Firefox.
import { join } from "node:path";
import { demandBrowsers } from "./browsers.mjs";
import { demo, ends, prepareDemo } from "./demo-tools.mjs";
import { main, root } from "./process.mjs";

await main(async () => {
  demandBrowsers();
  await prepareDemo();
  const node = (/** @type {string[]} */ ...args) => ends(process.execPath, args, demo);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  node(tsc, "-p", ".");
  node(tsc, "-p", "test");
  node(join(root, "scripts/docs.mjs"));
  node(join(root, "node_modules/vitest/vitest.mjs"), "run", ...process.argv.slice(2));
});

// `npm run demo:trace`: builds the page in demo/ and measures in Chromium how smooth it is while it trains.
import { join } from "node:path";
import { demo, ends, prepareDemo } from "./demo-tools.mjs";
import { main } from "./process.mjs";

await main(async () => {
  await prepareDemo();
  const node = (/** @type {string[]} */ ...args) => ends(process.execPath, args, demo);
  node(join(demo, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn");
  node(join(demo, "trace.mjs"));
});

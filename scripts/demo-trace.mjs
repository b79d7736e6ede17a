// `npm run demo:trace`: builds the page in demo/ and measures in Chromium how smooth it is while it trains.
import { join } from "node:path";
import { buildDemo, demo, ends, prepareDemo } from "./demo-tools.mjs";
import { main } from "./process.mjs";

await main(async () => {
  await prepareDemo();
  buildDemo();
  ends(process.execPath, [join(demo, "trace.mjs")], demo);
});

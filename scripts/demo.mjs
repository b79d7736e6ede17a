// `npm run demo`: the page in demo/, opened in the browser, on the package as it is built now.
import { join } from "node:path";
import { demo, ends, prepareDemo } from "./demo-tools.mjs";
import { main } from "./process.mjs";

await main(async () => {
  await prepareDemo();
  ends(process.execPath, [join(demo, "node_modules/vite/bin/vite.js"), "--open", ...process.argv.slice(2)], demo);
});

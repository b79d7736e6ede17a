// `npm run demo`: the page in demo/, opened in the browser, on the package as it is built now.
import { prepareDemo, vite } from "./demo-tools.mjs";
import { main } from "./process.mjs";

await main(async () => {
  await prepareDemo();
  vite("--open", ...process.argv.slice(2));
});

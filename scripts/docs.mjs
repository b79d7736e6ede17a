// `npm run docs`: the documentation as one folder of static files, build/site: the API, the guides beside it, and the page in demo/.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { buildDemo, demo, ends, prepareDemo } from "./demo-tools.mjs";
import { provideModules } from "./npm.mjs";
import { main, root } from "./process.mjs";

await main(async () => {
  await prepareDemo();
  const tools = join(root, "docs/site");
  await provideModules(tools, ["--ignore-scripts"]);
  buildDemo();
  // It empties the folder first; its warnings are errors.
  ends(process.execPath, [join(tools, "node_modules/typedoc/bin/typedoc"), "--logLevel", "Warn"], tools);
  cpSync(join(demo, "dist"), join(root, "build/site/demo"), { recursive: true });
});

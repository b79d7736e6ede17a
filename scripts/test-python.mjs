// `npm run test:python`: the machine in NumPy (examples/python) beside the package as it is packed.
import { join } from "node:path";
import { main, root, run } from "./process.mjs";
import { provideVenv } from "./python.mjs";

await main(async () => {
  await run(process.execPath, ["scripts/package.mjs"]);
  const python = await provideVenv("python", join(root, "examples/python/requirements.txt"), (text) =>
    process.stderr.write(text),
  );
  const env = { ...process.env, NTM_PYTHON: python };
  process.stdout.write(await run(process.execPath, ["--test", "test/python/compare.mjs"], { env }));
});

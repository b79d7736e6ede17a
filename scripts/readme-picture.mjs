// Rewrites the picture in README.md: runs the commands that it shows, as they stand there, and puts what the last one
// prints under them. With `--check` it fails where that is not what stands there.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure, main, root, run } from "./process.mjs";

const PICTURE = /(<!-- picture -->\n+```text\n(?:\$ npx ntm .+\n)+)[\s\S]*?(```\n+<!-- \/picture -->)/;

await main(async () => {
  await run(process.execPath, ["scripts/build.mjs", "--quiet"]);
  const path = join(root, "README.md");
  const readme = readFileSync(path, "utf8");
  const [, head = "", tail] = PICTURE.exec(readme) ?? [];
  if (tail === undefined) throw new Failure("README.md: no picture between <!-- picture --> and <!-- /picture -->");
  const folder = mkdtempSync(join(tmpdir(), "ntm-picture-"));
  try {
    let printed = "";
    for (const [, command = ""] of head.matchAll(/^\$ npx ntm (.+)$/gm)) {
      const env = { ...process.env, NO_COLOR: "1", LC_ALL: "C.UTF-8" };
      printed = await run(process.execPath, [join(root, "dist/cli.js"), ...command.split(" ")], { cwd: folder, env });
    }
    const renewed = readme.replace(PICTURE, () => `${head}${printed}${tail}`);
    if (!process.argv.includes("--check")) writeFileSync(path, renewed);
    else if (renewed !== readme) throw new Failure("README.md: its commands print another picture", printed);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

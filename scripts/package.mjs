// Packs the package and installs the tarball in `test/`, as a user would install it: what tests and checks look at.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { npm } from "./npm.mjs";
import { main, root } from "./process.mjs";
import { runStage } from "./stage.mjs";

await main(async () => {
  // In its own process, so that its lines are seen as they come.
  const { status } = spawnSync(process.execPath, ["scripts/build.mjs", "--quiet"], { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    process.exitCode = 1;
    return;
  }
  await runStage(
    {
      name: "package",
      inputs: [
        "dist",
        "package.json",
        "README.md",
        "docs",
        "models",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "scripts/package.mjs",
      ],
      outputs: ["build/package", "test/node_modules"],
      run: packAndInstall,
    },
    () => {},
  );
});

async function packAndInstall() {
  for (const folder of ["build/package", "test/node_modules"]) {
    rmSync(join(root, folder), { recursive: true, force: true });
  }
  mkdirSync(join(root, "build/package"), { recursive: true });
  // No scripts: `prepare` has just run.
  const packed = await npm(["pack", "--ignore-scripts", "--json", "--pack-destination", "build/package"]);
  const tarball = join(root, "build/package", JSON.parse(packed)[0].filename);
  // Offline: the package has no dependencies, and must not get any.
  await npm([
    "install",
    "--prefix",
    "test",
    "--offline",
    "--no-save",
    "--no-package-lock",
    "--ignore-scripts",
    tarball,
  ]);
}

// Packs the package and installs the tarball in `test/`, as a user would install it: what tests and checks look at.
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
        "bench/README.md",
        "bench/results",
        "demo/README.md",
        "examples",
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
  const [tarball = ""] = readdirSync(join(root, "build/package")).filter((file) => file.endsWith(".tgz"));
  console.log(`packed: ${join("build/package", tarball)}`);
});

async function packAndInstall() {
  for (const folder of ["build/package", "test/node_modules"]) {
    rmSync(join(root, folder), { recursive: true, force: true });
  }
  layOut("build/package/contents", await filesOfPackage());
  const tarball = join("build/package", (await pack(["--pack-destination", ".."], "build/package/contents")).filename);
  // Offline: the package has no dependencies, and must not get any.
  await npm([
    "install",
    "--prefix",
    "test",
    "--offline",
    "--no-save",
    "--no-package-lock",
    "--ignore-scripts",
    join(root, tarball),
  ]);
}

/** What npm takes into the package, by the field `files`. */
async function filesOfPackage() {
  const { files } = await pack(["--dry-run"], ".");
  return files.map(({ path }) => path);
}

/**
 * Copies the package's files, and of package.json what concerns its users: npm warns who installs a package with a
 * `prepare` of scripts that it does not run.
 * @param {string} folder
 * @param {readonly string[]} files
 */
function layOut(folder, files) {
  for (const file of files) cpSync(join(root, file), join(root, folder, file));
  const {
    private: _,
    scripts,
    devDependencies,
    ...manifest
  } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  writeFileSync(join(root, folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * @param {readonly string[]} flags
 * @param {string} folder
 * @returns {Promise<{ filename: string, files: { path: string }[] }>}
 */
async function pack(flags, folder) {
  // No scripts: `prepare` has just run.
  const packed = await npm(["pack", "--ignore-scripts", "--json", ...flags], join(root, folder));
  return JSON.parse(packed)[0];
}

// What the build needs beside Node: Rust with the wasm target, wasm-pack and wasm-bindgen at the versions named here.
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { ask, Failure, root, run } from "./process.mjs";

const target = "wasm32-unknown-unknown";

/** `time` is what a machine of two cores took to build it. */
const pinned = [
  { crate: "wasm-pack", binary: "wasm-pack", version: "0.15.1", time: "about 2 minutes" },
  { crate: "wasm-bindgen-cli", binary: "wasm-bindgen", version: "0.2.130", time: "about 3 minutes" },
];

/** Outlives the checkout, so that a fresh clone does not build the tools again. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "neural-turing-machine");

/** @param {(typeof pinned)[number]} tool */
const folderOf = ({ crate, version }) => join(cache, "tools", `${crate}-${version}`);

/** The environment in which `wasm-pack` finds itself and `wasm-bindgen`. */
export function toolEnvironment() {
  const folders = pinned.map((tool) => join(folderOf(tool), "bin"));
  return { ...process.env, PATH: [...folders, process.env.PATH].join(delimiter) };
}

/**
 * Checks the tools and installs what is missing.
 * @param {(text: string) => void} say
 * @returns {Promise<Record<string, string>>} the versions, for the stamps
 */
export async function provideTools(say) {
  const rustc = (await ask("cargo", ["--version"])) && (await ask("rustc", ["-vV"]));
  if (!rustc) throw new Failure("Rust is missing: install it from https://rustup.rs and run this again");
  checkWasmBindgen();
  checkVersion();
  await provideTarget(say);
  for (const tool of pinned) await provideTool(tool, say);
  return { rustc, ...Object.fromEntries(pinned.map(({ crate, version }) => [crate, version])) };
}

/** The glue is only right for the very version of the crate; a difference would otherwise show as a riddle in wasm-pack. */
function checkWasmBindgen() {
  const manifest = readFileSync(join(root, "crates/ntm-wasm/Cargo.toml"), "utf8");
  const crate = /^wasm-bindgen\s*=.*"=([\d.]+)"/m.exec(manifest)?.[1];
  const cli = pinned[1].version;
  if (crate !== cli) {
    throw new Failure(
      `crates/ntm-wasm/Cargo.toml asks for wasm-bindgen ${crate ? `=${crate}` : "at no exact version"}, ` +
        `scripts/tools.mjs for wasm-bindgen-cli ${cli}: they must be the same`,
    );
  }
}

/** The JavaScript refuses a core of another version. */
function checkVersion() {
  const crates = /^version\s*=\s*"(.*)"/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))?.[1];
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  if (crates !== version)
    throw new Failure(`Cargo.toml is of version ${crates}, package.json of ${version}: they must be the same`);
}

/** @param {(text: string) => void} say */
async function provideTarget(say) {
  // Asked of rustc and not of rustup: so a Rust that came another way, with the target, will do.
  const libraries = await ask("rustc", ["--print", "target-libdir", "--target", target]);
  if (libraries && existsSync(libraries)) return;
  if (!(await ask("rustup", ["--version"]))) {
    throw new Failure(`Rust's target ${target} is missing and there is no rustup to add it: install https://rustup.rs`);
  }
  say(`adding Rust's target ${target}\n`);
  await run("rustup", ["target", "add", target]);
}

/**
 * @param {(typeof pinned)[number]} tool
 * @param {(text: string) => void} say
 */
async function provideTool(tool, say) {
  const folder = folderOf(tool);
  const works = async () =>
    (await ask(join(folder, "bin", tool.binary), ["--version"])) === `${tool.binary} ${tool.version}`;
  if (await works()) return;
  say(`installing ${tool.crate} ${tool.version} (${tool.time}, once a machine)\n`);
  // Built beside and moved into place whole, so that an interrupted install is never taken for a tool.
  const partial = `${folder}.partial-${process.pid}`;
  const install = ["install", tool.crate, "--version", tool.version, "--root", partial];
  try {
    try {
      await run("cargo", [...install, "--locked"]);
    } catch {
      // A registry mirror may lack a version that the tool's own lock file names; newer compatible ones do as well.
      await run("cargo", install);
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } catch (error) {
    // Another build may have put the tool there meanwhile.
    if (!(await works())) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  if (!(await works())) throw new Failure(`${tool.crate} ${tool.version} was installed in ${folder} and does not run`);
}

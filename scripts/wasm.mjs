// From the crates to two optimised WebAssembly files, one of them for engines with relaxed SIMD.
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { root, run, runNodeModule } from "./process.mjs";
import { toolEnvironment } from "./tools.mjs";

/**
 * An engine validates a whole module before it runs any of it: what only some engines have must be a module of its own.
 * @typedef {{ name: string, file: string, features: string }} Build
 * @type {Build[]}
 */
export const builds = [
  { name: "default", file: "ntm.wasm", features: "+simd128" },
  { name: "relaxed", file: "ntm.relaxed.wasm", features: "+simd128,+relaxed-simd" },
];

/**
 * How LLVM is to compile. Loops of unknown length are vectors already: written out four times over they are larger and no faster.
 * Loop strength reduction forms addresses of which nothing says that they do not wrap, so that no offset goes into a load: V8
 * would add each one by itself.
 */
export const codegenFlags = ["-Cllvm-args=-unroll-runtime=false", "-Cllvm-args=-disable-lsr"];

/** What rustc and LLVM may have used; wasm-opt refuses a module with anything that is not named. */
const mayBeUsed = [
  "--enable-simd",
  "--enable-relaxed-simd",
  "--enable-bulk-memory",
  "--enable-bulk-memory-opt",
  "--enable-nontrapping-float-to-int",
  "--enable-sign-ext",
  "--enable-mutable-globals",
  "--enable-reference-types",
  "--enable-multivalue",
  "--enable-call-indirect-overlong",
];

export const wasmOptFlags = [
  "-O3",
  // A function with one caller stays one: V8 of Node 20 compiles the large one that it would become part of to slower code.
  "--one-caller-inline-max-function-size=0",
  ...mayBeUsed,
  "--strip-debug",
  "--strip-producers",
];

/**
 * `build/wasm/NAME/ntm_bg.wasm` with its glue `ntm.js` and `ntm.d.ts`.
 * @param {Pick<Build, "name" | "features">} build
 * @param {string} folder where the crates are, and `build` will be
 */
export async function compile({ name, features }, folder = root) {
  // Panic messages hold the paths of source files: the user's folders are kept out, and the same sources give the same bytes anywhere.
  const cargoHome = process.env.CARGO_HOME || join(homedir(), ".cargo");
  const flags = [
    `-Ctarget-feature=${features}`,
    ...codegenFlags,
    `--remap-path-prefix=${cargoHome}=cargo`,
    `--remap-path-prefix=${folder}=ntm`,
  ];
  // In this variable flags are parted by 0x1f, so that a folder's name may hold a space; it outdoes the user's RUSTFLAGS.
  const env = { ...toolEnvironment(), CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f") };
  rmSync(join(folder, "build/wasm", name), { recursive: true, force: true });
  const wasmPack = [
    "build",
    "crates/ntm-wasm",
    "--release",
    "--target",
    "web",
    "--out-dir",
    `../../build/wasm/${name}`,
  ];
  // `no-install` and `no-opt`: wasm-pack would download binaries of its own choice.
  const options = ["--out-name", "ntm", "--no-pack", "--mode", "no-install", "--no-opt"];
  await run("wasm-pack", [...wasmPack, ...options, "--", "--locked"], { env, cwd: folder });
}

/**
 * `build/wasm-opt/FILE`.
 * @param {Build} build
 */
export async function optimise({ name, file }) {
  const from = join(root, "build/wasm", name, "ntm_bg.wasm");
  const to = join(root, "build/wasm-opt", file);
  const wasmOpt = (/** @type {string[]} */ ...args) => runNodeModule("binaryen/bin/wasm-opt", args);
  await wasmOpt(from, "-o", to, ...wasmOptFlags);
  if (name === "relaxed") {
    const text = join(root, "build/wasm", name, "ntm.wat");
    await wasmOpt(to, "-S", "-o", text, ...mayBeUsed);
    writeFileSync(text, withDefiniteChoices(readFileSync(text, "utf8")));
    await wasmOpt(text, "-o", to, ...mayBeUsed);
  }
  return `${file} ${Math.round(statSync(to).size / 1000)} kB`;
}

/**
 * Wherever the source chooses between two numbers by comparing them, LLVM takes a relaxed minimum or maximum if there is one. Of NaN and
 * a number that may be the number, and a machine would train on; these give the operand that the source says.
 * @param {string} wat
 */
function withDefiniteChoices(wat) {
  return wat.replaceAll(/\bf32x4\.relaxed_(min|max)\b/g, "f32x4.p$1");
}

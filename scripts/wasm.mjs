// From the crates to one optimised WebAssembly file.
import { rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Failure, root, run, runNodeModule } from "./process.mjs";
import { toolEnvironment } from "./tools.mjs";

export const rustFlags = ["-Ctarget-feature=+simd128"];

/** What rustc and LLVM may have used; wasm-opt refuses a module with anything that is not named. */
export const wasmOptFlags = [
  "-O3",
  "--enable-simd",
  "--enable-bulk-memory",
  "--enable-bulk-memory-opt",
  "--enable-nontrapping-float-to-int",
  "--enable-sign-ext",
  "--enable-mutable-globals",
  "--enable-reference-types",
  "--enable-multivalue",
  "--enable-call-indirect-overlong",
  "--strip-debug",
  "--strip-producers",
];

/** `build/wasm/ntm_bg.wasm` with its glue `ntm.js` and `ntm.d.ts`. */
export async function compile() {
  // Panic messages hold the paths of source files: the user's folders are kept out, and the same sources give the same bytes anywhere.
  const cargoHome = process.env.CARGO_HOME || join(homedir(), ".cargo");
  const flags = [...rustFlags, `--remap-path-prefix=${cargoHome}=cargo`, `--remap-path-prefix=${root}=ntm`];
  // In this variable flags are parted by 0x1f, so that a folder's name may hold a space; it outdoes the user's RUSTFLAGS.
  const env = { ...toolEnvironment(), CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f") };
  rmSync(join(root, "build/wasm"), { recursive: true, force: true });
  const wasmPack = ["build", "crates/ntm-wasm", "--release", "--target", "web", "--out-dir", "../../build/wasm"];
  // `no-install` and `no-opt`: wasm-pack would download binaries of its own choice.
  const options = ["--out-name", "ntm", "--no-pack", "--mode", "no-install", "--no-opt"];
  await run("wasm-pack", [...wasmPack, ...options, "--", "--locked"], { env });
}

/** `build/wasm-opt/ntm.wasm`. */
export async function optimise() {
  const file = join(root, "build/wasm-opt/ntm.wasm");
  await runNodeModule("binaryen/bin/wasm-opt", [join(root, "build/wasm/ntm_bg.wasm"), "-o", file, ...wasmOptFlags]);
  const simd = await countSimd(file);
  const size = `${Math.round(statSync(file).size / 1000)} kB`;
  // A build that lost `simd128` on its way would be right and four times slower: nothing else would tell.
  if (simd === 0) throw new Failure("ntm.wasm holds no f32x4 instruction: SIMD has been lost");
  return `${size}, ${simd} f32x4 instructions`;
}

/** @param {string} file */
async function countSimd(file) {
  const text = await runNodeModule("binaryen/bin/wasm-dis", [
    file,
    ...wasmOptFlags.filter((flag) => /enable/.test(flag)),
  ]);
  return text.match(/\bf32x4\./g)?.length ?? 0;
}

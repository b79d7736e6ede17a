// Builds the package: crates → wasm → glue and inlined bytes → tsc → rollup → dist/. `npm run build`, and by itself at `npm install`.
//   --quiet   says nothing of what is unchanged
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { copyDeclarations } from "./declarations.mjs";
import { createFactory } from "./glue.mjs";
import { Failure, main, root, runNodeModule } from "./process.mjs";
import { runStage } from "./stage.mjs";
import { provideTools } from "./tools.mjs";
import { builds, compile, optimise, wasmOptFlags } from "./wasm.mjs";

const quiet = process.argv.includes("--quiet");

/** @param {string} text */
function say(text) {
  if (!quiet || !text.endsWith(" unchanged\n")) process.stdout.write(text);
}

await main(async () => {
  const versions = await provideTools(say);

  for (const build of builds) {
    await runStage(
      {
        name: `wasm ${build.name}`,
        inputs: ["Cargo.toml", "Cargo.lock", "crates", "scripts/wasm.mjs"],
        settings: { ...versions, features: build.features },
        outputs: [`build/wasm/${build.name}`],
        run: () => compile(build),
      },
      say,
    );
  }

  mkdirSync(join(root, "build/wasm-opt"), { recursive: true });
  await runStage(
    {
      name: "wasm-opt",
      inputs: [...builds.map(({ name }) => `build/wasm/${name}/ntm_bg.wasm`), "scripts/wasm.mjs"],
      settings: { binaryen: installed("binaryen"), flags: wasmOptFlags.join() },
      outputs: ["build/wasm-opt"],
      run: async () => (await Promise.all(builds.map(optimise))).join(", "),
    },
    say,
  );

  await runStage(
    {
      name: "glue",
      inputs: [
        ...builds.map(({ name }) => `build/wasm/${name}/ntm.js`),
        "build/wasm/default/ntm.d.ts",
        "build/wasm-opt",
        "scripts/glue.mjs",
        "scripts/syntax.mjs",
        "scripts/build.mjs",
        "package.json",
      ],
      outputs: ["ts/generated"],
      run: generate,
    },
    say,
  );

  await runStage(
    {
      name: "tsc",
      inputs: ["ts", "tsconfig.json", "scripts/build.mjs", "package-lock.json"],
      outputs: ["build/js"],
      run: compileTypeScript,
    },
    say,
  );

  await runStage(
    {
      name: "rollup",
      inputs: [
        ...["build/js", "build/wasm-opt", "rollup.config.mjs", "package-lock.json", "Cargo.lock"],
        ...["scripts/build.mjs", "scripts/declarations.mjs", "scripts/licences.mjs", "scripts/syntax.mjs"],
      ],
      outputs: ["dist"],
      run: bundle,
    },
    say,
  );
});

async function generate() {
  const [glue, ...others] = builds.map(({ name }) => readFileSync(join(root, "build/wasm", name, "ntm.js"), "utf8"));
  if (others.some((other) => other !== glue)) throw new Failure("wasm-bindgen's glue differs between the builds");
  const { js, dts } = createFactory(String(glue));
  const wasm = readFileSync(join(root, "build/wasm-opt/ntm.wasm"));
  write("ts/generated/glue.js", js);
  write("ts/generated/glue.d.ts", dts);
  const bindings = readFileSync(join(root, "build/wasm/default/ntm.d.ts"), "utf8");
  // Arrays come out as copies, which no other thread can share; wasm-bindgen does not say so.
  write("ts/generated/bindings.d.ts", bindings.replaceAll("): Float32Array;", "): Float32Array<ArrayBuffer>;"));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  write(
    "ts/generated/version.ts",
    `/** The package's version, which \`ntm.wasm\` must have too. */\nexport const version = "${version}";\n`,
  );
  write(
    "ts/generated/inline.ts",
    `/** ntm.wasm: its size in bytes, and itself as raw deflate in base64. */
export const inlined = { size: ${wasm.length}, deflated: "${deflateRawSync(wasm, { level: 9 }).toString("base64")}" };
`,
  );
}

async function compileTypeScript() {
  rmSync(join(root, "build/js"), { recursive: true, force: true });
  await runNodeModule("typescript/bin/tsc", ["-p", "tsconfig.json"]);
  // tsc looks at its declarations only.
  write("build/js/generated/glue.js", readFileSync(join(root, "ts/generated/glue.js"), "utf8"));
}

async function bundle() {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  await runNodeModule("rollup/dist/bin/rollup", ["--config", "rollup.config.mjs", "--silent"]);
  copyDeclarations(join(root, "build/js"), join(root, "dist"), ["index.d.ts", "slim.d.ts", "worker.d.ts"]);
  for (const { file } of builds) copyFileSync(join(root, "build/wasm-opt", file), join(root, "dist", file));
}

/** @param {string} file @param {string} text */
function write(file, text) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

/** @param {string} name */
function installed(name) {
  return JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version;
}

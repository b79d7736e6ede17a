// Builds the package: crates → wasm → glue and inlined bytes → tsc → rollup → dist/. `npm run build`, and by itself at `npm install`.
//   --quiet   says nothing of what is unchanged
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { copyDeclarations } from "./declarations.mjs";
import { createFactory } from "./glue.mjs";
import { main, root, runNodeModule } from "./process.mjs";
import { runStage } from "./stage.mjs";
import { provideTools } from "./tools.mjs";
import { compile, optimise, rustFlags, wasmOptFlags } from "./wasm.mjs";

const quiet = process.argv.includes("--quiet");

/** @param {string} text */
function say(text) {
  if (!quiet || !text.endsWith(" unchanged\n")) process.stdout.write(text);
}

await main(async () => {
  const versions = await provideTools(say);

  await runStage(
    {
      name: "wasm",
      inputs: ["Cargo.toml", "Cargo.lock", "crates", "scripts/wasm.mjs"],
      settings: { ...versions, rustFlags: rustFlags.join() },
      outputs: ["build/wasm"],
      run: compile,
    },
    say,
  );

  mkdirSync(join(root, "build/wasm-opt"), { recursive: true });
  await runStage(
    {
      name: "wasm-opt",
      inputs: ["build/wasm/ntm_bg.wasm", "scripts/wasm.mjs"],
      settings: { binaryen: installed("binaryen"), flags: wasmOptFlags.join() },
      outputs: ["build/wasm-opt"],
      run: optimise,
    },
    say,
  );

  await runStage(
    {
      name: "glue",
      inputs: [
        "build/wasm/ntm.js",
        "build/wasm/ntm.d.ts",
        "build/wasm-opt",
        "scripts/glue.mjs",
        "scripts/syntax.mjs",
        "scripts/build.mjs",
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
  const { js, dts } = createFactory(readFileSync(join(root, "build/wasm/ntm.js"), "utf8"));
  const wasm = readFileSync(join(root, "build/wasm-opt/ntm.wasm"));
  write("ts/generated/glue.js", js);
  write("ts/generated/glue.d.ts", dts);
  write("ts/generated/bindings.d.ts", readFileSync(join(root, "build/wasm/ntm.d.ts"), "utf8"));
  write(
    "ts/generated/inline.ts",
    `/** ntm.wasm in base64. */\nexport const inlined: string = "${wasm.toString("base64")}";\n`,
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
  copyDeclarations(join(root, "build/js"), join(root, "dist"), ["index.d.ts", "slim.d.ts"]);
  copyFileSync(join(root, "build/wasm-opt/ntm.wasm"), join(root, "dist/ntm.wasm"));
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

// From tsc's output to the package: one file an entry point and what they share beside them.
import { chmodSync } from "node:fs";
import { isBuiltin } from "node:module";
import commonjs from "@rollup/plugin-commonjs";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { minify } from "rolldown/utils";
import { notices } from "./scripts/licences.mjs";
import { parse, walk } from "./scripts/syntax.mjs";

// rollup 4.68.8 (and those before it) drops the arguments of `f` in `for (let [a, b] = f(x); …; …)`, without a word: our own bundle would
// be wrong, and that of a user who bundles with rollup.
/** @type {import("rollup").Plugin} */
const refuseMiscompiled = {
  name: "refuse-miscompiled",
  moduleParsed({ id, ast }) {
    walk(ast, ({ type, init }) => {
      if (type !== "ForStatement" || init?.type !== "VariableDeclaration") return;
      const destructures = init.declarations.some((/** @type {any} */ { id }) => id.type !== "Identifier");
      if (destructures)
        this.error(`${id} destructures in the head of a for(;;), which rollup miscompiles: do it before`);
    });
  },
};

// Only `index.js` may lead to the inlined wasm: who takes `slim` counts bytes, and a worker is sent the compiled module.
/** @type {import("rollup").Plugin} */
const keepSlim = {
  name: "keep-slim",
  generateBundle(_, bundle) {
    const files = new Set(["slim.js", "worker.js"]);
    for (const file of files) {
      const chunk = bundle[file];
      if (chunk?.type !== "chunk") continue;
      const inlined = Object.keys(chunk.modules).find((module) => /[\\/]generated[\\/]inline\.js$/.test(module));
      if (inlined) this.error(`slim.js or worker.js would carry the inlined wasm, by ${file}`);
      for (const next of [...chunk.imports, ...chunk.dynamicImports]) files.add(next);
    }
  },
};

/** @type {import("rollup").Plugin} */
const addNotices = {
  name: "add-notices",
  async generateBundle() {
    this.emitFile({ type: "asset", fileName: "LICENSES.txt", source: await notices(this.getModuleIds()) });
  },
};

// What a page downloads without a bundler of its own. Each statement of a block has a line, because Node prints the one that threw;
// classes keep their names, which users see in a debugger.
/** @type {import("rollup").Plugin} */
export const minifyLibrary = {
  name: "minify-library",
  async renderChunk(source, chunk) {
    if (chunk.fileName === "cli.js") return null;
    const keepNames = { class: true, function: false };
    const options = { module: true, compress: { keepNames }, mangle: { toplevel: true, keepNames } };
    const { code, errors } = await minify(chunk.fileName, source, options);
    if (errors.length > 0) this.error(errors.map(({ message }) => message).join("\n"));
    return { code: inLines(code), map: null };
  },
};

/** @param {string} code @returns {string} with a line for each statement of a block and member of a class */
function inLines(code) {
  const starts = [0];
  walk(parse(code), ({ type, body, consequent }) => {
    if (type === "SwitchCase") starts.push(...consequent.map((/** @type {any} */ { start }) => start));
    if (/^(Program|BlockStatement|ClassBody)$/.test(type))
      starts.push(...body.map((/** @type {any} */ { start }) => start));
  });
  starts.sort((a, b) => a - b);
  return starts
    .map((start, index) => code.slice(start, starts[index + 1]))
    .join("\n")
    .trimStart();
}

/** @type {import("rollup").Plugin} */
const makeExecutable = {
  name: "make-executable",
  writeBundle() {
    chmodSync("dist/cli.js", 0o755);
  },
};

/** @type {import("rollup").RollupOptions} */
export default {
  input: {
    index: "build/js/index.js",
    slim: "build/js/slim.js",
    worker: "build/js/worker.js",
    cli: "build/js/cli/main.js",
  },
  // Flat: a URL beside `import.meta.url` means the same file from every chunk.
  output: { dir: "dist", entryFileNames: "[name].js", chunkFileNames: "chunk-[name].js" },
  external: (id) => isBuiltin(id),
  // @ts-expect-error The plugin's types describe its CommonJS face, where the function is not the default export.
  plugins: [nodeResolve(), commonjs(), refuseMiscompiled, keepSlim, minifyLibrary, addNotices, makeExecutable],
  // A warning here is an import that nobody resolves, a name that is not exported or a circle: none may go out.
  onwarn(warning) {
    throw new Error(warning.message);
  },
};

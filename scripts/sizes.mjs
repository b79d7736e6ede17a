// What a browser downloads, and what takes the room, as a table for docs/size.md: `node scripts/sizes.mjs`, after a build.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rollup } from "rollup";
import { minifyLibrary } from "../rollup.config.mjs";
import { bundled } from "./bundled.mjs";
import { main, root, runNodeModule } from "./process.mjs";
import { wasmOptFlags } from "./wasm.mjs";
import { WasmReader } from "./wasm-reader.mjs";

/** Functions by what they are for; the first pattern that fits a name decides. */
const groups = [
  [
    "an update's inner functions, compiled for speed",
    /hot::Hot|::(step|step_backward|addressing|controller|heads|kernels|memory|activation)::/,
  ],
  ["the rest of the core, compiled for size", /ntm_core/],
  [
    "the surface: arrays and errors across the border",
    /ntm_wasm|wasm_bindgen|externref|^(machine|session|run|state|config|optimizer|coreerror|__wb)|^(cosine|takePanic)/,
  ],
  ["the allocator", /dlmalloc|__rust|__rdl|__rg_/],
  ["the standard library and ndarray", /./],
];

await main(async () => {
  const dist = (/** @type {string} */ file) => readFileSync(join(root, "dist", file));
  const shared = [dist("chunk-slim.js"), dist("chunk-guard.js")];
  const library = [dist("slim.js"), ...shared];
  const wasm = dist("ntm.wasm");
  const code = await functionsOf();
  const [report, reproduce, charts] = [dist("chunk-report.js"), dist("chunk-reproduce.js"), dist("chunk-d3-shape.js")];
  print([
    ["**`neural-turing-machine/slim` and `ntm.wasm`**", [...library, wasm]],
    ["JavaScript", library],
    ["– in an app that imports `NTM` alone", [await carried("NTM")]],
    ["– with `copy` and `rmsprop`", [await carried("NTM", "copy", "rmsprop")]],
    ["– with `preset`, and so all tasks", [await carried("NTM", "preset")]],
    ["– in each of these, what starts workers", [await startingWorkers()]],
    ["`ntm.wasm`", [wasm]],
    ...code,
    ["**`neural-turing-machine`**, `ntm.wasm` inlined", [dist("index.js"), ...shared]],
    ["**`worker.js`**, with workers, and what it shares with the page", [dist("worker.js"), dist("chunk-guard.js")]],
    ["– `worker.js` itself", [dist("worker.js")]],
    ["**the command `ntm`**, in Node alone, beside the library", [dist("cli.js"), report, reproduce, charts]],
    ["– what every call loads", [dist("cli.js")]],
    ["– the report", [report]],
    ["– `ntm reproduce`", [reproduce]],
    ["– charts, for both of these", [charts]],
  ]);
});

async function carried(/** @type {string[]} */ ...names) {
  return Buffer.from(await bundled(join(root, "dist"), names));
}

/** The library's part in workers, without what it uses of the rest. */
async function startingWorkers() {
  const bundle = await rollup({ input: join(root, "build/js/workers/open.js"), external: /^\.\./ });
  const { output } = await bundle.generate({ format: "es", plugins: [minifyLibrary] });
  await bundle.close();
  return Buffer.from(output[0].code);
}

/** @param {[string, Buffer[]][]} parts */
function print(parts) {
  const kilobytes = (/** @type {number} */ bytes) => (bytes / 1000).toFixed(1);
  console.log("| what | kB | gzip, kB |\n| --- | ---: | ---: |");
  for (const [name, files] of parts) {
    const raw = files.reduce((sum, { length }) => sum + length, 0);
    const packed = files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0);
    console.log(`| ${name} | ${kilobytes(raw)} | ${kilobytes(packed)} |`);
  }
}

/**
 * The code and data of `ntm.wasm` by group, each group in one piece: optimised once more with the names kept.
 * @returns {Promise<[string, Buffer[]][]>}
 */
async function functionsOf() {
  const folder = mkdtempSync(join(tmpdir(), "ntm-sizes-"));
  try {
    const file = join(folder, "named.wasm");
    const flags = wasmOptFlags.filter((flag) => !flag.startsWith("--strip"));
    await runNodeModule("binaryen/bin/wasm-opt", [
      join(root, "build/wasm/default/ntm_bg.wasm"),
      "-g",
      "-o",
      file,
      ...flags,
    ]);
    const { functions, data } = readModule(readFileSync(file));
    /** @type {Map<string, Buffer[]>} */
    const found = new Map(groups.map(([name]) => [String(name), []]));
    for (const { name, body } of functions) {
      const [group] = groups.find(([, pattern]) => /** @type {RegExp} */ (pattern).test(name)) ?? [];
      found.get(String(group))?.push(body);
    }
    return [...found, ["messages and tables", [data]]].map(([name, bodies]) => [
      `– ${name}`,
      [Buffer.concat(/** @type {Buffer[]} */ (bodies))],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The functions of a module with their names, and its data.
 * @param {Buffer} bytes
 */
function readModule(bytes) {
  const reader = new WasmReader(bytes);
  /** @type {Buffer[]} */
  const bodies = [];
  const names = new Map();
  let imported = 0;
  /** @type {Buffer} */
  let data = Buffer.alloc(0);
  while (reader.position < bytes.length) {
    const kind = reader.byte();
    const size = reader.number();
    const end = reader.position + size;
    if (kind === 2) {
      // Our imports are functions alone.
      for (let left = reader.number(); left > 0; left--) {
        reader.text();
        reader.text();
        reader.byte();
        reader.number();
        imported++;
      }
    } else if (kind === 10) {
      for (let left = reader.number(); left > 0; left--) {
        const length = reader.number();
        bodies.push(bytes.subarray(reader.position, reader.position + length));
        reader.position += length;
      }
    } else if (kind === 11) data = bytes.subarray(reader.position, end);
    else if (kind === 0 && reader.text() === "name") {
      while (reader.position < end) {
        const part = reader.byte();
        const length = reader.number();
        const after = reader.position + length;
        // Part 1 names the functions.
        if (part === 1) for (let left = reader.number(); left > 0; left--) names.set(reader.number(), reader.text());
        reader.position = after;
      }
    }
    reader.position = end;
  }
  return { functions: bodies.map((body, index) => ({ name: names.get(index + imported) ?? "", body })), data };
}

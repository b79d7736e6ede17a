// How often a bundle has the package's WebAssembly in it, whatever a bundler has made of it.
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { Failure } from "../../scripts/process.mjs";
import { installed } from "./project.mjs";

/** As every wasm file begins: its magic number and version; in base64 all but the last letter, which depends on what follows. */
const magic = Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
const magicInBase64 = magic.toString("base64").slice(0, 10);

/** The beginning of what `dist/index.js` carries, compressed and in base64. */
function inlined() {
  const [base64] = /[\w+/]{1000,}/.exec(readFileSync(join(installed, "dist/index.js"), "utf8")) ?? [];
  if (base64 === undefined) throw new Failure("dist/index.js has no wasm inlined");
  return base64.slice(0, 100);
}

/**
 * The copies in a folder, as lines to be read. `ntm.relaxed.wasm` is another file, fetched where it is asked for: one of it is none too
 * many. What only a debugger asks for, source maps, is left aside.
 * @param {string} folder
 * @returns {string[]}
 */
export function wasmCopies(folder) {
  const relaxed = readFileSync(join(installed, "dist/ntm.relaxed.wasm"));
  const patterns = { inlined: inlined(), base64: magicInBase64, wasm: magic };
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) !== ".map")
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  let seenRelaxed = false;
  return files.flatMap((file) => {
    const bytes = readFileSync(file);
    if (bytes.equals(relaxed) && !seenRelaxed) {
      seenRelaxed = true;
      return [];
    }
    return Object.entries(patterns).flatMap(([form, pattern]) => Array(count(bytes, pattern)).fill(`${file}: ${form}`));
  });
}

/**
 * @param {Buffer} bytes
 * @param {string | Buffer} pattern
 */
function count(bytes, pattern) {
  let found = 0;
  for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, at + 1)) found++;
  return found;
}

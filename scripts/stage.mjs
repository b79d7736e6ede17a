// A stage of the build is left out when neither what goes into it nor what came out of it has changed since it last ran.
// "Changed" is told by content, never by time: a clean checkout, a switched branch or a copied folder does not fool it.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { root } from "./process.mjs";

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {string[]} inputs files and folders, from the root of the repository
 * @property {Record<string, string>} [settings] whatever else decides the outcome: versions, flags
 * @property {string[]} outputs files and folders that this stage alone writes
 * @property {() => Promise<string | void>} run may answer a remark for the stage's line
 */

/** @param {string} path @returns {string[]} the files at or below a path, sorted, named from the root, with `/` */
export function filesBelow(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** @param {string[]} paths @returns {Record<string, string>} */
function fingerprints(paths) {
  const files = [...new Set(paths.flatMap(filesBelow))];
  return Object.fromEntries(files.map((file) => [file, sha256(readFileSync(join(root, file)))]));
}

/** @param {string | Buffer} data */
function sha256(data) {
  return createHash("sha256").update(data).digest("hex");
}

/**
 * Says one line: the name when it begins, how long it took when it ends.
 * @param {Stage} stage
 * @param {(text: string) => void} say
 */
export async function runStage({ name, inputs, settings = {}, outputs, run }, say) {
  const start = performance.now();
  const stampFile = join(root, "build/stamps", `${name}.json`);
  const wanted = sha256(JSON.stringify([settings, outputs, fingerprints(inputs)]));
  if (isFresh(stampFile, wanted, outputs)) {
    say(`${name.padEnd(12)} unchanged\n`);
    return;
  }
  // The stamp goes first: whatever is interrupted from here on runs again.
  rmSync(stampFile, { force: true });
  say(name.padEnd(12));
  const remark = await run().catch((error) => {
    say(" failed\n\n");
    throw error;
  });
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify({ inputs: wanted, outputs: fingerprints(outputs) }, null, 1));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  say(` ${seconds.padStart(5)} s${remark ? `   ${remark}` : ""}\n`);
}

/**
 * @param {string} stampFile
 * @param {string} wanted
 * @param {string[]} outputs
 */
function isFresh(stampFile, wanted, outputs) {
  if (!existsSync(stampFile)) return false;
  const stamp = JSON.parse(readFileSync(stampFile, "utf8"));
  return stamp.inputs === wanted && JSON.stringify(stamp.outputs) === JSON.stringify(fingerprints(outputs));
}

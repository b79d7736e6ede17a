// The declarations that a user sees: those that the entry points reach, as tsc wrote them, and no others.
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Failure } from "./process.mjs";

/**
 * @param {string} from the folder that tsc wrote into
 * @param {string} to
 * @param {string[]} entries
 */
export function copyDeclarations(from, to, entries) {
  for (const file of reach(from, entries)) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    copyFileSync(join(from, file), join(to, file));
  }
}

/**
 * @param {string} folder
 * @param {string[]} entries
 */
function reach(folder, entries) {
  /** @type {Map<string, string[]>} each file with the way that led to it */
  const ways = new Map(entries.map((entry) => [entry, [entry]]));
  for (const [file, way] of ways) {
    const text = readFileSync(join(folder, file), "utf8");
    for (const [, specifier] of text.matchAll(/(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)"([^"]+)"/g)) {
      const target = relative(folder, join(folder, dirname(file), specifier.replace(/\.js$/, ".d.ts")));
      // Neither goes to the user, who would see types that cannot be resolved.
      if (!specifier.startsWith(".") || target.startsWith("generated")) {
        const names = way.map((step) => step.replace(/\.d\.ts$/, ".ts")).join(", ");
        throw new Failure(
          `the public declarations would reach "${specifier}" by way of ${names}: ` +
            "an export on that way is not for users and wants @internal in its comment, or a member wants to be #private",
        );
      }
      if (!ways.has(target)) ways.set(target, [...way, target]);
    }
  }
  return ways.keys();
}

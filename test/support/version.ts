// The package's files as those of another version.
import { readFileSync } from "node:fs";
import { inject } from "vitest";

const folder = inject("packageFolder");
/** The package's version. */
export const version: string = JSON.parse(readFileSync(`${folder}/package.json`, "utf8")).version;
/** One that it never is. */
export const otherVersion: string = version.replace(/\d/, (digit) => (digit === "9" ? "8" : "9"));

/** A file of `dist`, with {@link otherVersion} wherever it says its own. */
export function ofOtherVersion(file: string): Buffer {
  const text = readFileSync(`${folder}/dist/${file}`, "latin1");
  if (!text.includes(version)) throw new Error(`${file} does not say of which version it is`);
  return Buffer.from(text.replaceAll(version, otherVersion), "latin1");
}

// The pages of the repository, and the fenced blocks in them.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/process.mjs";

/**
 * @typedef {object} Fence
 * @property {string} section the `##` heading that it stands under
 * @property {string} language
 * @property {string} code
 */

/** Every page, named from the root: what git has, or would have. */
export const pages = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.md"],
  { cwd: root, encoding: "utf8" },
)
  .trim()
  .split("\n");

/** @param {string} page */
export const text = (page) => readFileSync(join(root, page), "utf8");

/**
 * The fenced blocks of a page.
 * @param {string} page
 * @returns {Fence[]}
 */
export function fences(page) {
  /** @type {Fence[]} */
  const found = [];
  let section = "";
  for (const [, heading, language = "", code = ""] of text(page).matchAll(/^## (.+)$|^```(\w*)\n([\s\S]*?)^```$/gm)) {
    if (heading === undefined) found.push({ section, language, code });
    else section = heading;
  }
  return found;
}

/**
 * The code of a page in one language, as one program.
 * @param {string} page
 * @param {string} language
 */
export function program(page, language) {
  return fences(page)
    .filter((fence) => fence.language === language)
    .map(({ code }) => code)
    .join("\n");
}

/**
 * The commands of a page's shell snippets, without what is said beside them.
 * @param {string} page
 */
export function commands(page) {
  return program(page, "sh")
    .replaceAll(/ \\\n +/g, " ")
    .split("\n")
    .map((line) => line.replace(/ +#.*$/, ""))
    .filter((line) => line !== "");
}

// The notices of everything that is built into the package: npm packages bundled by rollup, crates compiled into the wasm.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure, run } from "./process.mjs";

/** The standard library's, which no registry holds. */
const standardLibrary = `The Rust standard library (MIT OR Apache-2.0)

Copyright (c) The Rust Project Contributors

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/**
 * @param {Iterable<string>} modules the files that were bundled
 * @returns {Promise<string>}
 */
export async function notices(modules) {
  const folders = new Set([...modules].map(packageFolder).filter((folder) => folder !== undefined));
  const packages = [...folders].map(describePackage);
  const all = [...packages, ...(await crates())].sort((a, b) => (a.title < b.title ? -1 : 1));
  const texts = [...all.map(({ title, text }) => `${title}\n\n${text}`), standardLibrary];
  return `This package contains the following work of others.\n\n${texts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

/** @param {string} file @returns {string | undefined} */
function packageFolder(file) {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replace(/^\0/, "").replaceAll("\\", "/"))?.[0];
}

/** @param {string} folder */
function describePackage(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return { title: `npm package ${name} ${version} (${license})`, text: licenceText(folder, license) };
}

/** The crates that are linked into ntm-wasm: what it depends on at run time, without macros and build scripts. */
async function crates() {
  const options = ["--format-version", "1", "--locked", "--filter-platform", "wasm32-unknown-unknown"];
  const { packages, resolve } = JSON.parse(await run("cargo", ["metadata", ...options]));
  const byId = new Map(packages.map((/** @type {any} */ item) => [item.id, item]));
  const nodes = new Map(resolve.nodes.map((/** @type {any} */ node) => [node.id, node]));
  const linked = new Set([packages.find((/** @type {any} */ item) => item.name === "ntm-wasm").id]);
  for (const id of linked) {
    for (const { pkg, dep_kinds } of nodes.get(id).deps) {
      const runs = dep_kinds.some((/** @type {any} */ { kind }) => kind === null);
      const isMacro = byId.get(pkg).targets.some((/** @type {any} */ { kind }) => kind.includes("proc-macro"));
      if (runs && !isMacro) linked.add(pkg);
    }
  }
  return [...linked]
    .map((id) => byId.get(id))
    .filter(({ source }) => source !== null)
    .map(({ name, version, license, manifest_path }) => ({
      title: `crate ${name} ${version} (${license})`,
      text: licenceText(dirname(manifest_path), license),
    }));
}

/**
 * @param {string} folder
 * @param {string} licence an SPDX expression; where it leaves a choice, MIT is taken
 */
function licenceText(folder, licence) {
  const all = readdirSync(folder).filter((file) => /^(licen[cs]e|copying)/i.test(file));
  const mit = all.filter((file) => /mit/i.test(file));
  const files = mit.length > 0 && !/\bAND\b/.test(licence) ? mit : all;
  if (files.length === 0) throw new Failure(`${folder} has no licence file: its notice cannot go into the package`);
  const texts = files.sort().map((file) => readFileSync(join(folder, file), "utf8"));
  return texts.join("\n").replaceAll("\r\n", "\n").trim();
}

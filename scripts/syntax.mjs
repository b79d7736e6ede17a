// JavaScript as a syntax tree, by rollup's own parser.
import { parseAst } from "rollup/parseAst";

/** @typedef {{ type: string, start: number, end: number, [key: string]: any }} Node */

/** @param {string} source @returns {Node} */
export function parse(source) {
  return /** @type {Node} */ (/** @type {unknown} */ (parseAst(source)));
}

/**
 * @param {unknown} value
 * @param {(node: Node) => void} visit
 */
export function walk(value, visit) {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (value && typeof value === "object") {
    const node = /** @type {Node} */ (value);
    if (typeof node.type === "string") visit(node);
    for (const child of Object.values(node)) walk(child, visit);
  }
}

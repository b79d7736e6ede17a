/** JSON with one form for each value, so that the same data always gives the same bytes, and read without trust. */
import { mismatch, NTMError, show, tag } from "./errors.js";

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** How deep a value may nest: generous for data, short of what overflows a stack. */
const deepest = 200;

/**
 * The canonical text: keys in order of their UTF-16 units, no white space, numbers and strings as `JSON.stringify` has them.
 *
 * @throws {NTMError} `option` where a value is nothing that JSON can say and give back: a function, a class's instance, `NaN`, a cycle
 *
 * @internal
 */
export function canonical(value: unknown, where: string, depth = 0): string {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw notJson(where, "a finite number", show(value));
      return JSON.stringify(value);
    case "object": {
      if (value === null) return "null";
      if (depth === deepest) throw notJson(where, `nesting at most ${deepest} deep`, "more, or a cycle");
      if (Array.isArray(value)) {
        // Array.from reads holes as undefined, which is refused; map would skip them.
        const entries = Array.from(value, (entry, index) => canonical(entry, `${where}[${index}]`, depth + 1));
        return `[${entries.join(",")}]`;
      }
      const prototype: unknown = Object.getPrototypeOf(value);
      if (tag(value) !== "Object" || (prototype !== null && Object.getPrototypeOf(prototype) !== null)) break;
      const entries = Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry, `${where}.${key}`, depth + 1)}`);
      return `{${entries.join(",")}}`;
    }
  }
  throw notJson(where, "JSON", show(value));
}

function notJson(path: string, expected: string, received: string): NTMError {
  return mismatch("option", path.length > 80 ? `${path.slice(0, 80)}…` : path, expected, received);
}

/**
 * The value of a canonical text, frozen through and through. A text in any other form is refused, and with it whatever two
 * readers could understand differently: repeated keys, for one.
 *
 * @throws {NTMError} `checkpoint`
 *
 * @internal
 */
export function parseCanonical(text: string, where: string): Json {
  try {
    assertShallow(text);
    const value = JSON.parse(text) as Json;
    if (canonical(value, where) !== text) throw new Error("not in canonical form");
    return freeze(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new NTMError("checkpoint", `${where}: ${reason}`, { where, cause: error });
  }
}

/** Throws for brackets too deep, before any parser recurses into them. */
function assertShallow(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (quoted) {
      if (letter === "\\") at++;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === "[" || letter === "{") {
      if (++depth > deepest) throw new Error(`nested deeper than ${deepest}`);
    } else if (letter === "]" || letter === "}") depth--;
  }
}

function freeze(value: Json): Json {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

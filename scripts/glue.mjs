// wasm-bindgen's glue is a module: one instance for ever. Here it becomes a function that makes an instance of its own
// at every call, with its own `wasm` variable, classes and finalisers, because an instance that trapped is given up
// and a fresh one must not meet the old one's handles.
//
// The text is changed at places found in its syntax tree, and only where the tree looks as wasm-bindgen 0.2.130 writes
// it. Anything else stops the build with a message that says what was expected.
import { Failure } from "./process.mjs";
import { parse, walk } from "./syntax.mjs";

/** @typedef {import("./syntax.mjs").Node} Node */

/**
 * @param {string} source the ES module that wasm-bindgen wrote for `--target web`
 * @returns {{ js: string, dts: string }} a module that exports `createGlue`, and its declarations, which import
 *   wasm-bindgen's own as `bindings.js`
 */
export function createFactory(source) {
  const module = parse(source);
  const edit = new Edits(source);
  const { classes, values } = takeExports(module, edit);
  dropLoaders(module, edit);
  dropFallbacks(module, edit);
  dropClassChecks(module, edit);
  inlineAllocators(module, edit);
  const finalisers = guardFinalisers(module, edit);
  expect(finalisers >= classes.length, `a FinalizationRegistry for each of the ${classes.length} classes`);
  for (const name of classes) guardFree(module, name, edit);

  for (const [name, parameters] of Object.entries({ __wbg_get_imports: 0, __wbg_finalize_init: 2 })) {
    const found = module.body.some(
      (/** @type {Node} */ { id, params }) => id?.name === name && params?.length === parameters,
    );
    expect(found, `a function \`${name}\` of ${parameters} parameters`);
  }

  const names = [...classes, ...values, "init", "retire"];
  const js = `// Written by scripts/glue.mjs out of what wasm-bindgen wrote.
export function createGlue() {
let retired = false;
function retire() {
    retired = true;
}
async function init(module) {
    __wbg_finalize_init(await WebAssembly.instantiate(module, __wbg_get_imports()), module);
}
${edit.apply()}
return { ${names.join(", ")} };
}
`;
  checkFactory(js);
  return { js, dts: declarations(classes, values) };
}

/** @param {string[]} classes @param {string[]} values */
function declarations(classes, values) {
  const union = [...classes, ...values].map((name) => `"${name}"`).join(" | ");
  return `// Written by scripts/glue.mjs out of what wasm-bindgen wrote.
import type * as bindings from "./bindings.js";

${classes.length > 0 ? `export type { ${classes.join(", ")} } from "./bindings.js";\n\n` : ""}export type Glue = Pick<typeof bindings, ${union}> & {
  /** Instantiates. */
  init(module: WebAssembly.Module): Promise<void>;
  /** The instance is given up: from now on its finalisers and every \`free()\` leave its memory alone. */
  retire(): void;
};

/** A closure of its own at every call, without an instance until \`init\`. */
export declare function createGlue(): Glue;
`;
}

/**
 * Strips `export` and answers what was exported.
 * @param {Node} module
 * @param {Edits} edit
 */
function takeExports(module, edit) {
  /** @type {string[]} */
  const classes = [];
  /** @type {string[]} */
  const values = [];
  for (const node of module.body) {
    expect(!node.type.startsWith("Import"), "no import: the crate must not use snippets or JavaScript modules");
    if (node.type !== "ExportNamedDeclaration") continue;
    if (node.declaration) {
      const { type, id, start } = node.declaration;
      expect(type === "ClassDeclaration" || type === "FunctionDeclaration", "exports of classes and functions", node);
      (type === "ClassDeclaration" ? classes : values).push(id.name);
      edit.replace(node.start, start, "");
    } else {
      const names = node.specifiers.map((/** @type {Node} */ specifier) => specifier.exported.name ?? "");
      expect(names.join() === "initSync,default", "`export { initSync, … as default }`", node);
      edit.replace(node.start, node.end, "");
    }
  }
  return { classes, values };
}

/**
 * Drops the loaders: the one that fetches, whose default path is `import.meta.url`, which bundlers would follow to a file that is not
 * there; and `initSync`, which would block a page, and which older Chromium refuses for larger modules.
 * @param {Node} module
 * @param {Edits} edit
 */
function dropLoaders(module, edit) {
  const loader = new Set(["__wbg_load", "__wbg_init", "__wbg_init_once", "__wbg_init_promise", "initSync"]);
  for (const node of module.body) {
    const name = node.type === "VariableDeclaration" ? node.declarations[0].id.name : node.id?.name;
    if (!loader.delete(name)) continue;
    expect(node.type === "FunctionDeclaration" || node.declarations.length === 1, "the loader's variables alone", node);
    edit.replace(node.start, node.end, "");
  }
  expect(loader.size === 0, `the loader's parts ${[...loader].join(", ")}`);
}

/**
 * Drops what nobody uses: `using` for classes that are never given to a user, and what stands in for an `encodeInto` and a
 * `FinalizationRegistry` that every engine with SIMD has.
 * @param {Node} module
 * @param {Edits} edit
 */
function dropFallbacks(module, edit) {
  for (const node of module.body) {
    if (node.type !== "IfStatement") continue;
    const { type, object, argument } = node.test;
    const isDispose = type === "MemberExpression" && object.name === "Symbol";
    const isEncode = argument?.operator === "in" && argument.left.value === "encodeInto";
    expect(isDispose || isEncode, "conditions that ask for `Symbol.dispose` or `encodeInto`", node);
    edit.replace(node.start, node.end, "");
  }
  walk(module, ({ type, test, start, alternate }) => {
    if (type === "ConditionalExpression" && test.left?.argument?.name === "FinalizationRegistry")
      edit.replace(start, alternate.start, "");
  });
}

/**
 * Drops the checks that a handle is of its class: the compiler has made them, of all that calls the glue.
 * @param {Node} module
 * @param {Edits} edit
 */
function dropClassChecks(module, edit) {
  walk(module, ({ type, expression, start, end }) => {
    if (type === "ExpressionStatement" && expression.callee?.name === "_assertClass") edit.replace(start, end, "");
  });
}

/**
 * What copies an argument into the instance is told by each call which allocators to take, always the same: here it knows them, and
 * not what to do without.
 * @param {Node} module
 * @param {Edits} edit
 */
function inlineAllocators(module, edit) {
  const copiers = module.body.filter((/** @type {Node} */ { params }) => params?.[1]?.name === "malloc");
  for (const { params, body } of copiers) {
    edit.replace(params[0].end, params.at(-1).end, "");
    const ways = body.body.filter((/** @type {Node} */ { test }) => test?.left?.name === "realloc");
    for (const { start, end } of ways) edit.replace(start, end, "");
    const rest = body.body.filter((/** @type {Node} */ node) => !ways.includes(node));
    walk(rest, ({ type, callee }) => {
      if (type === "CallExpression" && /^(re|m)alloc$/.test(callee.name))
        edit.replace(callee.start, callee.end, `wasm.__wbindgen_${callee.name}`);
    });
  }
  const names = copiers.map((/** @type {Node} */ { id }) => id.name);
  walk(module, (node) => {
    if (node.type !== "CallExpression" || !names.includes(node.callee.name)) return;
    const [argument, ...allocators] = node.arguments;
    const known = allocators.every((/** @type {Node} */ { property }) =>
      /^__wbindgen_(re|m)alloc$/.test(property?.name),
    );
    expect(known && allocators.length > 0, "the allocators of wasm behind what is copied", node);
    edit.replace(argument.end, allocators.at(-1).end, "");
  });
}

/**
 * After `retire()` no finaliser calls into the instance: it might trap again, which in a finaliser ends the process.
 * @param {Node} module
 * @param {Edits} edit
 */
function guardFinalisers(module, edit) {
  let count = 0;
  walk(module, (node) => {
    if (node.type !== "NewExpression" || node.callee.name !== "FinalizationRegistry") return;
    const [callback] = node.arguments;
    expect(
      callback.type === "ArrowFunctionExpression" && callback.body.type === "CallExpression",
      "finalisers `ptr => wasm.…(ptr, 1)`",
      node,
    );
    edit.replace(callback.body.start, callback.body.start, "retired || ");
    count += 1;
  });
  return count;
}

/**
 * @param {Node} module
 * @param {string} name of an exported class
 * @param {Edits} edit
 */
function guardFree(module, name, edit) {
  const classes = module.body.map((/** @type {Node} */ node) => node.declaration ?? node);
  const { body } = classes.find(
    (/** @type {Node} */ node) => node.type === "ClassDeclaration" && node.id.name === name,
  );
  const method = body.body.find((/** @type {Node} */ node) => node.key?.name === "free");
  const call = method?.value.body.body.at(-1);
  const shape = call?.expression?.callee?.object?.name === "wasm" && method.value.body.body.length === 2;
  expect(shape, `\`${name}.free\` that takes the pointer and calls wasm`, method);
  edit.replace(call.start, call.start, "if (!retired) ");
}

/** @param {string} js */
function checkFactory(js) {
  walk(parse(js), (node) => {
    expect(node.type !== "MetaProperty" || node.meta.name !== "import", "no `import.meta` outside the loader", node);
    expect(node.type !== "ImportExpression", "no dynamic import", node);
  });
}

/**
 * @param {unknown} condition
 * @param {string} expected
 * @param {Node} [node]
 */
function expect(condition, expected, node) {
  if (condition) return;
  const where = node ? ` at character ${node.start}` : "";
  throw new Failure(
    `scripts/glue.mjs: wasm-bindgen's glue, build/wasm/ntm.js, is not as expected${where}: expected ${expected}. ` +
      "Was wasm-bindgen upgraded? Then scripts/glue.mjs has to follow.",
  );
}

/** Replacements by position in the source as it was. */
class Edits {
  /** @type {[start: number, end: number, text: string][]} */
  #list = [];
  #source;

  /** @param {string} source */
  constructor(source) {
    this.#source = source;
  }

  /** @param {number} start @param {number} end @param {string} text */
  replace(start, end, text) {
    this.#list.push([start, end, text]);
  }

  apply() {
    let text = this.#source;
    for (const [start, end, replacement] of this.#list.sort((a, b) => b[0] - a[0])) {
      text = text.slice(0, start) + replacement + text.slice(end);
    }
    return text;
  }
}

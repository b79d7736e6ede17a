// scripts/glue.mjs on a miniature of what wasm-bindgen writes: the factory works, and a glue of another shape is refused.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createFactory } from "../../scripts/glue.mjs";

const glue = `
export class Machine {
    __destroy_into_raw() {
        const ptr = this.ptr;
        this.ptr = 0;
        return ptr;
    }
    constructor() {
        this.ptr = wasm.machine_new();
        MachineFinalization.register(this, this.ptr, this);
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_machine_free(ptr, 0);
    }
}
if (Symbol.dispose) Machine.prototype[Symbol.dispose] = Machine.prototype.free;
export function next() {
    return wasm.next();
}
export function length(machine, text) {
    _assertClass(machine, Machine);
    const ptr0 = passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    return wasm.length(machine.ptr, ptr0);
}
function _assertClass(instance, klass) {
    if (!(instance instanceof klass)) throw new Error("another class");
}
function passStringToWasm0(arg, malloc, realloc) {
    if (realloc === undefined) {
        return malloc(cachedTextEncoder.encode(arg).length, 1) >>> 0;
    }
    const ptr = malloc(arg.length, 1) >>> 0;
    return realloc(ptr, arg.length, 2 * arg.length, 1) >>> 0;
}
function __wbg_get_imports() {
    return { __proto__: null };
}
const MachineFinalization = new FinalizationRegistry(ptr => wasm.__wbg_machine_free(ptr, 1));
const cachedTextEncoder = new TextEncoder();
if (!('encodeInto' in cachedTextEncoder)) {
    cachedTextEncoder.encodeInto = encode;
}
let wasm;
function __wbg_finalize_init(instance, module) {
    wasm = instance.exports;
    return wasm;
}
async function __wbg_load(module, imports) {}
function initSync(module) {
    if (wasm !== undefined) return wasm;
    return __wbg_finalize_init(module);
}
let __wbg_init_promise;
async function __wbg_init(path) {}
async function __wbg_init_once(path) {
    path = new URL("ntm_bg.wasm", import.meta.url);
}
export { initSync, __wbg_init as default };
`;

// An instance stands for the module that it would be made of.
beforeEach(
  () => void vi.spyOn(WebAssembly, "instantiate").mockImplementation((instance: unknown) => instance as never),
);
afterEach(() => vi.restoreAllMocks());

/** Imports the factory's text as a module. */
async function load(source: string) {
  const module = await import(`data:text/javascript,${encodeURIComponent(createFactory(source).js)}`);
  return module.createGlue as () => {
    Machine: new () => { free(): void };
    init(instance: { exports: object }): Promise<void>;
    next(): number;
    length(machine: object, text: string): number[];
    retire(): void;
  };
}

/** Stands for an instance; `freed` tells what its memory was asked to give back. */
function instance() {
  let count = 0;
  const freed: number[] = [];
  const exports = {
    next: () => ++count,
    machine_new: () => 7,
    length: (...given: number[]) => given,
    __wbindgen_malloc: (size: number) => 100 + size,
    __wbindgen_realloc: (pointer: number, before: number, size: number) => 1000 * pointer + 10 * before + size,
    __wbg_machine_free: (pointer: number) => freed.push(pointer),
  };
  return { exports, freed };
}

test("two factories have instances of their own", async () => {
  const createGlue = await load(glue);
  const [first, second] = [createGlue(), createGlue()];
  await first.init(instance());
  await second.init(instance());
  expect([first.next(), first.next(), second.next()]).toEqual([1, 2, 1]);
  expect(first.Machine).not.toBe(second.Machine);
});

test("free reaches the instance until it is retired", async () => {
  const createGlue = await load(glue);
  const alive = instance();
  const lost = instance();
  const [first, second] = [createGlue(), createGlue()];
  await first.init(alive);
  await second.init(lost);
  second.retire();
  new first.Machine().free();
  new second.Machine().free();
  expect([alive.freed, lost.freed]).toEqual([[7], []]);
});

test("finalisers reach the instance until it is retired", async () => {
  const createGlue = await load(glue);
  const alive = instance();
  const lost = instance();
  const [first, second] = [createGlue(), createGlue()];
  await first.init(alive);
  await second.init(lost);
  new first.Machine();
  new second.Machine();
  second.retire();
  await expect
    .poll(() => {
      globalThis.gc?.();
      return alive.freed;
    })
    .toEqual([7]);
  expect(lost.freed).toEqual([]);
});

test("arguments are copied by the instance's own allocators", async () => {
  const { init, length, Machine } = (await load(glue))();
  await init(instance());
  expect(length(new Machine(), "four")).toEqual([7, 104_048]);
});

test("nothing is left of the loaders and of what nobody uses, and the declarations name what is exported", () => {
  const { js, dts } = createFactory(glue);
  expect(js).not.toContain("import.meta");
  expect(js).not.toMatch(/__wbg_load|initSync|Symbol\.dispose|encodeInto|\bm?alloc\b|realloc =|_assertClass\(m/);
  expect(dts).toContain('export type { Machine } from "./bindings.js";');
  expect(dts).toContain('Pick<typeof bindings, "Machine" | "next" | "length">');
});

test.each([
  ["an import", `import "./snippet.js";${glue}`, "no import"],
  ["an exported constant", `${glue}export const x = 1;`, "exports of classes and functions"],
  ["another closing export", glue.replace("initSync, __wbg_init as default", "initSync"), "as default"],
  ["no loader", glue.replace("function __wbg_load", "function loadWasm"), "__wbg_load"],
  ["another condition", glue.replace("Symbol.dispose)", "later)"), "`Symbol.dispose` or `encodeInto`"],
  ["import.meta elsewhere", glue.replace("return wasm.next()", "return import.meta.url"), "no `import.meta`"],
  ["a class without finaliser", glue.replace("const MachineFinalization", "const x = 1; //"), "FinalizationRegistry"],
  ["another finaliser", glue.replace("ptr => wasm.__wbg_machine_free(ptr, 1)", "finalise"), "finalisers"],
  [
    "other allocators",
    glue.replace("wasm.__wbindgen_malloc, ", "allocate, "),
    "the allocators of wasm behind what is copied",
  ],
  ["a class without free", glue.replace("    free()", "    release()"), "Machine.free"],
  ["another free", glue.replace("wasm.__wbg_machine_free(ptr, 0)", "release(ptr)"), "Machine.free"],
  ["other imports of the wasm", glue.replace("__wbg_get_imports()", "__wbg_get_imports(memory)"), "__wbg_get_imports"],
])("a glue with %s is refused", (_, source, message) => {
  expect(() => createFactory(source)).toThrow(message);
});

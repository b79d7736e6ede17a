/**
 * From a source of wasm to an instance of it. Each source is fetched and compiled once; its instance is shared by all
 * machines until a trap poisons it, and then replaced by a fresh one at the next request. Nothing happens at import.
 */
import { beginning, NTMError, type NTMErrorCode, tag, unexpected } from "../errors.js";
import { version } from "../generated/version.js";
import { nodeModule } from "../host.js";
import { macrotask } from "../turns.js";
import { Instance } from "./guard.js";
import { hasRelaxedSimd } from "./relaxed.js";

/** What a {@link WasmSource} comes to once awaited. */
export type WasmValue = Uint8Array | ArrayBuffer | WasmModule | Response | URL | string;

/** A `WebAssembly.Module`. That type has no members, and without the declarations of the DOM no name either. */
export type WasmModule = object;

/**
 * Where the wasm comes from: its bytes, a compiled module, a response, a URL (in Node `file:` too), or a promise of one of these.
 */
export type WasmSource = WasmValue | PromiseLike<WasmValue>;

/** How a machine comes by its WebAssembly. Never part of a checkpoint. */
export interface LoadingOptions {
  /** The file `ntm.wasm`; `neural-turing-machine` carries its own, `neural-turing-machine/slim` needs it. */
  readonly wasm?: WasmSource | undefined;
  /**
   * Which of the package's builds: `"default"`, whose bits are the same everywhere, or `"relaxed"`, faster, whose last bits depend
   * on the processor. `"relaxed"` is the file `ntm.relaxed.wasm` beside the package's JavaScript and is fetched; where it is
   * elsewhere, or already loaded, give that file as {@link wasm} instead.
   */
  readonly simd?: Simd | undefined;
}

/** The instructions that a build of the core uses: deterministic SIMD, or relaxed. */
export type Simd = "default" | "relaxed";

/** A source inside the package: bytes that are decoded only when they are wanted. @internal */
export type LazyBytes = () => Uint8Array;

/** What is kept of a source. */
interface Entry {
  readonly module: Promise<WebAssembly.Module>;
  /** The next request begins anew. */
  readonly forget: () => void;
  starting?: Promise<Instance> | undefined;
  live?: Instance | undefined;
}

const byUrl = new Map<string, Entry>();
/** Sources that are no strings, by identity: one that is forgotten takes its module along. */
const byObject = new WeakMap<object, Entry>();

/**
 * An instance of `source` that no trap has ended.
 *
 * @throws {NTMError} `option` where the source is none or cannot be had, `unsupported` where the engine cannot compile it, `memory`
 *   where it has none left for an instance; what a promise that was given as the source rejects with.
 *
 * @internal
 */
export async function instanceOf(source: WasmSource | LazyBytes | undefined): Promise<Instance> {
  const entry = entryOf(source);
  if (entry.live?.poisoned) entry.live = entry.starting = undefined;
  entry.starting ??= start(entry);
  const instance = await entry.starting;
  // Machines that were forgotten are freed in a turn of the event loop, which a loop over machines might never come to.
  await macrotask();
  return instance.poisoned ? instanceOf(source) : instance;
}

async function start(entry: Entry): Promise<Instance> {
  const module = await entry.module;
  try {
    entry.live = await Instance.of(module);
    return entry.live;
  } catch (error) {
    entry.starting = undefined;
    if (error instanceof RangeError)
      throw failure("memory", `the engine has no memory for another instance: ${error}`, error);
    entry.forget();
    if (error instanceof NTMError) throw error;
    throw failure("option", `expected the WebAssembly of version ${version}, got another module: ${error}`, error);
  }
}

function entryOf(source: WasmSource | LazyBytes | undefined): Entry {
  if (typeof source === "string") return remember(byUrl, source, source);
  if (source instanceof URL) return remember(byUrl, source.href, source);
  if ((typeof source === "object" && source !== null) || typeof source === "function")
    return remember(byObject, source, source);
  throw wrongSource(source);
}

interface Memory<K> {
  get(key: K): Entry | undefined;
  set(key: K, entry: Entry): unknown;
  delete(key: K): unknown;
}

function remember<K>(memory: Memory<K>, key: K, source: WasmSource | LazyBytes): Entry {
  const known = memory.get(key);
  if (known) return known;
  const forget = () => {
    if (memory.get(key) === entry) memory.delete(key);
  };
  const entry: Entry = { module: compile(source), forget };
  memory.set(key, entry);
  // A failure is told to whoever waits, and not remembered: the network, or the right file, may be there at the next attempt.
  entry.module.catch(forget);
  return entry;
}

async function compile(source: WasmSource | LazyBytes): Promise<WebAssembly.Module> {
  const value = await (typeof source === "function" ? source() : source);
  if (isModule(value)) return value;
  const bytes = await bytesOf(value);
  try {
    return await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    if (!isWasm(bytes))
      throw failure("option", `expected the file ntm.wasm, got one that begins with ${beginning(bytes)}`, error);
    const [code, words] = reasonOf(error);
    throw failure(code, `${words}: ${error}`, error);
  }
}

/** Why an engine did not compile a file of wasm. */
function reasonOf(error: unknown): [code: NTMErrorCode, words: string] {
  if (/security policy|\bcsp\b|unsafe-eval|embedder/i.test(String(error)))
    return [
      "unsupported",
      "this host forbids to compile it: a content security policy needs 'wasm-unsafe-eval', others take the module",
    ];
  // Who knows relaxed SIMD knows all that the package's files are made of.
  return hasRelaxedSimd()
    ? ["option", "the file is cut off or damaged"]
    : ["unsupported", "this engine cannot compile it (it needs SIMD, or relaxed SIMD), or the file is damaged"];
}

function isModule(value: unknown): value is WebAssembly.Module {
  return tag(value) === "WebAssembly.Module";
}

/** Whether the bytes start as every wasm file does. */
function isWasm(bytes: Uint8Array): boolean {
  return [0x00, 0x61, 0x73, 0x6d].every((byte, index) => bytes[index] === byte);
}

async function bytesOf(value: unknown): Promise<Uint8Array> {
  if (value instanceof URL) return read(value);
  if (typeof value === "string") return read(resolve(value));
  if (tag(value) === "Uint8Array") return value as Uint8Array;
  if (tag(value) === "ArrayBuffer") return new Uint8Array(value as ArrayBuffer);
  if (tag(value) === "Response") return body(value as Response);
  throw wrongSource(value);
}

function wrongSource(value: unknown): NTMError {
  return unexpected("wasm", "the bytes of ntm.wasm, a WebAssembly.Module, a Response or a URL", value);
}

/** A string as a URL: absolute, or relative to the page or worker. */
function resolve(url: string): URL {
  const base = (globalThis as { location?: { href?: string } }).location?.href;
  try {
    return new URL(url, base);
  } catch {
    throw unexpected("wasm", base ? "a URL" : "an absolute URL (for a file, file://…)", url);
  }
}

async function read(url: URL): Promise<Uint8Array> {
  try {
    // Node's fetch knows no files.
    const fs = url.protocol === "file:" ? nodeFs() : undefined;
    return fs ? await fs.promises.readFile(url) : await body(await fetch(url));
  } catch (error) {
    if (error instanceof NTMError) throw error;
    throw cannotRead(url.href, error);
  }
}

async function body(response: Response): Promise<Uint8Array> {
  if (!response.ok) throw cannotRead(response.url, `${response.status} ${response.statusText}`);
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw cannotRead(response.url, error);
  }
}

function cannotRead(url: string, reason: unknown): NTMError {
  return failure("option", `cannot read ${url || "the response"}: ${reason}`, reason);
}

function failure(code: NTMErrorCode, words: string, cause: unknown): NTMError {
  return new NTMError(code, `wasm: ${words}`, { where: "wasm", cause });
}

/** Node's file system, where there is one. */
function nodeFs(): { promises: { readFile(url: URL): Promise<Uint8Array> } } | undefined {
  return nodeModule("node:fs") as ReturnType<typeof nodeFs>;
}

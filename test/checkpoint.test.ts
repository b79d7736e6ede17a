// Checkpoints: the same machine comes back, the same bytes for the same machine, and no harm goes unseen.
import { adam, NTM, NTMError, random, readTensors, rmsprop, type Tensor } from "neural-turing-machine";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { file, open, seal } from "./support/checkpoints.js";
import { make, smallTask } from "./support/machines.js";
import { bits, noise } from "./support/numbers.js";

const refused = (message: RegExp | string) =>
  expect.objectContaining({
    name: "NTMError",
    code: "checkpoint",
    message: typeof message === "string" ? expect.stringContaining(message) : expect.stringMatching(message),
  });

async function trained(configuration: Parameters<typeof make>[0] = {}, steps = 3): Promise<NTM> {
  const machine = await make(configuration);
  for await (const _ of machine.train(smallTask, { steps, optimizer: adam({ learningRate: 0.01 }) }));
  return machine;
}

describe("a checkpoint", () => {
  test("brings the machine back: configuration, parameters, and what it does", async () => {
    for (const configuration of [
      {},
      { controller: { kind: "feedforward", layers: 2 }, memory: { rows: 5, columns: 4, init: "random" } },
      { readHeads: 2, writeHeads: 0, memory: { rows: 5, columns: 4, init: "learned" }, loss: "mean-squared-error" },
      { readHeads: 0, writeHeads: 0, keyActivation: "tanh", seed: 4294967295 },
    ] as Parameters<typeof make>[0][]) {
      const machine = await trained(configuration);
      const loaded = await NTM.load(machine.save());
      expect(loaded).toBeInstanceOf(NTM);
      expect(loaded.config).toEqual(machine.config);
      expect(Object.isFrozen(loaded.config) && Object.isFrozen(loaded.config.memory)).toBe(true);
      expect(bits(loaded.parameters())).toEqual(bits(machine.parameters()));
      const input = noise([5, 2, 3], 1);
      expect(loaded.run(input)).toEqual(machine.run(input));
      expect(loaded.step).toBe(0);
      expect(loaded.optimizer).toBeNull();
      expect(loaded.metadata).toBeNull();
      machine.dispose();
      loaded.dispose();
    }
  });

  test("is the same bytes for the same machine, and again after loading", async () => {
    const machine = await trained();
    for (const options of [
      {},
      { training: true },
      { metadata: { b: 1, a: ["x"] } },
      { training: true, metadata: "text" },
    ]) {
      const bytes = machine.save(options);
      expect(machine.save(options)).toEqual(bytes);
      const loaded = await NTM.load(bytes);
      expect(loaded.save({ training: "training" in options })).toEqual(bytes);
      loaded.dispose();
    }
    machine.dispose();
  });

  test("with training has the step, the optimiser and its slots, and the generator", async () => {
    const machine = await trained();
    const bytes = machine.save({ training: true });
    const names = [...machine.parameters().keys()];
    const slots = ["m", "v"].flatMap((slot) => names.map((name) => `optimizer.${slot}.${name}`));
    expect([...readTensors(bytes).keys()].sort()).toEqual([...names, ...slots].sort());
    const loaded = await NTM.load(bytes);
    expect(loaded.step).toBe(3);
    expect(loaded.optimizer).toEqual(adam({ learningRate: 0.01 }));
    machine.trainStep(smallTask.batch(random(1), { batchSize: 1, step: 0 }), { optimizer: rmsprop() });
    const other = [...readTensors(machine.save({ training: true })).keys()].filter((name) =>
      name.startsWith("optimizer."),
    );
    expect(new Set(other.map((name) => name.split(".")[1]))).toEqual(new Set(["n", "m", "delta"]));
    machine.dispose();
    loaded.dispose();
  });

  test("with training goes on to the same bits, though the kind of optimiser changed on the way", async () => {
    using machine = await make();
    const batch = smallTask.batch(random(1), { batchSize: 1, step: 0 });
    for (const optimizer of [rmsprop(), rmsprop(), rmsprop(), adam(), adam()]) machine.trainStep(batch, { optimizer });
    using loaded = await NTM.load(machine.save({ training: true }));
    for (const each of [machine, loaded]) each.trainStep(batch);
    expect(loaded.save({ training: true })).toEqual(machine.save({ training: true }));
  });

  test.each([0, 1, 4])("of many rows and one hidden unit, with %d heads of a kind, is loaded", async (heads) => {
    using machine = await NTM.create({
      inputSize: 1,
      outputSize: 1,
      controller: { kind: "feedforward", hiddenSize: 1 },
      memory: { rows: 60_000, columns: 1 },
      readHeads: heads,
      writeHeads: heads,
    });
    using loaded = await NTM.load(machine.save());
    expect(bits(loaded.parameters())).toEqual(bits(machine.parameters()));
  });

  test("with training, of a machine that was never trained, has no slots", async () => {
    const machine = await make();
    const loaded = await NTM.load(machine.save({ training: true }));
    expect(loaded.optimizer).toBeNull();
    expect(loaded.save({ training: true })).toEqual(machine.save({ training: true }));
    machine.dispose();
    loaded.dispose();
  });

  test("names its tensors as the documentation does, float32, aligned, one after the other", async () => {
    const machine = await make();
    const bytes = machine.save();
    const { header, data } = open(bytes);
    expect((bytes.length - data.length) % 8).toBe(0);
    let end = 0;
    for (const [name, tensor] of machine.parameters()) {
      const begin = end;
      end += 4 * tensor.data.length;
      expect(header[name]).toEqual({ dtype: "F32", shape: tensor.shape, data_offsets: [begin, end] });
    }
    expect(end).toBe(data.length);
    expect(Object.keys(header)).toHaveLength(1 + machine.parameters().size);
    machine.dispose();
  });

  test("holds no clock, path or host, only what the machine is", async () => {
    const machine = await trained();
    const { header } = open(machine.save({ training: true, metadata: { mine: true } }));
    expect(Object.keys(header.__metadata__)).toEqual(["neural-turing-machine", "neural-turing-machine.sha256"]);
    const description = JSON.parse(header.__metadata__["neural-turing-machine"] ?? "");
    expect(description).toEqual({
      version: 1,
      config: machine.config,
      metadata: { mine: true },
      training: {
        step: 3,
        sequences: 3,
        random: [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)],
        optimizer: adam({ learningRate: 0.01 }),
        optimizerSteps: 3,
      },
    });
    machine.dispose();
  });

  test("is read from a slice of a larger buffer, a Buffer and an ArrayBuffer", async () => {
    const machine = await make();
    const bytes = machine.save();
    const larger = new Uint8Array(bytes.length + 20).fill(99);
    larger.set(bytes, 3);
    const { buffer } = bytes.slice();
    for (const given of [larger.subarray(3, 3 + bytes.length), Buffer.from(bytes), buffer]) {
      const loaded = await NTM.load(given);
      expect(bits(loaded.parameters())).toEqual(bits(machine.parameters()));
      loaded.dispose();
    }
    machine.dispose();
  });

  test("in memory that is shared, which a page's TextDecoder does not read", async () => {
    const { decode } = TextDecoder.prototype;
    const decoder = vi.spyOn(TextDecoder.prototype, "decode").mockImplementation(function (this: TextDecoder, view) {
      if (ArrayBuffer.isView(view) && view.buffer instanceof SharedArrayBuffer)
        throw new TypeError("must not be shared");
      return decode.call(this, view);
    });
    onTestFinished(() => decoder.mockRestore());
    const machine = await make();
    const bytes = machine.save();
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    const loaded = await NTM.load(shared);
    expect(loaded.save()).toEqual(bytes);
    expect(bits(readTensors(shared))).toEqual(bits(machine.parameters()));
    for (const each of [machine, loaded]) each.dispose();
  });

  test("that was transferred to another thread is none any more", async () => {
    const machine = await make();
    const none = refused("checkpoint: 0 bytes are too few for a safetensors file");
    for (const given of [machine.save(), machine.save().buffer as ArrayBuffer]) {
      structuredClone(given, { transfer: [given instanceof ArrayBuffer ? given : (given.buffer as ArrayBuffer)] });
      await expect(NTM.load(given)).rejects.toThrow(none);
      expect(() => readTensors(given)).toThrow(none);
    }
    machine.dispose();
  });

  test("of which nothing is kept: what comes out later does not depend on the bytes", async () => {
    const machine = await make();
    const bytes = machine.save();
    const tensors = readTensors(bytes);
    const before = bits(tensors);
    bytes.fill(0);
    expect(bits(tensors)).toEqual(before);
    machine.dispose();
  });
});

describe("metadata", () => {
  test("of a description that says nothing of it is null, as where nothing was stored", async () => {
    const machine = await make();
    const bytes = machine.save();
    const { metadata: _, ...others } = JSON.parse(open(bytes).header.__metadata__["neural-turing-machine"] ?? "");
    const loaded = await NTM.load(seal(JSON.stringify(others), readTensors(bytes)));
    expect(loaded.metadata).toBe(null);
    expect(loaded.save()).toEqual(bytes);
    for (const each of [loaded, machine]) each.dispose();
  });

  test.each([
    null,
    true,
    0,
    -1.5e300,
    "",
    '\u0000\ud800 é 𝒳 " \\',
    [],
    {},
    [1, [null, { a: "b" }]],
    { z: 1, a: { "": 2 } },
  ])("%j comes back", async (metadata) => {
    const machine = await make();
    const loaded = await NTM.load(machine.save({ metadata }));
    expect(loaded.metadata).toEqual(metadata);
    machine.dispose();
    loaded.dispose();
  });

  test("as deep as can be saved can be loaded", async () => {
    using machine = await make();
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    let deepest = 150;
    for (; ; deepest++) {
      let bytes: Uint8Array;
      try {
        bytes = machine.save({ metadata: nested(deepest + 1) });
      } catch (error) {
        expect(error).toMatchObject({ code: "option", message: expect.stringContaining("nesting at most 200 deep") });
        break;
      }
      using loaded = await NTM.load(bytes);
      expect(loaded.metadata).toEqual(nested(deepest + 1));
    }
    expect(deepest).toBeGreaterThan(190);
  });

  test("is frozen, and stays with the machine until another is stored", async () => {
    const machine = await make();
    const first = await NTM.load(machine.save({ metadata: { a: { b: 1 } } }));
    expect(() => {
      (first.metadata as { a: { b: number } }).a.b = 2;
    }).toThrow(TypeError);
    const second = await NTM.load(first.save());
    expect(second.metadata).toEqual({ a: { b: 1 } });
    const third = await NTM.load(second.save({ metadata: null }));
    expect(third.metadata).toBeNull();
    for (const each of [machine, first, second, third]) each.dispose();
  });

  test("has one form, whatever the order of its keys", async () => {
    const machine = await make();
    expect(machine.save({ metadata: { a: 1, b: { c: 2, d: 3 } } })).toEqual(
      machine.save({ metadata: { b: { d: 3, c: 2 }, a: 1 } }),
    );
    // No order of a language's, which another host could have otherwise: that of the UTF-16 units.
    const { header } = open(machine.save({ metadata: { "～": 7, é: 5, aa: 4, 𝒳: 6, a: 3, _: 2, B: 1 } }));
    expect(header.__metadata__["neural-turing-machine"]).toContain(
      '"metadata":{"B":1,"_":2,"a":3,"aa":4,"é":5,"𝒳":6,"～":7}',
    );
    machine.dispose();
  });

  test("with a key that means something to JavaScript is data", async () => {
    const machine = await make();
    const metadata = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}');
    const loaded = await NTM.load(machine.save({ metadata }));
    expect(JSON.stringify(loaded.metadata)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    machine.dispose();
    loaded.dispose();
  });

  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  test.each<[string, unknown, string]>([
    ["a function", { a: () => 1 }, "metadata.a: expected JSON, got a function"],
    ["NaN", [1, Number.NaN], "metadata[1]: expected a finite number, got NaN"],
    ["a class's instance", { when: new Date(0) }, "metadata.when: expected JSON, got a Date"],
    ["a bigint", 1n, "metadata: expected JSON, got 1n"],
    ["a hole", new Array(1), "metadata[0]: expected JSON, got undefined"],
    ["a symbol", Symbol("s"), "metadata: expected JSON"],
    ["a cycle", cycle, "or a cycle"],
  ])("of %s is refused", async (_, metadata, message) => {
    const machine = await make();
    expect(() => machine.save({ metadata })).toThrow(
      expect.objectContaining({ code: "option", message: expect.stringContaining(message) }),
    );
    machine.dispose();
  });
});

describe("harm is found", () => {
  test("one bit flipped, whichever", async () => {
    const machine = await NTM.create({
      inputSize: 1,
      outputSize: 1,
      controller: { kind: "feedforward", hiddenSize: 1 },
      readHeads: 0,
      writeHeads: 0,
    });
    machine.trainStep({ input: [[[1]]], target: [[[1]]] }, { optimizer: rmsprop() });
    const bytes = machine.save({ training: true, metadata: { note: "\u001f é" } });
    (await NTM.load(bytes)).dispose();
    const unseen: string[] = [];
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const harmed = bytes.slice();
      harmed[bit >> 3] = (harmed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      try {
        (await NTM.load(harmed)).dispose();
        unseen.push(`bit ${bit & 7} of byte ${bit >> 3}`);
      } catch (error) {
        if (!(error instanceof NTMError && error.code === "checkpoint")) unseen.push(`${error}`);
      }
    }
    expect(unseen).toEqual([]);
    machine.dispose();
  });

  test("the file cut off, wherever, or prolonged", async () => {
    const machine = await make();
    const bytes = machine.save();
    for (let length = 0; length < bytes.length; length += 1 + Math.floor(length / 50))
      await expect(NTM.load(bytes.subarray(0, length))).rejects.toThrow(refused("checkpoint: "));
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    await expect(NTM.load(longer)).rejects.toThrow(refused("1 bytes follow the last tensor"));
    machine.dispose();
  });

  test("two tensors of a shape exchanged", async () => {
    const machine = await trained();
    const { header, data } = open(machine.save());
    const [one, two] = ["initial.hidden.0", "initial.cell.0"];
    const swapped = { ...header, [one]: header[two], [two]: header[one] };
    await expect(NTM.load(file(swapped, data))).rejects.toThrow(refused("SHA-256"));
    machine.dispose();
  });
});

// What somebody may write who knows the format, and means harm.
describe("a hostile file", () => {
  const f32 = (count: number) => new Uint8Array(4 * count);
  const one = { dtype: "F32", shape: [1], data_offsets: [0, 4] };

  test.each<[string, Uint8Array, RegExp | string]>([
    ["no bytes", new Uint8Array(), "0 bytes are too few"],
    ["half a length", new Uint8Array(5), "5 bytes are too few"],
    ["a header longer than the file", file("{}", f32(0), 3), "cut off"],
    ["a header longer than the format allows", file("{}", f32(0), 100_000_001), 'it begins with "\\u0001áõ\\u0005'],
    ["a header longer than memory", file("{}", f32(0), 2n ** 64n - 1n), 'no safetensors file: it begins with "ÿÿ'],
    ["an empty header", file(""), "expected {"],
    ["a header that is no UTF-8", file("{}").fill(0xff, 8), /./],
    ["a byte order mark", file("\ufeff{}"), "expected {"],
    ["no JSON", file("hello"), "expected {"],
    ["an array", file("[]"), "expected {"],
    ["half an object", file('{"a":'), "expected {"],
    ["a string that does not end", file('{"a'), "does not end"],
    ["a string with a control character", file('{"a\nb":1}'), "not a string of JSON"],
    ["a bad escape", file('{"\\x":1}'), "not a string of JSON"],
    ["something behind the header", file("{}{}"), "something follows"],
    ["a trailing comma", file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},}', f32(1)), "expected a string"],
    ["brackets a million deep", file("[".repeat(1_000_000)), "expected {"],
    ["brackets a million deep in a shape", file(`{"a":{"shape":${"[".repeat(1_000_000)}`), "expected an integer"],
    ["objects a million deep", file('{"a":'.repeat(1_000_000)), /unknown or repeated key/],
    [
      "a name that comes twice",
      file(
        '{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}',
      ),
      "comes twice",
    ],
    [
      "a name that comes twice, once escaped",
      file(
        '{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\\u0061":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}',
      ),
      "comes twice",
    ],
    ["metadata that comes twice", file('{"__metadata__":{},"__metadata__":{}}'), "comes twice"],
    ["a key of metadata that comes twice", file('{"__metadata__":{"a":"b","a":"c"}}'), "comes twice"],
    ["metadata that is no string", file({ __metadata__: { a: 1 } }), "expected a string"],
    [
      "a key of a tensor that comes twice",
      file('{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', f32(1)),
      "repeated key",
    ],
    ["an unknown key", file({ a: { ...one, more: 1 } }, f32(1)), "unknown or repeated key"],
    ["no shape", file({ a: { dtype: "F32", data_offsets: [0, 4] } }, f32(1)), "needs dtype, shape"],
    ["three offsets", file({ a: { ...one, data_offsets: [0, 4, 8] } }, f32(1)), "two data_offsets"],
    ["another dtype", file({ a: { ...one, dtype: "F64" } }, f32(1)), '"a": expected dtype F32, got "F64"'],
    ["a dtype of nothing", file({ a: { ...one, dtype: "" } }, f32(1)), "expected dtype F32"],
    ["a negative size", file({ a: { ...one, shape: [-1] } }, f32(1)), "expected an integer"],
    ["a fraction", file({ a: { ...one, shape: [1.5] } }, f32(1)), "expected an integer"],
    [
      "a size by exponent",
      file('{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}', f32(1)),
      "expected an integer",
    ],
    [
      "a size with a leading 0",
      file('{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}', f32(1)),
      "expected an integer",
    ],
    ["a size as a string", file({ a: { ...one, shape: ["1"] } }, f32(1)), "expected an integer"],
    [
      "a size beyond 2^53",
      file('{"a":{"dtype":"F32","shape":[9007199254740992],"data_offsets":[0,4]}}', f32(1)),
      "expected an integer",
    ],
    [
      "a size of many digits",
      file(`{"a":{"dtype":"F32","shape":[${"9".repeat(400)}],"data_offsets":[0,4]}}`, f32(1)),
      "expected an integer",
    ],
    ["sizes whose product overflows", file({ a: { ...one, shape: [2 ** 40, 2 ** 40] } }, f32(1)), "overflows"],
    [
      "sizes whose product overflows before it is 0",
      file({ a: { ...one, shape: [2 ** 40, 2 ** 40, 0], data_offsets: [0, 0] } }),
      "overflows",
    ],
    [
      "more data than the shape",
      file({ a: { ...one, data_offsets: [0, 8] } }, f32(2)),
      "needs 4 bytes, the offsets have 8",
    ],
    ["less data than the shape", file({ a: { ...one, shape: [2] } }, f32(1)), "needs 8 bytes, the offsets have 4"],
    ["offsets in the wrong order", file({ a: { ...one, data_offsets: [4, 0] } }, f32(1)), /./],
    ["offsets behind the end", file({ a: { ...one, data_offsets: [0, 4] } }), "there are 0 bytes"],
    ["a gap before the first", file({ a: { ...one, data_offsets: [4, 8] } }, f32(2)), "a gap or an overlap"],
    ["a gap between two", file({ a: one, b: { ...one, data_offsets: [8, 12] } }, f32(3)), "a gap or an overlap"],
    [
      "an overlap",
      file({ a: { ...one, shape: [2], data_offsets: [0, 8] }, b: { ...one, data_offsets: [4, 8] } }, f32(2)),
      "a gap or an overlap",
    ],
    ["two names for the same data", file({ a: one, b: one }, f32(1)), "a gap or an overlap"],
    ["bytes behind the last", file({ a: one }, f32(2)), "4 bytes follow the last tensor"],
    ["bytes and no tensor", file({}, f32(1)), "4 bytes follow the last tensor"],
  ])("%s", (_, bytes, message) => {
    expect(() => readTensors(bytes)).toThrow(refused(message));
  });

  test("whose names mean something to JavaScript is only a file with odd names", () => {
    const header = `{"__proto__":${JSON.stringify(one)},"constructor":${JSON.stringify({ ...one, data_offsets: [4, 8] })}}`;
    const tensors = readTensors(file(header, f32(2)));
    expect([...tensors.keys()]).toEqual(["__proto__", "constructor"]);
    expect(({} as { dtype?: string }).dtype).toBeUndefined();
  });

  test("of other tools is read where it is sound: any order, white space, scalars, empty tensors, nothing at all", () => {
    expect(readTensors(file("{}")).size).toBe(0);
    const data = Uint8Array.from(new Uint8Array(Float32Array.of(1, 2, 3).buffer));
    const header = ` {\n "b" : {"data_offsets":[4, 12], "shape":[1,2], "dtype":"F32"},\t"__metadata__":{"format":"pt"},
      "a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"c":{"dtype":"F32","shape":[0,3],"data_offsets":[12,12]},
      "empty":{"dtype":"F32","shape":[0],"data_offsets":[4,4]} }   `;
    const tensors = readTensors(file(header, data));
    expect([...tensors]).toEqual([
      ["a", { data: Float32Array.of(1), shape: [] }],
      ["empty", { data: new Float32Array(), shape: [0] }],
      ["b", { data: Float32Array.of(2, 3), shape: [1, 2] }],
      ["c", { data: new Float32Array(), shape: [0, 3] }],
    ]);
  });

  test.each([null, undefined, "file", 5, [], new Float32Array(4), {}])("what is no bytes at all: %j", async (given) => {
    const expected = expect.objectContaining({ code: "option", where: "bytes" });
    expect(() => readTensors(given as Uint8Array)).toThrow(expected);
    await expect(NTM.load(given as Uint8Array)).rejects.toThrow(expected);
  });
});

// A file whose digest is right, made by somebody who knows how: its digest proves no goodwill.
describe("a forged checkpoint", () => {
  /** What is altered in a trained machine's checkpoint. */
  interface Forgery {
    /** Put over the description, the configuration and the state of training. */
    description?: object;
    config?: object;
    training?: object | null;
    /** Makes something else of the description's text. */
    text?: (text: string) => string;
    tensors?: (tensors: Map<string, Tensor>) => void;
  }

  /** A trained machine's checkpoint, altered, its digest made anew. */
  async function forge(forgery: Forgery): Promise<Uint8Array> {
    const machine = await trained();
    const bytes = machine.save({ training: true });
    machine.dispose();
    const description = JSON.parse(open(bytes).header.__metadata__["neural-turing-machine"] ?? "");
    Object.assign(description, forgery.description);
    Object.assign(description.config ?? {}, forgery.config);
    description.training = forgery.training === null ? null : { ...description.training, ...forgery.training };
    const canonical = JSON.stringify(sorted(description));
    const text = forgery.text?.(canonical) ?? canonical;
    const tensors = readTensors(bytes);
    forgery.tensors?.(tensors);
    return seal(text, tensors);
  }

  function sorted(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, entry]) => [key, sorted(entry)]),
    );
  }

  test("that alters nothing is the checkpoint: the digest is as documented", async () => {
    const loaded = await NTM.load(await forge({}));
    expect(loaded.step).toBe(3);
    loaded.dispose();
  });

  const one = (value: number): Tensor => ({ data: Float32Array.of(value), shape: [1] });
  test.each<[string, Forgery, RegExp | string]>([
    ["a later version", { description: { version: 2 } }, "version: expected an integer from 1 to 1, got 2"],
    ["no JSON", { text: () => "{" }, /neural-turing-machine: /],
    ["JSON in another form", { text: (text) => ` ${text}` }, "not in canonical form"],
    ["a repeated key", { text: (text) => text.replace("{", '{"config":{},') }, "not in canonical form"],
    ["a number too large", { text: (text) => text.replace('"metadata":null', '"metadata":1e999') }, "a finite number"],
    ["brackets without end", { text: () => "[".repeat(100_000) }, "nested deeper"],
    ["an unknown key", { description: { more: 1 } }, "more: unknown option"],
    ["no configuration", { description: { config: undefined } }, /config|inputSize|undefined/],
    ["an unknown option", { config: { rows: 5 } }, "rows: unknown option"],
    ["no memory at all", { config: { memory: null } }, "memory: expected an object, got null"],
    ["an impossible size", { config: { inputSize: 0 } }, "inputSize: expected an integer from 1"],
    ["another controller", { config: { controller: { kind: "gru", hiddenSize: 6 } } }, "controller.kind"],
    [
      "other sizes than the tensors",
      { config: { inputSize: 4 } },
      /controller\.0\.weight_ih: expected shape \[24, 8\]/,
    ],
    [
      "sizes that the core would find room for, in a small file",
      { config: { controller: { kind: "lstm", hiddenSize: 4000, layers: 1 } } },
      /config: its sizes need 64\d{6} numbers, the file holds \d{4}$/,
    ],
    ["sizes beyond all memory", { config: { controller: { hiddenSize: 65536, layers: 64 } } }, /./],
    ["a parameter missing", { tensors: (all) => all.delete("output.bias") }, "output.bias: missing"],
    ["a slot missing", { tensors: (all) => all.delete("optimizer.v.output.bias") }, "optimizer.v.output.bias: missing"],
    ["a tensor too many", { tensors: (all) => all.set("more", one(1)) }, "more: no such tensor"],
    ["a slot of another optimiser", { tensors: (all) => all.set("optimizer.n.output.bias", one(1)) }, "no such tensor"],
    [
      "a parameter that is not finite",
      { tensors: (all) => all.get("output.bias")?.data.fill(Number.NaN) },
      "output.bias[0]: expected a finite number",
    ],
    [
      "a slot that is not finite",
      { tensors: (all) => all.get("optimizer.m.output.bias")?.data.fill(Number.POSITIVE_INFINITY) },
      "expected a finite number",
    ],
    ["training without a generator", { training: { random: undefined } }, "random.state"],
    ["a generator at zero", { training: { random: [0, 0, 0, 0] } }, "random.state"],
    ["a negative step", { training: { step: -1 } }, "training.step"],
    ["an unknown optimiser", { training: { optimizer: { kind: "sgd" } } }, "training.optimizer.kind"],
    ["an optimiser's value out of range", { training: { optimizer: { ...adam(), beta1: 2 } } }, "beta1"],
    ["no optimiser and its slots", { training: { optimizer: null } }, "no such tensor"],
    ["no training and its slots", { training: null }, "no such tensor"],
  ])("with %s", async (_, forgery, message) => {
    const bytes = await forge(forgery);
    await expect(NTM.load(bytes)).rejects.toThrow(refused(message));
  });
});

test("any other safetensors file is no checkpoint, and says so", async () => {
  const bytes = file({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, new Uint8Array(4));
  expect(readTensors(bytes).size).toBe(1);
  await expect(NTM.load(bytes)).rejects.toThrow(refused("not written by this package"));
});

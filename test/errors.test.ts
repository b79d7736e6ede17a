// Every option and every method with bad input: what the error says, and that nothing else happens.
import {
  adam,
  type Batch,
  constant,
  cosine,
  linear,
  NTM,
  type NTMConfig,
  NTMError,
  type NTMOptions,
  rmsprop,
  type Task,
  type Tensor,
  tensor,
} from "neural-turing-machine";
import { NTM as SlimNTM } from "neural-turing-machine/slim";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { make, small, smallTask } from "./support/machines.js";
import { bits, noise } from "./support/numbers.js";
import { ofOtherVersion, otherVersion, version } from "./support/version.js";

/** An error of this code whose message contains, or matches, this. */
const failure = (message: string | RegExp, code = "option") =>
  expect.objectContaining({
    name: "NTMError",
    code,
    message: typeof message === "string" ? expect.stringContaining(message) : expect.stringMatching(message),
  });

// biome-ignore lint/suspicious/noExplicitAny: what no compiler would let through
type Anything = any;

const zeroed = ({ data, shape }: Tensor = tensor([])) => ({ data: data.map(() => 0), shape });

let machine: NTM;
beforeAll(async () => {
  machine = await make();
});
afterAll(() => machine.dispose());

describe("NTM.create", () => {
  test.each<[string, Anything, string | RegExp]>([
    ["nothing", undefined, "options: expected an object, got undefined"],
    ["null", null, "options: expected an object, got null"],
    ["an array", [], "options: expected an object, got an array of length 0"],
    ["no sizes", {}, "inputSize: expected an integer from 1 to 65536, got undefined"],
    [
      "an unknown option",
      { ...small, heads: 1 },
      "heads: unknown option; known: inputSize, outputSize, controller, memory",
    ],
    ["a misspelt one", { ...small, readHead: 1 }, "readHead: unknown option; did you mean readHeads?"],
    [
      "a misspelt one inside",
      { ...small, memory: { row: 4 } },
      "memory.row: unknown option; did you mean memory.rows?",
    ],
    ["one in other letters", { ...small, controller: { hiddensize: 4 } }, "did you mean controller.hiddenSize?"],
    ["a controller by name", { ...small, controller: "lstm" }, 'controller: expected an object, got "lstm"'],
    ["a memory of null", { ...small, memory: null }, "memory: expected an object, got null"],
    [
      "an unknown controller",
      { ...small, controller: { kind: "gru" } },
      /controller\.kind: expected .*"lstm".*, got "gru"/,
    ],
    ["a controller by number", { ...small, controller: { kind: 1 } }, "controller.kind: expected a string, got 1"],
    ["an unknown memory", { ...small, memory: { init: "zero" } }, /memory\.init: expected .*"constant".*, got "zero"/],
    [
      "an unknown key activation",
      { ...small, keyActivation: "relu" },
      /keyActivation: expected .*"tanh".*, got "relu"/,
    ],
    [
      "an unknown add activation",
      { ...small, addActivation: "relu" },
      /addActivation: expected .*"tanh".*, got "relu"/,
    ],
    ["an unknown loss", { ...small, loss: "hinge" }, /loss: expected .*"mean-squared-error".*, got "hinge"/],
    ["rows by name", { ...small, memory: { rows: "x" } }, /memory\.rows: expected an integer .*, got "x"/],
    ["no inputs", { ...small, inputSize: 0 }, /inputSize: expected an integer from 1 .*, got 0/],
    ["too many inputs", { ...small, inputSize: 65537 }, "inputSize: expected an integer from 1 to 65536, got 65537"],
    ["inputs by name", { ...small, inputSize: "5" }, 'inputSize: expected an integer from 1 to 65536, got "5"'],
    ["half an output", { ...small, outputSize: 0.5 }, /outputSize: expected an integer .*, got 0\.5/],
    ["no rows", { ...small, memory: { rows: 0 } }, /memory\.rows: expected an integer from 1 .*, got 0/],
    [
      "too many rows",
      { ...small, memory: { rows: 65537 } },
      "memory.rows: expected an integer from 1 to 65536, got 65537",
    ],
    ["no columns", { ...small, memory: { columns: 0 } }, /memory\.columns: expected an integer from 1 .*, got 0/],
    [
      "no hidden units",
      { ...small, controller: { hiddenSize: 0 } },
      /controller\.hiddenSize: expected an integer from 1 .*, got 0/,
    ],
    ["no layers", { ...small, controller: { layers: 0 } }, /controller\.layers: expected an integer from 1 .*, got 0/],
    [
      "too many layers",
      { ...small, controller: { layers: 65 } },
      "controller.layers: expected an integer from 1 to 64, got 65",
    ],
    ["a negative number of heads", { ...small, readHeads: -1 }, /readHeads: expected an integer .*, got -1/],
    ["too many heads", { ...small, writeHeads: 257 }, "writeHeads: expected an integer from 0 to 256, got 257"],
    ["an infinite shift", { ...small, shiftRange: Number.POSITIVE_INFINITY }, /shiftRange: .*, got Infinity/],
    ["too far a shift", { ...small, shiftRange: 1025 }, "shiftRange: expected an integer from 0 to 1024, got 1025"],
    [
      "a memory of infinite value",
      { ...small, memory: { value: Number.POSITIVE_INFINITY } },
      "memory.value: expected a finite number, got Infinity",
    ],
    [
      "a memory of a scale beyond float32",
      { ...small, memory: { init: "random", scale: 1e39 } },
      "memory.scale: expected a number that 32 bits hold, got 1e+39",
    ],
    [
      "a bias beyond float32",
      { ...small, headInit: { gate: -1e39 } },
      "headInit.gate: expected a number that 32 bits hold, got -1e+39",
    ],
    ...["inputScale", "recurrentScale", "forgetBias"].map((name): [string, NTMOptions, string] => [
      `an LSTM's ${name} beyond float32`,
      { ...small, lstmInit: { [name]: 1e39 } },
      `lstmInit.${name}: expected a number that 32 bits hold, got 1e+39`,
    ]),
    ["a bias of a key", { ...small, headInit: { key: 1 } }, /headInit\.key: unknown option/],
    ["a seed beyond 2^32", { ...small, seed: 2 ** 32 }, /seed: expected an integer .*, got 4294967296/],
    ["a seed of NaN", { ...small, seed: Number.NaN }, /seed: expected an integer .*, got NaN/],
    ["a seed as a bigint", { ...small, seed: 1n }, /seed: expected an integer .*, got 1n/],
    ["a seed as a function", { ...small, seed: () => 1 }, /seed: expected an integer .*, got a function/],
  ])("of %s", async (_, options, message) => {
    await expect(NTM.create(options)).rejects.toThrow(failure(message));
  });

  test("of more than fits in memory, before anything is allocated", async () => {
    const huge = { ...small, controller: { hiddenSize: 65536, layers: 64 } };
    await expect(NTM.create(huge)).rejects.toThrow(failure(/expected .*, got/, "memory"));
  });

  test("says in its parts what its message says", async () => {
    const error: NTMError = await NTM.create({ ...small, memory: { rows: 65537 } }).then(
      () => expect.fail("created"),
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(NTMError);
    expect(error).toBeInstanceOf(Error);
    expect({ ...error }).toEqual({
      code: "option",
      where: "memory.rows",
      expected: "an integer from 1 to 65536",
      received: "65537",
    });
    expect(error.message).toBe("memory.rows: expected an integer from 1 to 65536, got 65537");
    expect(String(error)).toBe(`NTMError: ${error.message}`);
  });

  /** All words that the types know; the core says which it takes. */
  const words: { readonly [Path in string]: Readonly<Record<string, true>> } = {
    "controller.kind": { feedforward: true, lstm: true } satisfies Record<NTMConfig["controller"]["kind"], true>,
    "memory.init": { constant: true, learned: true, random: true } satisfies Record<NTMConfig["memory"]["init"], true>,
    keyActivation: { identity: true, tanh: true } satisfies Record<NTMConfig["keyActivation"], true>,
    addActivation: { identity: true, tanh: true } satisfies Record<NTMConfig["addActivation"], true>,
    loss: {
      "binary-cross-entropy": true,
      "softmax-cross-entropy": true,
      "mean-squared-error": true,
    } satisfies Record<NTMConfig["loss"], true>,
  };
  test.each(Object.entries(words))("%s: the words of its type are those that the core takes", async (path, known) => {
    const options = path.split(".").reduceRight<unknown>((value, key) => ({ [key]: value }), "?");
    const error = await make(options as Anything).catch((error: unknown) => error as NTMError);
    expect(error).toMatchObject({
      where: path,
      expected: `one of ${Object.keys(known)
        .map((word) => `"${word}"`)
        .join(" ")}`,
    });
  });

  test("takes what is undefined as not given", async () => {
    const options: NTMOptions = {
      inputSize: 3,
      outputSize: 2,
      controller: undefined,
      memory: { rows: undefined },
      seed: undefined,
    };
    const other = await NTM.create(options);
    expect(other.config).toEqual({
      inputSize: 3,
      outputSize: 2,
      controller: { kind: "lstm", hiddenSize: 100, layers: 1 },
      memory: { rows: 128, columns: 20, init: "constant", value: 1e-6, scale: 1 },
      readHeads: 1,
      writeHeads: 1,
      shiftRange: 1,
      lstmInit: { inputScale: 1, recurrentScale: 1, forgetBias: 1 },
      headInit: { scale: 1, keyStrength: 0, gate: 0, shift: 0, sharpening: 0 },
      keyActivation: "identity",
      addActivation: "identity",
      loss: "binary-cross-entropy",
      seed: 1,
    });
    other.dispose();
  });

  test("ignores the memory's options where there are no heads", async () => {
    const other = await make({ readHeads: 0, writeHeads: 0, memory: { rows: 65537 }, shiftRange: 5000 });
    expect([...other.parameters().keys()].some((name) => name.startsWith("heads"))).toBe(false);
    other.dispose();
  });

  test("is not new", () => {
    expect(() => new (NTM as Anything)()).toThrow(failure("use NTM.create or NTM.load"));
    expect(() => new (NTM as Anything)({})).toThrow(failure("use NTM.create or NTM.load"));
  });
});

describe("loading", () => {
  const readResponse = () => {
    const response = new Response("read");
    void response.text();
    return response;
  };

  test.each<[string, Anything, string | RegExp, string?]>([
    ["an unknown option", { wasn: 1 }, "loading.wasn: unknown option; did you mean loading.wasm?"],
    ["no object", "wasm", 'loading: expected an object, got "wasm"'],
    ["a number", { wasm: 5 }, "wasm: expected the bytes of ntm.wasm, a WebAssembly.Module, a Response or a URL, got 5"],
    ["null", { wasm: null }, "wasm: expected the bytes"],
    ["an object of another kind", { wasm: {} }, "wasm: expected the bytes"],
    [
      "bytes of something else",
      { wasm: new Uint8Array(100) },
      'wasm: expected the file ntm.wasm, got one that begins with "\\u0000\\u0000',
    ],
    [
      "a page that says why there is no file",
      { wasm: new TextEncoder().encode("<!doctype html>\n<title>Not found</title>") },
      'wasm: expected the file ntm.wasm, got one that begins with "<!doctype html>\\n<title>Not found</title>"',
    ],
    ["no bytes", { wasm: new Uint8Array() }, 'got one that begins with ""'],
    [
      "another module",
      { wasm: Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0) },
      `wasm: expected the WebAssembly of version ${version}, got another module: `,
    ],
    [
      "a file that is not there",
      { wasm: new URL("file:///not/there.wasm") },
      "wasm: cannot read file:///not/there.wasm",
    ],
    ["a relative URL where there is no page", { wasm: "ntm.wasm" }, "wasm: expected an absolute URL"],
    ["a response that is an error", { wasm: new Response("gone", { status: 404 }) }, /wasm: cannot read .*404/],
    ["a response that was read before", { wasm: readResponse() }, "wasm: cannot read the response: TypeError"],
    ["a promise of nothing", { wasm: Promise.resolve(undefined) }, "wasm: expected the bytes"],
  ])("from %s", async (_, loading, message, code) => {
    await expect(NTM.create(small, loading)).rejects.toThrow(failure(message, code));
    await expect(NTM.load(machine.save(), loading)).rejects.toThrow(failure(message, code));
  });

  test("from the ntm.wasm of another version says which", async () => {
    const message = `wasm: expected the WebAssembly of version ${version}, got that of version ${otherVersion}`;
    await expect(NTM.create(small, { wasm: ofOtherVersion("ntm.wasm") })).rejects.toMatchObject({
      name: "NTMError",
      code: "option",
      where: "wasm",
      message,
    });
  });

  test("from a promise that fails gives its reason", async () => {
    const mine = new Error("mine");
    await expect(NTM.create(small, { wasm: Promise.reject(mine) })).rejects.toBe(mine);
  });

  test("from a promise that fails, beside what is refused before, ends nothing", async () => {
    // An unhandled rejection would end the process, and fails the tests.
    const fails = () => Promise.reject(new Error("no file"));
    for (const [options, loading] of [
      [small, { wasm: fails(), simd: "fast" }],
      [undefined, { wasm: fails() }],
      [null, { wasm: fails() }],
      [small, { wasm: fails(), smid: "relaxed" }],
      [{ ...small, wasm: fails() }, { smid: "relaxed" }],
      [{ ...small, wasm: fails(), simd: "fast" }, undefined],
      [{ ...small, wasm: fails(), inputsize: 3 }, undefined],
    ] as Anything[])
      await expect(NTM.create(options, loading)).rejects.toThrow(failure(/./));
    await expect(NTM.load(machine.save(), { wasm: fails(), simd: "fast" } as Anything)).rejects.toThrow(failure(/./));
    await expect(NTM.create({ ...small, wasm: fails } as Anything)).rejects.toThrow("no file");
    await new Promise((resolve) => setTimeout(resolve, 10));
  });

  test("slim has none of its own", async () => {
    await expect(SlimNTM.create(small)).rejects.toThrow(
      failure(/wasm: expected the bytes of ntm\.wasm.*, got undefined/),
    );
    await expect(SlimNTM.load(machine.save())).rejects.toThrow(failure("wasm: expected the bytes"));
  });
});

describe("setParameters", () => {
  const bias = (data: ArrayLike<number>, shape = [2]): Anything => ({ data: Float32Array.from(data), shape });
  test.each<[string, Anything, string | RegExp, string?]>([
    ["no map", { "output.bias": bias([1, 2]) }, "parameters: expected a Map of names to tensors, got an object"],
    ["null", null, "parameters: expected a Map"],
    ["a name that is no string", new Map([[1, bias([1, 2])]]), "parameters: expected names that are strings"],
    [
      "an unknown name",
      new Map([["output.bia", bias([1, 2])]]),
      "parameters.output.bia: unknown option; did you mean parameters.output.bias?",
    ],
    [
      "another shape",
      new Map([["output.bias", bias([1, 2], [1, 2])]]),
      "output.bias: expected shape [2], got [1, 2]",
      "shape",
    ],
    [
      "data too short",
      new Map([["output.bias", bias([1], [2])]]),
      "output.bias: shape [2] needs 2 numbers, but data has 1",
      "shape",
    ],
    ["NaN", new Map([["output.bias", bias([1, Number.NaN])]]), "output.bias[1]: expected a finite number, got NaN"],
    ["infinity", new Map([["output.bias", bias([1e39, 1])]]), "output.bias[0]: expected a finite number, got Infinity"],
    [
      "a number",
      new Map([["output.bias", 5]]),
      "output.bias: expected a tensor { data, shape } or nested arrays, got 5",
    ],
    ["no data", new Map([["output.bias", { shape: [2] }]]), "output.bias: expected a tensor"],
    [
      "data of strings",
      new Map([["output.bias", { data: ["1", "2"], shape: [2] }]]),
      'output.bias.data[0]: expected a number, got "1"',
    ],
    [
      "integers of another type",
      new Map([["output.bias", { data: new Int32Array(2), shape: [2] }]]),
      "output.bias.data: expected a Float32Array, a Float64Array or an array, got an Int32Array",
    ],
    [
      "a shape that is none",
      new Map([["output.bias", { data: new Float32Array(2), shape: 2 }]]),
      "output.bias.shape: expected an array of sizes, got 2",
    ],
    [
      "a shape of fractions",
      new Map([["output.bias", { data: new Float32Array(2), shape: [0.5] }]]),
      "output.bias.shape[0]: expected an integer",
    ],
    [
      "nested arrays of two lengths",
      new Map([["output.weight", [[1, 2], [3]]]]),
      "output.weight[1]: expected 2 entries as in the first, got 1",
      "shape",
    ],
    [
      "arrays beside numbers",
      new Map([["output.weight", [[1, 2], 3]]]),
      "output.weight[1]: expected an array, as the first is, got 3",
    ],
    [
      "arrays too deep",
      new Map([["output.weight", [[[[[[[[[1]]]]]]]]]]]),
      "output.weight: expected arrays at most 8 deep",
      "shape",
    ],
  ])("of %s", (_, parameters, message, code) => {
    const before = bits(machine.parameters());
    expect(() => machine.setParameters(parameters)).toThrow(failure(message, code));
    expect(bits(machine.parameters())).toEqual(before);
  });

  test("sets none where one is wrong, before it or after it", async () => {
    const other = await make();
    const own = other.parameters();
    const sound = ["heads.bias", "initial.hidden.0"].map(
      (name, index) => [name, noise(own.get(name)?.shape ?? expect.fail(name), index)] as const,
    );
    other.setParameters(new Map(sound));
    expect(bits(other.parameters())).not.toEqual(bits(own));
    other.setParameters(own);
    const wrong = ["output.bias", bias([1, Number.NaN])] as const;
    for (const entries of [
      [...sound, wrong],
      [wrong, ...sound],
    ]) {
      expect(() => other.setParameters(new Map(entries))).toThrow(failure("output.bias[1]"));
      expect(bits(other.parameters())).toEqual(bits(own));
    }
    other.dispose();
  });

  test("goes by the machine's shapes, whatever is done to those that it gave", async () => {
    using other = await make();
    const given = other.parameters();
    const weight = given.get("output.weight") ?? expect.fail("no weight");
    weight.shape[0] = 7;
    expect(() => other.setParameters(given)).toThrow(failure("output.weight", "shape"));
    expect(other.parameters().get("output.weight")?.shape).toEqual([2, 10]);
    other.setParameters(other.parameters());
  });

  test("takes plain arrays and float64, and any subset", async () => {
    const other = await make();
    const before = other.parameters();
    other.setParameters(new Map<string, Anything>([["output.bias", [1, 2]]]));
    expect(other.parameters().get("output.bias")).toEqual(tensor([1, 2]));
    other.setParameters(new Map<string, Anything>([["output.bias", { data: Float64Array.of(3, 4), shape: [2] }]]));
    expect(other.parameters().get("output.bias")).toEqual(tensor([3, 4]));
    before.delete("output.bias");
    const after = other.parameters();
    after.delete("output.bias");
    expect(bits(after)).toEqual(bits(before));
    other.dispose();
  });
});

describe("run", () => {
  const input = [[[1, 2, 3]]];
  test.each<[string, () => unknown, string | RegExp, string?]>([
    [
      "no input",
      () => machine.run(undefined as Anything),
      "input: expected a tensor { data, shape } or nested arrays of shape [T, B, 3], got undefined",
    ],
    ["a flat array", () => machine.run([1, 2, 3]), "input: expected shape [T, B, 3], got [3]", "shape"],
    ["a raw Float32Array", () => machine.run(new Float32Array(3) as Anything), "input: expected a tensor"],
    ["other inputs", () => machine.run([[[1, 2]]]), "input: expected shape [T, B, 3], got [1, 1, 2]", "shape"],
    [
      "a shape with a hole",
      // biome-ignore lint/suspicious/noSparseArray: the hole is what is refused
      () => machine.run({ data: new Float32Array(3), shape: [, 1, 3] as Anything }),
      "input.shape[0]: expected an integer from 0 on, got undefined",
    ],
    [
      "a trace with a hole",
      // biome-ignore lint/suspicious/noSparseArray: the hole is what is refused
      () => machine.run([[[1, 2, 3]]], { trace: [, "memory"] as Anything }),
      "trace[0]: expected one of weightings, content, ",
    ],
    [
      "no steps",
      () => machine.run({ data: new Float32Array(), shape: [0, 1, 3] }),
      "input: expected shape [T, B, 3], got [0, 1, 3]",
      "shape",
    ],
    [
      "no sequences",
      () => machine.run({ data: new Float32Array(), shape: [1, 0, 3] }),
      "input: expected shape [T, B, 3]",
      "shape",
    ],
    ["NaN", () => machine.run([[[1, Number.NaN, 3]]]), "input[0][0][1]: expected a finite number, got NaN"],
    ["infinity", () => machine.run([[[1, 2, -1e39]]]), "input[0][0][2]: expected a finite float32, got -1e+39"],
    ["an unknown option", () => machine.run(input, { row: 3 } as Anything), "row: unknown option; did you mean rows?"],
    ["no rows", () => machine.run(input, { rows: 0 }), "rows: expected an integer from 1"],
    ["too many rows", () => machine.run(input, { rows: 65537 }), /rows: expected .*, got 65537/],
    [
      "rows by name",
      () => machine.run(input, { rows: "5" as Anything }),
      'rows: expected an integer from 1 on, below 2^32, got "5"',
    ],
    [
      "an unknown trace",
      () => machine.run(input, { trace: ["weighting" as Anything] }),
      /^trace\[0\]: expected one of weightings, .*, reads, .*, add, got "weighting"$/,
    ],
    [
      "a trace of another kind",
      () => machine.run(input, { trace: "reads" as Anything }),
      'trace: expected true, false or an array of names, got "reads"',
    ],
    [
      "a state that is none",
      () => machine.run(input, { state: 5 as Anything }),
      "state: expected a Map of names to tensors, got 5",
    ],
    ["options that are none", () => machine.run(input, 5 as Anything), "options: expected an object, got 5"],
  ])("of %s", (_, act, message, code) => {
    expect(act).toThrow(failure(message, code));
  });

  test.each([180e6, 380e6])("of %d steps, which wasm cannot hold, is refused and ends nothing", (steps) => {
    // Only its length is looked at.
    const zeros = (length: number): Anything => ({ length, [Symbol.toStringTag]: "Float32Array" });
    const long = { data: zeros(3 * steps), shape: [steps, 1, 3] };
    const needed = (numbers: number) =>
      `expected less than 2048 MiB in one call, got ${Math.ceil(numbers / 2 ** 18)} MiB`;
    expect(() => machine.run(long)).toThrow(failure(`input: ${needed(3 * steps)}`, "memory"));
    const target = { data: zeros(2 * steps), shape: [steps, 1, 2] };
    const refused = failure(`input, target: ${needed(5 * steps)}`, "memory");
    expect(() => machine.lossAndGradients({ input: long, target })).toThrow(refused);
    expect(() => machine.trainStep({ input: long, target })).toThrow(refused);
    expect(() => machine.gradients(long, target)).toThrow(failure("input, logitsGradient: ", "memory"));
    machine.run(input);
  });

  test("of a session whose steps wasm cannot hold is refused and ends nothing", async () => {
    const controller = { kind: "feedforward", hiddenSize: 1 } as const;
    const wide = await make({ inputSize: 65_536, controller, readHeads: 0, writeHeads: 0 });
    expect(() => wide.session({ batchSize: 8192 })).toThrow(
      failure(/^session: expected arrays no larger than the pieces of memory left, got 2051 MiB$/, "memory"),
    );
    wide.session().step({ data: new Float32Array(65_536), shape: [1, 65_536] });
    wide.dispose();
  });

  test("rows that differ from the state's", () => {
    const { state } = machine.run(input, { rows: 7 });
    expect(() => machine.run(input, { rows: 6, state })).toThrow(NTMError);
    expect(machine.run(input, { rows: 7, state }).state.get("memory")?.shape).toEqual([1, 7, 4]);
  });

  test.each(["learned", "random"] as const)("other rows of a %s memory", async (init) => {
    const other = await make({ memory: { rows: 5, columns: 4, init } });
    for (const act of [() => other.run(input, { rows: 6 }), () => other.session({ rows: 6 })])
      expect(act).toThrow(failure(/rows: expected .*, got 6/));
    await expect(other.evaluate(smallTask, { rows: 6 })).rejects.toThrow(failure(/rows: expected .*, got 6/));
    expect(other.run(input, { rows: 5 })).toEqual(other.run(input));
    other.dispose();
  });

  test("a result that is not finite names the tensor", async () => {
    const other = await make();
    other.setParameters(
      new Map([
        ["controller.0.bias", { data: new Float32Array(24).fill(50), shape: [24] }],
        ["output.weight", { data: new Float32Array(20).fill(3e38), shape: [2, 10] }],
      ]),
    );
    expect(() => other.run(input)).toThrow(expect.objectContaining({ code: "non-finite", tensor: "logits" }));
    await expect(other.evaluate(smallTask)).rejects.toMatchObject({ code: "non-finite", tensor: "loss" });
    expect(() => other.lossAndGradients({ input, target: [[[1, 0]]] })).toThrow(
      expect.objectContaining({ code: "non-finite", tensor: expect.stringMatching(/./) }),
    );
    other.dispose();
  });
});

test("a state that is not finite is refused, though the logits are, and its tensor named", async () => {
  const other = await make({ readHeads: 0 });
  const parameters = other.parameters();
  const bias = parameters.get("heads.bias") as Tensor;
  other.setParameters(
    new Map([
      ["heads.weight", zeroed(parameters.get("heads.weight"))],
      ["heads.bias", { ...bias, data: bias.data.map((_, at) => (at < bias.data.length - 4 ? 0 : 3e38)) }], // the add vector
    ]),
  );
  const refused = expect.objectContaining({ code: "non-finite", tensor: "memory" });
  const session = other.session();
  const x = [[1, 2, 3]];
  // Nine tenths of what is there stay at each step, and a fifth of 3e38 is added.
  for (let step = 0; step < 6; step++) session.step(x);
  const state = session.state();
  expect(() => session.step(x)).toThrow(refused);
  expect(session.state()).toEqual(state);
  expect(() => other.run(Array(8).fill(x))).toThrow(refused);
  other.dispose();
});

test("a key whose length is not finite is told, not taken for one that resembles no row", async () => {
  const other = await make({ memory: { rows: 5, columns: 4, init: "random" } });
  const parameters = other.parameters();
  const bias = parameters.get("heads.bias") as Tensor;
  const withKey = (entry: number) =>
    other.setParameters(
      new Map([
        ["heads.weight", zeroed(parameters.get("heads.weight"))],
        ["heads.bias", { ...bias, data: bias.data.map((_, at) => (at === 0 ? entry : 0)) }],
      ]),
    );
  withKey(1e19);
  const { data } = other.run([[[1, 2, 3]]], { trace: ["content"] }).trace.content;
  expect(Math.max(...data.subarray(0, 5))).toBeGreaterThan(0.2);
  withKey(1e20);
  expect(() => other.run([[[1, 2, 3]]])).toThrow(failure("", "non-finite"));
  other.dispose();
});

test("a loss that is not finite in single precision makes no update", async () => {
  const other = await make({ readHeads: 0, writeHeads: 0, loss: "mean-squared-error" });
  const before = other.save({ training: true });
  expect(() => other.trainStep({ input: [[[1, 2, 3]]], target: [[[1e20, 0]]] })).toThrow(
    expect.objectContaining({ code: "non-finite", tensor: "loss" }),
  );
  expect(other.save({ training: true })).toEqual(before);
  other.dispose();
});

describe("session", () => {
  test.each<[string, Anything, string | RegExp]>([
    ["an unknown option", { batch: 1 }, "batch: unknown option; known: batchSize, rows, trace"],
    ["no sequences", { batchSize: 0 }, "batchSize: expected an integer from 1"],
    ["no rows", { rows: 0 }, "rows: expected an integer from 1"],
    ["an unknown trace", { trace: ["x"] }, "trace[0]: expected one of weightings, content"],
    ["no object", 3, "options: expected an object, got 3"],
  ])("of %s", (_, options, message) => {
    expect(() => machine.session(options)).toThrow(failure(message));
  });

  test("of more sequences than fit in memory", () => {
    expect(() => machine.session({ batchSize: 2 ** 32 - 1 })).toThrow(failure(/expected/, "memory"));
  });
});

const good: Batch = { input: [[[1, 2, 3]]], target: [[[1, 0]]] };

const badBatches: [string, Anything, string | RegExp, string?][] = [
  ["no batch", undefined, "batch: expected an object { input, target, mask }, got undefined"],
  ["a misspelt mask", { ...good, masks: [[0]] }, "batch.masks: unknown option; did you mean batch.mask?"],
  [
    "a misspelt mask of a class",
    new (class {
      input = good.input;
      target = good.target;
      get maks() {
        return [[0]];
      }
    })(),
    "batch.maks: unknown option; did you mean batch.mask?",
  ],
  [
    "no input",
    { target: good.target },
    "input: expected a tensor { data, shape } or nested arrays of shape [T, B, 3], got undefined",
  ],
  ["no target", { input: good.input }, "target: expected a tensor"],
  [
    "a target of other steps",
    { ...good, target: [[[1, 0]], [[1, 0]]] },
    "target: expected shape [1, 1, 2], got [2, 1, 2]",
    "shape",
  ],
  [
    "a target of other outputs",
    { ...good, target: [[[1]]] },
    "target: expected shape [1, 1, 2], got [1, 1, 1]",
    "shape",
  ],
  ["a mask of other steps", { ...good, mask: [[1], [1]] }, "mask: expected shape [1, 1], got [2, 1]", "shape"],
  ["a mask of null", { ...good, mask: null }, "mask: expected a tensor"],
  ["a target of NaN", { ...good, target: [[[1, Number.NaN]]] }, "target[0][0][1]: expected a finite number, got NaN"],
  ["a target above 1", { ...good, target: [[[1, 1.5]]] }, "target[1]: expected a number from 0 to 1, got 1.5"],
  ["a target below 0", { ...good, target: [[[-0.5, 0]]] }, "target[0]: expected a number from 0 to 1, got -0.5"],
  ["a negative weight", { ...good, mask: [[-1]] }, /mask\[0\]: expected .*0, got -1/],
  ["an infinite weight", { ...good, mask: [[1e39]] }, "mask[0][0]: expected a finite float32, got 1e+39"],
  ["an infinite input", { ...good, input: [[[1e39, 0, 0]]] }, "input[0][0][0]: expected a finite float32, got 1e+39"],
];

test("what else a batch holds is its maker's", () => {
  expect(machine.lossAndGradients({ ...good, lengths: [1], mask: undefined } as Batch)).toEqual(
    machine.lossAndGradients(good),
  );
});

describe("lossAndGradients and trainStep", () => {
  test.each(badBatches)("of %s", (_, batch, message, code) => {
    const before = machine.save({ training: true });
    expect(() => machine.lossAndGradients(batch)).toThrow(failure(message, code));
    expect(() => machine.trainStep(batch)).toThrow(failure(message, code));
    expect(machine.save({ training: true })).toEqual(before);
  });
});

test("how a promise of wasm ends is nobody's to hear where something else is refused", async () => {
  const wasm = () => Promise.reject(new Error("mine, of which the process would end"));
  const sized = { inputSize: 3, outputSize: 2 };
  const wrong = { ...sized, inputSize: "x" as Anything };
  await expect(SlimNTM.create(wrong, { wasm: wasm() })).rejects.toThrow(failure("inputSize: expected"));
  await expect(SlimNTM.create({ ...wrong, wasm: wasm() } as Anything)).rejects.toThrow(failure("inputSize: expected"));
  await expect(SlimNTM.load(new Uint8Array(3), { wasm: wasm() })).rejects.toThrow(failure("", "checkpoint"));
  await expect(SlimNTM.create(sized, { wasm: wasm(), simd: "relaxed" })).rejects.toThrow(failure("simd: expected"));
});

test("how the promise of a task's async batch ends is nobody's to hear", async () => {
  const batch = async () => {
    throw new Error("mine, of which the process would end");
  };
  const task = { ...smallTask, batch } as unknown as Task;
  await expect(machine.evaluate(task)).rejects.toThrow(failure("task.batch: expected a batch, got a Promise"));
});

test("the widest memory with several write heads is a machine, too", async () => {
  const wide = {
    ...small,
    controller: { kind: "feedforward", hiddenSize: 1 },
    memory: { rows: 1, columns: 65_536 },
  } as const;
  const other = await NTM.create({ ...wide, readHeads: 0, writeHeads: 4 });
  expect(other.run(good.input).logits.shape).toEqual([1, 1, 2]);
  other.dispose();
});

test("a target of a softmax is a number ≥ 0, of a squared error any", async () => {
  const softmax = await make({ loss: "softmax-cross-entropy" });
  const squared = await make({ loss: "mean-squared-error" });
  const below = { ...good, target: [[[-0.5, 2]]] };
  expect(() => softmax.lossAndGradients(below)).toThrow(failure("target[0]: expected a number ≥ 0, got -0.5"));
  expect(softmax.lossAndGradients({ ...good, target: [[[0.5, 2]]] }).loss).toBeGreaterThan(0);
  expect(squared.lossAndGradients(below).loss).toBeGreaterThan(0);
  for (const other of [softmax, squared]) other.dispose();
});

test("rows of nested input may be typed arrays", () => {
  const rows = [[Float32Array.of(1, 2, 3)], [Float64Array.of(0.5, 0, 1)]];
  const plain = machine.run(rows.map(([row]) => [Array.from(row as Float32Array)]));
  expect(machine.run(rows)).toEqual(plain);
  expect(() => machine.run([[Float32Array.of(1, Number.NaN, 3)]])).toThrow(
    failure("input[0][0][1]: expected a finite"),
  );
  expect(() => machine.run([[Float32Array.of(1, 2, 3), Float32Array.of(1)]])).toThrow(
    failure("input[0][1]: expected 3 entries as in the first, got 1", "shape"),
  );
});

describe("gradients", () => {
  const input = [[[1, 2, 3]]];
  test.each<[string, Anything, string | RegExp, string?]>([
    ["nothing", undefined, "logitsGradient: expected a tensor"],
    ["another shape", [[[1, 2, 3]]], "logitsGradient: expected shape [1, 1, 2], got [1, 1, 3]", "shape"],
    ["NaN", [[[1, Number.NaN]]], "logitsGradient[0][0][1]: expected a finite number, got NaN"],
  ])("from %s", (_, logitsGradient, message, code) => {
    expect(() => machine.gradients(input, logitsGradient)).toThrow(failure(message, code));
  });
});

describe("an update", () => {
  const cases: [string, Anything, string | RegExp][] = [
    ["an unknown option", { clp: null }, "clp: unknown option; did you mean clip?"],
    ["an optimiser by name", { optimizer: "adam" }, 'optimizer: expected an object, got "adam"'],
    ["an unknown optimiser", { optimizer: { kind: "sgd" } }, 'optimizer.kind: expected "rmsprop" or "adam", got "sgd"'],
    [
      "an optimiser's unknown value",
      { optimizer: { kind: "adam", beta: 1 } },
      "optimizer.beta: unknown option; did you mean optimizer.beta1 or optimizer.beta2?",
    ],
    [
      "a rate by name",
      { optimizer: { kind: "adam", learningRate: "fast" } },
      'optimizer.learningRate: expected a number or a schedule, got "fast"',
    ],
    [
      "a negative rate",
      { optimizer: { kind: "adam", learningRate: -1 } },
      /learningRate: expected a finite number ≥ 0 in float32, got -1/,
    ],
    [
      "a schedule that falls below 0",
      { optimizer: { kind: "adam", learningRate: { kind: "linear", from: -1, to: 0, steps: 3 } } },
      "optimizer.learningRate.from: expected a finite number ≥ 0 in float32, got -1",
    ],
    ["a decay of 1", { optimizer: rmsprop({ decay: 1 }) }, /decay: expected .*, got 1/],
    ["a negative momentum", { optimizer: rmsprop({ momentum: -0.1 }) }, /momentum: expected .*, got -0\.1/],
    ["an epsilon of 0", { optimizer: rmsprop({ epsilon: 0 }) }, /epsilon: expected .*, got 0/],
    ["a beta of 1", { optimizer: adam({ beta1: 1 }) }, /beta1: expected .*, got 1/],
    ["a beta beyond 1", { optimizer: adam({ beta2: 1.5 }) }, /beta2: expected .*, got 1\.5/],
    ["a negative epsilon", { optimizer: adam({ epsilon: -1 }) }, /epsilon: expected .*, got -1/],
    ["a clip by number", { clip: 10 }, "clip: expected an object, got 10"],
    ["an empty clip", { clip: {} }, "clip: expected { value }, { norm } or null, got neither"],
    ["two clips", { clip: { value: 1, norm: 1 } }, "clip: expected { value }, { norm } or null, got both"],
    ["an unknown clip", { clip: { values: 1 } }, "clip.values: unknown option; did you mean clip.value?"],
    ["a clip to 0", { clip: { value: 0 } }, /clip\.value: expected .*, got 0/],
    ["a clip to what float32 takes for 0", { clip: { value: 1e-60 } }, /clip\.value: expected .*, got 1e-60/],
    ["a norm of what float32 takes for 0", { clip: { norm: 1e-60 } }, /clip\.norm: expected .*, got 1e-60/],
    ["a backward clip alone", { clip: { backward: 1 } }, "clip: expected { value }, { norm } or null, got neither"],
    ["a backward clip to 0", { clip: { norm: 1, backward: 0 } }, /clip\.backward: expected .*, got 0/],
    ["a negative norm", { clip: { norm: -1 } }, /clip\.norm: expected .*, got -1/],
    [
      "an infinite norm",
      { clip: { norm: Number.POSITIVE_INFINITY } },
      "clip.norm: expected a finite number, got Infinity",
    ],
  ];
  test.each(cases)("with %s", async (_, options, message) => {
    const before = machine.save({ training: true });
    expect(() => machine.trainStep(good, options)).toThrow(failure(message));
    const { gradients } = machine.lossAndGradients(good);
    expect(() => machine.applyGradients(gradients, options)).toThrow(failure(message));
    const training = async () => {
      for await (const _ of machine.train(smallTask, { steps: 1, ...options }));
    };
    await expect(training()).rejects.toThrow(failure(message));
    expect(machine.save({ training: true })).toEqual(before);
  });

  test("from gradients that are not all there, or not gradients", async () => {
    const other = await make({ memory: { rows: 5, columns: 4, init: "random" } });
    const { gradients } = other.lossAndGradients(good);
    const with_ = (name: string, value: Anything) => new Map<string, Anything>([...gradients, [name, value]]);
    const without = new Map(gradients);
    without.delete("output.bias");
    const before = bits(other.parameters());
    expect(() => other.applyGradients(without)).toThrow(failure("gradients: output.bias missing"));
    expect(() => other.applyGradients(with_("more", [1]))).toThrow(
      failure("gradients.more: unknown option; known: gradients."),
    );
    expect(() => other.applyGradients(with_("initial.memory", noise([5, 4], 1)))).toThrow(
      failure("initial.memory has no gradient"),
    );
    expect(() => other.applyGradients(with_("output.bias", [1]))).toThrow(
      failure("output.bias: expected shape [2], got [1]", "shape"),
    );
    expect(() => other.applyGradients(with_("output.bias", [1, Number.NaN]))).toThrow(
      failure("output.bias[1]: expected a finite number"),
    );
    expect(() => other.applyGradients({} as Anything)).toThrow(failure("gradients: expected a Map"));
    expect(bits(other.parameters())).toEqual(before);
    other.applyGradients(gradients);
    other.dispose();
  });
});

describe("train", () => {
  test.each<[string, Anything, string | RegExp]>([
    ["no options", undefined, "options: expected an object, got undefined"],
    ["no steps", {}, "steps: expected an integer from 0 to 9007199254740991, got undefined"],
    ["negative steps", { steps: -1 }, "steps: expected an integer"],
    ["infinitely many steps", { steps: Number.POSITIVE_INFINITY }, "steps: expected an integer"],
    ["no sequences", { steps: 1, batchSize: 0 }, "batchSize: expected an integer from 1"],
    ["progress every 0", { steps: 1, every: 0 }, "every: expected an integer from 1"],
    [
      "a signal that is none",
      { steps: 1, signal: new AbortController() },
      "signal: expected an AbortSignal, got an AbortController",
    ],
    ["a clip to 0", { steps: 1, clip: { value: 0 } }, "clip.value: expected a finite number > 0"],
    [
      "a negative rate",
      { steps: 1, optimizer: { kind: "rmsprop", learningRate: -1 } },
      "optimizer.learningRate: expected a finite number ≥ 0 in float32, got -1",
    ],
    ["a decay that the core refuses", { steps: 1, optimizer: rmsprop({ decay: 2 }) }, "optimizer.decay: expected a"],
    ["an option of the task's", { steps: 1, length: 3 }, "length: unknown option; known: steps, batchSize"],
    ["a misspelt option", { step: 1 }, "step: unknown option; did you mean steps?"],
  ])("with %s, at once", (_, options, message) => {
    expect(() => machine.train(smallTask, options)).toThrow(failure(message));
  });

  test.each<[string, Anything, string | RegExp, string?]>([
    ["nothing", undefined, "task: expected a task, got undefined"],
    ["a name", "copy", 'task: expected a task, got "copy"'],
    ["no batch", { inputSize: 3, outputSize: 2 }, "task.batch: expected a function, got undefined"],
    ["other inputs", { ...smallTask, inputSize: 4 }, "task.inputSize: expected 3, as the machine has, got 4", "shape"],
    [
      "other outputs",
      { ...smallTask, outputSize: 1 },
      "task.outputSize: expected 2, as the machine has, got 1",
      "shape",
    ],
    ["no sizes", { batch: () => good }, "task.inputSize: expected 3, as the machine has, got undefined", "shape"],
  ])("on %s", async (_, task, message, code) => {
    expect(() => machine.train(task, { steps: 1 })).toThrow(failure(message, code));
    await expect(machine.evaluate(task)).rejects.toThrow(failure(message, code));
  });

  const made: [string, Anything, string | RegExp, string?][] = [
    ["a promise", Promise.resolve(good), "task.batch: expected a batch, got a Promise (batch must not be async)"],
    ["nothing", undefined, "task.batch: expected an object { input, target, mask }, got undefined"],
    [
      "other sequences than asked for",
      {
        input: [
          [
            [1, 2, 3],
            [1, 2, 3],
          ],
        ],
        target: [
          [
            [1, 0],
            [1, 0],
          ],
        ],
      },
      "batch.input: expected shape [T, 1, 3], got [1, 2, 3]",
      "shape",
    ],
    [
      "a target of other steps",
      { ...good, target: [[[1, 0]], [[1, 0]]] },
      "batch.target: expected shape [1, 1, 2], got [2, 1, 2]",
      "shape",
    ],
    ["a mask without sequences", { ...good, mask: [1] }, "batch.mask: expected shape [1, 1], got [1]", "shape"],
    [
      "a target that is no probability",
      { ...good, target: [[[2, 0]]] },
      "target[0]: expected a number from 0 to 1, got 2",
    ],
  ];
  test.each(made)("on a task that makes %s", async (_, batch, message, code) => {
    const task: Task = { inputSize: 3, outputSize: 2, batch: () => batch };
    const before = machine.save({ training: true });
    await expect(machine.train(task, { steps: 1 }).next()).rejects.toThrow(failure(message, code));
    await expect(machine.evaluate(task, { sequences: 1 })).rejects.toThrow(failure(message, code));
    expect(machine.save({ training: true })).toEqual(before);
  });
});

describe("evaluate", () => {
  test.each<[string, Anything, string | RegExp]>([
    ["no sequences", { sequences: 0 }, "sequences: expected an integer from 1"],
    ["an empty batch", { batchSize: 0 }, "batchSize: expected an integer from 1"],
    ["a seed by name", { seed: "x" }, "seed: expected an integer"],
    ["no rows", { rows: 0 }, "rows: expected an integer from 1"],
    ["a signal that is none", { signal: {} }, "signal: expected an AbortSignal, got an object"],
    ["one that cannot be heard", { signal: { aborted: false } }, "signal: expected an AbortSignal, got an object"],
    ["an option that nobody knows", { sequnces: 3 }, "sequnces: unknown option; did you mean sequences?"],
    ["options that are none", 7, "options: expected an object, got 7"],
    ["an option of the task's, wrong", { length: 0 }, "length: expected an integer from 1"],
    ["a key that means something to JavaScript", JSON.parse('{"__proto__":{"length":3}}'), "__proto__: unknown option"],
  ])("with %s", async (_, options, message) => {
    await expect(machine.evaluate(smallTask, options)).rejects.toThrow(failure(message));
  });

  test.each<[string, Anything, Anything, string]>([
    [
      "no target",
      { input: good.input },
      {},
      "target: expected a tensor { data, shape } or nested arrays of shape [1, 1, 2]",
    ],
    ["an input of other numbers", { ...good, input: [[[1]]] }, {}, "input: expected shape [T, B, 3], got [1, 1, 1]"],
    ["sequences to draw", good, { sequences: 3 }, "sequences: unknown option; known: rows, signal"],
    ["a seed", good, { seed: 3 }, "seed: unknown option"],
    ["an aborted signal", good, { signal: AbortSignal.abort(new Error("enough")) }, "enough"],
  ])("of a batch with %s", async (_, batch, options, message) => {
    await expect(machine.evaluate(batch, options)).rejects.toThrow(message);
  });

  test("of a batch waits for training to end", async () => {
    const other = await make({ inputSize: 3, outputSize: 2 });
    const training = other.train({ inputSize: 3, outputSize: 2, batch: () => good }, { steps: 2 });
    await training.next();
    expect((await other.evaluate(good)).sequences).toBe(1);
    const next = training.next();
    await expect(other.evaluate(good)).rejects.toThrow(failure(/training/, "busy"));
    await next;
    await training.return();
  });

  const gpu = new NTMError("unsupported", "gpu: there is none", { where: "gpu", received: "gpu" });
  const alike = Object.assign(new Error("no gpu"), { where: "gpu", known: true });
  test.each([[null], [undefined], [{ where: 5, received: 5 }], [gpu], [alike]])(
    "of a task that throws %j",
    async (thrown) => {
      const task: Task = {
        ...smallTask,
        batch: () => {
          throw thrown;
        },
      };
      await expect(machine.evaluate(task, { sequences: 1, gpu: 1 } as object)).rejects.toBe(thrown);
      const aborted = AbortSignal.abort(thrown);
      await expect(machine.evaluate(smallTask, { signal: aborted })).rejects.toBe(aborted.reason);
    },
  );

  test("passes on what a task's own use of the library is refused for", async () => {
    const task: Task = {
      ...smallTask,
      batch(random, options) {
        machine.run([[[1, 2, 3]]], { more: 3 } as Anything);
        return smallTask.batch(random, options);
      },
    };
    const message = /^more: unknown option; known: trace, rows, state$/;
    await expect(machine.evaluate(task, { sequences: 1 })).rejects.toThrow(message);
  });

  describe("of a task that refuses no option", () => {
    const lax: Task<{ length?: number }> = {
      inputSize: 3,
      outputSize: 2,
      batch: (_, { batchSize, length = 1 }) => ({
        input: Array.from({ length }, () => Array.from({ length: batchSize }, () => [1, 2, 3])),
        target: Array.from({ length }, () => Array.from({ length: batchSize }, () => [1, 0])),
      }),
    };

    test.each<[string, Anything, string]>([
      ["misspelt", { lenght: 2 }, "lenght: unknown option; did you mean length?"],
      [
        "of another task's",
        { length: 2, items: 3 },
        "items: unknown option; known: length, sequences, batchSize, seed, rows, signal",
      ],
      ["misspelt of the evaluation's", { row: 3 }, "row: unknown option; did you mean rows?"],
      ["that is the machine's to give", { step: 3 }, "step: unknown option"],
    ])("with one %s", async (_, options, message) => {
      await expect(machine.evaluate(lax, options)).rejects.toThrow(failure(message));
    });

    test("with those that it looks at, one by one or all of them", async () => {
      const all: Task = { ...lax, batch: (random, options) => lax.batch(random, { ...options }) };
      const options: Anything = { length: 2, sequences: 1 };
      const found = await machine.evaluate(lax, options);
      expect(found).not.toEqual(await machine.evaluate(lax, { sequences: 1 }));
      expect(await machine.evaluate(all, { ...options, other: 3 })).toEqual(found);
    });
  });
});

describe("save", () => {
  test.each<[string, Anything, string]>([
    ["an unknown option", { train: true }, "train: unknown option; known: training, metadata"],
    ["training by number", { training: 1 }, "training: expected true or false, got 1"],
    ["no object", true, "options: expected an object, got true"],
  ])("with %s", (_, options, message) => {
    expect(() => machine.save(options)).toThrow(failure(message));
  });
});

describe("optimisers and schedules", () => {
  test.each<[() => unknown, string]>([
    [() => rmsprop({ learning: 1 } as Anything), "rmsprop.learning: unknown option"],
    [() => rmsprop({ decay: "x" } as Anything), 'rmsprop.decay: expected a finite number, got "x"'],
    [() => adam({ decay: 1 } as Anything), "adam.decay: unknown option; known: adam.kind, adam.learningRate"],
    [() => adam(null as Anything), "adam: expected an object, got null"],
    [() => rmsprop({ learningRate: -1 }), "rmsprop.learningRate: expected a finite number ≥ 0 in float32, got -1"],
    [() => adam({ learningRate: -1 }), "adam.learningRate: expected a finite number ≥ 0 in float32, got -1"],
    [() => constant(-1), "constant.value: expected a finite number ≥ 0 in float32, got -1"],
    [() => adam({ learningRate: 1e39 }), "adam.learningRate: expected a finite number ≥ 0 in float32, got 1e+39"],
    [() => adam({ learningRate: -1e-50 }), "adam.learningRate: expected a finite number ≥ 0 in float32, got -1e-50"],
    [() => linear({ from: 1, to: 1e39, steps: 3 }), "linear.to: expected a finite number ≥ 0 in float32, got 1e+39"],
    [() => linear({ from: 1, to: -1, steps: 3 }), "linear.to: expected a finite number ≥ 0 in float32, got -1"],
    [() => linear({ from: -1, to: 1, steps: 3 }), "linear.from: expected a finite number ≥ 0 in float32, got -1"],
    [() => cosine({ from: 1, to: -1, steps: 3 }), "cosine.to: expected a finite number ≥ 0 in float32, got -1"],
    [() => adam({ epsilon: Number.NaN }), "adam.epsilon: expected a finite number, got NaN"],
    [() => constant("x" as Anything), 'constant.value: expected a finite number, got "x"'],
    [() => linear({ from: 1, to: 0 } as Anything), "linear.steps: expected an integer from 1"],
    [() => linear({ from: 1, to: 0, steps: 3, begin: 1 } as Anything), "linear.begin: unknown option"],
    [() => cosine({ from: 1, to: 0, steps: 0 }), "cosine.steps: expected an integer from 1"],
    [
      () => adam({ learningRate: { kind: "step" } as Anything }),
      'adam.learningRate.kind: expected "constant" or "linear" or "cosine", got "step"',
    ],
    [
      () => adam({ learningRate: { kind: "linear", from: 1, to: 0, steps: 1, value: 2 } as Anything }),
      "adam.learningRate.value: unknown option",
    ],
  ])("%s", (act, message) => {
    expect(act).toThrow(failure(message));
  });

  test("have no -0, which JSON would make 0 of", async () => {
    const machine = await NTM.create({ inputSize: 3, outputSize: 2, headInit: { gate: -0 } });
    const numbers = [machine.config.headInit.gate, constant(-0).value, rmsprop({ momentum: -0 }).momentum];
    expect(numbers.map((number) => Object.is(number, 0))).toEqual([true, true, true]);
    machine.dispose();
  });

  test("are frozen plain data that survives JSON, with the defaults as documented", () => {
    expect(rmsprop()).toEqual({ kind: "rmsprop", learningRate: 1e-4, decay: 0.95, momentum: 0.9, epsilon: 1e-4 });
    expect(adam()).toEqual({ kind: "adam", learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
    const scheduled = adam({ learningRate: cosine({ from: 1e-3, to: 0, steps: 100 }) });
    expect(JSON.parse(JSON.stringify(scheduled))).toEqual(scheduled);
    for (const each of [rmsprop(), scheduled, scheduled.learningRate, constant(1)])
      expect(Object.isFrozen(each)).toBe(true);
  });

  test("may be written by hand", async () => {
    const [one, two] = [await make(), await make()];
    one.trainStep(good, { optimizer: { kind: "adam" } as Anything });
    two.trainStep(good, { optimizer: adam() });
    expect(one.save({ training: true })).toEqual(two.save({ training: true }));
    one.dispose();
    two.dispose();
  });
});

describe("tensor", () => {
  test("makes one of nested arrays, or of a flat one and a shape", () => {
    expect(
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    ).toEqual({ data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] });
    expect(tensor([1, 2, 3, 4], [2, 1, 2])).toEqual({ data: Float32Array.of(1, 2, 3, 4), shape: [2, 1, 2] });
    const data = Float32Array.of(1, 2);
    expect(tensor(data, [2]).data).not.toBe(data);
    expect(tensor([], [0])).toEqual({ data: new Float32Array(), shape: [0] });
  });

  test.each<[() => unknown, string, string?]>([
    [() => tensor([1, 2, 3], [2, 2]), "tensor: shape [2, 2] needs 4 numbers, but data has 3", "shape"],
    [() => tensor([1, "b"] as Anything, [2]), 'tensor.data[1]: expected a number, got "b"'],
    // Before so many are collected, for which no process has room.
    [() => tensor(new Array(2 ** 31), [3]), "tensor: shape [3] needs 3 numbers, but data has 2147483648", "shape"],
    [() => tensor([[1, 2], [3]]), "tensor[1]: expected 2 entries as in the first, got 1", "shape"],
    [() => tensor(["a"] as Anything), 'tensor[0]: expected a number, got "a"'],
    [() => tensor(Float32Array.of(1)), "tensor.shape: expected an array of sizes, got undefined"],
    [() => tensor(5 as Anything), "tensor: expected a tensor"],
  ])("%s", (act, message, code) => {
    expect(act).toThrow(failure(message, code));
  });
});

test.each(["inputSize", "outputSize", "controller.hiddenSize", "controller.layers", "memory.rows", "memory.columns"])(
  "what is told of %s to the one who gives no number is what the core allows",
  (where) => expectOneRange(where),
);
test.each(["readHeads", "writeHeads", "shiftRange"])("likewise of %s", (where) => expectOneRange(where));

async function expectOneRange(where: string): Promise<void> {
  const expected = (value: unknown) => {
    const [first, second] = where.split(".") as [string, string?];
    const options = { ...small, [first]: second === undefined ? value : { [second]: value } };
    return NTM.create(options as Anything).catch(({ expected }: NTMError) => expected);
  };
  expect(await expected("5")).toMatch(/^an integer from \d+ to \d+$/);
  expect(await expected("5")).toBe(await expected(2 ** 32 - 1));
}

test.each([
  ["knows all instructions", true, "wasm: the file is cut off or damaged: CompileError", "option"],
  ["may not know one", false, /this engine cannot compile it .* or the file is damaged: CompileError/, "unsupported"],
])("half a module, in an engine that %s", async (_, known, message, code) => {
  const validate = vi.spyOn(WebAssembly, "validate").mockReturnValue(known);
  onTestFinished(() => validate.mockRestore());
  const wasm = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 255);
  await expect(SlimNTM.create(small, { wasm })).rejects.toThrow(failure(message, code));
});

test("a content security policy that forbids WebAssembly is named", async () => {
  const refusal =
    "WebAssembly.compile(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive because 'unsafe-eval' is not an allowed source of script";
  const compile = vi.spyOn(WebAssembly, "compile").mockRejectedValueOnce(new WebAssembly.CompileError(refusal));
  onTestFinished(() => compile.mockRestore());
  const wasm = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
  const create = SlimNTM.create(small, { wasm });
  await expect(create).rejects.toThrow(failure(/content security policy needs 'wasm-unsafe-eval'/, "unsupported"));
  await expect(create).rejects.not.toThrow(/SIMD/);
});

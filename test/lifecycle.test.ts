// From creation to the end, by whichever way: disposed, forgotten, or ended by a trap.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import binaryen from "binaryen";
import { NTM, NTMError, type NTMOptions, readTensors, type Session } from "neural-turing-machine";
import { NTM as SlimNTM } from "neural-turing-machine/slim";
import { afterAll, describe, expect, inject, onTestFinished, test, vi } from "vitest";
import { open, seal } from "./support/checkpoints.js";
import { make, small, smallTask } from "./support/machines.js";
import { bits, noise } from "./support/numbers.js";
import { ofOtherVersion, otherVersion } from "./support/version.js";

const file = `${inject("packageFolder")}/dist/ntm.wasm`;

/** The memories of all instances made since, watched where the platform makes them. */
const memories: WebAssembly.Memory[] = [];
/** What stands between the glue and the exports of the next instances, if anything. */
let alter: ((exports: WebAssembly.Exports) => WebAssembly.Exports) | undefined;
const { instantiate } = WebAssembly;
vi.spyOn(WebAssembly, "instantiate").mockImplementation((async (
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
) => {
  const instance = await instantiate(module, imports);
  memories.push(instance.exports["memory"] as WebAssembly.Memory);
  return alter ? { exports: alter(instance.exports) } : instance;
}) as typeof instantiate);
afterAll(() => vi.restoreAllMocks());

const megabytes = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) / 2 ** 20;

/** A checkpoint without one of its tensors. */
function without(name: string, bytes: Uint8Array): Uint8Array {
  const tensors = readTensors(bytes);
  tensors.delete(name);
  return seal(open(bytes).header.__metadata__["neural-turing-machine"] ?? "", tensors);
}

/** A turn of the event loop, in which finalisers run. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function collect(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await turn();
  }
}

const input = noise([3, 2, 3], 1);
const batch = { input, target: { data: new Float32Array(12), shape: [3, 2, 2] } };

describe("a source of wasm", () => {
  test("may be bytes, a module, a URL, a response, or a promise of one; each gives the same bits", async () => {
    const bytes = readFileSync(file);
    const url = pathToFileURL(file);
    const sources = [
      new Uint8Array(bytes),
      bytes,
      new Uint8Array(bytes).buffer,
      await WebAssembly.compile(bytes),
      url,
      url.href,
      `data:application/wasm;base64,${bytes.toString("base64")}`,
      new Response(new Uint8Array(bytes)),
      Promise.resolve(new Uint8Array(bytes)),
      Promise.resolve(url),
    ];
    const own = await make();
    for (const wasm of sources) {
      const machine = await SlimNTM.create(small, { wasm });
      expect(bits(machine.parameters())).toEqual(bits(own.parameters()));
      expect(machine.run(input)).toEqual(own.run(input));
      // Among the options of the machine it is understood, too, and is no part of the configuration.
      const other = await SlimNTM.create({ ...small, wasm: url });
      expect(other.config).toEqual(own.config);
      machine.dispose();
      other.dispose();
    }
    own.dispose();
  });

  test("is compiled once, and its instance shared", async () => {
    const compile = vi.spyOn(WebAssembly, "compile");
    const wasm = new Uint8Array(readFileSync(file));
    const before = memories.length;
    const machines = await Promise.all([1, 2, 3].map((seed) => SlimNTM.create({ ...small, seed }, { wasm })));
    machines.push(await SlimNTM.load(machines[0]?.save() ?? expect.fail("no machine"), { wasm }));
    expect(compile).toHaveBeenCalledTimes(1);
    expect(memories.length).toBe(before + 1);
    compile.mockRestore();
    for (const machine of machines) machine.dispose();
  });

  test("that failed once is tried again", async () => {
    const url = "http://localhost/ntm.wasm";
    const fetch = vi.spyOn(globalThis, "fetch").mockRejectedValueOnce(new TypeError("no network"));
    await expect(SlimNTM.create(small, { wasm: url })).rejects.toThrow(/wasm: cannot read .*no network/);
    fetch.mockResolvedValueOnce(new Response(new Uint8Array(readFileSync(file))));
    (await SlimNTM.create(small, { wasm: url })).dispose();
    // And the second time it was remembered.
    (await SlimNTM.create(small, { wasm: url })).dispose();
    expect(fetch).toHaveBeenCalledTimes(2);
    fetch.mockRestore();
  });

  test("that was of another version is tried again", async () => {
    const url = "http://localhost/upgraded.wasm";
    const served = (bytes: Uint8Array) => new Response(new Uint8Array(bytes));
    const fetch = vi.spyOn(globalThis, "fetch").mockResolvedValueOnce(served(ofOtherVersion("ntm.wasm")));
    await expect(SlimNTM.create(small, { wasm: url })).rejects.toThrow(`got that of version ${otherVersion}`);
    fetch.mockResolvedValueOnce(served(readFileSync(file)));
    (await SlimNTM.create(small, { wasm: url })).dispose();
    expect(fetch).toHaveBeenCalledTimes(2);
    fetch.mockRestore();
  });

  test("for whose instance there was no memory is tried again", async () => {
    const wasm = new Uint8Array(readFileSync(file));
    onTestFinished(() => {
      alter = undefined;
    });
    alter = () => {
      throw new RangeError("WebAssembly.instantiate(): Out of memory");
    };
    const failing = SlimNTM.create(small, { wasm });
    await expect(failing).rejects.toMatchObject({ code: "memory", message: expect.stringContaining("Out of memory") });
    alter = undefined;
    (await SlimNTM.create(small, { wasm })).dispose();
  });
});

test("a console shows the configuration of a machine", async () => {
  const machine = await make();
  expect(inspect(machine, { depth: null })).toBe(`NTM ${inspect({ config: machine.config }, { depth: null })}`);
  expect(() => Object.assign(machine, { config: {} })).toThrow(TypeError);
  machine.dispose();
});

test("slim and the whole package are one implementation", async () => {
  const machine = await make();
  expect(machine).toBeInstanceOf(SlimNTM);
  expect(NTM).not.toBe(SlimNTM);
  const code = readFileSync(`${inject("packageFolder")}/dist/index.js`, "utf8");
  expect(code).not.toContain("class Body");
  machine.dispose();
});

describe("a disposed machine", () => {
  const uses: [string, (machine: NTM) => unknown][] = [
    ["parameters", (m) => m.parameters()],
    ["setParameters", (m) => m.setParameters(new Map())],
    ["run", (m) => m.run(input)],
    ["session", (m) => m.session()],
    ["lossAndGradients", (m) => m.lossAndGradients(batch)],
    ["gradients", (m) => m.gradients(input, batch.target)],
    ["applyGradients", (m) => m.applyGradients(new Map())],
    ["trainStep", (m) => m.trainStep(batch)],
    ["train", (m) => m.train(smallTask, { steps: 1 })],
    ["evaluate", (m) => m.evaluate(smallTask)],
    ["save", (m) => m.save()],
  ];

  test.each(uses)("refuses %s", async (_, use) => {
    const machine = await make();
    machine.dispose();
    machine.dispose();
    await expect(async () => use(machine)).rejects.toMatchObject({ name: "NTMError", code: "disposed" });
  });

  test("still says what it was", async () => {
    const machine = await make();
    machine.trainStep(batch);
    machine.dispose();
    expect([machine.config.inputSize, machine.step]).toEqual([3, 1]);
  });

  test("takes its sessions along, and a session may go before", async () => {
    const machine = await make();
    const [first, second] = [machine.session(), machine.session()];
    first.dispose();
    first.dispose();
    expect(() => first.step([[1, 2, 3]])).toThrow(
      expect.objectContaining({ code: "disposed", message: "this session was disposed" }),
    );
    second.step([[1, 2, 3]]);
    machine.dispose();
    for (const use of [
      () => second.step([[1, 2, 3]]),
      () => second.state(),
      () => second.restore(new Map()),
      () => second.reset(),
    ])
      expect(use).toThrow(expect.objectContaining({ code: "disposed", message: "this machine was disposed" }));
    second.dispose();
  });

  test("is what `using` leaves behind", async () => {
    const machine = await make();
    const session = machine.session();
    // What `using` calls at the end of its block.
    session[Symbol.dispose]();
    expect(() => session.step([[1, 2, 3]])).toThrow(/session was disposed/);
    machine[Symbol.dispose]();
    expect(() => machine.run(input)).toThrow(/machine was disposed/);
  });
});

describe("memory", () => {
  const rounds = 1000;

  test(`does not grow over ${rounds} rounds of create, train and dispose`, async () => {
    const round = async (seed: number) => {
      const machine = await make({ seed, controller: { hiddenSize: 20 }, memory: { rows: 32, columns: 8 } });
      for await (const _ of machine.train(smallTask, { steps: 2, batchSize: 4 }));
      machine.session().step([[1, 2, 3]]);
      machine.run(input, { trace: true });
      machine.save({ training: true });
      machine.dispose();
    };
    const measure = async () => {
      await collect();
      return { wasm: megabytes(), heap: process.memoryUsage().heapUsed / 2 ** 20 };
    };
    for (let seed = 0; seed < 100; seed++) await round(seed);
    const before = await measure();
    for (let seed = 0; seed < rounds; seed++) await round(seed);
    const after = await measure();
    expect(after.wasm).toBe(before.wasm);
    expect(after.heap - before.heap).toBeLessThan(4);
  });

  test("of machines and sessions that were forgotten is freed by the finaliser", async () => {
    const large: Partial<NTMOptions> = { controller: { hiddenSize: 200 } };
    const forget = async () => {
      // 4·200·(3 + 4 + 200) parameters, and their gradients: more than a megabyte.
      const machine = await make(large);
      machine.session({ batchSize: 50 }).step(noise([50, 3], 1));
      for await (const _ of machine.train(smallTask, { steps: 100 })) return;
    };
    for (let count = 0; count < 10; count++) {
      await forget();
      await collect();
    }
    const before = megabytes();
    for (let count = 0; count < 100; count++) {
      await forget();
      await collect();
    }
    expect(megabytes() - before).toBeLessThan(10);
  });

  test("of machines that were forgotten is freed in a loop that waits for nothing but machines", async () => {
    const forget = async () => {
      await make({ controller: { hiddenSize: 200 } });
      globalThis.gc?.();
    };
    for (let count = 0; count < 10; count++) await forget();
    const before = megabytes();
    for (let count = 0; count < 100; count++) await forget();
    expect(megabytes() - before).toBeLessThan(10);
  });

  test("is had where there are no message channels", async () => {
    vi.stubGlobal("MessageChannel", undefined);
    try {
      (await make()).dispose();
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test.each([
    { sessions: 1, rounds: 300 },
    { sessions: 40, rounds: 10 },
  ])("is freed with its machine, though it is still held, be there $sessions or more", async ({ sessions, rounds }) => {
    const held: Session[] = [];
    const wasm = new Uint8Array(readFileSync(file)); // an instance in which nothing has been freed yet
    const round = async () => {
      const machine = await SlimNTM.create(small, { wasm });
      // Of 50 sequences: 20 kilobytes and more.
      for (let count = 0; count < sessions; count++) held.push(machine.session({ batchSize: 50 }));
      machine.dispose();
    };
    for (let count = 0; count < 3; count++) await round();
    const before = megabytes();
    for (let count = 0; count < rounds; count++) await round();
    expect(megabytes()).toBe(before);
    for (const session of held) expect(() => session.state()).toThrow(/machine was disposed/);
  });

  test("is not freed under a session that is still in use, whose machine was forgotten", async () => {
    const orphan = async () => (await make()).session();
    const session = await orphan();
    const machine = await make();
    const kept = machine.session();
    for (let step = 0; step < 20; step++) {
      await collect();
      expect(session.step([[step, 1, 2]])).toEqual(kept.step([[step, 1, 2]]));
    }
    machine.dispose();
  });

  test.each<[string, number, (session: Session) => unknown]>([
    ["a state", 300, (session) => session.restore(session.state().set("reads", noise([1], 1)))],
    ["a step", 5000, (session) => session.step([[1, Number.NaN, 0]])],
  ])("of %s that was refused is freed at once", async (_, times, act) => {
    const wasm = new Uint8Array(readFileSync(file));
    using machine = await SlimNTM.create({ ...small, memory: { rows: 2000, columns: 20 } }, { wasm });
    const session = machine.session();
    for (let time = 0; time < 10; time++) expect(() => act(session)).toThrow(NTMError);
    const before = megabytes();
    for (let time = 0; time < times; time++) expect(() => act(session)).toThrow(NTMError);
    expect(megabytes()).toBe(before);
  });

  test("of a machine that never was is freed, too", async () => {
    const bytes = (await make({ controller: { hiddenSize: 200 } })).save();
    const fail = async () => {
      // A file that lost a tensor, its digest right: found missing when the machine is there and half filled.
      await expect(NTM.load(without("output.bias", bytes))).rejects.toThrow(/output\.bias: missing/);
      await expect(NTM.create({ ...small, controller: { hiddenSize: 200, layers: 65 } })).rejects.toThrow(/layers/);
    };
    await fail();
    const before = megabytes();
    for (let count = 0; count < 100; count++) await fail();
    expect(megabytes()).toBe(before);
  });
});

describe("a trap", () => {
  /** The package's wasm, in which one function traps at once. */
  function trapping(name: string): Uint8Array {
    const module = binaryen.readBinary(new Uint8Array(readFileSync(file)));
    const { value } = binaryen.getExportInfo(module.getExport(name));
    const { params, results } = binaryen.getFunctionInfo(module.getFunction(value));
    module.removeFunction(value);
    module.addFunction(value, params, results, [], module.unreachable());
    return module.emitBinary();
  }

  const trap = expect.objectContaining({
    name: "NTMError",
    code: "poisoned",
    message: expect.stringContaining("unreachable"),
  });

  test("ends its instance and every machine on it; the next create gets a fresh one", async () => {
    const wasm = trapping("machine_run");
    const [first, second] = [await SlimNTM.create(small, { wasm }), await SlimNTM.create(small, { wasm })];
    const session = second.session();
    session.step([[1, 2, 3]]);
    const training = second.train(smallTask, { steps: 5 });
    await training.next();
    expect(() => first.run(input)).toThrow(trap);
    for (const use of [
      () => first.parameters(),
      () => first.run(input),
      () => second.trainStep(batch),
      () => second.lossAndGradients(batch),
      () => second.setParameters(new Map()),
      () => second.session(),
      () => second.save(),
      () => session.step([[1, 2, 3]]),
      () => session.state(),
    ])
      expect(use).toThrow(trap);
    await expect(training.next()).rejects.toThrow(trap);
    await expect(second.evaluate(smallTask)).rejects.toThrow(trap);
    expect(first.config).toEqual(second.config);

    const count = memories.length;
    const fresh = await SlimNTM.create(small, { wasm });
    expect(memories.length).toBe(count + 1);
    fresh.trainStep(batch);
    expect(() => first.parameters()).toThrow(trap);
    for (const machine of [first, second, fresh]) {
      machine.dispose();
      machine.dispose();
    }
    session.dispose();
    expect(() => first.parameters()).toThrow(expect.objectContaining({ code: "disposed" }));
  });

  test("leaves machines of other sources alone", async () => {
    const own = await make();
    const wasm = trapping("machine_run");
    const lost = await SlimNTM.create(small, { wasm });
    expect(() => lost.run(input)).toThrow(trap);
    expect(own.run(input).logits.shape).toEqual([3, 2, 2]);
    own.dispose();
  });

  test("in a new machine's making ends only what there was", async () => {
    const wasm = trapping("machine_new");
    await expect(SlimNTM.create(small, { wasm })).rejects.toThrow(trap);
    await expect(SlimNTM.create(small, { wasm })).rejects.toThrow(trap);
  });

  test("in an update leaves no half of it: the step is as before", async () => {
    const wasm = trapping("machine_trainStep");
    const machine = await SlimNTM.create(small, { wasm });
    expect(() => machine.trainStep(batch)).toThrow(trap);
    expect(machine.step).toBe(0);
    expect(() => machine.train(smallTask, { steps: 3 })).toThrow(trap);
  });

  test("by an overflow of the stack is one", async () => {
    const wasm = new Uint8Array(readFileSync(file));
    alter = (exports) => ({
      ...exports,
      machine_run: function overflow(): number {
        return overflow() + 1;
      },
    });
    const machine = await SlimNTM.create(small, { wasm });
    alter = undefined;
    const overflow = { code: "poisoned", message: expect.stringContaining("Maximum call stack") };
    expect(() => machine.run(input)).toThrow(expect.objectContaining(overflow));
    expect(() => machine.parameters()).toThrow(expect.objectContaining(overflow));
  });

  test("an overflow of the stack in a call leaves no machine of that instance that goes on", () => {
    // Of a fresh process, whose stack ends where the call would look at what was thrown.
    const program = `
      import { NTM } from "neural-turing-machine";
      const make = () => NTM.create({ inputSize: 3, outputSize: 2, controller: { hiddenSize: 5 }, memory: { rows: 6, columns: 4 } });
      const [machine, other] = [await make(), await make()];
      const deeper = () => { machine.run([[[1, 2, 3]]]); deeper(); };
      try { deeper(); } catch {}
      const ends = [other, machine].map((each) => { try { each.run([[[1, 2, 3]]]); return "goes on"; } catch ({ code }) { return code; } });
      console.log(ends.join());`;
    const ends = [400, 700, 984].map((size) => {
      const args = [`--stack-size=${size}`, "--input-type=module", "--eval", program];
      return execFileSync(process.execPath, args, { cwd: inject("installed"), encoding: "utf8" });
    });
    expect(["poisoned,poisoned\n", "goes on,goes on\n"]).toEqual(expect.arrayContaining([...new Set(ends)]));
    expect(ends).toContain("poisoned,poisoned\n"); // a call was cut off
  });
});

describe("a panic", () => {
  type Exports = Record<string, (...given: unknown[]) => unknown>;

  /** A session that panics at its step: it meets another machine than its own, as the package never has it. */
  async function panicking(watch: (exports: Exports) => Exports = (exports) => exports) {
    const wasm = new Uint8Array(readFileSync(file));
    let other: unknown;
    alter = (all) => {
      const exports = all as unknown as Exports;
      const { session_step: step, machine_parameterNames: names } = exports;
      return watch({
        ...exports,
        machine_parameterNames(pointer) {
          other = pointer;
          return names?.(pointer);
        },
        session_step: (session, _, ...others) => step?.(session, other, ...others),
      }) as unknown as WebAssembly.Exports;
    };
    const machine = await SlimNTM.create(small, { wasm });
    const session = machine.session();
    // The last machine made, of the same inputs and outputs, but with more of all else.
    const larger = { ...small, controller: { hiddenSize: 40 }, memory: { rows: 50, columns: 9 } };
    const machines = [machine, await SlimNTM.create(larger, { wasm })];
    alter = undefined;
    return { machines, session, wasm };
  }

  const panic = expect.objectContaining({
    code: "poisoned",
    message: expect.stringMatching(/panicked at .*\.rs:\d+/s),
  });

  test("has a text, which is what every later call says", async () => {
    const { machines, session, wasm } = await panicking();
    expect(() => session.step([[1, 2, 3]])).toThrow(panic);
    for (const machine of machines) expect(() => machine.run(input)).toThrow(panic);
    expect(() => session.step([[1, 2, 3]])).toThrow(panic);
    const fresh = await SlimNTM.create(small, { wasm });
    fresh.session().step([[1, 2, 3]]);
    fresh.dispose();
  });

  test("lets nothing into the instance again, neither to dispose of what was in it nor when that is forgotten", async () => {
    let freed = 0;
    const watch = (exports: Exports) =>
      Object.fromEntries(
        Object.entries(exports).map(([name, call]) => [
          name,
          /^__wbg_.*_free$/.test(name)
            ? (...given: unknown[]) => {
                freed++;
                return call(...given);
              }
            : call,
        ]),
      );
    const lose = async () => {
      const { machines, session } = await panicking(watch);
      for (const machine of machines) machine.session();
      expect(() => session.step([[1, 2, 3]])).toThrow(panic);
      freed = 0;
      machines[0]?.dispose();
    };
    const uncaught = vi.fn();
    process.on("uncaughtException", uncaught);
    for (let round = 0; round < 3; round++) {
      await lose();
      await collect();
    }
    process.off("uncaughtException", uncaught);
    expect(uncaught).not.toHaveBeenCalled();
    expect(freed).toBe(0);
  });
});

test("a process that trained, evaluated and forgot ends by itself", () => {
  const script = `
    import { NTM, copy } from "neural-turing-machine";
    const task = copy({ bits: 2, maxLength: 3 });
    const machine = await NTM.create({ inputSize: 3, outputSize: 2, controller: { hiddenSize: 6 } });
    const until = performance.now() + 300;
    for await (const _ of machine.train(task, { steps: 1e9 })) if (performance.now() > until) break;
    await machine.evaluate(task);
    console.log("done");
  `;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: inject("installed"),
    timeout: 20_000,
    encoding: "utf8",
  });
  expect(output).toBe("done\n");
});

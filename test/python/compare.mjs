// The machine in plain NumPy beside the package: the same outputs within 1e-5, of machines of every kind. `npm run test:python`.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";
import { copy, NTM, random, readTensors } from "../node_modules/neural-turing-machine/dist/index.js";

const python = /** @type {string} */ (process.env.NTM_PYTHON);
const examples = fileURLToPath(new URL("../../examples/python", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "ntm-python-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const runs = `
import sys, json, numpy as np
sys.path.insert(0, sys.argv[1])
from ntm import Machine
from safetensors.numpy import load_file, save_file
machine = Machine.load(sys.argv[2])
inputs = load_file(sys.argv[3])["input"]
rows = int(sys.argv[5]) or None
half = len(inputs) // 2
first, state = machine.run(inputs[:half], rows=rows)
second, state = machine.run(inputs[half:], state)
logits = np.concatenate([first, second])
tensors = {"logits": logits, "output": machine.output(logits), **state}
save_file({name: np.ascontiguousarray(x, np.float32) for name, x in tensors.items()}, sys.argv[4])
`;

/** A safetensors file of one tensor. */
function write(/** @type {string} */ file, /** @type {{ data: Float32Array, shape: number[] }} */ { data, shape }) {
  const header = { input: { dtype: "F32", shape, data_offsets: [0, data.byteLength] } };
  const text = Buffer.from(JSON.stringify(header).padEnd(256));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(file, Buffer.concat([size, text, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]));
}

const task = copy({ bits: 4, maxLength: 8 });
const sizes = { inputSize: task.inputSize, outputSize: task.outputSize };
const small = { ...sizes, memory: { rows: 12, columns: 6 }, controller: { hiddenSize: 16 } };

/** @type {[string, import("../node_modules/neural-turing-machine/dist/index.js").NTMOptions, number?][]} */
const machines = [
  ["the paper's, with an LSTM", sizes],
  ["with more rows than it has", small, 20],
  ["with fewer rows", small, 7],
  [
    "feedforward, several heads, a wide shift",
    { ...small, controller: { kind: "feedforward", layers: 2 }, readHeads: 2, writeHeads: 3, shiftRange: 2 },
  ],
  [
    "two layers of LSTM, a learned memory, tanh",
    {
      ...small,
      controller: { layers: 2 },
      memory: { rows: 9, columns: 5, init: "learned" },
      keyActivation: "tanh",
      addActivation: "tanh",
    },
  ],
  [
    "a random memory, softmax",
    { ...small, memory: { rows: 9, columns: 5, init: "random" }, loss: "softmax-cross-entropy" },
  ],
  ["readers alone", { ...small, readHeads: 2, writeHeads: 0 }],
  ["writers alone", { ...small, readHeads: 0, writeHeads: 1, loss: "mean-squared-error" }],
  ["no memory", { ...small, readHeads: 0, writeHeads: 0, controller: { layers: 3 } }],
];

for (const [name, options, rows] of machines)
  test(name, async () => {
    const machine = await NTM.create(options);
    // Away from the initial values, where all heads are much alike.
    for await (const _ of machine.train(task, { steps: 30, batchSize: 4, every: 30 }));
    const [checkpoint, input, output] = ["machine", "input", "output"].map((part) =>
      join(folder, `${part}.safetensors`),
    );
    writeFileSync(checkpoint, machine.save({ training: true }));
    const batch = task.batch(random(5), { batchSize: 3, step: 0, length: 8 });
    write(input, batch.input);
    execFileSync(python, ["-c", runs, examples, checkpoint, input, output, String(rows ?? 0)]);

    const ours = machine.run(batch.input, { rows });
    const theirs = readTensors(readFileSync(output));
    const expected = new Map([["logits", ours.logits], ["output", ours.output], ...ours.state]);
    assert.deepEqual([...theirs.keys()].sort(), [...expected.keys()].sort());
    for (const [tensor, { data, shape }] of expected) {
      const other = theirs.get(tensor);
      assert.deepEqual(other?.shape, shape, tensor);
      const apart = data.reduce((most, value, i) => Math.max(most, Math.abs(value - other.data[i])), 0);
      const size = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      assert(apart <= 1e-5 * size, `${tensor}: apart by ${apart}`);
    }
    machine.dispose();
  });

test("parameters made in NumPy are set from a file", async () => {
  const file = join(folder, "parameters.safetensors");
  execFileSync(python, [join(examples, "from_numpy.py"), file]);
  const tensors = readTensors(readFileSync(file));
  const machine = await NTM.create({ inputSize: 9, outputSize: 8 });
  machine.setParameters(tensors);
  assert.equal(tensors.size, 3);
  for (const [name, { data }] of tensors) assert.deepEqual(machine.parameters().get(name)?.data, data);
  machine.dispose();
});

// The machine in plain NumPy, in double precision, beside the package, of machines of every kind and those of models/: the
// same within 1e-5, or else not much further than NumPy itself in single precision. `npm run test:python`.
import assert from "node:assert/strict";
import { execFileSync, execSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import test, { after } from "node:test";
import { root } from "../../scripts/process.mjs";
import {
  associativeRecall,
  copy,
  dynamicNGrams,
  NTM,
  prioritySort,
  random,
  readTensors,
  repeatCopy,
} from "../node_modules/neural-turing-machine/dist/index.js";
import { commands, program } from "../support/fences.mjs";

/** @typedef {import("../node_modules/neural-turing-machine/dist/index.js").Tensor} Tensor */

const python = /** @type {string} */ (process.env.NTM_PYTHON);
const examples = join(root, "examples/python");
const folder = mkdtempSync(join(tmpdir(), "ntm-python-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const runs = `
import sys, numpy as np
sys.path.insert(0, sys.argv[1])
from ntm import Machine
from safetensors.numpy import load_file, save_file
inputs = load_file(sys.argv[3])["input"]
rows = int(sys.argv[4]) or None
half = len(inputs) // 2
for precision, file in zip([np.float64, np.float32], sys.argv[5:]):
    machine = Machine.load(sys.argv[2], precision)
    first, state = machine.run(inputs[:half], rows=rows)
    second, state = machine.run(inputs[half:], state)
    logits = np.concatenate([first, second])
    tensors = {"logits": logits, "output": machine.output(logits), **state}
    assert {x.dtype for x in tensors.values()} == {np.dtype(precision)}
    save_file({name: np.ascontiguousarray(x, np.float32) for name, x in tensors.items()}, file)
`;

/** Compared as they are; the others in proportion to the greatest number of a tensor, where that is over 1. */
const absolute = ["output", "weightings"];
/** `[T, B, Y]`; the others `[B, …]`. */
const overTime = ["logits", "output"];

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
  test(name, async (context) => {
    const machine = await NTM.create(options);
    // Away from the initial values, where all heads are much alike.
    for await (const _ of machine.train(task, { steps: 30, batchSize: 4, every: 30 }));
    const file = join(folder, "machine.safetensors");
    writeFileSync(file, machine.save({ training: true }));
    context.diagnostic(compare(file, machine, task.batch(random(5), { batchSize: 3, step: 0, length: 8 }), rows));
  });

const tasks = [copy, repeatCopy, associativeRecall, dynamicNGrams, prioritySort];
const models = join(root, "models");
for (const name of readdirSync(models).filter((file) => file.endsWith(".safetensors")))
  test(`models/${name}`, async (context) => {
    const file = join(models, name);
    const machine = await NTM.load(readFileSync(file));
    const { name: of, options } = /** @type {{ task: { name: string, options: object } }} */ (machine.metadata).task;
    const create = tasks.find((each) => each().name === of);
    context.diagnostic(compare(file, machine, create(options).batch(random(5), { batchSize: 32, step: 0 })));
  });

/**
 * Runs a machine there and here, and says how far apart they are: typically, and at most.
 *
 * Addressing multiplies an error where a head is undecided between rows, so that of some sequences hardly a digit is left in single
 * precision, by whomever it is computed. Of a machine that has such sequences the greatest distance of a batch is that of one of
 * them, another here than there, and little can be asked of it; of the others it is held to twice NumPy's.
 * @param {string} checkpoint
 * @param {NTM} machine the same
 * @param {{ input: Tensor }} batch
 * @param {number} [rows]
 */
function compare(checkpoint, machine, batch, rows) {
  const [input = "", ...outputs] = ["input", "double", "single"].map((part) => join(folder, `${part}.safetensors`));
  write(input, batch.input);
  execFileSync(python, ["-c", runs, examples, checkpoint, input, String(rows ?? 0), ...outputs]);

  const { logits, output, state } = machine.run(batch.input, { rows });
  const [double, single] = outputs.map((file) => readTensors(readFileSync(file)));
  const ours = apart(new Map([["logits", logits], ["output", output], ...state]), double);
  const theirs = apart(single, double);
  const undecided = typical(theirs) > 1e-5;
  within(typical(ours), 1.5 * typical(theirs), "typically");
  within(greatest(ours), (undecided ? 10 : 2) * greatest(theirs), "at most");
  machine.dispose();
  const said = (/** @type {number[]} */ each) =>
    `${typical(each).toExponential(1)}, at most ${greatest(each).toExponential(1)}`;
  return `from NumPy in double precision: the package ${said(ours)}; NumPy in single ${said(theirs)}`;
}

function within(/** @type {number} */ distance, /** @type {number} */ theirs, /** @type {string} */ how) {
  const allowed = Math.max(1e-5, theirs);
  assert(distance <= allowed, `${how} apart by ${distance}, more than ${allowed}`);
}

/** The geometric mean, of distances of many orders of magnitude. */
function typical(/** @type {number[]} */ each) {
  return Math.exp(each.reduce((sum, distance) => sum + Math.log(Math.max(distance, 2 ** -40)), 0) / each.length);
}

function greatest(/** @type {number[]} */ each) {
  return Math.max(...each);
}

/**
 * Of each sequence of a batch the greatest distance of a number from the exact one, in proportion to the greatest number of its
 * tensor where that may be and is over 1.
 * @param {Map<string, Tensor>} tensors
 * @param {Map<string, Tensor>} exact
 */
function apart(tensors, exact) {
  assert.deepEqual([...tensors.keys()].sort(), [...exact.keys()].sort());
  /** @type {number[]} */
  const each = [];
  for (const [name, { data, shape }] of exact) {
    const other = /** @type {Tensor} */ (tensors.get(name));
    assert.deepEqual(other.shape, shape, name);
    const size = absolute.includes(name) ? 1 : data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const axis = overTime.includes(name) ? 1 : 0;
    const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
    data.forEach((value, index) => {
      const sequence = Math.floor(index / inner) % /** @type {number} */ (shape[axis]);
      each[sequence] = Math.max(each[sequence] ?? 0, Math.abs(value - other.data[index]) / size);
    });
  }
  return each;
}

test("docs/python.md: its commands, and the program after them", () => {
  for (const part of ["examples", "models"]) symlinkSync(join(root, part), join(folder, part));
  symlinkSync(join(root, "test/node_modules"), join(folder, "node_modules"));
  const env = { ...process.env, PATH: [dirname(python), process.env["PATH"]].join(delimiter) };
  const run = (/** @type {string} */ command) =>
    execSync(command, { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const [install, print, make, ...others] = commands("docs/python.md");
  assert.deepEqual(others, []);
  run(String(install));
  assert.match(run(String(print)), /^controller\.0\.weight_ih +\[400, 29\]$/m);
  run(String(make));
  const tensors = readTensors(readFileSync(join(folder, "parameters.safetensors")));
  assert.equal(tensors.size, 3);

  const same = `for (const [name, { data }] of readTensors(await readFile("parameters.safetensors")))
    console.log(name, machine.parameters().get(name).data.every((value, index) => value === data[index]));`;
  writeFileSync(join(folder, "program.mjs"), `${program("docs/python.md", "js")}\n${same}`);
  assert.equal(run(`"${process.execPath}" program.mjs`), [...tensors.keys()].map((name) => `${name} true\n`).join(""));
});

test("without a file the programs say how they are used", () => {
  for (const file of ["ntm.py", "from_numpy.py"]) {
    const { status, stderr } = spawnSync(python, [join(examples, file)], { encoding: "utf8" });
    assert.deepEqual([status, stderr.trim()], [1, `usage: python ${file} FILE`]);
  }
});

// A page that trains a machine and shows how it gets better. Training gives the page a turn every 16 ms, so that it can stay in the page's own
// thread; examples/web-worker trains beside it.
import { copy, NTM, preset, random, rmsprop } from "neural-turing-machine";
import { drawBits } from "./bits.js";
import { drawCurve } from "./curve.js";

const find = (id) => document.getElementById(id);
const [curve, highest, shown, recalled] = ["curve", "highest", "shown", "recalled"].map(find);
const [learn, another, length] = ["learn", "another", "length"].map(find);
const [progress, result, vectors, verdict] = ["progress", "result", "vectors", "verdict"].map(find);

const task = copy({ bits: 8, maxLength: 10 });
const { config } = preset(task, "lstm"); // the paper's machine for it
const machine = await NTM.create({ ...config, seed: 5 });

const points = [];
let learning = false;

async function train() {
  learning = true;
  learn.textContent = "Pause";
  const options = {
    steps: 10_000,
    batchSize: 8,
    optimizer: rmsprop({ learningRate: 1e-3 }),
    clip: { norm: 10 },
    every: 10,
  };
  try {
    for await (const { step, sequences, bitsPerSequence, sequencesPerSecond } of machine.train(task, options)) {
      points.push(bitsPerSequence);
      highest.textContent = Math.max(...points).toFixed(0);
      drawCurve(curve, points);
      progress.textContent = `${count(sequences)} sequences, ${bitsPerSequence.toFixed(2)} bits each, ${count(sequencesPerSecond)} a second`;
      recall(); // the machine stands at a whole update meanwhile
      if (mean(points.slice(-5)) < 0.1) return await learned(step);
      if (!learning) break;
    }
  } catch (error) {
    result.textContent = error.message;
  }
  learning = false;
  learn.textContent = "Learn";
  learn.disabled = false;
}

function pause() {
  learning = false;
  learn.disabled = true; // until the loop has seen it
}

async function learned(updates) {
  learn.disabled = true;
  learn.textContent = "Learned";
  const { wrongBitsPerSequence: short } = await machine.evaluate(task, { length: 10 });
  const { wrongBitsPerSequence: long } = await machine.evaluate(task, { length: 40 });
  result.textContent = `Learned in ${count(updates)} updates. Wrong of 10 vectors: ${short} of 80 bits; of 40, more than it has ever seen: ${long} of 320.`;
}

const generator = random(1);
let sequence;

/** Draws another sequence, and has it recalled. */
function draw() {
  vectors.textContent = `${length.value} vectors`;
  sequence = task.batch(generator, { batchSize: 1, step: 0, length: Number(length.value) });
  recall();
}

function recall() {
  const { output } = machine.run(sequence.input);
  const from = output.data.length - length.value * task.outputSize; // it answers once it has seen all
  const [given, wanted] = [output.data.slice(from), sequence.target.data.slice(from)];
  drawBits(shown, wanted, task.outputSize);
  drawBits(recalled, given, task.outputSize);
  const mistakes = given.filter((value, index) => value > 0.5 !== wanted[index] > 0.5).length;
  verdict.textContent = `${mistakes} of ${wanted.length} bits are wrong.`;
}

const count = (number) => Math.round(number).toLocaleString("en");
const mean = (numbers) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

learn.onclick = () => (learning ? pause() : train());
another.onclick = draw;
length.oninput = draw;
draw();
learn.disabled = false;

// Data of one's own: `node examples/dataset.mjs` trains on sequences of different lengths that are all there beforehand, in
// epochs; stops when a validation set says so, and goes back to the machine that did best on it. What is to be learned: to
// say a word of the letters a to d backwards.
import { equal, ok } from "node:assert/strict";
import { NTM, random, rmsprop } from "neural-turing-machine";

const letters = "abcd";
const generator = random(1);
const word = () => Array.from({ length: generator.integer(1, 8) }, () => letters[generator.integer(0, 3)]).join("");
const words = [...new Set(Array.from({ length: 2000 }, word))];
const [training, validation, test] = [words.slice(200), words.slice(0, 100), words.slice(100, 200)];

/**
 * Words side by side: input `[T, B, 5]`, a letter a step and then a mark; target `[T, B, 4]`; mask `[T, B]`. T is that of
 * the longest word. What a shorter one leaves is zeros, and its mask 0: it counts for nothing.
 */
function batchOf(words) {
  const steps = 2 * Math.max(...words.map(({ length }) => length)) + 1;
  const table = (width) => Array.from({ length: steps }, () => words.map(() => new Array(width).fill(0)));
  const [input, target] = [table(letters.length + 1), table(letters.length)];
  const mask = Array.from({ length: steps }, () => words.map(() => 0));
  words.forEach((word, sequence) => {
    [...word].forEach((letter, step) => {
      const answer = 2 * word.length - step; // the last letter right after the mark
      input[step][sequence][letters.indexOf(letter)] = 1;
      target[answer][sequence][letters.indexOf(letter)] = 1;
      mask[answer][sequence] = 1;
    });
    input[word.length][sequence][letters.length] = 1;
  });
  return { input, target, mask };
}

/** All of them once, in another order each time, eight at a time. */
function* epoch(words) {
  const left = [...words];
  while (left.length > 0) {
    const next = Array.from({ length: Math.min(8, left.length) }, () => {
      const [word] = left.splice(generator.integer(0, left.length - 1), 1);
      return word;
    });
    yield batchOf(next);
  }
}

const machine = await NTM.create({
  inputSize: letters.length + 1,
  outputSize: letters.length,
  controller: { hiddenSize: 64 },
  memory: { rows: 24, columns: 12 },
  loss: "softmax-cross-entropy", // one letter of four at a step
});
const options = { optimizer: rmsprop({ learningRate: 1e-3 }), clip: { norm: 10 } };
const patience = 3; // epochs in which nothing is better by a tenth

let best = { epoch: 0, bits: Number.POSITIVE_INFINITY, bytes: machine.save() };
for (let number = 1; number <= best.epoch + patience; number++) {
  for (const batch of epoch(training)) machine.trainStep(batch, options);
  const { bitsPerSequence: bits, wrongBitsPerSequence: wrong } = await machine.evaluate(batchOf(validation));
  console.log(`epoch ${number}: ${bits.toFixed(4)} bits and ${wrong.toFixed(2)} wrong letters a word`);
  if (bits < 0.9 * best.bits) best = { epoch: number, bits, bytes: machine.save() };
}

const kept = await NTM.load(best.bytes);
const { wrongBitsPerSequence } = await kept.evaluate(batchOf(test));
const wrong = Math.round(wrongBitsPerSequence * test.length);
console.log(`epoch ${best.epoch} did best; of the letters of ${test.length} other words ${wrong} are wrong`);
ok(best.bits < 0.1);
equal(wrong, 0);

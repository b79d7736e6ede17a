// A loss of one's own: `node examples/own-loss.mjs` trains copy by a cross-entropy in which a one that is missed costs
// three times what a zero that is missed does. The package runs the machine and goes back through it; all that it is
// told of the loss is its gradient by the logits.
import { deepEqual, equal, ok } from "node:assert/strict";
import { copy, NTM, random, rmsprop } from "neural-turing-machine";

const task = copy({ maxLength: 10 });
const config = {
  inputSize: task.inputSize,
  outputSize: task.outputSize,
  controller: { kind: "feedforward" },
  memory: { rows: 32, columns: 20 },
};
const options = { optimizer: rmsprop({ learningRate: 1e-3 }), clip: { norm: 10 } };

/**
 * The loss is `-weight·y·ln σ(z) - (1 - y)·ln(1 - σ(z))` of logits `z` and targets `y`, summed over the outputs and,
 * times the mask, over the steps; of that the mean over the `B` sequences. This is its gradient by the logits,
 * `[T, B, Y]`, from the output `σ(z)`. With a weight of 1 the loss is the package's own, binary cross-entropy.
 */
function logitsGradient({ data, shape }, { target, mask }, weight) {
  const [, sequences, width] = shape;
  const gradient = data.map((output, at) => {
    const y = target.data[at];
    const share = mask.data[Math.floor(at / width)] / sequences; // of this step of this sequence in the mean
    return share * ((1 - y) * output - weight * y * (1 - output));
  });
  return { data: gradient, shape };
}

/** One update by that loss; what the machine said before it. `gradients` runs the machine once more on its way. */
function update(machine, batch, weight) {
  const { output } = machine.run(batch.input);
  const { gradients } = machine.gradients(batch.input, logitsGradient(output, batch, weight));
  machine.applyGradients(gradients, options);
  return output;
}

/** So many batches of 8 sequences, the same at every call. */
function* batches(count) {
  const data = random(1, 1);
  for (let step = 0; step < count; step++) yield task.batch(data, { batchSize: 8, step });
}

// With a weight of 1 the updates are those of `trainStep`, to the last bit.
const [mine, theirs] = await Promise.all([NTM.create(config), NTM.create(config)]);
for (const batch of batches(100)) {
  update(mine, batch, 1);
  theirs.trainStep(batch, options);
}
deepEqual(mine.parameters(), theirs.parameters());
console.log("weight 1: after 100 updates all parameters are those of trainStep");

// With a weight of 3 a machine that still guesses says one with 3 / (1 + 3), where that loss is least.
const machine = await NTM.create(config);
for (const batch of batches(1000)) {
  const output = update(machine, batch, 3);
  if (machine.step !== 200) continue;
  const answers = output.data.filter((_, at) => batch.mask.data[Math.floor(at / task.outputSize)] > 0);
  const mean = answers.reduce((sum, answer) => sum + answer, 0) / answers.length;
  console.log(`weight 3: at update 200 it guesses a one with ${mean.toFixed(2)}`);
  ok(Math.abs(mean - 0.75) < 0.05);
}

// Once it knows, there is nothing left to weigh.
const { wrongBitsPerSequence } = await machine.evaluate(task, { length: 20 });
console.log(`weight 3: after 1000 updates ${wrongBitsPerSequence} of 160 bits are wrong at length 20`);
equal(wrongBitsPerSequence, 0);

// A task of one's own, which the paper lacks: adding two binary numbers as on paper. Column by column, the least first, the machine is shown a
// bit of each; after `=` it writes the sum down, one bit longer, the least first. It must carry, and keep what it has found until it is asked.
//
//     node examples/addition.mjs [updates [seed]]
//
// examples/README.md has what it comes to.
import { NTM, rmsprop } from "neural-turing-machine";

const addition = {
  name: "addition",
  inputSize: 3, // a bit of one, a bit of the other, =
  outputSize: 1,
  batch(random, { batchSize, bits = random.integer(1, 10) }) {
    const sums = Array.from({ length: batchSize }, () => sum(random, bits));
    const steps = (count, make) => Array.from({ length: count }, (_, step) => sums.map((each) => make(each, step)));
    return {
      input: [
        ...steps(bits, ({ columns }, step) => [...columns[step], 0]),
        ...steps(1, () => [0, 0, 1]),
        ...steps(bits + 1, () => [0, 0, 0]),
      ],
      target: [...steps(bits + 1, () => [0]), ...steps(bits + 1, ({ result }, step) => [result[step]])],
      mask: [...steps(bits + 1, () => 0), ...steps(bits + 1, () => 1)],
    };
  },
};

/** Two numbers, as columns of two bits, and their sum. */
function sum(random, bits) {
  const columns = Array.from({ length: bits }, () => [random.bit(), random.bit()]);
  let carry = 0;
  const result = columns.map(([a, b]) => {
    const here = a + b + carry;
    carry = here > 1 ? 1 : 0;
    return here % 2;
  });
  return { columns, result: [...result, carry] };
}

const [steps = 20_000, seed = 1] = process.argv.slice(2).map(Number);
const machine = await NTM.create({
  inputSize: addition.inputSize,
  outputSize: addition.outputSize,
  controller: { kind: "lstm", hiddenSize: 32 },
  memory: { rows: 64, columns: 8 },
  seed,
});
const options = {
  steps,
  batchSize: 8,
  optimizer: rmsprop({ learningRate: 1e-3 }),
  every: 500,
};
for await (const { step, bitsPerSequence } of machine.train(addition, options)) {
  console.log(`${step} updates: ${bitsPerSequence.toFixed(3)} bits per sequence`);
  if (bitsPerSequence < 0.01) break;
}
for (const bits of [10, 20, 40]) {
  const { wrongBitsPerSequence } = await machine.evaluate(addition, { bits });
  console.log(`${bits} bits: ${wrongBitsPerSequence} of ${bits + 1} wrong in a sum`);
}

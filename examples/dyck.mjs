// A task of one's own, which the paper lacks: brackets of two kinds, each closed in the order that they demand, `( [ ] ( ) )`. After each
// bracket the machine says which kind may be closed next, or that none is open. A stack would know; nobody tells the machine of stacks.
//
//     node examples/dyck.mjs [updates [seed]]
//
// examples/README.md has what it comes to.
import { NTM, rmsprop } from "neural-turing-machine";

const dyck = {
  name: "dyck",
  inputSize: 4, // ( [ ) ]
  outputSize: 2, // may ) come next? may ]?
  batch(random, { batchSize, pairs = random.integer(1, 10) }) {
    const words = Array.from({ length: batchSize }, () => word(random, pairs));
    const steps = (rows) => Array.from({ length: 2 * pairs }, (_, step) => words.map((word) => rows(word[step])));
    return {
      input: steps(({ bracket, opens }) =>
        [0, 1, 2, 3].map((channel) => Number(channel === bracket + (opens ? 0 : 2))),
      ),
      target: steps(({ open }) => [0, 1].map((bracket) => Number(open === bracket))),
    };
  },
};

/** Brackets of kind 0 or 1, and after each which kind is open innermost. */
function word(random, pairs) {
  const stack = [];
  return Array.from({ length: 2 * pairs }, (_, step) => {
    const opens = stack.length === 0 || (stack.length < 2 * pairs - step && random.bit() === 1);
    if (opens) stack.push(random.bit());
    const bracket = opens ? stack.at(-1) : stack.pop();
    return { bracket, opens, open: stack.at(-1) };
  });
}

const [steps = 20_000, seed = 1] = process.argv.slice(2).map(Number);
const machine = await NTM.create({
  inputSize: dyck.inputSize,
  outputSize: dyck.outputSize,
  controller: { kind: "feedforward", hiddenSize: 32 },
  memory: { rows: 64, columns: 8 },
  seed,
});
const options = { steps, batchSize: 8, optimizer: rmsprop({ learningRate: 1e-3 }), every: 500 };
for await (const { step, bitsPerSequence } of machine.train(dyck, options)) {
  console.log(`${step} updates: ${bitsPerSequence.toFixed(3)} bits per sequence`);
  if (bitsPerSequence < 0.01) break;
}
for (const pairs of [10, 20, 40, 80]) {
  const { wrongBitsPerSequence } = await machine.evaluate(dyck, { pairs });
  console.log(`${pairs} pairs: ${wrongBitsPerSequence} of ${4 * pairs} answers wrong in a sequence`);
}

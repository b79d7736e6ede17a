// A task of one's own, which the paper lacks: brackets of two kinds, each closed in the order that they demand, `( [ ] ( ) )`. After each
// bracket the machine says which kind may be closed next, or that none is open. A stack would know; nobody tells the machine of stacks.
//
//     node examples/dyck.mjs [updates]
//
// Measured, trained on 1 to 10 pairs: less than 0.01 bits per sequence after 4,500 updates of 8 sequences; then of 100 sequences of 10 pairs no
// answer is wrong, of 20 pairs 0.01 of the 80 in a sequence, of 40 pairs 0.45 of 160, of 80 pairs 1.95 of 320. Of the seeds 2 to 5, two were
// there after 1,000 and 3,000 updates; two were not after 20,000.
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

const machine = await NTM.create({
  inputSize: dyck.inputSize,
  outputSize: dyck.outputSize,
  controller: { kind: "feedforward", hiddenSize: 32 },
  memory: { rows: 64, columns: 8 },
});
const steps = Number(process.argv[2] ?? 20_000);
const options = { steps, batchSize: 8, optimizer: rmsprop({ learningRate: 1e-3 }), every: 500 };
for await (const { step, bitsPerSequence } of machine.train(dyck, options)) {
  console.log(`${step} updates: ${bitsPerSequence.toFixed(3)} bits per sequence`);
  if (bitsPerSequence < 0.01) break;
}
for (const pairs of [10, 20, 40, 80]) {
  const { wrongBitsPerSequence } = await machine.evaluate(dyck, { pairs });
  console.log(`${pairs} pairs: ${wrongBitsPerSequence} of ${4 * pairs} answers wrong in a sequence`);
}

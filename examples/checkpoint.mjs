// A training that goes on: `node examples/checkpoint.mjs [updates]` trains copy for so many updates and keeps all of it
// in a file; called again, it goes on from there, to the same bits that an unbroken run would have reached. After the
// first 1,000 updates the machine still guesses, and half of its bits are wrong; after 1,000 more it has learned.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { copy, NTM, preset } from "neural-turing-machine";

const file = "copy.safetensors";
const updates = Number(process.argv[2] ?? 1000);

const task = copy();
const { config, train } = preset(task, "feedforward");
const machine = existsSync(file) ? await NTM.load(readFileSync(file)) : await NTM.create({ ...config, seed: 1 });

for await (const { step, bitsPerSequence } of machine.train(task, { ...train, steps: updates, every: 500 }))
  console.log(`${step} updates: ${bitsPerSequence.toFixed(2)} bits per sequence`);

// Whole or not at all: a file half written never takes the place of a good one.
writeFileSync(`${file}.new`, machine.save({ training: true }));
renameSync(`${file}.new`, file);

const { wrongBitsPerSequence } = await machine.evaluate(task, { length: 20, sequences: 20 });
console.log(`${wrongBitsPerSequence.toFixed(2)} of 160 bits are wrong at length 20`);

// The worker: it has the machine, and trains it. Between updates it hears the page. No import map reaches into a worker: without a bundler the
// package is imported by its file.
import { copy, NTM, preset } from "./node_modules/neural-turing-machine/dist/index.js";

const updates = 6000;
const task = copy();
const { config, train } = preset(task, "feedforward");

let machine;
let controller;

addEventListener("message", ({ data }) => {
  if (data === "stop") controller.abort();
  else start();
});

async function start() {
  controller = new AbortController();
  const { signal } = controller;
  try {
    machine ??= await NTM.create({ ...config, seed: 1 });
    const options = { ...train, steps: updates - machine.step, every: 50, signal };
    for await (const progress of machine.train(task, options)) postMessage({ kind: "progress", ...progress });
    const { wrongBitsPerSequence: wrong } = await machine.evaluate(task, { length: 120, signal });
    const checkpoint = machine.save();
    postMessage({ kind: "learned", step: machine.step, wrong, checkpoint }, [checkpoint.buffer]);
  } catch (error) {
    // An abort ends training at a whole update: "start" goes on there, to the same bits.
    if (signal.aborted) postMessage({ kind: "stopped", step: machine.step });
    else postMessage({ kind: "failed", message: error.message });
  }
}

// What a machine has made of its memory: `node examples/contexts.mjs [sequences]` watches the trained feedforward machine of n-grams at work.
// A bit depends on the five before it, its context, of which there are 32. For each the machine has a row that it reads in that context,
// and in that row it keeps what has followed so far: when the next bit is there, a little of what it writes goes to that row.
import { readFile } from "node:fs/promises";
import { dynamicNGrams, NTM, random } from "neural-turing-machine";

const sequences = Number(process.argv[2] ?? 50);
const model = new URL(import.meta.resolve("neural-turing-machine/models/dynamic-n-grams-feedforward.safetensors"));
const machine = await NTM.load(await readFile(model));
const task = dynamicNGrams();

/** By context: how often it was there, and the sums of the read weighting in it, and of the write weighting one step later. */
const seen = new Map();
for (let sequence = 1; sequence <= sequences; sequence++) {
  const { input } = task.batch(random(sequence), { batchSize: 1, step: 0 });
  const { trace } = machine.run(input, { trace: ["weightings"] });
  const [steps, , heads, rows] = trace.weightings.shape;
  const weighting = (t, head) => trace.weightings.data.subarray((t * heads + head) * rows).subarray(0, rows);
  for (let t = 4; t + 1 < steps; t++) {
    const context = [...input.data.subarray(t - 4, t + 1)].join("");
    const sums = seen.get(context) ?? { count: 0, read: new Float64Array(rows), written: new Float64Array(rows) };
    sums.count++;
    for (const [row, weight] of weighting(t, 0).entries()) sums.read[row] += weight;
    for (const [row, weight] of weighting(t + 1, 1).entries()) sums.written[row] += weight;
    seen.set(context, sums);
  }
}

console.log("context  reads row   then writes there");
const tallies = new Map();
for (const [context, { count, read, written }] of [...seen].sort()) {
  const row = read.indexOf(Math.max(...read));
  const [reads, writes] = [read[row], written[row]].map((sum) => (sum / count).toFixed(2));
  console.log(context.padEnd(8), `${row} (${reads})`.padEnd(11), writes);
  tallies.set(context, row);
}

// Does it need those rows? Where mostly ones have followed a context, what does it expect, and what with a row as it was at the beginning?
const session = machine.session();
const beginning = session.state();
const expected = { "as it is": 0, "without the tally": 0, "without another row": 0 };
let [times, { input }] = [0, task.batch(random(0), { batchSize: 1, step: 0 })];
const followed = new Map();
for (let t = 0; t + 1 < input.data.length; t++) {
  const [bit, next] = input.data.subarray(t, t + 2);
  const context = t < 4 ? "" : [...input.data.subarray(t - 4, t + 1)].join("");
  const { zeros, ones } = followed.get(context) ?? { zeros: 0, ones: 0 };
  const state = session.state();
  const { output } = session.step([[bit]]);
  const tally = tallies.get(context);
  if (tally !== undefined && ones > zeros + 2) {
    times++;
    expected["as it is"] += output.data[0];
    expected["without the tally"] += without(state, tally, bit);
    expected["without another row"] += without(state, (tally + 2) % machine.config.memory.rows, bit);
    session.restore(state);
    session.step([[bit]]);
  }
  followed.set(context, { zeros: zeros + 1 - next, ones: ones + next });
}
console.log(`\nof ${times} predictions where mostly ones have followed, the mean`);
for (const [name, sum] of Object.entries(expected)) console.log(name.padEnd(26), (sum / times).toFixed(2));
machine.dispose();

/** What it expects after `bit`, in that state, but with a row of the memory as it was at the beginning. */
function without(state, row, bit) {
  const { data, shape } = state.get("memory");
  const [, , columns] = shape;
  const altered = data.slice();
  altered.set(beginning.get("memory").data.subarray(row * columns, (row + 1) * columns), row * columns);
  session.restore(new Map(state).set("memory", { data: altered, shape }));
  return session.step([[bit]]).output.data[0];
}

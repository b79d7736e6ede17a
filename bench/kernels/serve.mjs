// The kernels in WebAssembly, started with the file of the module. A line "VERB NUMBER …" is a call of the export of that name, and is
// answered with { "cpu": seconds, "value": what it gave, null for NaN }.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const { instance } = await WebAssembly.instantiate(readFileSync(/** @type {string} */ (process.argv.at(-1))));
for await (const line of createInterface(process.stdin)) {
  const [verb, ...numbers] = line.split(" ");
  const call = /** @type {(...numbers: number[]) => number} */ (instance.exports[verb]);
  const before = process.cpuUsage();
  const value = call(...numbers.map(Number));
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${JSON.stringify({ cpu: (user + system) / 1e6, value })}\n`);
}

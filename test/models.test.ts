// The trained machines that the package brings: each does what its card says.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { associativeRecall, copy, dynamicNGrams, NTM, prioritySort, repeatCopy } from "neural-turing-machine";
import { expect, inject, test } from "vitest";

const folder = join(inject("packageFolder"), "models");
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".json") ? [file.slice(0, -5)] : []));
const tasks = [copy, repeatCopy, associativeRecall, dynamicNGrams, prioritySort];

test("there are some, each with a card, none above 1 MB, all below 2.5", () => {
  expect(names.length).toBeGreaterThan(0);
  const files = readdirSync(folder);
  for (const name of names) expect(files).toContain(`${name}.safetensors`);
  const sizes = files.map((file) => readFileSync(join(folder, file)).length);
  expect(Math.max(...sizes)).toBeLessThan(1e6);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2.5e6);
});

test.each(names)("%s is what its card says", { timeout: 120_000 }, async (name) => {
  const card = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  const create = tasks.find((each) => each().name === card.task) ?? expect.fail(card.task);
  const task = create(card.options);
  // As a user finds it: by the package's exports.
  const installed = pathToFileURL(join(inject("installed"), "test.mjs")).href;
  const file = import.meta.resolve(`neural-turing-machine/models/${name}.safetensors`, installed);
  const machine = await NTM.load(readFileSync(new URL(file)));
  expect(machine.config).toMatchObject({ ...card.settings.machine, seed: card.seed });
  expect(machine.metadata).toEqual({ task: { name: card.task, options: card.options } });
  for (const { sizes, sequences, bitsPerSequence, wrongBitsPerSequence } of card.results) {
    const measured = await machine.evaluate(task, { sequences, ...sizes });
    expect({ sizes, wrong: measured.wrongBitsPerSequence }).toEqual({ sizes, wrong: wrongBitsPerSequence });
    // Rounding differs from one version of the core to the next.
    expect(Math.abs((measured.bitsPerSequence ?? 0) / bitsPerSequence - 1)).toBeLessThan(0.02);
  }
  machine.dispose();
});

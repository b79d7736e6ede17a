/** What the narration says that goes in, of each task as the package draws it. */
import { expect, test } from "vitest";
import { comesIn } from "../src/page/incoming.js";
import type { Recall } from "../src/protocol.js";
import type { TaskName } from "../src/settings.js";
import { batchOf, createTask } from "../src/worker/task.js";

/** The steps of a sequence, in words. */
function told(name: TaskName, options: Record<string, number>, sizes: Record<string, number>): string[] {
  const { input, mask } = batchOf(createTask(name, options), { kind: "drawn", seed: 3, sizes });
  const [steps = 0, , inputs = 0] = input.shape;
  const recall = { steps, inputs, input: input.data, mask: mask.data } as Recall;
  return Array.from({ length: steps }, (_, step) => comesIn(name, recall, step));
}

const nothing = "nothing comes in";

test("of copy: the vectors, though all their bits be 0, and that the list is complete", () => {
  const end = "the delimiter comes in: the list is complete";
  expect(told("copy", { bits: 1 }, { length: 3 })).toEqual([
    ...[1, 2, 3].map((vector) => `vector ${vector} comes in`),
    end,
    nothing,
    nothing,
    nothing,
  ]);
});

test.each([
  [1, 10],
  [3, 5],
  [4, 4],
])("of repeat copy, learned with %s to %s repeats: how many are asked for", (minRepeats, maxRepeats) => {
  const words = told("repeat-copy", { bits: 2, minRepeats, maxRepeats }, { length: 2, repeats: 4 });
  expect(words.slice(0, 5)).toEqual([
    "vector 1 comes in",
    "vector 2 comes in",
    "the delimiter comes in: the list is complete",
    "the number of repeats comes in: 4",
    nothing,
  ]);
  expect(new Set(words.slice(4))).toEqual(new Set([nothing]));
});

test("of associative recall: items, the query, and where each begins", () => {
  expect(told("associative-recall", { itemLength: 2 }, { items: 2 })).toEqual([
    ...[1, 2].flatMap((item) => [
      `the delimiter of item ${item} comes in`,
      `vector 1 of item ${item} comes in`,
      `vector 2 of item ${item} comes in`,
    ]),
    "the query delimiter comes in: the list is complete",
    "vector 1 of the query comes in",
    "vector 2 of the query comes in",
    "the query delimiter comes in: the query is complete",
    nothing,
    nothing,
  ]);
});

test("of priority sort: vectors with their priorities", () => {
  const words = told("priority-sort", { vectors: 3, sorted: 2 }, {});
  for (const [index, each] of words.slice(0, 3).entries())
    expect(each).toMatch(new RegExp(`^vector ${index + 1} comes in, of priority −?[01](\\.\\d+)?$`));
  expect(words.slice(3)).toEqual(["the delimiter comes in: the list is complete", nothing, nothing]);
});

test("of dynamic n-grams: the bits", () => {
  const words = told("dynamic-n-grams", { length: 40, order: 2 }, {});
  expect(new Set(words)).toEqual(new Set(["a 0 comes in", "a 1 comes in"]));
});

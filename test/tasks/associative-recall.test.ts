// The associative recall task, as the paper has it.
import fc from "fast-check";
import { associativeRecall, random } from "neural-turing-machine";
import { describe, expect, test } from "vitest";
import { digest, drawn, sequenceOf, uniform } from "../support/tasks.js";

const options = fc.record({
  bits: fc.integer({ min: 1, max: 8 }),
  itemLength: fc.integer({ min: 1, max: 4 }),
  items: fc.integer({ min: 2, max: 9 }),
  batchSize: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(),
});

describe("a batch", () => {
  test("is items, each after its delimiter, a query between two of its own, and the item that followed it", () => {
    fc.assert(
      fc.property(options, ({ bits, itemLength, items, batchSize, seed }) => {
        const task = associativeRecall({ bits, itemLength });
        expect([task.name, task.inputSize, task.outputSize]).toEqual(["associative-recall", bits + 2, bits]);
        const batch = task.batch(random(seed), { batchSize, step: 0, items });
        const stride = itemLength + 1;
        const steps = items * stride + 2 * stride;
        expect(batch.input.shape).toEqual([steps, batchSize, bits + 2]);
        expect(batch.target.shape).toEqual([steps, batchSize, bits]);
        expect(batch.mask.shape).toEqual([steps, batchSize]);
        const none = Array<number>(bits).fill(0);
        for (let sequence = 0; sequence < batchSize; sequence++) {
          const input = sequenceOf(batch.input, sequence);
          const target = sequenceOf(batch.target, sequence);
          const vectors = (start: number) => input.slice(start, start + itemLength);
          const list = Array.from({ length: items }, (_, item) => vectors(item * stride + 1));
          for (let item = 0; item < items; item++) expect(input[item * stride]).toEqual([...none, 1, 0]);
          const query = items * stride;
          expect(input[query]).toEqual([...none, 0, 1]);
          expect(input[query + stride]).toEqual([...none, 0, 1]);
          for (const item of [...list, vectors(query + 1)])
            for (const channels of item) {
              expect(channels.slice(0, bits).every((bit) => bit === 0 || bit === 1)).toBe(true);
              expect(channels.slice(bits)).toEqual([0, 0]);
            }
          for (const silent of input.slice(query + stride + 1)) expect(silent).toEqual([...none, 0, 0]);

          const asked = JSON.stringify(vectors(query + 1));
          const answer = target.slice(query + stride + 1);
          const followers = list.slice(1).filter((_, item) => JSON.stringify(list[item]) === asked);
          expect(followers).toContainEqual(answer.map((vector) => [...vector, 0, 0]));
          for (const silent of target.slice(0, query + stride + 1)) expect(silent).toEqual(none);
          const mask = Array.from({ length: steps }, (_, step) => [step > query + stride ? 1 : 0]);
          expect(sequenceOf(batch.mask, sequence)).toEqual(mask);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("has the paper's sizes by default, all equally likely, and any item but the last as the query", () => {
    const batches = drawn(associativeRecall(), random(5), 3000, {}, 2);
    for (const { input } of batches) expect(input.shape[2]).toBe(8);
    const items = batches.map(({ input }) => ((input.shape[0] ?? 0) - 8) / 4);
    uniform(items, 2, 6);
    const queries = batches
      .filter((_, index) => items[index] === 6)
      .flatMap(({ input }) =>
        [0, 1].map((sequence) => {
          const steps = sequenceOf(input, sequence).map((channels) => channels.join(""));
          const query = steps.slice(25, 28).join();
          return [0, 1, 2, 3, 4].findIndex((item) => steps.slice(4 * item + 1, 4 * item + 4).join() === query);
        }),
      );
    uniform(queries, 0, 4);
  });
});

test("a seed is API: its batches never change", () => {
  const batches = drawn(associativeRecall(), random(1), 3, {}, 2);
  expect(batches.map(({ input }) => input.shape.join("×")).join(" ")).toMatchInlineSnapshot(`"32×2×8 20×2×8 20×2×8"`);
  expect([...(batches[0]?.input.data.slice(0, 48) ?? [])].join("")).toMatchInlineSnapshot(
    `"000000100000001010010000110001001001010000101000"`,
  );
  expect(batches.map(digest).join(" ")).toMatchInlineSnapshot(`"b732fff7c5331d49 f75dd7c051c5e63e 66d0840baec45ccb"`);
});

test("a curriculum grows the most items", () => {
  const task = associativeRecall({ curriculum: 100 });
  const most = (step: number) =>
    Math.max(
      ...Array.from({ length: 200 }, (_, seed) => task.batch(random(seed), { batchSize: 1, step }).mask.data.length),
    );
  expect([0, 25, 50, 99, 100].map((step) => (most(step) - 8) / 4)).toEqual([2, 3, 4, 5, 6]);
});

describe("an evaluation may ask for other sizes", () => {
  const steps = (own: object) => associativeRecall().batch(random(2), { batchSize: 1, step: 0, ...own }).input.shape[0];

  test.each([
    [{ items: 20 }, 88],
    [{ minItems: 7, maxItems: 7 }, 36],
    [{ items: 4, itemLength: 5 }, 36],
  ])("%j", (own, expected) => expect(steps(own)).toBe(expected));
});

describe("refuses", () => {
  test.each<[object, string]>([
    [{ items: 3 }, "associativeRecall.items: unknown option"],
    [{ minItems: 1 }, "associativeRecall.minItems: expected an integer from 2 to 1048576, got 1"],
    [{ minItems: 7 }, "minItems: expected at most maxItems, 6, got 7"],
    [{ itemLength: 0 }, "associativeRecall.itemLength: expected an integer from 1 to 1048576, got 0"],
  ])("%j", (given, message) => {
    expect(() => associativeRecall(given)).toThrow(
      expect.objectContaining({ code: "option", message: expect.stringContaining(message) }),
    );
  });

  test.each<[object, string]>([
    [{ items: 1 }, "items: expected an integer from 2 to 1048576, got 1"],
    [{ length: 3 }, "length: unknown option"],
    [{ items: 3, minItems: 3 }, "items: expected either it or minItems and maxItems, got both"],
  ])("%j of a batch", (given, message) => {
    const draw = () => associativeRecall().batch(random(1), { batchSize: 1, step: 0, ...given });
    expect(draw).toThrow(expect.objectContaining({ code: "option", message: expect.stringContaining(message) }));
  });
});

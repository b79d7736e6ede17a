// The priority sort task, as the paper has it.
import fc from "fast-check";
import { prioritySort, type Random, random } from "neural-turing-machine";
import { describe, expect, test } from "vitest";
import { digest, drawn, sequenceOf } from "../support/tasks.js";

const options = fc
  .record({
    bits: fc.integer({ min: 1, max: 8 }),
    sorted: fc.integer({ min: 1, max: 8 }),
    more: fc.nat(4),
    batchSize: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat(),
  })
  .map(({ more, ...rest }) => ({ ...rest, vectors: rest.sorted + more }));

describe("a batch", () => {
  test("is vectors with priorities and a delimiter; those of the highest are asked for, the highest first", () => {
    fc.assert(
      fc.property(options, ({ bits, vectors, sorted, batchSize, seed }) => {
        const task = prioritySort({ bits, vectors, sorted });
        expect([task.name, task.inputSize, task.outputSize]).toEqual(["priority-sort", bits + 2, bits]);
        const batch = task.batch(random(seed), { batchSize, step: 0 });
        const steps = vectors + 1 + sorted;
        expect(batch.input.shape).toEqual([steps, batchSize, bits + 2]);
        expect(batch.target.shape).toEqual([steps, batchSize, bits]);
        expect(batch.mask.shape).toEqual([steps, batchSize]);
        const none = Array<number>(bits).fill(0);
        for (let sequence = 0; sequence < batchSize; sequence++) {
          const input = sequenceOf(batch.input, sequence);
          const given = input.slice(0, vectors);
          for (const channels of given) {
            expect(channels.slice(0, bits).every((bit) => bit === 0 || bit === 1)).toBe(true);
            expect(channels[bits]).toBeGreaterThanOrEqual(-1);
            expect(channels[bits]).toBeLessThan(1);
            expect(channels[bits + 1]).toBe(0);
          }
          expect(input[vectors]).toEqual([...none, 0, 1]);
          for (const silent of input.slice(vectors + 1)) expect(silent).toEqual([...none, 0, 0]);

          const target = sequenceOf(batch.target, sequence);
          expect(target.slice(vectors + 1)).toEqual(slowlySorted(given, bits).slice(0, sorted));
          for (const silent of target.slice(0, vectors + 1)) expect(silent).toEqual(none);
          const mask = Array.from({ length: steps }, (_, step) => [step > vectors ? 1 : 0]);
          expect(sequenceOf(batch.mask, sequence)).toEqual(mask);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("has the paper's sizes by default", () => {
    const { input, target } = prioritySort().batch(random(1), { batchSize: 1, step: 0 });
    expect([input.shape, target.shape]).toEqual([
      [37, 1, 10],
      [37, 1, 8],
    ]);
  });

  test("takes equal priorities as they came", () => {
    let drawnBits = 0;
    const source = { bit: () => drawnBits++ % 2, uniform: () => 0.25 } as unknown as Random;
    const { input, target } = prioritySort({ bits: 3, vectors: 5, sorted: 5 }).batch(source, { batchSize: 1, step: 0 });
    const given = sequenceOf(input, 0).slice(0, 5);
    expect(given.map((channels) => channels[3])).toEqual([-0.5, -0.5, -0.5, -0.5, -0.5]);
    expect(sequenceOf(target, 0).slice(6)).toEqual(given.map((channels) => channels.slice(0, 3)));
  });

  test("has priorities that are spread evenly", () => {
    const [batch] = drawn(prioritySort({ bits: 1 }), random(3), 1, {}, 500);
    const priorities = Array.from({ length: 500 }, (_, sequence) =>
      sequenceOf((batch as NonNullable<typeof batch>).input, sequence)
        .slice(0, 20)
        .map((channels) => channels[1] ?? 0),
    ).flat();
    const counts = Array.from({ length: 10 }, () => 0);
    for (const priority of priorities) {
      const bin = Math.floor((priority + 1) * 5);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    expect(counts).toHaveLength(10);
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150); // five standard deviations
  });
});

/** The highest left, again and again. */
function slowlySorted(given: readonly (readonly number[])[], bits: number): number[][] {
  const left = [...given];
  const sorted: number[][] = [];
  while (left.length > 0) {
    let best = 0;
    left.forEach((channels, index) => {
      if ((channels[bits] ?? 0) > (left[best]?.[bits] ?? 0)) best = index;
    });
    sorted.push(...left.splice(best, 1).map((channels) => channels.slice(0, bits)));
  }
  return sorted;
}

test("a seed is API: its batches never change", () => {
  const batches = drawn(prioritySort(), random(1), 3, {}, 2);
  expect([...(batches[0]?.input.data.slice(0, 20) ?? [])].join(" ")).toMatchInlineSnapshot(
    `"0 1 0 0 1 0 0 1 0.06736612319946289 0 0 0 0 1 1 0 0 1 -0.9907714128494263 0"`,
  );
  expect(batches.map(digest).join(" ")).toMatchInlineSnapshot(`"086ed18696cbb063 8ca03b1d1265e701 858f8e22d9f3f068"`);
});

describe("an evaluation may ask for other sizes", () => {
  const steps = (own: object) => prioritySort().batch(random(2), { batchSize: 1, step: 0, ...own }).input.shape[0];

  test.each([
    [{ vectors: 40, sorted: 30 }, 71],
    [{ vectors: 30 }, 47],
    [{ sorted: 5 }, 26],
  ])("%j", (own, expected) => expect(steps(own)).toBe(expected));
});

describe("refuses", () => {
  test.each<[object, string]>([
    [{ length: 3 }, "prioritySort.length: unknown option"],
    [{ vectors: 10 }, "sorted: expected at most vectors, 10, got 16"],
    [{ sorted: 0 }, "prioritySort.sorted: expected an integer from 1 to 1048576, got 0"],
  ])("%j", (given, message) => {
    expect(() => prioritySort(given)).toThrow(
      expect.objectContaining({ code: "option", message: expect.stringContaining(message) }),
    );
  });

  test.each<[object, string]>([
    [{ bits: 3 }, "bits: unknown option"],
    [{ sorted: 21 }, "sorted: expected at most vectors, 20, got 21"],
  ])("%j of a batch", (given, message) => {
    const draw = () => prioritySort().batch(random(1), { batchSize: 1, step: 0, ...given });
    expect(draw).toThrow(expect.objectContaining({ code: "option", message: expect.stringContaining(message) }));
  });
});

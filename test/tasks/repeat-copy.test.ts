// The repeat copy task, as the paper has it.
import fc from "fast-check";
import { random, repeatCopy } from "neural-turing-machine";
import { describe, expect, test } from "vitest";
import { digest, drawn, sequenceOf, uniform } from "../support/tasks.js";

const options = fc.record({
  bits: fc.integer({ min: 1, max: 10 }),
  length: fc.integer({ min: 1, max: 6 }),
  repeats: fc.integer({ min: 1, max: 6 }),
  batchSize: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(),
});

describe("a batch", () => {
  test("is bits, a delimiter and a number, then the bits so many times and an end marker", () => {
    fc.assert(
      fc.property(options, ({ bits, length, repeats, batchSize, seed }) => {
        const task = repeatCopy({ bits, maxRepeats: 7 });
        expect([task.name, task.inputSize, task.outputSize]).toEqual(["repeat-copy", bits + 2, bits + 1]);
        const batch = task.batch(random(seed), { batchSize, step: 0, length, repeats });
        const steps = 2 + length + length * repeats + 1;
        expect(batch.input.shape).toEqual([steps, batchSize, bits + 2]);
        expect(batch.target.shape).toEqual([steps, batchSize, bits + 1]);
        expect(batch.mask.shape).toEqual([steps, batchSize]);
        const none = Array<number>(bits).fill(0);
        const silence = [...none, 0];
        for (let sequence = 0; sequence < batchSize; sequence++) {
          const input = sequenceOf(batch.input, sequence);
          const vectors = input.slice(0, length).map((channels) => channels.slice(0, bits));
          for (const vector of vectors) expect(vector.every((bit) => bit === 0 || bit === 1)).toBe(true);
          expect(input.slice(0, length)).toEqual(vectors.map((vector) => [...vector, 0, 0]));
          expect(input[length]).toEqual([...none, 1, 0]);
          // 1 to 7: mean 4, variance (7² - 1) / 12 = 4
          expect(input[length + 1]).toEqual([...none, 0, (repeats - 4) / 2]);
          for (const after of input.slice(length + 2)) expect(after).toEqual([...none, 0, 0]);

          const echoes = Array.from({ length: repeats }, () => vectors.map((vector) => [...vector, 0])).flat();
          const before = Array.from({ length: length + 2 }, () => silence);
          expect(sequenceOf(batch.target, sequence)).toEqual([...before, ...echoes, [...none, 1]]);
          const asked = Array.from({ length: steps }, (_, step) => [step < length + 2 ? 0 : 1]);
          expect(sequenceOf(batch.mask, sequence)).toEqual(asked);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("has the paper's sizes by default, all equally likely", () => {
    const batches = drawn(repeatCopy(), random(5), 3000, {});
    const lengths = batches.map(({ input }) => sequenceOf(input, 0).findIndex((channels) => channels[8] === 1));
    uniform(lengths, 1, 10);
    const repeats = batches.map(({ mask }, index) => (mask.data.length - 3) / (lengths[index] ?? 0) - 1);
    uniform(repeats, 1, 10);
    // drawn independently of each other
    uniform(
      repeats.filter((_, index) => lengths[index] === 10),
      1,
      10,
    );
  });

  test("tells the number by the range that the task was made with, whatever is asked for", () => {
    const told = (task: ReturnType<typeof repeatCopy>, repeats: number) => {
      const { input } = task.batch(random(1), { batchSize: 1, step: 0, length: 1, repeats });
      return input.data[2 * task.inputSize + task.inputSize - 1];
    };
    const deviation = Math.sqrt(8.25);
    expect(deviation).toBeCloseTo(2.8723, 4);
    for (const repeats of [1, 5, 6, 10, 20]) {
      expect(told(repeatCopy(), repeats)).toBe(Math.fround((repeats - 5.5) / deviation));
    }
    expect(told(repeatCopy({ minRepeats: 3, maxRepeats: 3 }), 3)).toBe(0);
    expect(told(repeatCopy({ minRepeats: 3, maxRepeats: 3 }), 5)).toBe(2);
    for (const maxRepeats of [2, 3, 4, 17, 100, 12345]) {
      const root = Math.sqrt((maxRepeats ** 2 - 1) / 12);
      expect(told(repeatCopy({ maxRepeats }), 1)).toBeCloseTo((1 - (1 + maxRepeats) / 2) / root, 6);
    }
  });
});

test("a seed is API: its batches never change", () => {
  const batches = drawn(repeatCopy(), random(1), 3, {}, 2);
  expect(batches.map(({ input }) => input.shape.join("×")).join(" ")).toMatchInlineSnapshot(
    `"38×2×10 14×2×10 21×2×10"`,
  );
  expect([...(batches[0]?.input.data.slice(0, 30) ?? [])].join(" ")).toMatchInlineSnapshot(
    `"0 0 1 0 0 1 1 0 0 0 0 0 1 1 0 0 1 0 0 0 1 0 0 1 0 1 0 0 0 0"`,
  );
  expect(batches.map(digest).join(" ")).toMatchInlineSnapshot(`"956a7f62b2d78983 9fc976e4ba4f6be0 bc81a9ae51601bcd"`);
});

test("a curriculum grows both, the longest and the most", () => {
  const task = repeatCopy({ maxLength: 3, maxRepeats: 5, curriculum: 100 });
  const steps = (step: number) =>
    new Set(
      drawn(task, random(2), 300, {}).map(
        (_, seed) => task.batch(random(seed), { batchSize: 1, step }).mask.data.length,
      ),
    );
  expect(steps(0)).toEqual(new Set([2 + 1 + 1 + 1]));
  expect(Math.max(...steps(50))).toBe(2 + 2 + 2 * 3 + 1);
  expect(Math.max(...steps(100))).toBe(2 + 3 + 3 * 5 + 1);
});

describe("an evaluation may ask for other sizes", () => {
  const steps = (own: object) => repeatCopy().batch(random(2), { batchSize: 1, step: 0, ...own }).input.shape[0];

  test.each([
    [{ length: 20, repeats: 10 }, 223],
    [{ length: 10, repeats: 20 }, 213],
    [{ minLength: 4, maxLength: 4, minRepeats: 30, maxRepeats: 30 }, 127],
  ])("%j", (own, expected) => expect(steps(own)).toBe(expected));
});

describe("refuses", () => {
  test.each<[object, string]>([
    [{ repeats: 3 }, "repeatCopy.repeats: unknown option; known: repeatCopy.bits, repeatCopy.minLength"],
    [{ maxRepeat: 3 }, "repeatCopy.maxRepeat: unknown option; did you mean repeatCopy.maxRepeats?"],
    [{ minRepeats: 0 }, "repeatCopy.minRepeats: expected an integer from 1 to 1048576, got 0"],
    [{ minLength: 11 }, "minLength: expected at most maxLength, 10, got 11"],
    [{ minRepeats: 11 }, "minRepeats: expected at most maxRepeats, 10, got 11"],
  ])("%j", (given, message) => {
    expect(() => repeatCopy(given)).toThrow(
      expect.objectContaining({ code: "option", message: expect.stringContaining(message) }),
    );
  });

  test.each<[object, string]>([
    [{ items: 3 }, "items: unknown option"],
    [{ repeats: 3, maxRepeats: 4 }, "repeats: expected either it or minRepeats and maxRepeats, got both"],
    [{ minRepeats: 30 }, "minRepeats: expected at most maxRepeats, 10, got 30"],
  ])("%j of a batch", (given, message) => {
    const draw = () => repeatCopy().batch(random(1), { batchSize: 1, step: 0, ...given });
    expect(draw).toThrow(expect.objectContaining({ code: "option", message: expect.stringContaining(message) }));
  });
});

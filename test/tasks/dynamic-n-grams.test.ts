// The dynamic n-grams task, as the paper has it, and its optimal estimator.
import fc from "fast-check";
import { dynamicNGrams, random } from "neural-turing-machine";
import { describe, expect, test } from "vitest";
import { digest, drawn, sequenceOf } from "../support/tasks.js";

const options = fc
  .record({
    order: fc.integer({ min: 1, max: 4 }),
    more: fc.integer({ min: 1, max: 40 }),
    batchSize: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat(),
  })
  .map(({ more, ...rest }) => ({ ...rest, length: rest.order + more }));

/** All the bits of a sequence: what goes in, and the last that should come out. */
function bitsOf(batch: ReturnType<ReturnType<typeof dynamicNGrams>["batch"]>, sequence: number): number[] {
  return [...sequenceOf(batch.input, sequence).flat(), ...sequenceOf(batch.target, sequence).flat().slice(-1)];
}

describe("a batch", () => {
  test("asks for the bit that follows, from the first that has a whole context before it", () => {
    fc.assert(
      fc.property(options, ({ order, length, batchSize, seed }) => {
        const task = dynamicNGrams({ order, length });
        expect([task.name, task.inputSize, task.outputSize]).toEqual(["dynamic-n-grams", 1, 1]);
        const batch = task.batch(random(seed), { batchSize, step: 0 });
        expect(batch.input.shape).toEqual([length - 1, batchSize, 1]);
        expect(batch.target.shape).toEqual([length - 1, batchSize, 1]);
        expect(batch.mask.shape).toEqual([length - 1, batchSize]);
        for (let sequence = 0; sequence < batchSize; sequence++) {
          const bits = bitsOf(batch, sequence);
          expect(bits.every((bit) => bit === 0 || bit === 1)).toBe(true);
          expect(sequenceOf(batch.target, sequence).flat()).toEqual(bits.slice(1));
          const mask = sequenceOf(batch.mask, sequence).flat();
          // target `step` is bit `step + 1`, which has `step + 1` bits before it
          expect(mask).toEqual(mask.map((_, step) => (step + 1 >= order ? 1 : 0)));
        }
      }),
      { numRuns: 30 },
    );
  });

  test("has the paper's sizes by default", () => {
    const { input, mask } = dynamicNGrams().batch(random(1), { batchSize: 1, step: 0 });
    expect(input.shape).toEqual([199, 1, 1]);
    expect(mask.data.reduce((sum, weight) => sum + weight, 0)).toBe(195);
  });

  test("draws its probabilities from Beta(½, ½), one for each context", () => {
    const [length, count] = [800, 400];
    const [batch] = drawn(dynamicNGrams({ length, order: 1 }), random(3), 1, {}, count);
    const frequencies: number[] = [];
    for (let sequence = 0; sequence < count; sequence++) {
      const bits = bitsOf(batch as NonNullable<typeof batch>, sequence);
      for (const context of [0, 1]) {
        const after = bits.slice(1).filter((_, index) => bits[index] === context);
        if (after.length >= 50) frequencies.push(after.reduce((sum, bit) => sum + bit, 0) / after.length);
      }
    }
    // Sequences that hardly leave one context tell little of the other, and are missing here: at most a third.
    expect(frequencies.length).toBeGreaterThan((2 * count * 2) / 3);
    const mean = frequencies.reduce((sum, value) => sum + value, 0) / frequencies.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.07);
    // A third of Beta(½, ½) is below sin²(π/6) = ¼, and a third above ¾. Of a uniform one it would be a quarter.
    const [low, high] = [frequencies.filter((value) => value < 0.25), frequencies.filter((value) => value > 0.75)];
    for (const { length } of [low, high]) expect(length / frequencies.length).toBeGreaterThan(0.25);
  });

  test("begins with fair bits", () => {
    const batches = drawn(dynamicNGrams({ length: 6 }), random(3), 1, {}, 4000);
    const ones = sequenceSum(batches[0]?.input.data ?? new Float32Array());
    expect(Math.abs(ones - 10_000)).toBeLessThan(5 * Math.sqrt(5000));
  });
});

function sequenceSum(data: Float32Array): number {
  return data.reduce((sum, value) => sum + value, 0);
}

describe("the optimal estimator", () => {
  test("is that of a slow direct count", () => {
    fc.assert(
      fc.property(options, ({ order, length, batchSize, seed }) => {
        const task = dynamicNGrams({ order, length });
        const batch = task.batch(random(seed), { batchSize, step: 0 });
        const estimate = task.estimate(batch.input);
        expect(estimate.shape).toEqual(batch.input.shape);
        let loss = 0;
        for (let sequence = 0; sequence < batchSize; sequence++) {
          const bits = bitsOf(batch, sequence);
          const text = bits.join("");
          for (let next = 1; next < length; next++) {
            let expected = 0.5;
            if (next >= order) {
              const context = text.slice(next - order, next);
              let [ones, zeros] = [0, 0];
              for (let earlier = order; earlier < next; earlier++)
                if (text.slice(earlier - order, earlier) === context) text[earlier] === "1" ? ones++ : zeros++;
              expected = (ones + 0.5) / (ones + zeros + 1);
              loss -= Math.log2(bits[next] === 1 ? expected : 1 - expected);
            }
            expect(estimate.data[(next - 1) * batchSize + sequence]).toBe(Math.fround(expected));
          }
        }
        expect(task.optimum(batch)).toBeCloseTo(loss / batchSize, 4);
      }),
      { numRuns: 50 },
    );
  });

  test("loses what it must: a bit on each coin that is new, less on what was seen", () => {
    const task = dynamicNGrams({ order: 1, length: 5 });
    // contexts 1, 1, 1, 1 followed by 1: ½, ¾, ⅚, ⅞
    const batch = { input: [[[1]], [[1]], [[1]], [[1]]], target: [[[1]], [[1]], [[1]], [[1]]] };
    expect([...task.estimate(batch.input).data]).toEqual([0.5, 0.75, 5 / 6, 0.875].map(Math.fround));
    expect(task.optimum(batch)).toBeCloseTo(-Math.log2(0.5 * 0.75 * (5 / 6) * 0.875), 6);
    expect(task.optimum({ ...batch, mask: [[0], [0], [0], [2]] })).toBeCloseTo(-2 * Math.log2(0.875), 6);
  });

  test("loses about 129 of 195 bits where the sizes are the paper's", () => {
    const task = dynamicNGrams();
    const [batch] = drawn(task, random(0), 1, {}, 1000);
    const { input, target, mask } = batch as NonNullable<typeof batch>;
    const optimum = task.optimum({ input, target, mask });
    expect(optimum).toBeGreaterThan(125);
    expect(optimum).toBeLessThan(135);
  });

  test("refuses what are no bits, and other shapes", () => {
    const task = dynamicNGrams();
    expect(() => task.estimate([[[0.5]]])).toThrow(
      expect.objectContaining({ code: "option", message: "input: expected 0 or 1, got 0.5 at step 0" }),
    );
    expect(() => task.estimate([[[0, 1]]])).toThrow(expect.objectContaining({ code: "shape" }));
    expect(() => task.optimum({ input: [[[0]]], target: [[[0]], [[1]]] })).toThrow(
      expect.objectContaining({ code: "shape", where: "batch.target" }),
    );
    const bit = [[[0]]];
    for (const wrong of [7, 0.5])
      expect(() => task.optimum({ input: bit, target: [[[wrong]]] })).toThrow(
        expect.objectContaining({ code: "option", message: `batch.target[0]: expected 0 or 1, got ${wrong}` }),
      );
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() =>
        task.optimum({ input: bit, target: bit, mask: { data: new Float32Array([wrong]), shape: [1, 1] } }),
      ).toThrow(
        expect.objectContaining({
          code: "option",
          message: `batch.mask[0]: expected a finite weight ≥ 0, got ${wrong}`,
        }),
      );
  });
});

test("a seed is API: its batches never change", () => {
  const task = dynamicNGrams();
  const batches = drawn(task, random(1), 3, {}, 2);
  expect(bitsOf(batches[0] as (typeof batches)[0], 0).join("")).toMatchInlineSnapshot(
    `"00010100011001010001111110111101001000110010001010001011010001100100010100101111001011010001111001000110010010101000111101101000101000110010000110010010100011110001111110010010010010010010001001001001"`,
  );
  expect(batches.map(digest).join(" ")).toMatchInlineSnapshot(`"67516b0eb42ba99b 5a59a9c59cac8823 f6d976439b810d76"`);
});

test("an evaluation may ask for another length", () => {
  const { input } = dynamicNGrams().batch(random(2), { batchSize: 1, step: 0, length: 50 });
  expect(input.shape).toEqual([49, 1, 1]);
});

describe("refuses", () => {
  test.each<[object, string]>([
    [{ bits: 3 }, "dynamicNGrams.bits: unknown option"],
    [{ order: 0 }, "dynamicNGrams.order: expected an integer from 1 to 16, got 0"],
    [{ order: 17 }, "dynamicNGrams.order: expected an integer from 1 to 16, got 17"],
    [{ length: 5 }, "length: expected more than order, 5, got 5"],
  ])("%j", (given, message) => {
    expect(() => dynamicNGrams(given)).toThrow(
      expect.objectContaining({ code: "option", message: expect.stringContaining(message) }),
    );
  });

  test.each<[object, string]>([
    [{ order: 3 }, "order: unknown option"],
    [{ length: 4 }, "length: expected more than order, 5, got 4"],
  ])("%j of a batch", (given, message) => {
    const draw = () => dynamicNGrams().batch(random(1), { batchSize: 1, step: 0, ...given });
    expect(draw).toThrow(expect.objectContaining({ code: "option", message: expect.stringContaining(message) }));
  });
});

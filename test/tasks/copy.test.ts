// The copy task, as the paper has it.
import fc from "fast-check";
import { copy, random } from "neural-turing-machine";
import { describe, expect, test } from "vitest";
import { digest, uniform } from "../support/tasks.js";

const options = fc.record({
  bits: fc.integer({ min: 1, max: 10 }),
  minLength: fc.integer({ min: 1, max: 8 }),
  more: fc.nat(8),
  batchSize: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(),
});

describe("a batch", () => {
  test("is bits, a delimiter and silence; the same bits are asked for after it, and nothing else", () => {
    fc.assert(
      fc.property(options, ({ bits, minLength, more, batchSize, seed }) => {
        const task = copy({ bits, minLength, maxLength: minLength + more });
        expect([task.name, task.inputSize, task.outputSize]).toEqual(["copy", bits + 1, bits]);
        const { input, target, mask } = task.batch(random(seed), { batchSize, step: 0 });
        const steps = input.shape[0] ?? 0;
        const length = (steps - 1) / 2;
        expect(length).toBeGreaterThanOrEqual(minLength);
        expect(length).toBeLessThanOrEqual(minLength + more);
        expect(input.shape).toEqual([steps, batchSize, bits + 1]);
        expect(target.shape).toEqual([steps, batchSize, bits]);
        expect(mask.shape).toEqual([steps, batchSize]);
        for (let step = 0; step < steps; step++)
          for (let sequence = 0; sequence < batchSize; sequence++) {
            const row = step * batchSize + sequence;
            const given = [...input.data.slice(row * (bits + 1), (row + 1) * (bits + 1))];
            const wanted = [...target.data.slice(row * bits, (row + 1) * bits)];
            const earlier = (step - length - 1) * batchSize + sequence;
            const echo = [...input.data.slice(earlier * (bits + 1), earlier * (bits + 1) + bits)];
            const silence = Array<number>(bits).fill(0);
            if (step < length) {
              expect(given.every((bit) => bit === 0 || bit === 1)).toBe(true);
              expect(given[bits]).toBe(0);
            } else expect(given).toEqual([...silence, step === length ? 1 : 0]);
            expect(wanted).toEqual(step > length ? echo : silence);
            expect(mask.data[row]).toBe(step > length ? 1 : 0);
          }
      }),
      { numRuns: 30 },
    );
  });

  test("is the same for the same generator, and another for the next", () => {
    const task = copy();
    const source = random(4);
    const first = task.batch(source, { batchSize: 2, step: 0 });
    const second = task.batch(source, { batchSize: 2, step: 0 });
    expect(task.batch(random(4), { batchSize: 2, step: 7 })).toEqual(first);
    expect(second).not.toEqual(first);
  });

  test("has fair bits, and lengths that are all equally likely", () => {
    const task = copy({ bits: 4, minLength: 1, maxLength: 4 });
    const source = random(11);
    const lengths: number[] = [];
    let ones = 0;
    let all = 0;
    for (let batch = 0; batch < 4000; batch++) {
      const { target, mask } = task.batch(source, { batchSize: 1, step: batch });
      const length = (mask.data.length - 1) / 2;
      lengths.push(length);
      ones += target.data.reduce((sum, bit) => sum + bit, 0);
      all += 4 * length;
    }
    uniform(lengths, 1, 4);
    // Five standard deviations.
    expect(Math.abs(ones - all / 2)).toBeLessThan(2.5 * Math.sqrt(all));
  });

  test("has the paper's sizes by default", () => {
    const task = copy();
    const lengths = new Set<number>();
    const source = random(1);
    for (let batch = 0; batch < 500; batch++)
      lengths.add(((task.batch(source, { batchSize: 1, step: 0 }).mask.shape[0] ?? 0) - 1) / 2);
    expect([task.inputSize, Math.min(...lengths), Math.max(...lengths), lengths.size]).toEqual([9, 1, 20, 20]);
  });
});

test("a seed is API: its batches never change", () => {
  const task = copy();
  const source = random(1);
  const batches = Array.from({ length: 3 }, () => task.batch(source, { batchSize: 2, step: 0 }));
  expect(batches.map(({ input }) => input.shape.join("×")).join(" ")).toMatchInlineSnapshot(`"11×2×9 39×2×9 5×2×9"`);
  expect([...(batches[0]?.input.data.slice(0, 27) ?? [])].join("")).toMatchInlineSnapshot(
    `"100100110000110010010010100"`,
  );
  expect(batches.map(digest).join(" ")).toMatchInlineSnapshot(`"dfef8f721647b50d 8c7525a040fe8e52 f7ddbfc622ae5c4f"`);
});

describe("a curriculum", () => {
  const task = copy({ minLength: 2, maxLength: 6, curriculum: 100 });
  const lengths = (step: number, own: object = {}) => {
    const source = random(3);
    const drawn = Array.from(
      { length: 300 },
      () => task.batch(source, { batchSize: 1, step, ...own }).mask.data.length,
    );
    return [...new Set(drawn)].map((steps) => (steps - 1) / 2).sort((one, other) => one - other);
  };

  test.each([
    [0, [2]],
    [24, [2]],
    [25, [2, 3]],
    [50, [2, 3, 4]],
    [99, [2, 3, 4, 5]],
    [100, [2, 3, 4, 5, 6]],
    [1e9, [2, 3, 4, 5, 6]],
  ])("grows the longest in even steps: %i", (step, expected) => expect(lengths(step)).toEqual(expected));

  test("lets pass what an evaluation asks for", () => {
    expect(lengths(0, { length: 50 })).toEqual([50]);
    expect(lengths(0, { minLength: 4 })).toEqual([4, 5, 6]);
  });

  test("of nothing changes no number", () => {
    const options = { batchSize: 2, step: 5 };
    expect(copy({ curriculum: 0 }).batch(random(1), options)).toEqual(copy().batch(random(1), options));
    expect(copy({ curriculum: 5 }).batch(random(1), options)).toEqual(copy().batch(random(1), options));
  });
});

describe("an evaluation may ask for other lengths", () => {
  const task = copy({ bits: 2, maxLength: 5 });
  const steps = (own: object) => task.batch(random(2), { batchSize: 1, step: 0, ...own }).input.shape[0];

  test("for one length", () => expect(steps({ length: 50 })).toBe(101));
  test("for another range", () => expect(steps({ minLength: 7, maxLength: 7 })).toBe(15));
});

describe("refuses", () => {
  test.each<[unknown, string]>([
    [{ bit: 8 }, "copy.bit: unknown option; did you mean copy.bits?"],
    [{ length: 8 }, "copy.length: unknown option; known: copy.bits, copy.minLength, copy.maxLength, copy.curriculum"],
    [{ bits: 0 }, "copy.bits: expected an integer from 1 to 1048576, got 0"],
    [{ bits: "8" }, 'copy.bits: expected an integer from 1 to 1048576, got "8"'],
    [{ minLength: 1.5 }, "copy.minLength: expected an integer from 1 to 1048576, got 1.5"],
    [{ minLength: 21 }, "minLength: expected at most maxLength, 20, got 21"],
    [null, "copy: expected an object, got null"],
    [[], "copy: expected an object, got an array of length 0"],
  ])("%j", (given, message) => {
    expect(() => copy(given as object)).toThrow(expect.objectContaining({ code: "option", message }));
  });

  test.each<[object, string]>([
    [{ lenght: 3 }, "lenght: unknown option; did you mean length?"],
    [{ bits: 3 }, "bits: unknown option"],
    [{ length: 0 }, "length: expected an integer from 1 to 1048576, got 0"],
    [{ length: 3, maxLength: 4 }, "length: expected either it or minLength and maxLength, got both"],
    [{ minLength: 30 }, "minLength: expected at most maxLength, 20, got 30"],
    [{ batchSize: 0 }, "batchSize: expected an integer from 1"],
  ])("%j of a batch", (given, message) => {
    const draw = () => copy().batch(random(1), { batchSize: 1, step: 0, ...given });
    expect(draw).toThrow(expect.objectContaining({ code: "option", message: expect.stringContaining(message) }));
  });

  test("a batch larger than any memory", () => {
    const draw = () => copy({ bits: 2 ** 20 }).batch(random(1), { batchSize: 2 ** 20, step: 0, length: 2 ** 20 });
    expect(draw).toThrow(expect.objectContaining({ code: "memory" }));
  });
});

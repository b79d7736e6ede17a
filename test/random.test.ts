// A seed is API: the streams are pinned, by the same numbers as in crates/ntm-core/src/random.rs.
import fc from "fast-check";
import {
  associativeRecall,
  copy,
  dynamicNGrams,
  NTMError,
  prioritySort,
  Random,
  type RandomState,
  random,
  repeatCopy,
} from "neural-turing-machine";
import { describe, expect, test } from "vitest";

const times = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

describe("the pinned streams", () => {
  test.each([
    [0, 0, [4040328573, 766560300, 3233569545, 3077719474]],
    [1, 0, [1526988584, 2907895945, 1394869624, 2016686417]],
    [1, 1, [2309967796, 1080243134, 3808536229, 3840123672]],
    [1, 2, [2730846389, 2515054006, 2971586103, 1608268316]],
    [4294967295, 7, [3555398715, 3477592433, 3207172993, 1504802133]],
    [42, 4294967295, [2619416372, 4150692821, 1053344154, 3774411981]],
  ])("seed %i, stream %i", (seed, stream, words) => {
    const source = random(seed, stream);
    expect(times(4, () => source.next())).toEqual(words);
  });

  test("a thousand draws further", () => {
    const source = random(1, 1);
    times(1000, () => source.next());
    expect(source.state()).toEqual([942155851, 4217848285, 3657127428, 2738151075]);
  });

  test("bits are the topmost of each word", () => {
    const source = random(1, 1);
    expect(times(16, () => source.bit())).toEqual([1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
  });

  test("uniform numbers are the upper 24 bits", () => {
    const source = random(1, 1);
    expect(times(4, () => source.uniform() * 2 ** 24)).toEqual([9023311, 4219699, 14877094, 15000483]);
  });

  test("integers, drawn again where the last round is incomplete", () => {
    const source = random(1, 1);
    expect(times(10, () => source.integer(1, 20))).toEqual([17, 15, 10, 13, 9, 2, 1, 7, 1, 9]);
    // The span does not divide 2^32 by far: every other word or so is refused.
    expect(times(6, () => source.integer(-5, 3_000_000_000))).toEqual([
      585447668, 241750675, 663712385, 698347442, 666759101, 840948552,
    ]);
  });

  test("the stream is 0 unless said otherwise", () => {
    expect(random(5).next()).toBe(random(5, 0).next());
  });
});

describe("integer", () => {
  test("stays within its bounds and reaches both", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(5), fc.nat(), (min, span, seed) => {
        const source = random(seed);
        const drawn = new Set(times(200, () => source.integer(min, min + span)));
        expect([...drawn].sort((a, b) => a - b)).toEqual(times(span + 1, () => 0).map((_, index) => min + index));
      }),
      { numRuns: 50 },
    );
  });

  test("of all 2^32 words is the word itself", () => {
    expect(random(1, 1).integer(0, 2 ** 32 - 1)).toBe(2309967796);
  });

  test.each([
    [1, 0],
    [0.5, 2],
    [0, Number.NaN],
    [0, 2 ** 32],
    [-(2 ** 53), 0],
  ])("refuses %d to %d", (min, max) => {
    expect(() => random(1).integer(min, max)).toThrow(NTMError);
  });

  test.each([2n, Symbol("two"), Object.create(null), "2"])("refuses what is no number: %o", (other) => {
    for (const [min, max] of [
      [1, other],
      [other, 3],
    ])
      expect(() => random(1).integer(min, max)).toThrow(
        expect.objectContaining({ code: "option", where: "random.integer" }),
      );
  });
});

describe("state", () => {
  test("goes on where it was taken, in another generator too", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(50), (seed, before) => {
        const source = random(seed);
        times(before, () => source.next());
        const state = source.state();
        const after = times(10, () => source.next());
        const other = random(0);
        other.restore(state);
        expect(times(10, () => other.next())).toEqual(after);
        expect(
          times(
            10,
            (
              (again) => () =>
                again.next()
            )(new Random(state)),
          ),
        ).toEqual(after);
      }),
    );
  });

  test("is plain data", () => {
    const source = random(9);
    expect(JSON.parse(JSON.stringify(source.state()))).toEqual(source.state());
  });

  test.each([[[0, 0, 0, 0]], [[1, 2, 3]], [[1, 2, 3, 2 ** 32]], [[1, 2, 3, -1]], ["1234"], [null]])(
    "refuses %j",
    (state) => {
      expect(() => random(1).restore(state as unknown as RandomState)).toThrow(/random\.state/);
      expect(() => new Random(state as unknown as RandomState)).toThrow(/random\.state/);
    },
  );
});

test.each([-1, 1.5, 2 ** 32, Number.NaN, "1", undefined])("a seed of %j is refused", (seed) => {
  expect(() => random(seed as number)).toThrow(/seed: expected an integer/);
  if (seed !== undefined) expect(() => random(1, seed as number)).toThrow(/stream: expected an integer/);
});

test.each([copy(), repeatCopy(), associativeRecall(), dynamicNGrams(), prioritySort()])(
  "$name draws from such a generator, and from nothing else",
  (task) => {
    const batch = task.batch as (random: unknown, options: object) => unknown;
    for (const [other, received] of [
      [Math.random, "a function"],
      [undefined, "undefined"],
      [7, "7"],
    ])
      expect(() => batch(other, { batchSize: 1, step: 0 })).toThrow(
        expect.objectContaining({ code: "option", where: "random", received }),
      );
    expect(batch(random(7), { batchSize: 1, step: 0 })).toEqual(task.batch(random(7), { batchSize: 1, step: 0 }));
  },
);

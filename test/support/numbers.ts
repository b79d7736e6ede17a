// Numbers to test with, and comparing them.
import { type NTM, random, type Tensor } from "neural-turing-machine";
import { expect } from "vitest";

/** A tensor of numbers uniform in ±`bound`, the same for the same seed. */
export function noise(shape: number[], seed: number, bound = 1): Tensor {
  const source = random(seed);
  const length = shape.reduce((product, size) => product * size, 1);
  return { data: Float32Array.from({ length }, () => bound * (2 * source.uniform() - 1)), shape };
}

/** Gives a machine parameters uniform in ±`bound`: further from the start than any initialisation is. */
export function shake(machine: NTM, seed: number, bound: number): void {
  let stream = seed;
  machine.setParameters(
    new Map([...machine.parameters()].map(([name, { shape }]) => [name, noise(shape, ++stream, bound)])),
  );
}

/** The bits of some tensors, to compare: unlike numbers, NaN equals itself and 0 is not -0. */
export function bits(tensors: Iterable<readonly [string, Tensor]>): [string, number[], Uint32Array][] {
  return [...tensors].map(([name, { data, shape }]) => [name, shape, new Uint32Array(data.slice().buffer)]);
}

/** A tensor, whoever its numbers are. */
interface Numbers {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Entry by entry within `absolute` or `relative`, whichever is more. */
export function expectClose(
  actual: Numbers | undefined,
  expected: Numbers | undefined,
  { relative = 1e-5, absolute = 1e-6 }: { relative?: number; absolute?: number } = {},
  what = "tensor",
): void {
  expect(actual?.shape, what).toEqual(expected?.shape);
  expected?.data.forEach((value, index) => {
    const got = actual?.data[index] ?? Number.NaN;
    const allowed = Math.max(absolute, relative * Math.abs(value));
    if (!(Math.abs(got - value) <= allowed))
      expect.fail(`${what}[${index}]: expected ${value} ± ${allowed}, got ${got}`);
  });
}

/** Every entry within `share` of the expected tensor's largest one. */
export function expectCloseOverall(
  actual: Tensor | undefined,
  expected: Tensor | undefined,
  share: number,
  what: string,
): void {
  const largest = (expected?.data ?? new Float32Array()).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expectClose(actual, expected, { relative: 0, absolute: share * largest }, what);
}

/** Some sequences of a batch, in the order given: the tensor's second axis taken apart. */
export function pick({ data, shape }: Tensor, sequences: number[]): Tensor {
  const [steps = 0, batch = 0, ...rest] = shape;
  const width = rest.reduce((product, size) => product * size, 1);
  const picked = new Float32Array(steps * sequences.length * width);
  for (let step = 0; step < steps; step++)
    sequences.forEach((sequence, index) => {
      const from = (step * batch + sequence) * width;
      picked.set(data.subarray(from, from + width), (step * sequences.length + index) * width);
    });
  return { data: picked, shape: [steps, sequences.length, ...rest] };
}

/** The steps `from` to before `to` of a run. */
export function stepsOf({ data, shape }: Tensor, from: number, to: number): Tensor {
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  return { data: data.slice(from * width, to * width), shape: [to - from, ...shape.slice(1)] };
}

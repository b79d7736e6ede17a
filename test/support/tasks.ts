// What every task of the package is held to.
import { createHash } from "node:crypto";
import type { Random, Tensor, TensorBatch } from "neural-turing-machine";
import { expect } from "vitest";

/** A few letters that are others when any shape or number of a batch is. */
export function digest({ input, target, mask }: TensorBatch): string {
  const hash = createHash("sha256");
  for (const { data, shape } of [input, target, mask]) {
    hash.update(`[${shape.join(", ")}]`);
    const bytes = new DataView(new ArrayBuffer(4 * data.length));
    for (const [index, value] of data.entries()) bytes.setFloat32(4 * index, value, true);
    hash.update(bytes);
  }
  return hash.digest("hex").slice(0, 16);
}

/** Asserts that integers are spread evenly from `min` to `max`: each of them, and Pearson's χ², within five standard deviations. */
export function uniform(values: readonly number[], min: number, max: number): void {
  const counts = Array.from({ length: max - min + 1 }, () => 0);
  for (const value of values) {
    expect(value).toBeGreaterThanOrEqual(min);
    expect(value).toBeLessThanOrEqual(max);
    counts[value - min] = (counts[value - min] ?? 0) + 1;
  }
  const wanted = values.length / counts.length;
  const freedom = counts.length - 1;
  const square = counts.reduce((sum, count) => sum + (count - wanted) ** 2 / wanted, 0);
  for (const count of counts) expect(Math.abs(count - wanted)).toBeLessThan(5 * Math.sqrt(wanted));
  expect(square).toBeLessThan(freedom + 5 * Math.sqrt(2 * freedom));
}

/** `[step][channel]` of one sequence of a tensor `[T, B, X]`, or of a mask `[T, B]`. */
export function sequenceOf({ data, shape }: Tensor, sequence: number): number[][] {
  const [steps = 0, batchSize = 0, width = 1] = shape;
  return Array.from({ length: steps }, (_, step) => {
    const start = (step * batchSize + sequence) * width;
    return [...data.slice(start, start + width)];
  });
}

/** Some batches, one after the other from one generator. */
export function drawn<Own extends object>(
  task: { batch(random: Random, options: Own & { batchSize: number; step: number }): TensorBatch },
  source: Random,
  count: number,
  options: Own,
  batchSize = 1,
): TensorBatch[] {
  return Array.from({ length: count }, (_, step) => task.batch(source, { ...options, batchSize, step }));
}

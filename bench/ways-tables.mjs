// The tables of ways to train: with workers, with `recompute`, and in the page.
import { digits } from "./statistics.mjs";

/**
 * @typedef {Awaited<ReturnType<typeof import("./workers.mjs").workers>>} Workers
 * @typedef {Awaited<ReturnType<typeof import("./recompute.mjs").recompute>>} Recompute
 * @typedef {Awaited<ReturnType<typeof import("./page.mjs").page>>} Page
 */

export function workersRows(/** @type {Workers} */ results) {
  const head = ["a training step, by the clock", "one thread, ms", "two workers, ms", "faster", "possible"];
  const body = results.map(({ title, alone, together, faster, possible }) => [
    title,
    digits(alone),
    digits(together),
    `${digits(faster)}×`,
    `${digits(possible)}×`,
  ]);
  return [head, ...body];
}

export function recomputeRows(/** @type {Recompute} */ results) {
  const head = ["a training step", "kept, ms", "recomputed, ms", "time", "kept, MiB", "recomputed, MiB"];
  const body = results.map(({ title, kept, recomputed, ratio }) => [
    title,
    digits(kept.median),
    digits(recomputed.median),
    `${digits(ratio)}×`,
    digits(kept.mebibytes),
    digits(recomputed.mebibytes),
  ]);
  return [head, ...body];
}

export function pageRows(/** @type {Page} */ { page, node, ratio }) {
  return [
    ["copy, sequences per second of CPU time", "in the page", "in Node", "ratio"],
    ["median", digits(page), digits(node), digits(ratio)],
  ];
}

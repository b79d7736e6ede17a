// The tables of ways to train: with workers, with `recompute`, and in the page; and of the stages of a step.
import { digits } from "./statistics.mjs";

/**
 * @typedef {Awaited<ReturnType<typeof import("./workers.mjs").workers>>} Workers
 * @typedef {Awaited<ReturnType<typeof import("./recompute.mjs").recompute>>} Recompute
 * @typedef {Awaited<ReturnType<typeof import("./page.mjs").page>>} Page
 * @typedef {Awaited<ReturnType<typeof import("./stages.mjs").profile>>} Stages
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

export function stagesRows(/** @type {Stages} */ results) {
  const head = ["share of a training step", ...results.map(({ title }) => title)];
  const body = results[0].shares.map(({ title }, stage) => [
    title,
    ...results.map(({ shares }) => `${(100 * shares[stage].share).toFixed(1)} %`),
  ]);
  return [
    head,
    ...body,
    ["CPU time, ms", ...results.map(({ milliseconds }) => digits(milliseconds))],
    ["layers' multiply-adds, billions a second", ...results.map(({ billions }) => digits(billions))],
  ];
}

// The tables of kernels: how fast they are, how right and how large.
import { digits } from "./statistics.mjs";

/** @typedef {Awaited<ReturnType<typeof import("./kernels.mjs").kernels>>} Kernels */

const sides = ["wasm", "native"];
const names = ["ours", "rten", "ndarray"];

export function speedRows(/** @type {Kernels["speed"]} */ speed) {
  const head = ["CPU time, median, µs", ...sides.flatMap((side) => names.map((name) => `${side}: ${name}`))];
  const body = speed.map(({ title, results }) => {
    const of = (/** @type {string} */ side, /** @type {string} */ name) =>
      results.find((result) => result.side === side && result.name === name)?.median;
    const cells = sides.flatMap((side) =>
      names.map((name) => {
        const [time, ours] = [of(side, name), of(side, "ours")];
        if (time === undefined || ours === undefined) return "–";
        return name === "ours" ? digits(time) : `${digits(time)} (${digits(time / ours)}×)`;
      }),
    );
    return [title, ...cells];
  });
  return [head, ...body];
}

export function otherRows(
  /** @type {Pick<Kernels, "errors" | "neighbourless" | "sizes">} */ { errors, neighbourless, sizes },
) {
  const row = (
    /** @type {string} */ title,
    /** @type {Record<string, number>} */ values,
    /** @type {(value: number) => string} */ text,
  ) => [title, ...names.map((name) => (name in values ? text(values[name]) : "–"))];
  return [
    ["in WebAssembly", ...names],
    ...errors.map(({ name, ulp }) => row(`greatest error of ${name}, ulp`, ulp, digits)),
    row("a row's bits depend on the rows beside it", neighbourless, (same) => (same ? "no" : "yes")),
    ...sizes.map(({ part, bytes }) => row(`the ${part} alone, gzip, kB`, bytes, (count) => (count / 1000).toFixed(1))),
  ];
}

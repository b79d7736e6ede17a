// What everybody must come to.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { Failure } from "../../scripts/process.mjs";

/** @type {Readonly<Record<import("./consumers.mjs").Run, string>>} */
const digests = JSON.parse(readFileSync(new URL("digests.json", import.meta.url), "utf8"));

/** Workers that have a part in a run with `workers: 2`: two for each machine that it trains. */
const workers = { copy: 2, every: 10 };

/**
 * Throws unless the digests are those of `digests.json`, without workers and with them, and no others.
 * @param {unknown} shown
 * @param {readonly import("./consumers.mjs").Run[]} [runs]
 */
export function check(shown, runs = ["copy"]) {
  const expected = Object.fromEntries(
    runs.map((run) => [run, [0, workers[run]].map((workers) => ({ sha256: digests[run], workers }))]),
  );
  if (isDeepStrictEqual(shown, expected)) return;
  const text = (/** @type {unknown} */ value) => JSON.stringify(value, null, 2);
  throw new Failure(
    "other digests than those of digests.json, or other workers than two",
    `expected ${text(expected)}\ngot ${text(shown)}`,
  );
}

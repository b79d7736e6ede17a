// results.json: what is known of all runs, of those of earlier calls too, whose folders may be gone since.

import { join } from "node:path";
import { Failure } from "../failure.js";
import { exists, read } from "../files/place.js";
import { wholeSettings } from "../settings/machine.js";
import { isTree } from "../settings/tree.js";
import { SOLVED } from "../training/recent.js";
import type { Outcome } from "./outcome.js";
import { ownSettings } from "./own-settings.js";
import { TABLE } from "./table.js";

export const RESULTS = "results.json";
export const TO_READ = "results.md";
export const curvesOf = (task: string) => `${task}.svg`;

/** An outcome as JSON. */
type Recorded = Omit<Outcome, "run"> & {
  readonly task: string;
  readonly controller: string;
  readonly seed: number;
  /** Of its entry in the table. */
  readonly sequencesAsked: number;
  /** Which of its settings were not the package's when this was written, as `--set` takes them. */
  readonly set: readonly string[];
};

/** A run a line. */
export function toText(outcomes: readonly Outcome[]): string {
  const runs = outcomes.map((outcome) => `    ${JSON.stringify(toRecord(outcome))}`);
  return `{\n  "solvedBelow": ${SOLVED},\n  "runs": [\n${runs.join(",\n")}\n  ]\n}\n`;
}

function toRecord({ run: { entry, seed }, settings, curve, ...figures }: Outcome): Recorded {
  const { task, controller, sequences: sequencesAsked } = entry;
  const set = ownSettings(entry, settings);
  return { task, controller, seed, sequencesAsked, ...figures, set, settings, curve };
}

/** The runs of the folder's file that the table has; none where there is no file. Throws where a file of that name is somebody else's. */
export async function recorded(folder: string): Promise<Outcome[]> {
  const path = join(folder, RESULTS);
  if (!(await exists(path))) {
    for (const name of new Set([TO_READ, ...TABLE.map(({ task }) => curvesOf(task))]))
      if (await exists(join(folder, name))) throw notOurs(join(folder, name), `is there without ${RESULTS}`);
    return [];
  }
  const runs = parse(path, new TextDecoder().decode(await read(path)));
  return runs.flatMap(({ task, controller, seed, sequencesAsked, set: _, settings: was, ...figures }) => {
    const outcome = { ...figures, settings: was && wholeSettings(was) };
    const entry = TABLE.find(
      (each) => each.task === task && each.controller === controller && each.sequences === sequencesAsked,
    );
    return entry === undefined ? [] : [{ run: { entry, seed }, ...outcome }];
  });
}

function parse(path: string, text: string): Recorded[] {
  try {
    const found: unknown = JSON.parse(text);
    if (isTree(found) && Array.isArray(found["runs"]) && found["runs"].every(isRecord)) return found["runs"];
  } catch {}
  throw notOurs(path, "expected the results of `ntm reproduce`");
}

function notOurs(path: string, why: string): Failure {
  return new Failure(`${path}: ${why}; move it away, or name another folder by --out`);
}

function isRecord(value: unknown): value is Recorded {
  return isTree(value) && Array.isArray(value["curve"]) && ["settings", "measured"].every((key) => key in value);
}

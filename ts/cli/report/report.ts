// A report of a run: what its machine has learned, and how it goes about it, as one page.

import { readFile, stat } from "node:fs/promises";
import { Failure } from "../failure.js";
import { fileFailure, writeFailure } from "../files/place.js";
import { writeWhole } from "../files/write-whole.js";
import { type Measured, measure } from "../measure.js";
import { type Asked, measuredSizes, type TypedFlags } from "../tasks.js";
import { observe, observedSizes } from "./observe.js";
import { isReport, page } from "./page.js";
import { openRun, type Run } from "./run.js";

export interface ReportFlags extends TypedFlags {
  readonly out?: string;
  /** Where it is one of the user's own. */
  readonly task?: string;
}

/** Writes it, by default beside the checkpoint or into the run's folder; gives the path. */
export async function writeReport(path: string, flags: ReportFlags): Promise<string> {
  const { out, task } = flags;
  const run = await openRun(path, task);
  try {
    const to = out ?? run.reportPath;
    await refuseOther(to);
    const content = await reportOf(run, flags);
    await writeWhole(to, content).catch((error: unknown) => {
      throw writeFailure(to, error);
    });
    return to;
  } finally {
    run.machine.dispose();
  }
}

/** A report takes the place of an earlier one, or of an empty file, and of nothing else. */
async function refuseOther(path: string): Promise<void> {
  const refused = await isOther(path).catch((error: unknown) => {
    throw fileFailure(path, error);
  });
  if (refused) throw new Failure(`${path}: is there already, and no report; name another file with --out`);
}

/** What is no file, such as a pipe, is not read: it might have no end. */
async function isOther(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) return false;
  if (!there.isFile() && !there.isDirectory()) return true;
  const text = await readFile(path, "utf8"); // of a folder the system's own error
  return text !== "" && !isReport(text);
}

async function reportOf(run: Run, flags: TypedFlags): Promise<string> {
  const sizes = measuredSizes(run.known, run.task.options, flags);
  const [shown = {}, ...others] = observedSizes(run, sizes);
  const first = observe(run, shown);
  return page(run, [first, ...others.map((one) => observe(run, one))], await measured(run, sizes));
}

/** The figures of `ntm eval`. */
async function measured({ machine, task }: Run, all: readonly Asked[]): Promise<readonly Measured<Asked>[]> {
  const found: Measured<Asked>[] = [];
  for (const sizes of all) found.push(await measure(machine, task, sizes, { sequences: 100, seed: 0 }));
  return found;
}

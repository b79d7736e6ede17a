// What a report is of: a run's folder, or a checkpoint alone, which remembers no learning curve.

import { basename, join, resolve } from "node:path";
import type { NTM } from "../../index.js";
import { bits } from "../../training/bits.js";
import { openCheckpoint, reachedIn, type Trained } from "../files/checkpoint.js";
import { isFolder, METRICS } from "../run-folder/folder.js";
import { readMetrics } from "../run-folder/metrics.js";
import { type Learned, learned } from "./learned.js";

export interface Run extends Trained {
  /** As one would call it: the folder's or the file's name. */
  readonly name: string;
  /** The progress of training, where it was noted. */
  readonly curve: readonly Learned[];
  /** What the last sequences of training cost in the mean, where the checkpoint says: what "solved" is said of. */
  readonly recent: number | undefined;
  /** Where the report goes unless another place is asked for. */
  readonly reportPath: string;
}

/** The caller disposes of the machine. @param task where it is one of the user's own */
export async function openRun(path: string, task: string | undefined): Promise<Run> {
  const trained = await openCheckpoint(path, task);
  const recent = recentOf(trained.machine);
  if (!(await isFolder(path))) {
    const stem = path.replace(/\.[^./\\]*$/, "");
    return { ...trained, name: basename(stem), curve: [], recent, reportPath: `${stem}.html` };
  }
  try {
    // a run that was stopped may have noted more than its checkpoint has
    const curve = learned(join(path, METRICS), await readMetrics(path)).filter(
      ({ step }) => step <= trained.machine.step,
    );
    return { ...trained, name: basename(resolve(path)), curve, recent, reportPath: join(path, "report.html") };
  } catch (error) {
    trained.machine.dispose();
    throw error;
  }
}

/** In the unit of the curve: bits, or the squared error. */
function recentOf({ metadata, config }: NTM): number | undefined {
  const { recent = [] } = reachedIn(metadata) ?? {};
  if (recent.length === 0) return undefined;
  const mean = recent.reduce((sum, loss) => sum + loss, 0) / recent.length;
  return bits(mean, config) ?? mean;
}

// What a report is of: a run's folder, or a checkpoint alone, which remembers no learning curve.

import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { openCheckpoint, type Trained } from "../files/checkpoint.js";
import { exists, read } from "../files/place.js";
import { type Learned, readMetrics } from "./metrics.js";

export interface Run extends Trained {
  /** As one would call it: the folder's or the file's name. */
  readonly name: string;
  /** The progress of training, where it was noted. */
  readonly curve: readonly Learned[];
  /** Where the report goes unless another place is asked for. */
  readonly reportPath: string;
}

/** The caller disposes of the machine. */
export async function openRun(path: string, task?: string): Promise<Run> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    const stem = path.replace(/\.[^./\\]*$/, "");
    return { ...(await openCheckpoint(path, task)), name: basename(stem), curve: [], reportPath: `${stem}.html` };
  }
  const metrics = join(path, "metrics.jsonl");
  const trained = await openCheckpoint(path, task);
  try {
    const lines = (await exists(metrics)) ? readMetrics(metrics, await read(metrics)) : [];
    const curve = lines.filter(({ step }) => step <= trained.machine.step);
    return {
      ...trained,
      name: basename(join(path, ".").replace(/[/\\]+$/, "")),
      curve,
      reportPath: join(path, "report.html"),
    };
  } catch (error) {
    trained.machine.dispose();
    throw error;
  }
}

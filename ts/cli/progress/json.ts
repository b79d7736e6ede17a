// Progress for machines: a line of metrics, and where the run stands, as one JSON object a line.

import { sayJson } from "../say.js";
import type { Progress } from "./progress.js";
import type { Standing } from "./standing.js";

export function json(): Progress {
  let standing: Standing | undefined;
  return {
    update(now) {
      standing = now;
    },
    line(metrics) {
      const { recentLoss = null, recentBits = null, sequencesPerSecond = 0, secondsLeft = Number.NaN } = standing ?? {};
      const left = Number.isFinite(secondsLeft) ? secondsLeft : null;
      sayJson({ event: "progress", ...metrics, recentLoss, recentBits, sequencesPerSecond, secondsLeft: left });
    },
    stop() {},
  };
}

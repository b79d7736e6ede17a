// Progress as plain lines, for files, pipes and dumb terminals.

import { bits, count, duration } from "../format.js";
import { say } from "../say.js";
import type { Progress, Span, Standing } from "./progress.js";

export function lines({ to, every }: Span): Progress {
  return {
    update(standing) {
      if (standing.step % every === 0 || standing.step === to) say(line(standing));
    },
    stop() {},
  };
}

function line({ sequences, recentBits, sequencesPerSecond, secondsLeft }: Standing): string {
  return [
    `${count(sequences).padStart(9)} sequences`,
    `${bits(recentBits).padStart(5)} bits per sequence`,
    `${count(sequencesPerSecond).padStart(6)} sequences/s`,
    `${duration(secondsLeft).padStart(5)} left`,
  ].join("   ");
}

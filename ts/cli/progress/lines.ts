// Progress as plain lines, for files, pipes and dumb terminals.

import { count, duration } from "../format.js";
import { say } from "../say.js";
import type { Progress, Span } from "./progress.js";
import { recentCost, type Standing } from "./standing.js";

export function lines({ to, every, endsWhenSolved }: Span): Progress {
  return {
    update(standing) {
      if (standing.step % every === 0 || standing.step === to) say(line(standing, endsWhenSolved ? "at most " : ""));
    },
    stop() {},
  };
}

function line(standing: Standing, atMost: string): string {
  const { sequences, sequencesPerSecond, secondsLeft } = standing;
  return [
    `${count(sequences).padStart(9)} sequences`,
    `${recentCost(standing)} per sequence`,
    `${count(sequencesPerSecond).padStart(6)} sequences/s`,
    `${atMost}${duration(secondsLeft).padStart(5)} left`,
  ].join("   ");
}

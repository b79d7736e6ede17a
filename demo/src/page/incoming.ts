/** What goes in at a step, in words: what a task's input channels mean, as docs/machine.md lists them. */
import { figures } from "../format.js";
import type { Recall } from "../protocol.js";
import type { TaskName } from "../settings.js";

export function comesIn(task: TaskName, recall: Recall, step: number): string {
  const { input, inputs } = recall;
  /** Whether the channel that is so far from the last has a 1. */
  const isMarked = (at: number, fromLast: number) => input[(at + 1) * inputs - 1 - fromLast] === 1;
  const first = (fromLast: number) =>
    Array.from({ length: recall.steps }, (_, at) => at).find((at) => isMarked(at, fromLast)) ?? recall.steps;
  const whole = "the delimiter comes in: the list is complete";
  switch (task) {
    case "copy": {
      const end = first(0);
      if (step === end) return whole;
      return step < end ? `vector ${step + 1} comes in` : "nothing comes in";
    }
    case "repeat-copy": {
      const end = first(1);
      if (step === end) return whole;
      if (step === end + 1) return `the number of repeats comes in: ${repeatsOf(recall, end)}`;
      return step < end ? `vector ${step + 1} comes in` : "nothing comes in";
    }
    case "associative-recall": {
      const query = first(0);
      if (step === query) return "the query delimiter comes in: the list is complete";
      const [before, after] = [isMarked(step, 1), isMarked(step, 0)];
      if (after) return "the query delimiter comes in: the query is complete";
      const items = Array.from({ length: Math.min(step + 1, query) }, (_, at) => at).filter((at) => isMarked(at, 1));
      if (before) return `the delimiter of item ${items.length} comes in`;
      if (step < query) return `vector ${step - (items.at(-1) ?? 0)} of item ${items.length} comes in`;
      // An item and its delimiter are as long as the query and its own.
      return step - query < query / items.length ? `vector ${step - query} of the query comes in` : "nothing comes in";
    }
    case "priority-sort": {
      const end = first(0);
      if (step === end) return whole;
      const priority = figures(input[(step + 1) * inputs - 2] ?? 0);
      return step < end ? `vector ${step + 1} comes in, of priority ${priority}` : "nothing comes in";
    }
    case "dynamic-n-grams":
      return `a ${input[step * inputs] ?? 0} comes in`;
  }
}

/** How often a list of so many vectors is asked for: what goes in is scaled, and by options that a file need not have. */
function repeatsOf({ mask }: Recall, vectors: number): number {
  const asked = mask.reduce((sum, each) => sum + each, 0);
  // After the last comes the end marker.
  return (asked - 1) / vectors;
}

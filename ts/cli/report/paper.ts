// Where the paper (arXiv 1410.5401) shows the same of its own machines.

import type { PaperTaskName } from "../../index.js";
import type { TaskSource } from "../tasks.js";

export interface Figures {
  readonly section: string;
  readonly learning: string;
  readonly example: string;
  readonly memory: string;
  /** Absent where the paper measures no other sizes than those of training. */
  readonly generalisation?: string;
}

const FIGURES: Readonly<Record<PaperTaskName, Figures>> = {
  copy: {
    section: "4.1",
    learning: "figure 3",
    example: "figures 4 and 5",
    memory: "figure 6",
    generalisation: "figures 4 and 5",
  },
  "repeat-copy": {
    section: "4.2",
    learning: "figure 7",
    example: "figure 8",
    memory: "figure 9",
    generalisation: "figure 8",
  },
  "associative-recall": {
    section: "4.3",
    learning: "figure 10",
    example: "figure 12",
    memory: "figure 12",
    generalisation: "figure 11",
  },
  "dynamic-n-grams": { section: "4.4", learning: "figure 13", example: "figure 14", memory: "figure 15" },
  "priority-sort": { section: "4.5", learning: "figure 18", example: "figure 16", memory: "figure 17" },
};

/** Nothing for a task of the user's own, whatever it is called. */
export function figuresOf(source: TaskSource): Figures | undefined {
  return "name" in source ? FIGURES[source.name] : undefined;
}

/** "; figure 6 of the paper", or nothing. */
export function likeFigure(figure: string | undefined): string {
  return figure === undefined ? "" : ` (${figure} of the paper)`;
}

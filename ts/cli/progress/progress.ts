// How a training run tells how it goes: one line that redraws itself where there is a terminal, plain lines where there is none.

import type { Metrics } from "../run-folder/metrics.js";
import type { Terminal } from "../terminal.js";
import { bar } from "./bar.js";
import { json } from "./json.js";
import { lines } from "./lines.js";
import type { Standing } from "./standing.js";

export interface Progress {
  /** After every update; shows it when it is time to. */
  update(standing: Standing): void;
  /** After an update that ended a line of metrics. */
  line?(metrics: Metrics): void;
  /** Leaves the screen as it should stay. */
  stop(): void;
}

export const STYLES = ["auto", "bar", "lines", "none"] as const;
export type Style = (typeof STYLES)[number] | "json";

export interface Span {
  /** The first update of this run and the last, counted over the machine's life. */
  readonly from: number;
  readonly to: number;
  /** A line every so many updates. */
  readonly every: number;
  /** Whether it may end sooner: once the task is solved. */
  readonly endsWhenSolved: boolean;
}

export function progress(style: Style, span: Span, terminal: Terminal): Progress {
  if (style === "none") return { update() {}, stop() {} };
  if (style === "json") return json();
  return style === "bar" || (style === "auto" && terminal.live) ? bar(span, terminal) : lines(span);
}

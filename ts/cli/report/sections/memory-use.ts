// How the machine uses its memory: what is added and what is read above where, as in the paper's figures 6, 9, 12, 15 and 17.

import type { NTMConfig, Tensor } from "../../../index.js";
import { counted, endOf } from "../../format.js";
import type { Grid } from "../../picture/grid.js";
import { endsOf, type RowsInUse, rowsInUse, rowsInWords } from "../../picture/rows-in-use.js";
import { heatMap, signed } from "../heat-map.js";
import { type Html, html } from "../html.js";
import { beyondWords, channelCell, inputPanel, isSigned } from "../input.js";
import { keyOf } from "../key.js";
import type { Observed } from "../observe.js";
import { panel, section } from "../panel.js";
import { type Figures, likeFigure } from "../paper.js";
import { channelsOf, largest, rowsOf } from "../tensor-grid.js";

/** How tall a row of the memory is drawn, in pixels: some 200 for all. */
export function cellOf({ count }: RowsInUse): number {
  return Math.min(12, Math.max(2, 200 / count));
}

export interface Weightings {
  /** `[T, N]`, the read heads first. */
  readonly heads: readonly Grid[];
  readonly rows: RowsInUse;
  readonly memoryRows: number;
  readonly peak: number;
}

export function weightingsOf({ trace }: Observed): Weightings | undefined {
  const { weightings } = trace;
  if (weightings === undefined) return undefined;
  const [, , count = 0, memoryRows = 0] = weightings.shape;
  const heads = headsOf(weightings, count);
  const peak = largest(heads);
  // heads that wait or wander are seen, too: a column without them would look like one without a weighting
  const rows = rowsInUse(
    Array.from({ length: memoryRows }, (_, row) =>
      largest(heads.map((head) => rowsOf(head, { first: row, count: 1 }))),
    ),
  );
  return { heads, rows, memoryRows, peak };
}

export function memoryUse(
  observed: Observed,
  { readHeads, writeHeads }: NTMConfig,
  figures: Figures | undefined,
): Html | undefined {
  const weightings = weightingsOf(observed);
  if (weightings === undefined) return undefined;
  const { recall, trace } = observed;
  const { heads, rows, memoryRows, peak } = weightings;
  const { steps } = recall;
  const turn = recall.turn === undefined ? undefined : recall.turn / steps;
  const inUse = rowsInWords(rows, memoryRows);
  const numbers = endsOf(rows, memoryRows);
  const cell = cellOf(rows);
  const weighting = (kind: "read" | "write", index: number, of: number) =>
    panel(
      html`${numbered(`${kind} weighting`, index, of)}`,
      heatMap(
        rowsOf(scaled(heads[kind === "read" ? index : readHeads + index], peak), rows),
        { ramp: kind, cell },
        `${numbered(`${kind} weighting`, index, of)} over time, memory rows ${inUse}`,
      ),
      { turn, steps, rows: numbers },
    );
  const vectors = (name: string, tensor: Tensor | undefined, index: number, of: number) => {
    if (tensor === undefined) return undefined;
    const grid = signed(channelsOf(tensor, index), largest(headsOf(tensor, of)));
    const words = `${numbered(name, index, of)} over time, a column of the memory a row`;
    return panel(numbered(name, index, of), heatMap(grid, { ramp: "signed", cell: 4 }, words), { turn });
  };
  const { output } = recall;
  const out = heatMap(output, { ramp: "bits", cell: channelCell(output) }, "output over time");
  const pair = (index: number) => html`<div class="pair numbered">
<div>${index < writeHeads ? [vectors("adds", trace.add, index, writeHeads), weighting("write", index, writeHeads)] : ""}</div>
<div>${index < readHeads ? [vectors("reads", trace.reads, index, readHeads), weighting("read", index, readHeads)] : ""}</div>
</div>
`;
  const pairs = Array.from({ length: Math.max(readHeads, writeHeads) }, (_, index) => pair(index));
  const figure = likeFigure(figures?.memory);
  return section(
    "memory-use",
    "Use of the memory",
    html`<p class="caption">The first of these sequences inside the machine${figure}. Left: what comes in, what is added to the memory (eq. 4), and to which row.
Right: what goes out, what is read (eq. 2), and from which row; below, the step, beside it the number of the row.
${readHeads > 0 && "What is read at a step reaches the controller at the next, so a head may read a row ahead of what comes out. "}Memory rows ${inUse} of ${memoryRows}.</p>
${keyOf(
  [
    writeHeads > 0 && { name: "write weighting", ramp: "write", most: peak.toFixed(2) },
    readHeads > 0 && { name: "read weighting", ramp: "read", most: peak.toFixed(2) },
    ...[
      { name: "adds", tensor: trace.add, heads: writeHeads },
      { name: "reads", tensor: trace.reads, heads: readHeads },
    ].map(
      ({ name, tensor, heads }) =>
        tensor &&
        heads > 0 && {
          name,
          ramp: "signed" as const,
          most: endOf(largest(headsOf(tensor, heads))),
          signed: true,
        },
    ),
    isSigned(observed) && { name: "input", ramp: "numbers", most: "1", signed: true },
    { name: isSigned(observed) ? "output" : "input, output", ramp: "bits", most: "1" },
  ],
  "time →",
  "memory row ↓",
  `${[...(writeHeads > 0 ? ["adds"] : []), ...(readHeads > 0 ? ["reads"] : [])].join(", ")}: memory column ↓`,
  ...beyondWords([observed]),
)}`,
    html`<div class="pair numbered"><div>${inputPanel(observed, "input over time", { turn })}</div><div>${panel("output", out, { turn })}</div></div>`,
    pairs.slice(0, 2),
    pairs.length > 2 &&
      html`<details><summary>${counted(pairs.length - 2, "further pair")} of heads</summary>${pairs.slice(2)}</details>`,
  );
}

function headsOf(tensor: Tensor, count: number): readonly Grid[] {
  return Array.from({ length: count }, (_, head) => channelsOf(tensor, head));
}

function scaled(grid: Grid | undefined, peak: number): Grid {
  if (grid === undefined) return { width: 0, height: 0, value: () => 0 };
  return { ...grid, value: (x, y) => grid.value(x, y) / peak };
}

function numbered(name: string, index: number, of: number): string {
  return of > 1 ? `${name} ${index + 1}` : name;
}

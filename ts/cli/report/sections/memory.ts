// The memory itself, at a few moments.

import type { NTMConfig } from "../../../index.js";
import { counted, endOf } from "../../format.js";
import type { Grid } from "../../picture/grid.js";
import { endsOf, rowsInWords } from "../../picture/rows-in-use.js";
import { heatMap, signed } from "../heat-map.js";
import { type Html, html } from "../html.js";
import { keyOf } from "../key.js";
import type { Observed } from "../observe.js";
import { panel, section } from "../panel.js";
import { largest, rowsOf } from "../tensor-grid.js";
import { cellOf, weightingsOf } from "./memory-use.js";

const MOMENTS = 6;

export function memory(observed: Observed, { memory: { columns } }: NTMConfig): Html | undefined {
  const weightings = weightingsOf(observed);
  const contents = observed.trace.memory;
  if (weightings === undefined || contents === undefined) return undefined;
  const { rows, memoryRows } = weightings;
  const numbers = endsOf(rows, memoryRows);
  const steps = observed.recall.steps;
  const at = (t: number): Grid =>
    rowsOf(
      {
        width: columns,
        height: memoryRows,
        value: (column, row) => contents.data[(t * memoryRows + row) * columns + column] ?? 0,
      },
      rows,
    );
  const moments = [
    ...new Set(Array.from({ length: MOMENTS }, (_, index) => Math.max(1, Math.round((steps * (index + 1)) / MOMENTS)))),
  ];
  const most = largest(moments.map((step) => at(step - 1)));
  return section(
    "memory",
    "The memory",
    html`<p class="caption">After so many of ${counted(steps, "step")}, with what the heads have erased and added by then (eq. 3 and 4): a location is a row, rows
${rowsInWords(rows, memoryRows)} of ${memoryRows}.</p>
${keyOf([{ name: "contents", ramp: "signed", most: endOf(most), signed: true }], "memory column →", "memory row ↓")}`,
    html`<div class="moments numbered">${moments.map((step) =>
      panel(
        `step ${step}`,
        heatMap(
          signed(at(step - 1), most),
          { ramp: "signed", cell: cellOf(rows) },
          `Contents of the memory after step ${step}`,
        ),
        { rows: numbers },
      ),
    )}</div>`,
  );
}

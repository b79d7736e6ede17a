// What the controller tells its heads, step by step: the parameters of addressing, eq. 5 to 9.

import type { NTMConfig, Tensor } from "../../../index.js";
import { chart, type Series } from "../chart.js";
import { type Content, type Html, html } from "../html.js";
import type { Observed } from "../observe.js";
import { section } from "../panel.js";

export function heads({ trace, recall }: Observed, { readHeads, writeHeads, shiftRange }: NTMConfig): Html | undefined {
  const { keyStrength, gate, shift, sharpening } = trace;
  if (!keyStrength || !gate || !shift || !sharpening) return undefined;
  const count = readHeads + writeHeads;
  const reach = Math.max(1, shiftRange);
  const shifts = 2 * shiftRange + 1;
  const single =
    ({ data }: Tensor) =>
    (t: number, head: number) =>
      data[t * count + head] ?? 0;
  const offset = (t: number, head: number) => {
    let mean = 0;
    for (let j = 0; j < shifts; j++) mean += (shift.data[(t * count + head) * shifts + j] ?? 0) * (j - shiftRange);
    return mean;
  };
  const draw = (name: Content, words: string, value: (t: number, head: number) => number, least = 0, most = 0) => {
    const series = Array.from({ length: count }, (_, head): Series => {
      const points = Array.from({ length: recall.steps }, (_, t): [number, number] => [t + 1, value(t, head)]);
      return { kind: "line", tone: head < readHeads ? "read" : "write", points };
    });
    let highest = Number.NEGATIVE_INFINITY; // of more numbers than a call takes arguments
    for (const { points } of series) for (const [, y] of points) highest = Math.max(highest, y);
    const turn = recall.turn === undefined ? [] : [{ at: recall.turn + 0.5, text: "" }];
    return chart({
      x: { domain: [1, recall.steps], name: "step", integers: true, rules: turn },
      y: { domain: [least, most || Math.max(highest * 1.05, least + 0.1)], name },
      series,
      words,
      small: true,
    });
  };
  return section(
    "heads",
    "What the heads are told",
    html`<p class="caption"><span class="key write">write heads</span> <span class="key read">read heads</span>
A head looks for its key with a strength β; the gate g decides whether it goes there or stays where it was; the shift s moves it on by so many
rows, and γ sharpens what has blurred.</p>`,
    html`<div class="quartet">${[
      draw(html`key strength <i>β</i> <small>eq. 5</small>`, "Key strength over time", single(keyStrength)),
      draw(html`gate <i>g</i> <small>eq. 7; 1: by content</small>`, "Gate over time", single(gate), -0.03, 1.03),
      draw(
        html`mean shift of <i>s</i> <small>eq. 8; rows</small>`,
        "Mean shift over time",
        offset,
        -1.05 * reach,
        1.05 * reach,
      ),
      draw(html`sharpening <i>γ</i> <small>eq. 9; 1: none</small>`, "Sharpening over time", single(sharpening), 1),
    ]}</div>`,
  );
}

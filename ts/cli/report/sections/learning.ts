// The learning curve: bits per sequence against sequences, as in the paper's figures 3, 7, 10, 13 and 18.

import { bits, count } from "../../format.js";
import { RECENT, recentMeans, SOLVED } from "../../training/recent.js";
import { chart, type Point } from "../chart.js";
import { type Html, html } from "../html.js";
import type { Learned } from "../learned.js";
import { section } from "../panel.js";
import { type Figures, likeFigure } from "../paper.js";

/** No more points than can be told apart. */
const MOST = 600;

export interface Curve {
  /** The mean over the last RECENT sequences. */
  readonly smooth: readonly Point[];
  /** The least and the most of each part of the run; the same where a part is one line. */
  readonly raw: readonly (readonly [sequences: number, least: number, most: number])[];
}

export function curveOf(learned: readonly Learned[]): Curve | undefined {
  if (learned.length < 2) return undefined;
  const means = recentMeans(learned);
  const size = Math.ceil(learned.length / MOST);
  const smooth: Point[] = [];
  const raw: (readonly [number, number, number])[] = [];
  for (let start = 0; start < learned.length; start += size) {
    const part = learned.slice(start, start + size);
    const joined = size > 1 ? learned.slice(Math.max(0, start - 1), start + size) : part; // parts that are bands meet
    const values = joined.map(({ cost }) => cost);
    const at = part.at(-1)?.sequences ?? 0;
    raw.push([at, Math.min(...values), Math.max(...values)]);
    smooth.push([at, means[start + part.length - 1] ?? 0]);
  }
  return { smooth, raw };
}

/** What the curve is of. */
export interface Learning {
  readonly curve: Curve | undefined;
  /** The paper's. */
  readonly figures: Figures | undefined;
  /** "bits" */
  readonly unit: string;
  readonly optimum: number | undefined;
}

export function learning({ curve, figures, unit, optimum }: Learning): Html {
  if (curve === undefined)
    return section(
      "learning",
      "Learning",
      html`<p class="caption">There is no record here of how it was learned; a run’s folder has one.</p>`,
    );
  const { smooth, raw } = curve;
  const smoothed = smooth.map(([, value]) => value);
  const [low, high] = [Math.min(...smoothed), Math.max(...raw.map(([, , most]) => most))];
  const least = Math.min(...raw.map(([, value]) => value));
  const log = high / low > 5;
  const last = smooth.at(-1)?.[0] ?? 0;
  const solved = unit === "bits" && low < 1 && high > SOLVED ? [{ at: SOLVED, text: `solved: below ${SOLVED}` }] : [];
  const best = optimum === undefined ? [] : [{ at: optimum, text: `optimal estimator: ${bits(optimum)}` }];
  const figure = likeFigure(figures?.learning);
  return section(
    "learning",
    "Learning",
    html`<p class="caption">What a training sequence costs${figure}. Line: mean of the last ${count(RECENT)} sequences.
Pale: as it was noted on the way.</p>`,
    chart({
      x: { domain: [0, last], name: "training sequences" },
      y: {
        domain: log ? [Math.min(Math.max(least, low / 30, 1e-6), ...solved.map(({ at }) => at)), high] : [0, high],
        log,
        name: `${unit} per sequence${log ? ", logarithmic" : ""}`,
        rules: [...solved, ...best],
      },
      series: [
        raw.every(([, low, high]) => low === high)
          ? { kind: "line", tone: "faint", points: raw.map(([x, value]) => [x, value]) }
          : { kind: "band", tone: "faint", points: raw },
        { kind: "line", tone: "read", points: smooth },
      ],
      words: `Learning curve: the mean cost falls from ${bits(smooth[0]?.[1] ?? 0)} to ${bits(smooth.at(-1)?.[1] ?? 0)} ${unit} per sequence within ${count(last)} sequences`,
    }),
  );
}

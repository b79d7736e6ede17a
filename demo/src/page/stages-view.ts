/** The four stages of addressing, of one head at one step: each with its equation, what the head asked for, and what comes of it. */
import type { TraceName } from "neural-turing-machine";
import { element } from "../dom.js";
import { Bars } from "../drawing/bars.js";
import { Raster } from "../drawing/raster.js";
import type { Reading } from "../drawing/readout.js";
import { figures } from "../format.js";
import { type Emitted, emission, sharpening } from "./equations.js";
import type { Moment } from "./moment.js";

interface Stage {
  readonly title: string;
  /** What it computes, as the paper writes it. */
  readonly equation: string;
  readonly source: string;
  readonly words: string;
  /** What the head emits for it. */
  readonly emitted: readonly Emitted[];
  readonly stage: TraceName;
  /** The weighting that it starts from, drawn as an outline behind. */
  before?(moment: Moment): number[];
  /** What the head asked for, in numbers. */
  asked(moment: Moment): string;
  read(moment: Moment, row: number): Reading;
}

const stages: readonly Stage[] = [
  {
    title: "Content",
    equation: "wᶜ(n) = softmax( β · cos(k, M′(n)) )",
    source: "eq. 5, 6",
    words: "Rows that resemble the key k get weight; the key strength β says how sharply.",
    emitted: ["k", "β"],
    stage: "content",
    asked: (moment) => `β = ${figures(moment.scalar("keyStrength"))}`,
    read: (moment, row) => ({
      value: `wᶜ(${row}) = ${figures(moment.weight("content", row))}`,
      equation: `β · cos(k, M′(${row})) = ${figures(moment.scalar("keyStrength"))} · ${figures(moment.cosine(row))}`,
      note: "then a softmax over all rows",
    }),
  },
  {
    title: "Interpolation",
    equation: "wᵍ(n) = g · wᶜ(n) + (1 − g) · w′(n)",
    source: "eq. 7",
    words: "The gate g chooses between that and w′, where the head was a step before (the outline).",
    emitted: ["g"],
    stage: "interpolated",
    before: (moment) => moment.weights("weightings", moment.step - 1),
    asked: (moment) => `g = ${figures(moment.scalar("gate"))}`,
    read: (moment, row) => {
      const gate = moment.scalar("gate");
      const [content, before] = [moment.weight("content", row), moment.weight("weightings", row, moment.step - 1)];
      return {
        value: `wᵍ(${row}) = ${figures(moment.weight("interpolated", row))}`,
        equation: `${figures(gate)} · ${figures(content)} + ${figures(1 - gate)} · ${figures(before)}`,
        note: "g · wᶜ + (1 − g) · w′",
      };
    },
  },
  {
    title: "Shift",
    equation: "w̃(n) = Σⱼ s(j) · wᵍ(n − j)",
    source: "eq. 8",
    words: "The shift weighting s moves the focus by whole rows: a circular convolution.",
    emitted: ["s"],
    stage: "shifted",
    before: (moment) => moment.weights("interpolated"),
    asked: (moment) => shiftWords(moment),
    read: (moment, row) => {
      const { rows } = moment.recall;
      const terms = offsets(moment).map(({ offset, weight }) => {
        const from = (((row - offset) % rows) + rows) % rows;
        return `${figures(weight)}·${figures(moment.weight("interpolated", from))}`;
      });
      const shown = terms.length > 5 ? [...terms.slice(0, 5), "…"] : terms;
      return {
        value: `w̃(${row}) = ${figures(moment.weight("shifted", row))}`,
        equation: shown.join(" + "),
        note: `s(j) · wᵍ(${row} − j), j = ${offsets(moment)
          .map(({ offset }) => signed(offset))
          .slice(0, 5)
          .join(", ")}`,
      };
    },
  },
  {
    title: "Sharpening",
    equation: "w(n) = w̃(n)ᵞ / Σ w̃ᵞ",
    source: "eq. 9",
    words: "The power γ undoes the blur that a shift leaves. This is the head’s weighting.",
    emitted: ["γ"],
    stage: "weightings",
    before: (moment) => moment.weights("shifted"),
    asked: (moment) => `γ = ${figures(moment.scalar("sharpening"))}`,
    read: (moment, row) => ({
      value: `w(${row}) = ${figures(moment.weight("weightings", row))}`,
      equation: sharpening(moment, row),
    }),
  },
];

export class StagesView {
  readonly #place: HTMLElement;
  readonly #plots: { stage: Stage; bars: Bars; asked: HTMLElement; emitted: HTMLElement }[] = [];
  readonly #key: Raster;
  #moment: Moment | undefined;

  constructor(place: HTMLElement) {
    this.#place = place;
    this.#key = new Raster({
      label: "Key",
      read: ({ column }) =>
        this.#moment && {
          value: `k[${column}] = ${figures(this.#moment.vector("key", column))}`,
          equation: emission("k", this.#moment.recall),
          note: "pᵏ: the key’s part of W h + b",
        },
    });
    place.append(...stages.map((stage, index) => this.#build(stage, index)));
  }

  show(moment: Moment): void {
    this.#moment = moment;
    this.#place.hidden = moment.heads === 0;
    if (moment.heads === 0) return;
    const colour = moment.isWrite() ? "write" : "read";
    for (const { stage, bars, asked, emitted } of this.#plots) {
      const before = stage.before?.(moment);
      bars.show({ colour, from: "bottom", values: moment.weights(stage.stage), ...(before ? { before } : {}) });
      const { row, weight } = moment.focus(stage.stage);
      bars.label = `${stage.title} of the ${moment.nameOf()} at step ${moment.step + 1}: most weight, ${figures(weight)}, on row ${row}`;
      asked.textContent = stage.asked(moment);
      emitted.textContent = stage.emitted.map((letter) => emission(letter, moment.recall)).join(",  ");
    }
    const { columns } = moment.recall;
    const keys = Array.from({ length: columns }, (_, column) => moment.vector("key", column));
    const largest = Math.max(...keys.map(Math.abs), 1e-6);
    this.#key.show({ columns, rows: 1, colour: "ink", at: (column) => (keys[column] as number) / largest });
  }

  #build(stage: Stage, index: number): HTMLElement {
    const asked = element("span", { class: "asked" });
    const emitted = element("p", { class: "equation emitted" });
    const bars = new Bars({
      label: stage.title,
      read: ({ column }) => this.#moment && stage.read(this.#moment, this.#moment.rowAt(column)),
    });
    this.#plots.push({ stage, bars, asked, emitted });
    const [name, ...value] = stage.equation.split(" = ");
    const key = stage.stage === "content" ? [element("span", { class: "key" }, "k ", this.#key.canvas)] : [];
    return element(
      "li",
      { class: "stage" },
      element("h3", {}, `${index + 1} ${stage.title} `, element("small", {}, stage.source)),
      element("p", { class: "equation" }, `${name} = `, element("span", {}, ...value)),
      emitted,
      element("p", { class: "asking" }, asked, ...key),
      bars.canvas,
      element("p", { class: "words" }, stage.words),
    );
  }
}

function offsets(moment: Moment): { offset: number; weight: number }[] {
  const { shifts } = moment.recall;
  return Array.from({ length: shifts }, (_, j) => ({
    offset: j - (shifts - 1) / 2,
    weight: moment.vector("shift", j),
  }));
}

function shiftWords(moment: Moment): string {
  const all = offsets(moment);
  const shown = all.length <= 3 ? all : [...all].sort((a, b) => b.weight - a.weight).slice(0, 3);
  return shown.map(({ offset, weight }) => `s(${signed(offset)}) = ${weight.toFixed(2)}`).join("  ");
}

export function signed(value: number): string {
  return value > 0 ? `+${value}` : value < 0 ? `−${-value}` : "0";
}

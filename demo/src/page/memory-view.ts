/** The memory at one step, and beside its rows the weight that each head puts on them. */
import { rowsInWords } from "../../../ts/cli/picture/rows-in-use.js";
import { element } from "../dom.js";
import { Bars } from "../drawing/bars.js";
import { Raster } from "../drawing/raster.js";
import { rowNumbers } from "../drawing/row-numbers.js";
import { figures, sub } from "../format.js";
import type { Recall } from "../protocol.js";
import { sharpening, writing } from "./equations.js";
import type { Moment } from "./moment.js";

export class MemoryView {
  readonly #place: HTMLElement;
  readonly #raster: Raster;
  readonly #words = element("span");
  readonly #caption = element("figcaption", {}, this.#words, element("i", { class: "swatch signed" }));
  readonly #numbers = element("div", { class: "row-numbers", "aria-hidden": "true" });
  readonly #allRows: HTMLInputElement;
  #bars: readonly Bars[] = [];
  #shape = "";
  #moment: Moment | undefined;
  #scaled: { readonly recall: Recall; readonly largest: number } | undefined;

  /** @param showAll hears whether all rows are to be shown, or only those in use */
  constructor(place: HTMLElement, showAll: (all: boolean) => void) {
    this.#place = place;
    this.#raster = new Raster({
      label: "Memory",
      read: ({ column, row }) => this.#moment && readCell(this.#moment, this.#moment.rowAt(row), column),
    });
    this.#raster.canvas.className = "cells";
    this.#allRows = element("input", {
      type: "checkbox",
      id: "all-rows",
      onchange: () => showAll(this.#allRows.checked),
    });
  }

  show(moment: Moment): void {
    this.#moment = moment;
    const { recall, rows, step } = moment;
    const shape = [recall.readHeads, recall.writeHeads, recall.columns, rows.count].join();
    if (shape !== this.#shape) this.#build(moment);
    this.#shape = shape;
    if (moment.heads === 0) return;
    const largest = this.#largestOf(recall);
    this.#raster.show({
      columns: recall.columns,
      rows: rows.count,
      colour: "ink",
      at: (column, index) => moment.memory(moment.rowAt(index), column) / largest,
    });
    this.#numbers.replaceChildren(...rowNumbers(moment.shownRows, heightOf(moment)));
    this.#order(moment).forEach((head, index) => {
      const write = moment.isWrite(head);
      const focus = moment.focus("weightings", step, head);
      const bars = this.#bars[index] as Bars;
      bars.label = `${moment.nameOf(head)}: most weight, ${figures(focus.weight)}, on row ${focus.row}${moment.isOff(head) ? `, ${moment.offWords(head)}` : ""}`;
      bars.show({
        colour: moment.isOff(head) ? "quiet" : write ? "write" : "read",
        values: moment.weights("weightings", step, head),
        from: write ? "right" : "left",
      });
    });
    this.#words.textContent = `Memory after step ${step + 1}: rows ${rowsInWords(rows, recall.rows)} of ${recall.rows}, entries from −${figures(largest)} to ${figures(largest)}`;
    this.#raster.label = `Memory after step ${step + 1}, ${recall.rows} rows of ${recall.columns}`;
  }

  /** The largest entry at any step: with a scale of its own for each, what fades would seem to grow. */
  #largestOf(recall: Recall): number {
    if (this.#scaled?.recall !== recall) {
      let largest = 1e-3;
      for (const entries of [recall.before.memory, recall.trace.memory ?? []])
        for (const entry of entries) largest = Math.max(largest, Math.abs(entry));
      this.#scaled = { recall, largest };
    }
    return this.#scaled.largest;
  }

  /** Write heads stand on the left, read heads on the right. */
  #order({ recall: { readHeads, writeHeads } }: Moment): number[] {
    return [
      ...Array.from({ length: writeHeads }, (_, head) => readHeads + head),
      ...Array.from({ length: readHeads }, (_, head) => head),
    ];
  }

  #build(moment: Moment): void {
    this.#bars = this.#order(moment).map(
      (head) =>
        new Bars({
          label: moment.nameOf(head),
          read: ({ row }) => {
            const current = this.#moment;
            if (!current) return undefined;
            const place = current.rowAt(row);
            return {
              value: `w${sub(current.step + 1)}(${place}) = ${figures(current.weight("weightings", place, current.step, head))}`,
              equation: sharpening(current, place, current.step, head),
              note: `${current.nameOf(head)} on row ${place}`,
            };
          },
        }),
    );
    this.#place.style.setProperty("--height", String(heightOf(moment)));
    this.#place.style.setProperty("--heads", String(moment.heads));
    this.#place.style.setProperty("--columns", String(moment.recall.columns));
    const canvases = this.#bars.map(({ canvas }) => canvas);
    const { writeHeads } = moment.recall;
    this.#place.replaceChildren(
      this.#caption,
      ...(moment.heads === 0
        ? ["This machine has no heads, and so no memory: it is its controller alone."]
        : [
            element(
              "div",
              { class: "memory-rows" },
              this.#numbers,
              ...canvases.slice(0, writeHeads),
              this.#raster.canvas,
              ...canvases.slice(writeHeads),
            ),
            element("label", { class: "switch" }, this.#allRows, "all rows"),
          ]),
    );
  }
}

/** Of all rows together, in CSS pixels at the page's usual size. */
function heightOf({ rows }: Moment): number {
  return Math.max(160, Math.min(560, rows.count * 15));
}

function readCell(moment: Moment, row: number, column: number) {
  return {
    value: `M${sub(moment.step + 1)}(${row})[${column}] = ${figures(moment.memory(row, column))}`,
    equation: writing(moment, row, column),
    note: moment.recall.writeHeads === 0 ? "no head writes" : "eq. 3 and 4: erase, then add",
  };
}

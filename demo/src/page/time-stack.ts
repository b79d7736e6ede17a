/** A sequence over time: what goes in, where the heads are, what comes out. Time runs to the right, and one line marks the step. */
import { rowsInWords } from "../../../ts/cli/picture/rows-in-use.js";
import { element } from "../dom.js";
import { Raster } from "../drawing/raster.js";
import type { Reading } from "../drawing/readout.js";
import { rowNumbers } from "../drawing/row-numbers.js";
import { figures, sub } from "../format.js";
import { sharpening } from "./equations.js";
import type { Moment } from "./moment.js";

/** The widest that a step is drawn, and heights of a bit and a memory row, in CSS pixels at the page's usual size. */
const widest = 26;
const bitHeight = { few: 13, many: 8 };
const stackOfRows = 250;
const stackOfHeads = 700;

interface Band {
  readonly raster: Raster;
  /** Draws the band for what is looked at. */
  show(moment: Moment): void;
}

export class TimeStack {
  readonly #place: HTMLElement;
  readonly #legend: HTMLElement;
  readonly #choose: (step: number) => void;
  readonly #playhead = element("div", { class: "playhead" });
  #bands: readonly Band[] = [];
  #shape = "";
  #moment: Moment | undefined;

  /** @param choose hears of the step that is to be looked at */
  constructor(place: HTMLElement, legend: HTMLElement, choose: (step: number) => void) {
    this.#place = place;
    this.#legend = legend;
    this.#choose = choose;
  }

  show(moment: Moment): void {
    this.#moment = moment;
    const { recall, rows } = moment;
    const { steps, inputs, outputs, readHeads, writeHeads, watched } = recall;
    const shape = [steps, inputs, outputs, readHeads, writeHeads, rows.count, ...watched.off].join();
    if (shape !== this.#shape) this.#build(moment);
    this.#shape = shape;
    for (const band of this.#bands) band.show(moment);
    this.showStep(moment);
  }

  /** Only the step is another. */
  showStep(moment: Moment): void {
    this.#moment = moment;
    const { steps } = moment.recall;
    this.#playhead.style.left = `${(moment.step / steps) * 100}%`;
    this.#playhead.style.width = `${100 / steps}%`;
  }

  #build(moment: Moment): void {
    const { recall, rows } = moment;
    const { steps, inputs, outputs, readHeads } = recall;
    const bit = steps > 64 ? bitHeight.many : bitHeight.few;
    const row = Math.max(2, Math.min(12, stackOfRows / rows.count, stackOfHeads / (moment.heads * rows.count)));
    const heads = [
      ...Array.from({ length: recall.writeHeads }, (_, head) => readHeads + head),
      ...Array.from({ length: readHeads }, (_, head) => head),
    ];
    const bands = [
      this.#band("Input", inputs * bit, inputBand),
      ...heads.map((head) =>
        this.#band(
          `${sentence(moment.nameOf(head))}${moment.isOff(head) ? ", off" : ""}`,
          rows.count * row,
          weightingBand(head, { isOff: moment.isOff(head), isWrite: moment.isWrite(head) }),
        ),
      ),
      this.#band("Output", outputs * bit, outputBand),
      this.#band("Target", outputs * bit, targetBand),
    ];
    this.#bands = bands.map(({ band }) => band);
    this.#place.style.setProperty("--steps", String(steps));
    this.#place.style.setProperty("--widest", String(steps * widest));
    this.#place.replaceChildren(
      ...bands.flatMap(({ elements }) => elements),
      element("div", { class: "over", "aria-hidden": "true" }, this.#playhead),
    );
    this.#legend.replaceChildren(
      key("ink", "input, output, target: 0 to 1"),
      ...(recall.writeHeads > 0 ? [key("write", "weights of a write head: 0 to 1")] : []),
      ...(readHeads > 0 ? [key("read", "weights of a read head: 0 to 1")] : []),
      key("faint", "faint: no answer is asked for"),
      key("wrong", "crossed: wrong"),
    );
  }

  #band(label: string, height: number, of: BandOf): { band: Band; elements: HTMLElement[] } {
    const numbers = element("div", { class: "row-numbers", "aria-hidden": "true" });
    // Where there is no room beside the band.
    const range = element("span", { class: "row-range", "aria-hidden": "true" });
    const raster = new Raster({
      label: `${label} over time`,
      read: ({ column, row }) => this.#moment && of.read(this.#moment, column, row),
      choose: ({ column }) => this.#choose(column),
    });
    raster.canvas.style.setProperty("--height", String(Math.round(height)));
    return {
      band: {
        raster,
        show: (moment) => {
          raster.show(of.data(moment));
          if (!of.ofMemory) return;
          numbers.replaceChildren(...rowNumbers(moment.shownRows, height));
          range.textContent = `, rows ${rowsInWords(moment.rows, moment.recall.rows)} from above`;
        },
      },
      elements: [
        element("div", { class: `label ${of.kind}` }, label, ...(of.ofMemory ? [range, numbers] : [])),
        raster.canvas,
      ],
    };
  }
}

interface BandOf {
  readonly kind: string;
  /** Its rows are those of the memory. */
  readonly ofMemory?: boolean;
  data(moment: Moment): Parameters<Raster["show"]>[0];
  read(moment: Moment, step: number, row: number): Reading;
}

const inputBand: BandOf = {
  kind: "",
  data: ({ recall: { input, steps, inputs } }) => ({
    columns: steps,
    rows: inputs,
    colour: "ink",
    at: (step, row) => input[step * inputs + row] ?? 0,
  }),
  read: ({ recall: { input, inputs } }, step, row) => ({
    value: `x${sub(step + 1)}[${row}] = ${bit(input[step * inputs + row] ?? 0)}`,
    note: "input",
  }),
};

const outputBand: BandOf = {
  kind: "",
  data: ({ recall: { output, target, mask, steps, outputs } }) => ({
    columns: steps,
    rows: outputs,
    colour: "ink",
    at: (step, row) =>
      (mask[step] ?? 0) > 0 ? (output[step * outputs + row] ?? 0) : (output[step * outputs + row] ?? 0) * 0.25,
    wrong: (step, row) => {
      const at = step * outputs + row;
      return (mask[step] ?? 0) > 0 && (output[at] ?? 0) > 0.5 !== (target[at] ?? 0) > 0.5;
    },
  }),
  read: ({ recall: { output, target, mask, outputs } }, step, row) => {
    const at = step * outputs + row;
    const counts = (mask[step] ?? 0) > 0;
    return {
      value: `y${sub(step + 1)}[${row}] = ${figures(output[at] ?? 0)}`,
      equation: "y = σ(W [h, r] + b)",
      note: counts ? `probability of a 1; the target is ${target[at]}` : "not asked for at this step",
    };
  },
};

const targetBand: BandOf = {
  kind: "",
  data: ({ recall: { target, steps, outputs } }) => ({
    columns: steps,
    rows: outputs,
    colour: "ink",
    at: (step, row) => target[step * outputs + row] ?? 0,
  }),
  read: ({ recall: { target, mask, outputs } }, step, row) => ({
    value: (mask[step] ?? 0) > 0 ? `target[${row}] = ${target[step * outputs + row]}` : "no target at this step",
  }),
};

function weightingBand(head: number, { isOff, isWrite }: { isOff: boolean; isWrite: boolean }): BandOf {
  const kind = isWrite ? "write" : "read";
  return {
    kind: isOff ? "off" : kind,
    ofMemory: true,
    data: (moment) => ({
      columns: moment.recall.steps,
      rows: moment.rows.count,
      colour: isOff ? "quiet" : kind,
      at: (step, index) => moment.weight("weightings", moment.rowAt(index), step, head),
    }),
    read: (moment, step, index) => ({
      value: `w${sub(step + 1)}(${moment.rowAt(index)}) = ${figures(moment.weight("weightings", moment.rowAt(index), step, head))}`,
      equation: sharpening(moment, moment.rowAt(index), step, head),
      note: `weight of the ${moment.nameOf(head)} on memory row ${moment.rowAt(index)} at step ${step + 1}${isOff ? `, ${moment.offWords(head)}` : ""}`,
    }),
  };
}

/** What a colour or a mark means. */
function key(mark: string, words: string): HTMLElement {
  return element("span", {}, element("i", { class: `swatch ${mark}` }), words);
}

/** A bit as a bit; a priority or a count of repeats is no whole number. */
function bit(value: number): string {
  return Number.isInteger(value) ? String(value) : figures(value);
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The learning curve, drawn by uPlot: bits per sequence on a logarithmic scale, because it falls by orders of magnitude. */
import "uplot/dist/uPlot.min.css";
import uPlot from "uplot";
import { css, onPalette } from "../drawing/palette.js";
import { figures } from "../format.js";
import type { CurvePoints } from "../protocol.js";

/** Less is drawn as so much: a logarithm has no 0. */
const least = 0.001;

export class CurvePlot {
  readonly #host: HTMLElement;
  readonly #plot: uPlot;

  constructor(host: HTMLElement) {
    this.#host = host;
    // As large as the page's other words, from a phone to a 4K screen.
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const axis: uPlot.Axis = {
      stroke: () => css("quiet"),
      font: `${0.75 * rem}px system-ui, sans-serif`,
      grid: { stroke: () => css("line", 0.6), width: 1 },
      ticks: { show: false },
    };
    this.#plot = new uPlot(
      {
        ...this.#size(),
        legend: { show: false },
        cursor: {
          y: false,
          points: { size: 7, fill: () => css("ink"), stroke: () => css("ink") },
          drag: { x: false, y: false },
        },
        scales: {
          x: { time: false },
          y: { distr: 3, range: (_, low, high) => [decade(low, Math.floor), decade(high, Math.ceil)] },
        },
        series: [{}, { stroke: () => css("ink"), width: rem / 11, points: { show: false } }],
        axes: [
          {
            ...axis,
            values: (_, ticks) => ticks.map((tick) => tick.toLocaleString("en")),
            space: 6 * rem,
            size: 2 * rem,
          },
          {
            ...axis,
            grid: { ...axis.grid, filter: (_, splits) => splits.map((split) => (isDecade(split) ? split : null)) },
            space: 2 * rem,
            size: 3.5 * rem,
            values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : String(tick))),
          },
        ],
        hooks: { setCursor: [(plot) => this.#tell(plot)] },
      },
      [[], []],
      host,
    );
    new ResizeObserver(() => this.#plot.setSize(this.#size())).observe(host);
    onPalette(() => this.#plot.redraw(false));
  }

  show({ width, bits }: CurvePoints): void {
    const at = Array.from(bits, (_, index) => (index + 1) * width);
    this.#plot.setData([at, Array.from(bits, (value) => Math.max(least, value))]);
    const last = bits.at(-1);
    const now = last === undefined ? "nothing yet" : `${figures(last)} bits per sequence after ${at.at(-1)} sequences`;
    this.#host.setAttribute("aria-label", `Learning curve: ${now}`);
  }

  #tell(plot: uPlot): void {
    const index = plot.cursor.idx;
    const [at, bits] = [plot.data[0][index ?? -1], plot.data[1]?.[index ?? -1]];
    this.#host.dataset["at"] =
      at === undefined || bits === undefined || bits === null
        ? ""
        : `${figures(bits)} bits after ${at.toLocaleString("en")} sequences`;
  }

  #size(): { width: number; height: number } {
    return { width: this.#host.clientWidth, height: this.#host.clientHeight };
  }
}

/** A line for each number in between would be a hatching. */
function isDecade(value: number): boolean {
  return Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6);
}

function decade(value: number, round: (value: number) => number): number {
  if (!(value > 0)) return round === Math.ceil ? 100 : 0.1;
  return 10 ** round(Math.log10(value) + (round === Math.ceil ? -1e-9 : 1e-9));
}

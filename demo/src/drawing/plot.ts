/** A canvas that is drawn anew when its data, its size or the palette changes, and whose cells can be asked what they are. */
import { element } from "../dom.js";
import { onPalette } from "./palette.js";
import { hideAtNext, hideReading, type Reading, showReading } from "./readout.js";

/** A cell by its column and row, from the top left. */
export interface Cell {
  readonly column: number;
  readonly row: number;
}

export interface PlotOptions {
  /** For a screen reader. */
  readonly label: string;
  /** What a cell is. */
  readonly read: (cell: Cell) => Reading | undefined;
  /** A cell was pressed, or the cursor has come to it: its column is a time step. */
  readonly choose?: (cell: Cell) => void;
}

/** The longest that plots are drawn in one frame, milliseconds: what is left of it is for all else that the page does. */
const longestDrawing = 8;

/** Those of the canvases that are there. */
const plots = new WeakMap<Element, Plot>();

onPalette(() => {
  for (const canvas of document.querySelectorAll("canvas")) plots.get(canvas)?.redraw();
});

export abstract class Plot {
  /** The plots that are to be drawn, the one that has waited longest first. */
  static readonly #stale = new Set<Plot>();
  static readonly #resized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const plot = plots.get(target);
      if (plot && !plot.#fits) plot.redraw();
    }
  });

  readonly canvas: HTMLCanvasElement;
  readonly #options: PlotOptions;
  #cursor: Cell = { column: 0, row: 0 };

  constructor(options: PlotOptions) {
    this.#options = options;
    this.canvas = element("canvas", {
      role: "img",
      tabindex: 0,
      "aria-label": options.label,
      "aria-describedby": options.choose ? "keys-of-steps" : "keys-of-cells",
    });
    plots.set(this.canvas, this);
    Plot.#resized.observe(this.canvas);
    this.canvas.addEventListener("pointermove", (event) => this.#point(event));
    this.canvas.addEventListener("pointerdown", (event) => this.#press(event));
    this.canvas.addEventListener("pointerleave", (event) => {
      // A finger that is lifted leaves, too: what it has asked for stays to be read.
      if (event.pointerType !== "touch") hideReading();
    });
    this.canvas.addEventListener("keydown", (event) => this.#move(event));
    this.canvas.addEventListener("blur", hideReading);
  }

  /** Columns and rows of cells. */
  protected abstract get cells(): readonly [columns: number, rows: number];

  /** Draws into `width` × `height` device pixels. */
  protected abstract draw(context: CanvasRenderingContext2D, width: number, height: number): void;

  set label(text: string) {
    this.canvas.setAttribute("aria-label", text);
  }

  /** Draws with the next frame, or with one after that where too many others wait. */
  redraw(): void {
    if (Plot.#stale.size === 0) requestAnimationFrame(Plot.#drawStale);
    Plot.#stale.add(this);
  }

  static #drawStale(this: void): void {
    const end = performance.now() + longestDrawing;
    try {
      for (const plot of Plot.#stale) {
        Plot.#stale.delete(plot);
        plot.#drawNow();
        if (performance.now() >= end) break;
      }
    } finally {
      // A plot that throws holds up no other.
      if (Plot.#stale.size > 0) requestAnimationFrame(Plot.#drawStale);
    }
  }

  #drawNow(): void {
    const [width, height] = this.#size;
    // What is hidden is left without pixels, and so drawn when it is shown again.
    if (!this.#fits) [this.canvas.width, this.canvas.height] = [width, height];
    const context = this.canvas.getContext("2d");
    if (!context || width === 0 || height === 0) return;
    context.clearRect(0, 0, width, height);
    this.draw(context, width, height);
  }

  /** In device pixels. */
  get #size(): readonly [width: number, height: number] {
    const { clientWidth, clientHeight } = this.canvas;
    return [Math.round(clientWidth * devicePixelRatio), Math.round(clientHeight * devicePixelRatio)];
  }

  get #fits(): boolean {
    const [width, height] = this.#size;
    return this.canvas.width === width && this.canvas.height === height;
  }

  #under({ offsetX, offsetY }: PointerEvent): Cell | undefined {
    const [columns, rows] = this.cells;
    const cell = {
      column: Math.floor((offsetX / this.canvas.clientWidth) * columns),
      row: Math.floor((offsetY / this.canvas.clientHeight) * rows),
    };
    return cell.column >= 0 && cell.row >= 0 && cell.column < columns && cell.row < rows ? cell : undefined;
  }

  #point(event: PointerEvent): void {
    const cell = this.#under(event);
    if (cell) {
      this.#cursor = cell;
      if (event.buttons > 0) this.#options.choose?.(cell);
    }
    const reading = cell && this.#options.read(cell);
    if (reading) showReading(reading, event.clientX, event.clientY, false);
    else hideReading();
    if (reading && event.pointerType === "touch") hideAtNext();
  }

  #press(event: PointerEvent): void {
    const cell = this.#under(event);
    if (cell) this.#options.choose?.(cell);
    this.#point(event);
  }

  #move(event: KeyboardEvent): void {
    const by = moves[event.key];
    const [columns, rows] = this.cells;
    if (event.key === "Escape") hideReading();
    if (!by || columns === 0 || rows === 0) return;
    event.preventDefault();
    const within = (value: number, size: number) => Math.max(0, Math.min(size - 1, value));
    this.#cursor = {
      column: within(this.#cursor.column + by[0], columns),
      row: within(this.#cursor.row + by[1], rows),
    };
    if (by[0] !== 0) this.#options.choose?.(this.#cursor);
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const reading = this.#options.read(this.#cursor);
    const [x, y] = [(this.#cursor.column + 0.5) / columns, (this.#cursor.row + 0.5) / rows];
    if (reading) showReading(reading, left + x * width, top + y * height, true);
  }
}

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

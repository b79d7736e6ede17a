/** A canvas that is drawn anew when its data, its size or the palette changes, and whose cells can be asked what they are. */
import { element } from "../dom.js";
import { onPalette } from "./palette.js";
import { hideReading, type Reading, showReading } from "./readout.js";

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
  /** A cell was pressed, or the cursor has come to it. */
  readonly choose?: (cell: Cell) => void;
}

const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) plots.get(target)?.redraw();
});
const plots = new WeakMap<Element, Plot>();

export abstract class Plot {
  readonly canvas: HTMLCanvasElement;
  readonly #options: PlotOptions;
  #cursor: Cell = { column: 0, row: 0 };
  #frame = 0;

  constructor(options: PlotOptions) {
    this.#options = options;
    this.canvas = element("canvas", { role: "img", tabindex: 0, "aria-label": options.label });
    plots.set(this.canvas, this);
    resized.observe(this.canvas);
    onPalette(() => this.redraw());
    this.canvas.addEventListener("pointermove", (event) => this.#point(event));
    this.canvas.addEventListener("pointerdown", (event) => this.#press(event));
    this.canvas.addEventListener("pointerleave", hideReading);
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

  /** Draws with the next frame. */
  redraw(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      const { clientWidth, clientHeight } = this.canvas;
      const [width, height] = [clientWidth, clientHeight].map((size) => Math.round(size * devicePixelRatio)) as [
        number,
        number,
      ];
      if (width === 0 || height === 0) return;
      if (this.canvas.width !== width) this.canvas.width = width;
      if (this.canvas.height !== height) this.canvas.height = height;
      const context = this.canvas.getContext("2d");
      if (!context) return;
      context.clearRect(0, 0, width, height);
      this.draw(context, width, height);
    });
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

/** Numbers as shades of a colour, one cell each. */
import { type ColourName, css, shade } from "./palette.js";
import { Plot, type PlotOptions } from "./plot.js";

export interface RasterData {
  readonly columns: number;
  readonly rows: number;
  readonly colour: ColourName;
  /** From -1 to 1. */
  at(column: number, row: number): number;
  /** Whether a cell is crossed out: what is there is wrong. */
  wrong?(column: number, row: number): boolean;
}

/** Below so many pixels a cell is drawn without a gap to the next. */
const leastForGap = 7;

export class Raster extends Plot {
  #data: RasterData | undefined;

  constructor(options: PlotOptions) {
    super(options);
  }

  show(data: RasterData): void {
    this.#data = data;
    this.redraw();
  }

  protected get cells(): readonly [number, number] {
    return [this.#data?.columns ?? 0, this.#data?.rows ?? 0];
  }

  protected draw(context: CanvasRenderingContext2D, width: number, height: number): void {
    const data = this.#data;
    if (!data) return;
    const least = Math.min(width / data.columns, height / data.rows);
    if (least < leastForGap) this.#drawImage(context, data, width, height);
    else this.#drawCells(context, data, width, height);
  }

  #drawImage(context: CanvasRenderingContext2D, data: RasterData, width: number, height: number): void {
    const { columns, rows, colour } = data;
    const image = new ImageData(columns, rows);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const [red, green, blue] = data.wrong?.(column, row) ? shade("wrong", 1) : shade(colour, data.at(column, row));
        image.data.set([red, green, blue, 255], (row * columns + column) * 4);
      }
    const small = new OffscreenCanvas(columns, rows);
    small.getContext("2d")?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, width, height);
  }

  #drawCells(context: CanvasRenderingContext2D, data: RasterData, width: number, height: number): void {
    const { columns, rows, colour } = data;
    const gap = Math.max(1, Math.round(devicePixelRatio));
    // Edges on whole pixels, so that all gaps are alike.
    const [x, y] = [edges(columns, width), edges(rows, height)];
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const [left, top] = [x(column), y(row)];
        const [w, h] = [x(column + 1) - left - gap, y(row + 1) - top - gap];
        context.fillStyle = `rgb(${shade(colour, data.at(column, row)).join(" ")})`;
        context.fillRect(left, top, w, h);
        if (data.wrong?.(column, row)) cross(context, left, top, w, h);
      }
  }
}

function edges(count: number, size: number): (index: number) => number {
  return (index) => Math.round((index * size) / count);
}

/** A frame and a stroke: seen without its colour, too. */
function cross(context: CanvasRenderingContext2D, left: number, top: number, width: number, height: number): void {
  const thick = Math.max(1.5, Math.min(width, height) / 6);
  context.strokeStyle = css("wrong");
  context.lineWidth = thick;
  context.strokeRect(left + thick / 2, top + thick / 2, width - thick, height - thick);
  context.beginPath();
  context.moveTo(left, top + height);
  context.lineTo(left + width, top);
  context.stroke();
}

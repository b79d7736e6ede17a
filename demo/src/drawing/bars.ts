/** A distribution as bars, upright or lying, with another one behind it as an outline. */
import { type ColourName, css } from "./palette.js";
import { Plot, type PlotOptions } from "./plot.js";

export interface BarsData {
  readonly colour: ColourName;
  /** From 0 to 1. */
  readonly values: ArrayLike<number>;
  /** What the values come from. */
  readonly before?: ArrayLike<number>;
  /** Upright bars side by side, or bars that lie one above the other and grow from this side. */
  readonly from: "bottom" | "left" | "right";
}

export class Bars extends Plot {
  #data: BarsData | undefined;

  constructor(options: PlotOptions) {
    super(options);
  }

  show(data: BarsData): void {
    this.#data = data;
    this.redraw();
  }

  protected get cells(): readonly [number, number] {
    const count = this.#data?.values.length ?? 0;
    return this.#data?.from === "bottom" ? [count, 1] : [1, count];
  }

  protected draw(context: CanvasRenderingContext2D, width: number, height: number): void {
    if (!this.#data) return;
    const { values, before, colour, from } = this.#data;
    const upright = from === "bottom";
    const [along, across] = upright ? [width, height] : [height, width];
    const edge = (index: number) => Math.round((index * along) / values.length);
    const gap = along / values.length >= 5 ? Math.max(1, Math.round(devicePixelRatio)) : 0;
    context.lineWidth = Math.max(1, devicePixelRatio);
    for (let i = 0; i < values.length; i++) {
      const [start, thick] = [edge(i), edge(i + 1) - edge(i) - gap];
      const rect = (value: number): [number, number, number, number] => {
        const length = Math.max(0, Math.min(1, value)) * across;
        if (upright) return [start, height - length, thick, length];
        return [from === "left" ? 0 : width - length, start, length, thick];
      };
      context.fillStyle = css("cell");
      const [x0, y0, w0, h0] = upright ? [start, height - 1, thick, 1] : rect(1);
      context.fillRect(x0, y0, w0, h0);
      context.fillStyle = css(colour);
      context.fillRect(...rect(values[i] as number));
      const old = before?.[i] ?? 0;
      if (old < 0.01) continue;
      context.strokeStyle = css("quiet");
      const [x, y, w, h] = rect(old);
      context.strokeRect(x + 0.5, y + 0.5, Math.max(1, w - 1), Math.max(1, h - 1));
    }
  }
}

/** The learning curve, in bounded room: when there are too many points, each two become their mean. */
import type { CurvePoints } from "../protocol.js";

const most = 512;

/** A curve as it is kept. */
export interface CurveData {
  readonly updates: number;
  readonly points: readonly number[];
  readonly sum: number;
  readonly count: number;
}

export class Curve {
  /** Updates that make a point. */
  #updates: number;
  readonly #points: number[];
  /** Of the point that is to come. */
  #sum: number;
  #count: number;

  constructor({ updates, points, sum, count }: CurveData = { updates: 4, points: [], sum: 0, count: 0 }) {
    this.#updates = updates;
    this.#points = [...points];
    this.#sum = sum;
    this.#count = count;
  }

  add(bits: number): void {
    this.#sum += bits;
    if (++this.#count < this.#updates) return;
    this.#points.push(this.#sum / this.#count);
    this.#sum = this.#count = 0;
    if (this.#points.length < most) return;
    for (let i = 0; i < most / 2; i++)
      this.#points[i] = ((this.#points[2 * i] as number) + (this.#points[2 * i + 1] as number)) / 2;
    this.#points.length = most / 2;
    this.#updates *= 2;
  }

  points(batchSize: number): CurvePoints {
    return { width: this.#updates * batchSize, bits: Float32Array.from(this.#points) };
  }

  /** For a checkpoint's metadata. */
  toJSON(): CurveData {
    return { updates: this.#updates, points: [...this.#points], sum: this.#sum, count: this.#count };
  }
}

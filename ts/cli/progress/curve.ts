// The learning curve of a run, kept small: the mean loss of each part of it.

const PARTS = 480; // divides well by the widths of bars

export class Curve {
  readonly #steps: number;
  readonly #sums = new Float64Array(PARTS);
  readonly #counts = new Uint32Array(PARTS);

  constructor(steps: number) {
    this.#steps = steps;
  }

  add(step: number, cost: number): void {
    const first = Math.floor(((step - 1) / this.#steps) * PARTS);
    const end = Math.max(first + 1, Math.floor((step / this.#steps) * PARTS)); // in a short run an update fills several parts
    for (let part = first; part < end; part++) {
      this.#sums[part] = (this.#sums[part] ?? 0) + cost;
      this.#counts[part] = (this.#counts[part] ?? 0) + 1;
    }
  }

  /** The whole run as so many means; undefined where nothing has been seen. */
  means(cells: number): (number | undefined)[] {
    return Array.from({ length: cells }, (_, cell) => {
      let [sum, count] = [0, 0];
      const end = Math.floor(((cell + 1) * PARTS) / cells);
      for (let part = Math.floor((cell * PARTS) / cells); part < end; part++) {
        sum += this.#sums[part] ?? 0;
        count += this.#counts[part] ?? 0;
      }
      return count === 0 ? undefined : sum / count;
    });
  }
}

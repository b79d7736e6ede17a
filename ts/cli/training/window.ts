// The mean over the last so many sequences: what "solved" is said of.

export class Window {
  readonly #batchSize: number;
  readonly #updates: number;
  readonly #values: number[];

  /** @param values what an earlier part of the run has added last */
  constructor(sequences: number, batchSize: number, values: readonly number[]) {
    this.#batchSize = batchSize;
    this.#updates = Math.ceil(sequences / batchSize);
    this.#values = values.slice(-this.#updates);
  }

  /** The mean of an update's sequences. */
  add(mean: number): void {
    this.#values.push(mean);
    if (this.#values.length > this.#updates) this.#values.shift();
  }

  get full(): boolean {
    return this.#values.length === this.#updates;
  }

  get sequences(): number {
    return this.#values.length * this.#batchSize;
  }

  get values(): readonly number[] {
    return this.#values;
  }

  get mean(): number {
    let sum = 0;
    for (const value of this.#values) sum += value;
    return sum / this.#values.length;
  }
}

/** The mean loss of the last updates. */
export class Recent {
  readonly #updates: number;
  readonly #losses: number[];

  /**
   * @param updates over how many
   * @param losses those of before, if there were any
   */
  constructor(updates: number, losses: readonly number[] = []) {
    this.#updates = updates;
    this.#losses = losses.slice(-updates);
  }

  add(loss: number): void {
    this.#losses.push(loss);
    if (this.#losses.length > this.#updates) this.#losses.shift();
  }

  get full(): boolean {
    return this.#losses.length >= this.#updates;
  }

  /** Over as many as there are; null before the first. */
  get mean(): number | null {
    if (this.#losses.length === 0) return null;
    let sum = 0;
    for (const loss of this.#losses) sum += loss;
    return sum / this.#losses.length;
  }

  /** For a checkpoint's metadata: the oldest first. */
  toJSON(): number[] {
    return [...this.#losses];
  }
}

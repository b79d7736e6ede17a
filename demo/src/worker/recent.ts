/** The mean loss of the last updates. */
export class Recent {
  readonly #losses: Float64Array;
  #count = 0;

  /** @param updates over how many */
  constructor(updates: number) {
    this.#losses = new Float64Array(updates);
  }

  add(loss: number): void {
    this.#losses[this.#count++ % this.#losses.length] = loss;
  }

  get full(): boolean {
    return this.#count >= this.#losses.length;
  }

  /** Over as many as there are; null before the first. */
  get mean(): number | null {
    const count = Math.min(this.#count, this.#losses.length);
    if (count === 0) return null;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += this.#losses[i] as number;
    return sum / count;
  }
}

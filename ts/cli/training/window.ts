// The mean over the last so many sequences: what "solved" is said of.

export class Window {
  readonly #size: number;
  readonly #values: { mean: number; sequences: number }[] = [];
  #sequences = 0;

  constructor(size: number) {
    this.#size = size;
  }

  add(mean: number, sequences: number): void {
    this.#values.push({ mean, sequences });
    this.#sequences += sequences;
    for (
      let oldest = this.#values[0];
      oldest && this.#sequences - oldest.sequences >= this.#size;
      oldest = this.#values[0]
    ) {
      this.#values.shift();
      this.#sequences -= oldest.sequences;
    }
  }

  get full(): boolean {
    return this.#sequences >= this.#size;
  }

  get mean(): number {
    let sum = 0;
    for (const { mean, sequences } of this.#values) sum += mean * sequences;
    return sum / this.#sequences;
  }
}

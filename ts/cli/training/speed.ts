// How fast it goes, by the last ten seconds: steady enough to read, and quick to tell when it changes.

const SPAN = 10_000;
const BETWEEN = 200;

export class Speed {
  readonly #marks: { time: number; sequences: number }[] = [];
  #now = { time: performance.now(), sequences: 0 };

  constructor() {
    this.#marks.push(this.#now);
  }

  /** There are so many sequences behind us now. */
  reached(sequences: number): void {
    this.#now = { time: performance.now(), sequences };
    const { time } = this.#now;
    if (time - (this.#marks.at(-1)?.time ?? 0) >= BETWEEN) this.#marks.push(this.#now);
    while (this.#marks.length > 2 && time - (this.#marks[0]?.time ?? time) > SPAN) this.#marks.shift();
  }

  get perSecond(): number {
    const since = this.#marks[0] ?? this.#now;
    return ((this.#now.sequences - since.sequences) / (this.#now.time - since.time)) * 1000 || 0;
  }
}

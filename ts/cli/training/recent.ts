// The mean over the last sequences: "solved", and the loss that is shown, are said of it.

/** Over so many. */
export const RECENT = 1000;

/** Solved, in the report and the reproduction: that mean is below so many bits per sequence. */
export const SOLVED = 0.1;

/** The mean of the last RECENT sequences of a run, as they come: in whole updates, of which the oldest may be of a few more. */
export class Recent {
  readonly #batchSize: number;
  readonly #updates: number;
  readonly #values: number[];

  /** @param values what an earlier part of the run has added last */
  constructor(batchSize: number, values: readonly number[]) {
    this.#batchSize = batchSize;
    this.#updates = Math.ceil(RECENT / batchSize);
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

/** A line of a run's progress: the mean cost of a sequence since the line before. */
interface Line {
  /** Sequences so far. */
  readonly sequences: number;
  readonly cost: number;
}

/** At each line the mean over the last RECENT sequences: of the oldest line as many as are among them. */
export function recentMeans(lines: readonly Line[]): readonly number[] {
  const sequencesTo = (index: number) => lines[index]?.sequences ?? 0;
  let first = 0;
  return lines.map(({ sequences }, index) => {
    while (sequences - sequencesTo(first) >= RECENT) first++;
    const begin = Math.max(sequencesTo(first - 1), sequences - RECENT);
    let sum = 0;
    for (let i = first; i <= index; i++)
      sum += (lines[i]?.cost ?? 0) * (sequencesTo(i) - Math.max(sequencesTo(i - 1), begin));
    return sum / (sequences - begin);
  });
}

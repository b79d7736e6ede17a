/** What is looked at: a recall, one of its time steps, one head, and the memory rows that are shown. State, and no drawing. */
import type { TraceName } from "neural-turing-machine";
import { type RowsInUse, rowsInUse } from "../../../ts/cli/picture/rows-in-use.js";
import type { Recall } from "../protocol.js";

const fewestRows = 16;

export class Moment {
  readonly recall: Recall;
  readonly step: number;
  readonly head: number;
  readonly rows: RowsInUse;

  constructor(recall: Recall, step: number, head: number, rows: RowsInUse) {
    this.recall = recall;
    this.step = Math.max(0, Math.min(recall.steps - 1, step));
    this.head = Math.max(0, Math.min(this.heads - 1, head));
    this.rows = rows;
  }

  /** Read and write heads. */
  get heads(): number {
    return this.recall.readHeads + this.recall.writeHeads;
  }

  isWrite(head = this.head): boolean {
    return head >= this.recall.readHeads;
  }

  /** Whether the head is switched off. */
  isOff(head = this.head): boolean {
    return this.recall.watched.off.includes(head);
  }

  /** What a head that is switched off does; nothing of any other. */
  offWords(head = this.head): string {
    if (!this.isOff(head)) return "";
    return this.isWrite(head) ? "switched off: it erases and adds nothing" : "switched off: what it gives is zeros";
  }

  nameOf(head = this.head): string {
    const { readHeads, writeHeads } = this.recall;
    if (this.isWrite(head)) return writeHeads === 1 ? "write head" : `write head ${head - readHeads + 1}`;
    return readHeads === 1 ? "read head" : `read head ${head + 1}`;
  }

  /** The number of the memory row that is shown in place `index`. */
  rowAt(index: number): number {
    return (this.rows.first + index) % this.recall.rows;
  }

  /** The memory rows that are shown, from above. */
  get shownRows(): number[] {
    return Array.from({ length: this.rows.count }, (_, index) => this.rowAt(index));
  }

  /** A stage of addressing at row `n`: `weightings`, `content`, `interpolated`, `shifted`. */
  weight(stage: TraceName, row: number, step = this.step, head = this.head): number {
    if (step < 0) return this.recall.before.weightings[head * this.recall.rows + row] ?? 0;
    return this.recall.trace[stage]?.[(step * this.heads + head) * this.recall.rows + row] ?? 0;
  }

  /** The rows that are shown, of a stage of addressing. */
  weights(stage: TraceName, step = this.step, head = this.head): number[] {
    return Array.from({ length: this.rows.count }, (_, index) => this.weight(stage, this.rowAt(index), step, head));
  }

  /** `keyStrength`, `gate` or `sharpening` of a head. */
  scalar(name: "keyStrength" | "gate" | "sharpening", step = this.step, head = this.head): number {
    return this.recall.trace[name]?.[step * this.heads + head] ?? 0;
  }

  /** Entry `index` of a vector that the head emitted. */
  vector(name: "key" | "shift", index: number): number {
    const width = name === "key" ? this.recall.columns : this.recall.shifts;
    return this.recall.trace[name]?.[(this.step * this.heads + this.head) * width + index] ?? 0;
  }

  /** Entry `column` of what a head reads, erases or adds. */
  transfer(name: "reads" | "erase" | "add", column: number, head = this.head): number {
    const { readHeads, writeHeads, columns, trace } = this.recall;
    const [heads, index] = name === "reads" ? [readHeads, head] : [writeHeads, head - readHeads];
    return trace[name]?.[(this.step * heads + index) * columns + column] ?? 0;
  }

  /** The memory after the step's write; of step -1 as the first step finds it. */
  memory(row: number, column: number, step = this.step): number {
    const { rows, columns, trace, before } = this.recall;
    const memory = step < 0 ? before.memory : trace.memory;
    return memory?.[(Math.max(0, step) * rows + row) * columns + column] ?? 0;
  }

  /** The cosine of the head's key and a row of the memory, as the step finds it. */
  cosine(row: number): number {
    let [product, keys, entries] = [0, 0, 0];
    for (let column = 0; column < this.recall.columns; column++) {
      const [key, entry] = [this.vector("key", column), this.memory(row, column, this.step - 1)];
      product += key * entry;
      keys += key * key;
      entries += entry * entry;
    }
    return product / Math.max(Math.sqrt(keys) * Math.sqrt(entries), 1e-8);
  }

  /** The row with the most weight. */
  focus(stage: TraceName = "weightings", step = this.step, head = this.head): { row: number; weight: number } {
    let best = { row: 0, weight: -1 };
    for (let row = 0; row < this.recall.rows; row++) {
      const weight = this.weight(stage, row, step, head);
      if (weight > best.weight) best = { row, weight };
    }
    return best;
  }
}

/** The rows in use, and some beside them. What was shown before stays, if it serves: a picture that jumps is hard to read. */
export function rowsToShow(
  { rows, readHeads, writeHeads, steps, trace }: Recall,
  shown: RowsInUse | undefined,
): RowsInUse {
  const largest = new Float32Array(rows);
  for (let i = 0; i < steps * (readHeads + writeHeads) * rows; i++)
    largest[i % rows] = Math.max(largest[i % rows] ?? 0, trace.weightings?.[i] ?? 0);
  const used = rowsInUse(largest);
  const count = Math.max(used.count, Math.min(fewestRows, rows));
  const stays = shown && shown.count <= rows && shown.count < 2 * count && covers(shown, used, rows);
  return stays ? shown : { first: used.first, count };
}

export function whole(rows: number): RowsInUse {
  return { first: 0, count: rows };
}

function covers(shown: RowsInUse, { first, count }: RowsInUse, rows: number): boolean {
  return shown.count === rows || (shown.first < rows && ((first - shown.first + rows) % rows) + count <= shown.count);
}

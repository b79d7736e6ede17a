// Of a hundred memory rows a machine uses a few: those between which nothing lies idle. Rows are on a ring, so they may go on from the
// last to the first.

export interface RowsInUse {
  readonly first: number;
  readonly count: number;
}

/** How far below the largest weight of all a head counts as being elsewhere. */
const FAINT = 0.1;

/** @param largest of each row the largest weight that any head puts on it at any time */
export function rowsInUse(largest: ArrayLike<number>): RowsInUse {
  const peak = Array.from(largest).reduce((most, weight) => Math.max(most, weight), 0);
  const used = Array.from(largest, (weight) => weight > FAINT * peak);
  const rows = used.length;
  let [idle, idleEnd, run] = [0, 0, 0];
  for (let step = 0; step < 2 * rows; step++) {
    run = used[step % rows] ? 0 : Math.min(run + 1, rows);
    if (run > idle) [idle, idleEnd] = [run, (step + 1) % rows];
  }
  return idle === rows ? { first: 0, count: rows } : { first: idleEnd, count: rows - idle };
}

/** The numbers of the first and the last of these rows. */
export function endsOf(
  { first, count }: RowsInUse,
  memoryRows: number,
): { readonly first: number; readonly last: number } {
  return { first, last: (first + count - 1) % memoryRows };
}

/** "1–21"; where they go on from the memory's last row to its first, "120–127 and 0–4". */
export function rowsInWords(rows: RowsInUse, memoryRows: number): string {
  const { first, last } = endsOf(rows, memoryRows);
  const from = (start: number, end: number) => (start === end ? String(start) : `${start}–${end}`);
  return last < first ? `${from(first, memoryRows - 1)} and ${from(0, last)}` : from(first, last);
}

// Of a hundred memory rows a machine uses a few: those between which nothing lies idle. Rows are on a ring, so they may go on from the
// last to the first.

export interface RowsInUse {
  readonly first: number;
  readonly count: number;
}

/** `used[row]` says that some head is there at some time. */
export function rowsInUse(used: readonly boolean[]): RowsInUse {
  const rows = used.length;
  let [idle, idleEnd, run] = [0, 0, 0];
  for (let step = 0; step < 2 * rows; step++) {
    run = used[step % rows] ? 0 : Math.min(run + 1, rows);
    if (run > idle) [idle, idleEnd] = [run, (step + 1) % rows];
  }
  return idle === rows ? { first: 0, count: rows } : { first: idleEnd, count: rows - idle };
}

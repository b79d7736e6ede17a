/** "Did you mean …": of the words that are known, those nearest to what was written. */

/** Those of `known` that `written` is most likely a misspelling of; empty where none is near. @internal */
export function nearest(written: string, known: readonly string[]): string[] {
  const limit = 1 + Math.floor(Math.min(written.length, 12) / 4);
  if (written.length > 64) return [];
  const ranked = known
    .map((name) => ({ name, edits: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ edits }) => edits <= limit);
  const best = Math.min(...ranked.map(({ edits }) => edits));
  return ranked.filter(({ edits }) => edits === best).map(({ name }) => name);
}

/** The fewest letters to insert, delete, replace, or swap with their neighbour (the optimal string alignment distance). */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (same ? 0 : 1),
        swapped ? (before[column - 2] as number) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = last;
    last = current;
  }
  return last[to.length] as number;
}

/** A value as a word for a shell: in quotes where it would read more than one. */
export function word(value: unknown): string {
  const text = String(value);
  return /^[\w./:=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

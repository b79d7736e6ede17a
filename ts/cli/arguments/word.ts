/** A value as a word for a shell: in quotes where it would read more than one. On Windows `"` is what all shells know. */
export function word(value: unknown): string {
  const text = String(value);
  if (process.platform === "win32") return /^[\w./:=+\\-]+$/.test(text) ? text : `"${text}"`;
  return /^[\w./:=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

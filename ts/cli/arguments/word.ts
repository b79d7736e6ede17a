/**
 * A value as a word for a shell: in quotes where it would read more than one. On Windows `"` is what all shells know, and programs read
 * `\"` as one; a backslash stands for itself unless a `"` comes after it.
 */
export function word(value: unknown): string {
  const text = String(value);
  if (process.platform === "win32")
    return /^[\w./:=+\\-]+$/.test(text) ? text : `"${text.replace(/(\\*)("|$)/g, "$1$1$2").replaceAll('"', '\\"')}"`;
  return /^[\w./:=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

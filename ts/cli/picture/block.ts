// Lines that belong together, set under a title, over and beside each other.

import ansis from "ansis";

export interface Block {
  readonly width: number;
  readonly lines: readonly string[];
}

export function block(lines: readonly string[]): Block {
  return { width: Math.max(0, ...lines.map(visible)), lines };
}

export function titled(title: string, { lines }: Block): Block {
  return block([ansis.bold(title), ...lines]);
}

/** Words at the left of some lines; all lines are set in by the same width. */
export function labelled({ lines }: Block, width: number, labels: Readonly<Record<number, string>> = {}): Block {
  return block(lines.map((line, row) => `${ansis.dim((labels[row] ?? "").padStart(width))} ${line}`.trimEnd()));
}

export function over(...blocks: readonly Block[]): Block {
  const some = blocks.filter(({ lines }) => lines.length > 0);
  return block(some.flatMap(({ lines }, index) => (index === 0 ? lines : ["", ...lines])));
}

/** Rows of blocks, those of one column flush. */
export function arranged(rows: readonly (readonly Block[])[], gap: number): Block {
  const most = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: most }, (_, column) => Math.max(...rows.map((row) => row[column]?.width ?? 0)));
  return over(...rows.map((row) => beside(row, widths, gap)));
}

function beside(row: readonly Block[], widths: readonly number[], gap: number): Block {
  const height = Math.max(0, ...row.map(({ lines }) => lines.length));
  const line = (index: number) =>
    row.map(({ lines }, column) => pad(lines[index] ?? "", widths[column] ?? 0)).join(" ".repeat(gap));
  return block(Array.from({ length: height }, (_, index) => line(index).trimEnd()));
}

function pad(line: string, width: number): string {
  return line + " ".repeat(Math.max(0, width - visible(line)));
}

/** Every character that we draw with is one column wide. */
function visible(line: string): number {
  return ansis.strip(line).length;
}

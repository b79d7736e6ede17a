// What the command tells goes out here.

import { terminal } from "./terminal.js";

const PLAINER: Readonly<Record<string, string>> = { "×": "x", "·": "-", "±": "+-", "–": "-", "→": "->" };

/** Writes lines. */
export function say(...lines: readonly string[]): void {
  write(lines.map((line) => `${line}\n`).join(""));
}

/** Writes a text; where the terminal has no such characters, in plainer ones. */
export function write(text: string): void {
  const { unicode } = terminal();
  process.stdout.write(unicode ? text : text.replaceAll(/[×·±–→]/g, (character) => PLAINER[character] ?? ""));
}

/** Writes one object as a line, for machines. */
export function sayJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** What one should know, and what does not stop us. */
export function warn(text: string): void {
  process.stderr.write(`warning: ${text}\n`);
}

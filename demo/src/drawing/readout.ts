/** What is under the pointer or the cursor, in numbers: one box for the whole page, and the same words for a screen reader. */
import { byId, element } from "../dom.js";

/** What can be said of a cell. */
export interface Reading {
  /** What it is and its number: `w₇(5) = 0.98`. */
  readonly value: string;
  /** The equation that it comes from, with its numbers. */
  readonly equation?: string;
  readonly note?: string;
}

const distance = 14;

/** Shows a reading beside a point of the window. */
export function showReading({ value, equation, note }: Reading, x: number, y: number, spoken: boolean): void {
  const box = byId("readout");
  box.replaceChildren(element("strong", {}, value));
  if (equation) box.append(element("span", { class: "equation" }, equation));
  if (note) box.append(element("span", { class: "note" }, note));
  box.hidden = false;
  const { width, height } = box.getBoundingClientRect();
  const left = x + distance + width > innerWidth ? Math.max(4, x - distance - width) : x + distance;
  const top = y + distance + height > innerHeight ? Math.max(4, y - distance - height) : y + distance;
  box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  if (spoken) byId("spoken").textContent = [value, equation, note].filter(Boolean).join("; ");
}

export function hideReading(): void {
  byId("readout").hidden = true;
}

let next: AbortController | undefined;

/** Hides the reading at the next touch, wherever it is, and when what it is of is scrolled away. */
export function hideAtNext(): void {
  next?.abort();
  next = new AbortController();
  const options = { capture: true, once: true, signal: next.signal };
  for (const event of ["pointerdown", "scroll"]) addEventListener(event, hideReading, options);
}

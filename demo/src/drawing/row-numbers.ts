/** Numbers beside the rows of the memory, wherever these are drawn. */
import { element } from "../dom.js";

/** Between two numbers, in CSS pixels at the page's usual size. */
const apart = 20;

/** @param rows the memory rows that are drawn, from above, over so many pixels */
export function rowNumbers(rows: readonly number[], height: number): HTMLElement[] {
  const least = (apart * rows.length) / height;
  const every = [1, 5, 10, 20, 50, 100, 200, 500].find((step) => step >= least) ?? rows.length;
  return [...rows.entries()]
    .filter(([, row]) => row % every === 0)
    .map(([index, row]) => {
      const number = element("span", {}, String(row));
      number.style.setProperty("--at", String((index + 0.5) / rows.length));
      return number;
    });
}

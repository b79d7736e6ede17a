/** A pattern of bits, drawn by hand: a column is a vector. By pointer, or with the arrow keys and the space bar. */
import { element } from "../dom.js";
import { longestPattern } from "../view.js";

/** What is there to begin with: "NTM", a letter five vectors wide. */
const letters = [
  "#...#.#####.#...#",
  "##..#...#...##.##",
  "#.#.#...#...#.#.#",
  "#..##...#...#...#",
  "#...#...#...#...#",
];

export class PatternEditor {
  readonly #place: HTMLElement;
  readonly #changed: () => void;
  #bits = 8;
  #length = 17;
  #set = new Set<string>();
  #painting: boolean | undefined;
  #cursor = [0, 0] as const;

  constructor(place: HTMLElement, changed: () => void) {
    this.#place = place;
    this.#changed = changed;
    letters.forEach((line, row) => {
      for (let column = 0; column < line.length; column++)
        if (line[column] === "#") this.#set.add(key(column, row + 1));
    });
    addEventListener("pointerup", () => {
      if (this.#painting === undefined) return;
      this.#painting = undefined;
      this.#changed();
    });
  }

  set bits(bits: number) {
    this.#bits = bits;
    this.#show();
  }

  get vectors(): number[][] {
    return Array.from({ length: this.#length }, (_, column) =>
      Array.from({ length: this.#bits }, (_, row) => (this.#set.has(key(column, row)) ? 1 : 0)),
    );
  }

  set vectors(vectors: readonly (readonly number[])[]) {
    this.#length = vectors.length;
    this.#set = new Set(vectors.flatMap((bits, column) => bits.flatMap((bit, row) => (bit ? [key(column, row)] : []))));
    this.#show();
  }

  #show(): void {
    const rows = Array.from({ length: this.#bits }, (_, row) =>
      element("div", { role: "row" }, ...Array.from({ length: this.#length }, (_, column) => this.#cell(column, row))),
    );
    const resize = (by: number) => () => {
      this.#length = Math.max(1, Math.min(longestPattern, this.#length + by));
      this.#cursor = [0, 0];
      this.#show();
      this.#changed();
    };
    this.#place.replaceChildren(
      element("div", { role: "grid", class: "grid", "aria-label": "Pattern: a column is a vector" }, ...rows),
      element(
        "div",
        { class: "pattern-controls" },
        element("button", { type: "button", class: "plain", onclick: resize(-1) }, "Shorter"),
        element("button", { type: "button", class: "plain", onclick: resize(1) }, "Longer"),
        element(
          "button",
          {
            type: "button",
            class: "plain",
            onclick: () => {
              this.#set.clear();
              this.#show();
              this.#changed();
            },
          },
          "Clear",
        ),
      ),
    );
  }

  #cell(column: number, row: number): HTMLElement {
    const at = key(column, row);
    const cell = element("div", {
      role: "gridcell",
      class: "cell",
      "data-at": at,
      "aria-selected": String(this.#set.has(at)),
      "aria-label": `vector ${column + 1}, bit ${row + 1}`,
      tabindex: column === this.#cursor[0] && row === this.#cursor[1] ? 0 : -1,
      onpointerdown: (event: PointerEvent) => {
        event.preventDefault();
        // A touch would keep all further events to this cell.
        cell.releasePointerCapture(event.pointerId);
        this.#painting = !this.#set.has(at);
        this.#paint(cell, this.#painting);
      },
      onpointerenter: () => {
        if (this.#painting !== undefined) this.#paint(cell, this.#painting);
      },
      onkeydown: (event: KeyboardEvent) => this.#press(event, cell, column, row),
    });
    return cell;
  }

  #press(event: KeyboardEvent, cell: HTMLElement, column: number, row: number): void {
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      this.#paint(cell, !this.#set.has(key(column, row)));
      this.#changed();
    }
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = this.#place.querySelector<HTMLElement>(
      `[data-at="${key(column + (by[0] as number), row + (by[1] as number))}"]`,
    );
    if (!next) return;
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  #paint(cell: HTMLElement, on: boolean): void {
    const at = cell.dataset["at"] as string;
    if (on) this.#set.add(at);
    else this.#set.delete(at);
    cell.setAttribute("aria-selected", String(on));
  }
}

function key(column: number, row: number): string {
  return `${column},${row}`;
}

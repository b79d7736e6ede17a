/** What a head does at its place: a read vector, or what is erased and added. */
import { element } from "../dom.js";
import { Raster } from "../drawing/raster.js";
import { figures } from "../format.js";
import { type Emitted, emission } from "./equations.js";
import type { Moment } from "./moment.js";

type Name = "reads" | "erase" | "add";

const words: Readonly<Record<Name, { title: string; equation: string; letter: "r" | Emitted }>> = {
  reads: { title: "reads", equation: "r = Σₙ w(n) · M′(n)   eq. 2", letter: "r" },
  erase: { title: "erases", equation: "M̃(n) = M′(n) · (1 − w(n) · e)   eq. 3", letter: "e" },
  add: { title: "adds", equation: "M(n) = M̃(n) + w(n) · a   eq. 4", letter: "a" },
};

export class TransferView {
  readonly #rows: readonly { name: Name; row: HTMLElement; raster: Raster }[];
  #moment: Moment | undefined;

  constructor(place: HTMLElement) {
    this.#rows = (["reads", "erase", "add"] as const).map((name) => {
      const { title, equation, letter } = words[name];
      const raster = new Raster({
        label: `What the head ${title}`,
        read: ({ column }) =>
          this.#moment && {
            value: `${letter}[${column}] = ${figures(this.#moment.transfer(name, column))}`,
            equation,
            ...(letter === "r" ? {} : { note: `${emission(letter, this.#moment.recall)}, a part of W h + b` }),
          },
      });
      const row = element(
        "div",
        { class: "transfer-row" },
        element("span", { class: "label" }, title),
        raster.canvas,
        element("span", { class: "equation" }, equation),
      );
      return { name, row, raster };
    });
    place.append(...this.#rows.map(({ row }) => row));
  }

  show(moment: Moment): void {
    this.#moment = moment;
    const write = moment.isWrite();
    for (const { name, row, raster } of this.#rows) {
      row.hidden = moment.heads === 0 || (name === "reads") === write;
      if (row.hidden) continue;
      const { columns } = moment.recall;
      const values = Array.from({ length: columns }, (_, column) => moment.transfer(name, column));
      // An erase is between 0 and 1 as it is.
      const largest = name === "erase" ? 1 : Math.max(...values.map(Math.abs), 1e-6);
      raster.show({ columns, rows: 1, colour: "ink", at: (column) => (values[column] as number) / largest });
    }
  }
}

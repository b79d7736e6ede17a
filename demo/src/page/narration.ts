/** One step in a sentence or two: what the heads do, in words, from their numbers. */
import { figures } from "../format.js";
import type { Moment } from "./moment.js";

/** More than this is as good as all, less than the rest as good as nothing. */
const sure = 0.9;
const nothing = 0.05;

export function narrate(moment: Moment): string {
  const { recall, step } = moment;
  const asked = (recall.mask[step] ?? 0) > 0;
  const silent = !recall.input.slice(step * recall.inputs, (step + 1) * recall.inputs).some((value) => value !== 0);
  const begin = `Step ${step + 1} of ${recall.steps}: ${silent ? "nothing comes in" : "a vector comes in"}${asked ? ", and the answer is asked for" : ""}.`;
  const order = [...Array(moment.heads).keys()].sort((a, b) => Number(moment.isWrite(b)) - Number(moment.isWrite(a)));
  return [begin, ...order.slice(0, 4).map((head) => headWords(moment, head))].join(" ");
}

function headWords(moment: Moment, head: number): string {
  const here = new HeadAt(moment, head);
  const does = moment.isWrite(head) ? "writes to" : "reads";
  const words = moment.nameOf(head);
  // "Read head 2", but "the read head" where there is one.
  const name = /\d$/.test(words) ? words.charAt(0).toUpperCase() + words.slice(1) : `The ${words}`;
  const { row, weight } = moment.focus("weightings", moment.step, head);
  if (weight < 0.5) return `${name} is spread over the rows, at most ${figures(weight)} on row ${row}.`;
  return `${name} ${does} row ${row} (${figures(weight)}), ${here.how()}.`;
}

class HeadAt {
  readonly #moment: Moment;
  readonly #head: number;

  constructor(moment: Moment, head: number) {
    this.#moment = moment;
    this.#head = head;
  }

  /** How it got there. */
  how(): string {
    const { recall, step, heads } = this.#moment;
    const gate = recall.trace.gate?.[step * heads + this.#head] ?? 0;
    const middle = (recall.shifts - 1) / 2;
    const shift = Array.from(
      { length: recall.shifts },
      (_, j) => recall.trace.shift?.[(step * heads + this.#head) * recall.shifts + j] ?? 0,
    );
    const likeliest = shift.indexOf(Math.max(...shift));
    const by = likeliest - middle;
    const moved =
      by === 0
        ? "without moving on"
        : `moved ${Math.abs(by)} row${Math.abs(by) === 1 ? "" : "s"} ${by > 0 ? "on" : "back"}`;
    const from =
      gate > sure
        ? "found by content"
        : gate < nothing
          ? "from where it was"
          : `found by content and place together (g = ${figures(gate)})`;
    return `${from}, ${moved}`;
  }
}

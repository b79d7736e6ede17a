/** One step in a sentence or two: what the heads do, in words, from their numbers. */
import { counted, figures } from "../format.js";
import type { TaskName } from "../settings.js";
import { comesIn } from "./incoming.js";
import type { Moment } from "./moment.js";

/** More than this part of a weight is as good as all of it, less than the rest as good as nothing. */
const all = 0.9;
const nothing = 0.1;
const inPlace = "from where it was";

/** Of write heads and of read heads so many are told. */
const mostTold = 2;

export function narrate(moment: Moment, task: TaskName): string {
  const { recall, step } = moment;
  const asked = (recall.mask[step] ?? 0) > 0;
  const comes = comesIn(task, recall, step);
  const begin = `Step ${step + 1} of ${recall.steps}: ${comes}${asked ? ", and the answer is asked for" : ""}.`;
  const heads = [...Array(moment.heads).keys()];
  const [reads, writes] = [heads.slice(0, recall.readHeads), heads.slice(recall.readHeads)];
  const told = [...writes.slice(0, mostTold), ...reads.slice(0, mostTold)];
  const left = heads.length - told.length;
  const others = left > 0 ? [`And ${counted(left, "more head")}, shown below.`] : [];
  return [begin, ...told.map((head) => headWords(moment, head)), ...others].join(" ");
}

function headWords(moment: Moment, head: number): string {
  const here = new HeadAt(moment, head);
  const does = moment.isWrite(head) ? "writes to" : "reads";
  const words = moment.nameOf(head);
  // "Read head 2", but "the read head" where there is one.
  const name = /\d$/.test(words) ? words.charAt(0).toUpperCase() + words.slice(1) : `The ${words}`;
  if (moment.isOff(head)) return `${name} is ${moment.offWords(head)}.`;
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

  /** What the weight that was then moved by so many rows is made of (eq. 7). */
  #from(gate: number, by: number): string {
    const { recall, step } = this.#moment;
    const { row } = this.#moment.focus("weightings", step, this.#head);
    const before = (((row - by) % recall.rows) + recall.rows) % recall.rows;
    const byContent = gate * this.#moment.weight("content", before, step, this.#head);
    const byPlace = (1 - gate) * this.#moment.weight("weightings", before, step - 1, this.#head);
    const part = byContent / Math.max(byContent + byPlace, Number.MIN_VALUE);
    if (part > all) return "found by content";
    return part < nothing ? inPlace : `found by content and place together (g = ${figures(gate)})`;
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
    const moved = `moved ${Math.abs(by)} row${Math.abs(by) === 1 ? "" : "s"} ${by > 0 ? "on" : "back"}`;
    const found = this.#from(gate, by);
    const before = this.#before();
    if (before?.apart === 0)
      return ["where it waits", ...(found === inPlace ? [] : [found]), ...(by === 0 ? [] : [moved])].join(", ");
    const far = before && before.apart > middle ? `; it comes from row ${before.row}` : "";
    return `${found}, ${by === 0 ? "without moving on" : moved}${far}`;
  }

  /** The row where it was a step before, if it was in one, and how many rows that is apart. */
  #before(): { readonly row: number; readonly apart: number } | undefined {
    const { recall, step } = this.#moment;
    if (step === 0) return undefined;
    const { row, weight } = this.#moment.focus("weightings", step - 1, this.#head);
    const apart = Math.abs(row - this.#moment.focus("weightings", step, this.#head).row);
    return weight < 0.5 ? undefined : { row, apart: Math.min(apart, recall.rows - apart) };
  }
}

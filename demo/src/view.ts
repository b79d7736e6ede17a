/** What is looked at of a machine, and how a link's fragment says it: what it does not say is as at first. */
import type { NTMConfig } from "neural-turing-machine";
import type { Sequence, Watched } from "./protocol.js";
import { type Field, inRange, rangeOf, type Settings, tasks } from "./settings.js";

export interface View {
  readonly watched: Watched;
  /** The time step, undefined before anybody has chosen one. */
  readonly step: number | undefined;
  /** The head, by index, the read heads first; undefined before anybody has chosen one. */
  readonly head: number | undefined;
}

type Machine = Pick<NTMConfig, "outputSize" | "readHeads" | "writeHeads" | "memory">;

const drawing: Field = { name: "drawing", label: "which drawing", least: 1, most: 2 ** 32 - 1, initial: 1 };
const step: Field = { name: "step", label: "step", least: 1, most: 1e6, initial: 1 };
/** The most vectors of a pattern. */
export const longestPattern = 60;
/** The most memory rows that a machine is watched on. */
export const mostRows = 4096;

/** What is watched of a machine that was just opened: no larger than what it learns with, what is larger is asked of it on purpose. */
export function firstSizes({ task, taskOptions }: Settings, before: Readonly<Record<string, number>> = {}) {
  return Object.fromEntries(
    tasks[task].sizes.map(({ name, initial, limitedBy }) => {
      const size = before[name] ?? initial;
      return [name, Math.min(size, taskOptions[limitedBy] ?? size)];
    }),
  );
}

/** Steps and heads are counted from 1, as on the page. */
export function fragmentOf({ watched: { sequence, rows, off }, step, head }: View, settings: Settings): string {
  const said = new URLSearchParams();
  if (sequence.kind === "pattern") said.set("pattern", sequence.vectors.map((bits) => bits.join("")).join("."));
  else {
    const first = firstSizes(settings);
    for (const [name, size] of Object.entries(sequence.sizes)) if (size !== first[name]) said.set(name, String(size));
    if (sequence.seed !== drawing.initial) said.set("drawing", String(sequence.seed));
  }
  if (rows !== null) said.set("rows", String(rows));
  if (off.length > 0) said.set("off", off.map((head) => head + 1).join("."));
  if (step !== undefined) said.set("step", String(step + 1));
  if (head !== undefined) said.set("head", String(head + 1));
  return said.toString();
}

/** What is wrong in it is as at first: of that `complaints` speak. */
export function readFragment(
  fragment: string,
  settings: Settings,
  machine: Machine,
): { view: View; complaints: string[] } {
  const said = new URLSearchParams(fragment.replace(/^#/, ""));
  const complaints: string[] = [];
  const complain = (name: string, expected: string) =>
    void complaints.push(`${name}: expected ${expected}, got “${said.get(name)?.slice(0, 40)}”`);
  const heads = machine.readHeads + machine.writeHeads;
  for (const name of ["rows", "off", "head"])
    if (heads === 0 && said.has(name)) {
      complain(name, "none for a machine without heads");
      said.delete(name);
    }
  const number = (field: Field): number | undefined => {
    const text = said.get(field.name);
    if (text === null) return undefined;
    const value = inRange(field, text);
    if (value === undefined) complain(field.name, rangeOf(field));
    return value;
  };
  const [at, head] = [number(step), number({ ...step, name: "head", most: heads })];
  const view: View = {
    watched: { sequence: sequence(), rows: rows(), off: off() },
    step: at && at - 1,
    head: head && head - 1,
  };
  return { view, complaints };

  function sequence(): Sequence {
    const sizes: Record<string, number> = firstSizes(settings);
    for (const field of tasks[settings.task].sizes) sizes[field.name] = number(field) ?? (sizes[field.name] as number);
    const drawn: Sequence = { kind: "drawn", seed: number(drawing) ?? drawing.initial, sizes };
    const text = said.get("pattern");
    if (text === null) return drawn;
    const vectors = patternOf(text, machine.outputSize);
    if (settings.task !== "copy") complain("pattern", `none for ${tasks[settings.task].title}`);
    else if (!vectors) complain("pattern", `1 to ${longestPattern} vectors of ${machine.outputSize} bits`);
    else return { kind: "pattern", vectors };
    return drawn;
  }

  function rows(): number | null {
    const own = machine.memory.rows;
    const asked = number({ ...step, name: "rows", most: mostRows });
    if (asked === undefined || asked === own) return null;
    if (machine.memory.init === "constant") return asked;
    complain("rows", `${own}, as the machine's memory is ${machine.memory.init}`);
    return null;
  }

  function off(): number[] {
    const text = said.get("off");
    if (text === null) return [];
    const asked = text.split(".").map((each) => inRange({ ...step, most: heads }, each));
    if (!asked.includes(undefined)) return [...new Set(asked as number[])].map((head) => head - 1);
    complain("off", `numbers of heads from 1 to ${heads}`);
    return [];
  }
}

/** Undefined where the text says none. */
function patternOf(text: string, bits: number): number[][] | undefined {
  const vectors = text.split(".");
  const isPattern = vectors.length <= longestPattern && vectors.every((each) => /^[01]+$/.test(each));
  if (!isPattern || vectors.some((each) => each.length !== bits)) return undefined;
  return vectors.map((each) => [...each].map(Number));
}

/** What is looked at, and the link's fragment that says it. */
import { expect, test } from "vitest";
import { readSettings, type TaskName, withTask } from "../src/settings.js";
import { firstSizes, fragmentOf, readFragment, type View } from "../src/view.js";

const initial = readSettings(new URLSearchParams()).settings;
const machine = {
  outputSize: 8,
  readHeads: 1,
  writeHeads: 2,
  memory: { rows: 128, columns: 20, init: "constant", value: 1e-6, scale: 1 },
} as const;
const nobody = { rows: null, off: [], step: undefined, head: undefined };

function view({ sequence, rows, off, step, head }: View["watched"] & Omit<View, "watched">): View {
  return { watched: { sequence, rows, off }, step, head };
}
const drawn = (sizes: Record<string, number>, seed = 1) => ({ kind: "drawn", seed, sizes }) as const;

test("what nobody chose is not in it", () => {
  const first = view({ ...nobody, sequence: drawn(firstSizes(initial)) });
  expect(fragmentOf(first, initial)).toBe("");
  expect(readFragment("", initial, machine)).toEqual({ view: first, complaints: [] });
});

test.each<[string, TaskName, View]>([
  ["length=30&drawing=7", "copy", view({ ...nobody, sequence: drawn({ length: 30 }, 7) })],
  ["repeats=9", "repeat-copy", view({ ...nobody, sequence: drawn({ length: 5, repeats: 9 }) })],
  ["sorted=3", "priority-sort", view({ ...nobody, sequence: drawn({ vectors: 20, sorted: 3 }) })],
  [
    "rows=256&off=1.3&step=13&head=2",
    "copy",
    view({ sequence: drawn({ length: 10 }), rows: 256, off: [0, 2], step: 12, head: 1 }),
  ],
  [
    "pattern=10000001.01111110",
    "copy",
    view({
      ...nobody,
      sequence: { kind: "pattern", vectors: ["10000001", "01111110"].map((bits) => [...bits].map(Number)) },
    }),
  ],
])("%s of %s comes back as it was", (fragment, task, view) => {
  const settings = withTask(initial, task);
  expect(fragmentOf(view, settings)).toBe(fragment);
  expect(readFragment(`#${fragment}`, settings, machine)).toEqual({ view, complaints: [] });
});

test("of a machine without heads it says nothing of heads and rows", () => {
  const headless = { ...machine, readHeads: 0, writeHeads: 0 };
  const { view: shown, complaints } = readFragment("#length=3&rows=64&off=1&head=1", initial, headless);
  expect(shown).toEqual(view({ ...nobody, sequence: drawn({ length: 3 }) }));
  expect(complaints).toEqual([
    "rows: expected none for a machine without heads, got “64”",
    "off: expected none for a machine without heads, got “1”",
    "head: expected none for a machine without heads, got “1”",
  ]);
});

test("what it cannot mean is as at first, and is complained of", () => {
  const asked = "#length=0&drawing=x&rows=4097&off=1.4&step=0&head=4&pattern=101";
  const { view: shown, complaints } = readFragment(asked, initial, machine);
  expect(shown).toEqual(view({ ...nobody, sequence: drawn({ length: 10 }) }));
  expect(complaints.sort()).toEqual([
    "drawing: expected a whole number from 1 to 4294967295, got “x”",
    "head: expected a whole number from 1 to 3, got “4”",
    "length: expected a whole number from 1 to 200, got “0”",
    "off: expected numbers of heads from 1 to 3, got “1.4”",
    "pattern: expected 1 to 60 vectors of 8 bits, got “101”",
    "rows: expected a whole number from 1 to 4096, got “4097”",
    "step: expected a whole number from 1 to 1000000, got “0”",
  ]);
});

test("a machine whose memory has rows of its own runs on no others", () => {
  const learned = { ...machine, memory: { ...machine.memory, init: "learned" } } as const;
  const { view, complaints } = readFragment("#rows=64", initial, learned);
  expect(view.watched.rows).toBe(null);
  expect(complaints).toEqual(["rows: expected 128, as the machine's memory is learned, got “64”"]);
});

test("only what is copied can be drawn by hand", () => {
  const recall = withTask(initial, "associative-recall");
  const { view, complaints } = readFragment("#pattern=10000001", recall, machine);
  expect(view.watched.sequence.kind).toBe("drawn");
  expect(complaints).toEqual(["pattern: expected none for Associative recall, got “10000001”"]);
});

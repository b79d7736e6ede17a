// What is reproduced of the paper (arXiv 1410.5401): which machines learn which tasks, from how many seeds, for how long, what should come
// out, and what the paper itself shows. All figures of a reproduction come from here or are measured.

import type { PaperTaskName, PresetController } from "../../index.js";
import type { TaskOptions } from "../tasks.js";

export interface Entry {
  readonly task: PaperTaskName;
  readonly controller: PresetController;
  /** Seeds 1 to this. */
  readonly seeds: number;
  /** Training sequences in all. */
  readonly sequences: number;
  /** Should be solved within so many sequences. */
  readonly solvedWithin?: number;
  /** Should be at no more bits per sequence when training ends. */
  readonly bitsAtTheEnd?: number;
  /** What is measured once, when training has ended, in so many sequences of each size. */
  readonly measured?: { readonly sequences: number; readonly each: readonly Wanted[] };
  /** From what learning rate it falls, and over how many sequences, where that is not as the preset has it: the run has a folder of its own. */
  readonly rate?: { readonly from?: number; readonly over: number };
  /** Comes after all others: it takes long, and is reported however far it came. */
  readonly last?: true;
}

/** Sizes of sequences, and what is wanted of them; nothing: it is reported. */
export interface Wanted {
  readonly sizes: TaskOptions;
  /** In the mean of a sequence at most so many wrong bits. */
  readonly wrongBits?: number;
  /** At most this part of all bits wrong. */
  readonly wrongShare?: number;
  /** No wrong bit in the vectors, whatever the end marker does. */
  readonly vectorsRight?: true;
  /** Fewer bits than this. */
  readonly bits?: number;
  /** At most so many bits more than the optimal estimator has on the same sequences. */
  readonly aboveOptimum?: number;
  /** What the paper's machine does, and where it says so. */
  readonly paper?: string;
}

const copied: readonly Wanted[] = [
  ...[20, 30, 50].map((length) => ({ sizes: { length }, wrongBits: 0 })),
  { sizes: { length: 120 }, wrongBits: 1, paper: "one vector duplicated (figure 4)" },
];
const repeated: readonly Wanted[] = [
  { sizes: { length: 20, repeats: 10 }, wrongShare: 0.01 },
  { sizes: { length: 10, repeats: 20 }, vectorsRight: true, paper: "its end marker comes wrong (figure 8)" },
];
const recalled = (papers: number): readonly Wanted[] => [
  ...[6, 10].map((items) => ({ sizes: { items }, bits: 0.5 })),
  ...[12, 15].map((items) => ({ sizes: { items }, bits: 1 })),
  { sizes: { items: 20 }, bits: 1, paper: `about ${papers} bits (figure 11)` },
];
const predicted = (aboveOptimum: number, papers: number): readonly Wanted[] => [
  { sizes: { length: 200 }, aboveOptimum, paper: `about ${papers} above about 133 (figure 13)` },
];
/** As in training: its figure at the end is a mean over sequences that it still learned from. */
const sorted: readonly Wanted[] = [{ sizes: { vectors: 20, sorted: 16 } }];
/** The preset's rate, twice this, is near what that machine bears: falling over a million, it was lost within 30,000. */
const ofTheMillion = { from: 1.5e-4, over: 1_000_000 };
const inEach = (each: readonly Wanted[], sequences = 100) => ({ measured: { each, sequences } });

// biome-ignore format: a table
export const TABLE: readonly Entry[] = [
  { task: "copy", controller: "feedforward", seeds: 10, sequences: 100_000, solvedWithin: 20_000, ...inEach(copied) },
  { task: "copy", controller: "lstm", seeds: 10, sequences: 100_000, solvedWithin: 30_000, ...inEach(copied) },
  { task: "repeat-copy", controller: "feedforward", seeds: 5, sequences: 150_000, solvedWithin: 150_000, ...inEach(repeated) },
  { task: "repeat-copy", controller: "lstm", seeds: 5, sequences: 200_000, solvedWithin: 150_000, ...inEach(repeated) },
  { task: "associative-recall", controller: "feedforward", seeds: 5, sequences: 100_000, solvedWithin: 40_000, ...inEach(recalled(8)) },
  { task: "associative-recall", controller: "lstm", seeds: 5, sequences: 100_000, solvedWithin: 50_000, ...inEach(recalled(7)) },
  { task: "dynamic-n-grams", controller: "feedforward", seeds: 5, sequences: 200_000, ...inEach(predicted(1.5, 1), 1000) },
  { task: "dynamic-n-grams", controller: "lstm", seeds: 5, sequences: 200_000, ...inEach(predicted(1, 0.5), 1000) },
  { task: "priority-sort", controller: "feedforward", seeds: 3, sequences: 200_000, bitsAtTheEnd: 40, ...inEach(sorted) },
  { task: "priority-sort", controller: "lstm", seeds: 3, sequences: 200_000, bitsAtTheEnd: 35, ...inEach(sorted) },
  { task: "priority-sort", controller: "feedforward", seeds: 1, sequences: 1_000_000, rate: ofTheMillion, bitsAtTheEnd: 20, last: true },
  { task: "priority-sort", controller: "lstm", seeds: 1, sequences: 1_000_000, rate: { over: 1_000_000 }, bitsAtTheEnd: 20, last: true },
  { task: "copy", controller: "baseline", seeds: 1, sequences: 100_000, ...inEach([50, 120].map((length) => ({ sizes: { length } }))), last: true },
  { task: "repeat-copy", controller: "baseline", seeds: 1, sequences: 100_000, last: true },
  { task: "associative-recall", controller: "baseline", seeds: 1, sequences: 100_000, last: true },
  { task: "dynamic-n-grams", controller: "baseline", seeds: 1, sequences: 100_000, last: true },
  { task: "priority-sort", controller: "baseline", seeds: 1, sequences: 100_000, last: true },
];

/** What the paper shows of its own machines, as read off its figures: about so much. */
export interface Reference {
  readonly text: string;
  /** Bits per sequence. */
  readonly bits?: number;
  /** Training sequences. */
  readonly sequences?: number;
  readonly source: string;
}

export const PAPERS: Readonly<
  Record<PaperTaskName, { readonly figure: string; readonly levels: readonly Reference[] }>
> = {
  copy: { figure: "figure 3", levels: [] },
  "repeat-copy": { figure: "figure 7", levels: [] },
  "associative-recall": {
    figure: "figure 10",
    levels: [{ text: "the paper's NTMs near 0", sequences: 30_000, source: "section 4.3" }],
  },
  "dynamic-n-grams": {
    figure: "figure 13",
    levels: [
      { text: "the paper's optimum", bits: 133, source: "figure 13" },
      { text: "the paper's LSTM NTM", bits: 133.5, source: "figure 13" },
      { text: "the paper's feedforward NTM", bits: 134, source: "figure 13" },
    ],
  },
  "priority-sort": {
    figure: "figure 18",
    levels: [
      { text: "chance", bits: 128, source: "16 vectors of 8 bits" },
      { text: "the paper's feedforward, 200,000", bits: 40, source: "figure 18" },
      { text: "the paper's LSTM, 200,000", bits: 35, source: "figure 18" },
      { text: "the paper's, 1,000,000", bits: 20, source: "figure 18" },
    ],
  },
};

/** What the page asks of the worker that holds the machine, and what the worker tells. */
import type { NTMConfig, TraceName } from "neural-turing-machine";
import type { Settings } from "./settings.js";

/** The sequence to be watched: drawn from the task, or a pattern of bits, one vector after the other, to be copied. */
export type Sequence =
  | { readonly kind: "drawn"; readonly seed: number; readonly sizes: Readonly<Record<string, number>> }
  | { readonly kind: "pattern"; readonly vectors: readonly (readonly number[])[] };

/** One sequence, and on what the machine is to run it. */
export interface Watched {
  readonly sequence: Sequence;
  /** Memory rows; null for the machine's own. */
  readonly rows: number | null;
  /** Heads switched off, by index: the read heads first, then the write heads. */
  readonly off: readonly number[];
}

/** The number of a request for a machine, by which the page knows what of a report is still of use. */
interface Opening {
  readonly opening: number;
}

/** From the page to the worker. */
export type Request =
  /** A machine of these settings: as the last visit left it, or new, where nothing was left or it is to be `fresh`. */
  | (Opening & { readonly kind: "open"; readonly query: string; readonly settings: Settings; readonly fresh: boolean })
  /** The machine of a checkpoint; or as the last visit left it, unless it is to be `fresh`. Without bytes only the latter. */
  | (Opening & {
      readonly kind: "load";
      readonly query: string;
      readonly name: string;
      readonly bytes: ArrayBuffer | null;
      readonly fresh: boolean;
    })
  /** Train until told to pause. */
  | { readonly kind: "start" }
  | { readonly kind: "pause" }
  /** One update. */
  | { readonly kind: "step" }
  /** The checkpoint's bytes, please. */
  | { readonly kind: "save" }
  /** Keep the machine in the browser's storage now: the page may be about to go. */
  | { readonly kind: "keep" }
  /** Run this sequence on the machine of that opening, and again as it learns. Where another has taken its place, nothing is done. */
  | (Opening & { readonly kind: "watch"; readonly watched: Watched });

/** Where a machine came from. */
export type Origin = "new" | "kept" | "file";

/** From the worker to the page. */
export type Report =
  | (Opening & {
      readonly kind: "opened";
      /** That of the request. */
      readonly query: string;
      readonly origin: Origin;
      /** The checkpoint's name, for a machine from a file. */
      readonly name: string;
      /** Whether a new machine of the request's settings would begin otherwise: this one is of a version with other presets. */
      readonly superseded: boolean;
      readonly config: NTMConfig;
      /** The settings that the machine has; of a file's machine those that can be read off it. */
      readonly settings: Settings;
    })
  | ({ readonly kind: "progress" } & Progress)
  | { readonly kind: "recalled"; readonly recall: Recall }
  | { readonly kind: "saved"; readonly bytes: Uint8Array<ArrayBuffer>; readonly name: string }
  /** Training has ended: the learning rate has fallen to 0. */
  | { readonly kind: "learned" }
  /** Something did not work; the machine, where there was one, is as it was. */
  | { readonly kind: "failed"; readonly during: During; readonly code: string; readonly message: string };

/** A request, or the reading of what an earlier visit left, without which `open` and `load` do as well. */
export type During = Request["kind"] | "restore";

/** How learning goes. */
export interface Progress {
  readonly training: boolean;
  /** Updates so far. */
  readonly step: number;
  /** Sequences learned from so far. */
  readonly sequences: number;
  /** The mean of the last sequences, at most {@link recentSequences}; null before the first update. */
  readonly bitsPerSequence: number | null;
  /** Over the last second or so; null while nothing was measured. */
  readonly sequencesPerSecond: number | null;
  /** Time spent in training, seconds. */
  readonly seconds: number;
  /** Null before that, and where the page has not seen the training from its first update on. */
  readonly solved: Solved | null;
  /** Whether it has. */
  readonly whole: boolean;
  readonly curve: CurvePoints;
}

/** When the machine had learned its task. */
export interface Solved {
  readonly sequences: number;
  readonly seconds: number;
}

/** So many sequences "recent" means. */
export const recentSequences = 1000;

/** The learning curve: means of the loss over equal numbers of updates. */
export interface CurvePoints {
  /** Sequences from one point to the next. */
  readonly width: number;
  /** Bits per sequence. */
  readonly bits: Float32Array;
}

/** One sequence run by the machine, and all that was seen of it. Arrays are those of the package with `B` = 1 left out. */
export interface Recall {
  readonly watched: Watched;
  /** The machine's updates when it ran. */
  readonly step: number;
  readonly steps: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly rows: number;
  readonly columns: number;
  readonly readHeads: number;
  readonly writeHeads: number;
  readonly shifts: number;
  readonly keyActivation: NTMConfig["keyActivation"];
  readonly addActivation: NTMConfig["addActivation"];
  /** `[T, X]` */
  readonly input: Float32Array;
  /** `[T, Y]` */
  readonly target: Float32Array;
  /** `[T, Y]`, probabilities */
  readonly output: Float32Array;
  /** `[T]`: 1 where the output counts. */
  readonly mask: Float32Array;
  readonly trace: Partial<Record<TraceName, Float32Array>>;
  /** What the first step found: weightings `[R + W, N]`, memory `[N, M]`. */
  readonly before: { readonly weightings: Float32Array; readonly memory: Float32Array };
}

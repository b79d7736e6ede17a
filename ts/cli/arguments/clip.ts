// How gradients are clipped, in one word: `10` each entry to ±10, `norm:10` all together, `none`.

import { InvalidArgumentError } from "commander";
import type { Clip } from "../../index.js";

/** For commander, which takes a null for nothing typed: checks the word and leaves it one. */
export function clipWord(text: string): string {
  clipOf(text);
  return text;
}

export function clipOf(word: string): Clip {
  if (word === "none") return null;
  const [, norm, figure] = /^(norm:)?(\d*\.?\d+(?:e[+-]?\d+)?)$/i.exec(word) ?? [];
  const limit = Number(figure);
  if (limit > 0 && Number.isFinite(limit)) return norm ? { norm: limit } : { value: limit };
  throw new InvalidArgumentError("Expected a number above 0 (each entry to ± it), norm:NUMBER, or none.");
}

/** The word that {@link clipOf} takes for it. */
export function wordOf(clip: Clip): string {
  if (clip === null) return "none";
  return "norm" in clip ? `norm:${clip.norm}` : String(clip.value);
}

export function describeClip(clip: Clip): string {
  if (clip === null) return "not clipped";
  return "norm" in clip ? `norm clipped at ${clip.norm}` : `clipped at ±${clip.value}`;
}

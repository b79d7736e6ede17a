// How gradients are clipped, in one word: `10` each entry to ±10, `norm:10` all together, `none`; with `/100` also each entry to ±100 at
// every step of the backward pass.

import { InvalidArgumentError } from "commander";
import type { Clip } from "../../index.js";

/** For commander, which takes a null for nothing typed: checks the word and leaves it one. */
export function clipWord(text: string): string {
  clipOf(text);
  return text;
}

export function clipOf(word: string): Clip {
  if (word === "none") return null;
  const [, norm, ...figures] = /^(norm:)?([^/]+)(?:\/([^/]+))?$/i.exec(word) ?? [];
  const [limit, backward] = figures.map((figure) => figure && (NUMBER.test(figure) ? Number(figure) : Number.NaN));
  if (isBound(limit) && (backward === undefined || isBound(backward)))
    return { ...(norm ? { norm: limit } : { value: limit }), ...(backward === undefined ? {} : { backward }) };
  throw new InvalidArgumentError(
    "Expected a number above 0 (each entry to ± it) or norm:NUMBER, each with or without /NUMBER, or none.",
  );
}

const NUMBER = /^\d*\.?\d+(?:e[+-]?\d+)?$/i;
const isBound = (limit: unknown): limit is number => Number.isFinite(limit) && (limit as number) > 0;

/** The word that {@link clipOf} takes for it. */
export function wordOf(clip: Clip): string {
  if (clip === null) return "none";
  const within = clip.backward === undefined ? "" : `/${clip.backward}`;
  return ("norm" in clip ? `norm:${clip.norm}` : String(clip.value)) + within;
}

export function describeClip(clip: Clip): string {
  if (clip === null) return "not clipped";
  const within = clip.backward === undefined ? "" : `, within the backward pass at ±${clip.backward}`;
  return ("norm" in clip ? `norm clipped at ${clip.norm}` : `clipped at ±${clip.value}`) + within;
}

// How gradients are clipped, in one word: `10` each entry to ±10, `norm:10` all together, `none`.

import { InvalidArgumentError } from "commander";
import type { Clip } from "../../index.js";

export function parseClip(text: string): Clip {
  if (text === "none") return null;
  const [, norm, figure] = /^(norm:)?(\d*\.?\d+(?:e[+-]?\d+)?)$/i.exec(text) ?? [];
  const limit = Number(figure);
  if (limit > 0 && Number.isFinite(limit)) return norm ? { norm: limit } : { value: limit };
  throw new InvalidArgumentError("Expected a number above 0 (each entry to ± it), norm:NUMBER, or none.");
}

export function describeClip(clip: Clip): string {
  if (clip === null) return "not clipped";
  return "norm" in clip ? `norm clipped at ${clip.norm}` : `clipped at ±${clip.value}`;
}

// Numbers as they are typed. Only what can be no number of that kind is refused here; the library knows the limits.

import { InvalidArgumentError } from "commander";

/** 100000, or 1e5. */
export function integerFrom(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+(e\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (value >= least && Number.isSafeInteger(value)) return value;
    throw new InvalidArgumentError(`Expected an integer from ${least}.`);
  };
}

export function positiveNumber(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("Expected a number above 0.");
}

export function seconds(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("Expected a number of seconds, 0 or more.");
}

export function integersFrom(least: number): (text: string) => number[] {
  const integer = integerFrom(least);
  return (text) => {
    try {
      return text.split(",").map((part) => integer(part.trim()));
    } catch {
      throw new InvalidArgumentError(`Expected integers from ${least} with commas between, such as 10,20,50.`);
    }
  };
}

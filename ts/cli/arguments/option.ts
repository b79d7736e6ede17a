// An option with a value, a default and how it is read, in one line.

import { type Command, Option } from "commander";

export function option<T>(
  flags: string,
  description: string,
  fallback: T | undefined,
  parse?: (text: string) => T,
): Option {
  const made = new Option(flags, description);
  if (parse) made.argParser(parse);
  if (fallback !== undefined) made.default(fallback);
  return made;
}

export function choice(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices(choices).default(choices[0]);
}

/** The values that were typed, rather than left at their defaults, by the names of their options. */
export function typedValues(command: Command): Record<string, unknown> {
  const entries = Object.entries(command.opts<Record<string, unknown>>());
  return Object.fromEntries(entries.filter(([name]) => command.getOptionValueSource(name) === "cli"));
}

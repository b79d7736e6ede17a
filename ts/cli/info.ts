// `ntm info`: what a checkpoint holds.

import ansis from "ansis";
import { Command } from "commander";
import type { Json, NTM } from "../index.js";
import { openMachine } from "./files/checkpoint.js";
import { count, counted } from "./format.js";
import { say, sayJson } from "./say.js";
import { isTree } from "./settings/tree.js";
import { numbers } from "./training/describe.js";

export function infoCommand(): Command {
  return new Command("info")
    .summary("see what a machine is made of")
    .description(
      "The parameters of a machine by name, shape and count, its configuration, and what was stored with it.",
    )
    .argument("<run>", "the folder of a run, or a checkpoint")
    .option("--json", "one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(info);
}

const EXAMPLES = `
Examples:
  $ ntm info runs/copy-lstm-1
  $ ntm info model.safetensors --json`;

async function info(path: string, { json }: { readonly json?: true }): Promise<void> {
  const machine = await openMachine(path);
  try {
    const { config, step, optimizer } = machine;
    const metadata = withoutProgress(machine.metadata);
    const all = machine.parameters();
    const parameters = [...all].map(([name, { shape, data }]) => ({
      name,
      shape,
      count: data.length,
    }));
    if (json) return sayJson({ step, config, optimizer, metadata, parameters });
    const rows = [
      ["parameter", "shape", "count"],
      ...parameters.map(({ name, shape, count: numbers }) => [name, shape.join(" × ") || "1", count(numbers)]),
      ["in all", "", count(numbers(all))],
    ];
    const [head = "", ...lines] = table(rows);
    const settings = [
      step > 0 ? `after ${counted(step, "update")}` : "without a record of updates",
      ...leaves("config", config),
      ...leaves("optimizer", optimizer),
      ...leaves("metadata", metadata),
    ];
    say(ansis.bold(head), ...lines, "", ...settings);
  } finally {
    machine.dispose();
  }
}

/** What a run needs to go on is a thousand numbers, and nothing to read. */
function withoutProgress(metadata: NTM["metadata"]): Json {
  if (!isTree(metadata)) return metadata;
  const { progress: _, ...rest } = metadata;
  return rest as Json;
}

/** Names to the left, figures to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const [names, shapes, counts] = [width(0), width(1), width(2)];
  return rows.map(([name = "", shape = "", numbers = ""]) =>
    [name.padEnd(names), shape.padEnd(shapes), numbers.padStart(counts)].join("  "),
  );
}

/** No more values of a list than one reads. */
const MOST = 16;

/** `config.memory.rows 128` */
function leaves(path: string, value: unknown): string[] {
  if (isTree(value)) return Object.entries(value).flatMap(([key, inner]) => leaves(`${path}.${key}`, inner));
  if (Array.isArray(value) && value.length > MOST) return [`${path} ${counted(value.length, "value")}`];
  return [`${path} ${JSON.stringify(value)}`];
}

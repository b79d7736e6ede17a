// What is about to be trained, in two lines.

import ansis from "ansis";
import type { NTM } from "../../index.js";
import { describeClip } from "../arguments/clip.js";
import type { Recorded } from "../files/checkpoint.js";
import { count, counted } from "../format.js";

export function describe(machine: NTM, { task, training }: Recorded): string[] {
  const { controller, memory, readHeads, writeHeads, seed } = machine.config;
  const network = controller.kind === "lstm" ? "an LSTM" : "a feedforward network";
  const layers = controller.layers > 1 ? `${counted(controller.layers, "layer")} of ` : "";
  const heads = `${counted(readHeads, "read head")}, ${counted(writeHeads, "write head")}`;
  const withMemory = `a memory of ${memory.rows} × ${memory.columns}, ${heads}`;
  const parameters = [...machine.parameters().values()].reduce((sum, { data }) => sum + data.length, 0);
  const batches = training.batchSize > 1 ? [`batches of ${training.batchSize}`] : [];
  return [
    `${ansis.bold(task.name)}: ${network} of ${layers}${counted(controller.hiddenSize, "unit")}, ${readHeads + writeHeads > 0 ? withMemory : "no memory"}`,
    ansis.dim(
      [
        `${count(parameters)} parameters`,
        `${training.optimizer} ${training.learningRate}`,
        describeClip(training.clip),
        ...batches,
        `seed ${seed}`,
      ].join(" · "),
    ),
  ];
}

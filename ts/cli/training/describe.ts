// What is about to be trained, in two lines; in a third what large batches mean.

import ansis from "ansis";
import type { NTM, NTMConfig, Tensor } from "../../index.js";
import { describeClip } from "../arguments/clip.js";
import { describeRate } from "../arguments/rate.js";
import { count, counted } from "../format.js";
import type { Settings } from "../settings/settings.js";
import { RECENT } from "./recent.js";

export function describe(name: string, machine: NTM, { train }: Settings): string[] {
  const { kind, learningRate } = train.optimizer;
  const batches = train.batchSize > 1 ? [`batches of ${count(train.batchSize)}`] : [];
  return [
    `${ansis.bold(name)}: ${machineInWords(machine.config)}`,
    ansis.dim(
      [
        `${count(numbers(machine.parameters()))} parameters${train.from === null ? "" : `, at first those of ${train.from}`}`,
        `${kind} ${describeRate(learningRate)}`,
        describeClip(train.clip),
        ...batches,
        `seed ${machine.config.seed}`,
      ].join(" · "),
    ),
    ...(train.batchSize > RECENT
      ? [`Each update is made from ${count(train.batchSize)} sequences; until it is, nothing is told and Ctrl-C waits.`]
      : []),
  ];
}

/** "an LSTM of 100 units, a memory of 128 × 20, 1 read head, 1 write head" */
export function machineInWords({ controller, memory, readHeads, writeHeads }: NTMConfig): string {
  const network = controller.kind === "lstm" ? "an LSTM" : "a feedforward network";
  const layers = controller.layers > 1 ? `${counted(controller.layers, "layer")} of ` : "";
  const heads = `${counted(readHeads, "read head")}, ${counted(writeHeads, "write head")}`;
  const withMemory = `a memory of ${memory.rows} × ${memory.columns}, ${heads}`;
  return `${network} of ${layers}${counted(controller.hiddenSize, "unit")}, ${readHeads + writeHeads > 0 ? withMemory : "no memory"}`;
}

/** How many numbers the machine's parameters are. */
export function numbers(parameters: ReadonlyMap<string, Tensor>): number {
  return [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
}

// What is to be trained and how: from the flags alone, or from a checkpoint that training goes on from, with the flags that were typed over it.

import type { Command, Option } from "commander";
import { adam, NTM, type OptimizerOptions, type PresetController, preset, rmsprop, type Task } from "../../index.js";
import { clipOf } from "../arguments/clip.js";
import { inFlags } from "../arguments/names.js";
import { wasTyped } from "../arguments/option.js";
import { WrongUsage } from "../failure.js";
import { openCheckpoint, type Recorded } from "../files/checkpoint.js";
import { type KnownTask, knownTask, taskNames, typedOptions } from "../tasks.js";
import { machineFlags } from "./flags.js";

/** The flags of `ntm train` as commander gives them. */
export interface TrainFlags extends Readonly<Record<string, unknown>> {
  readonly controller: PresetController;
  readonly hiddenSize?: number;
  readonly layers?: number;
  readonly rows?: number;
  readonly columns?: number;
  readonly memoryInit: "constant" | "learned" | "random";
  readonly readHeads?: number;
  readonly writeHeads?: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly optimizer: "rmsprop" | "adam";
  readonly learningRate?: number;
  readonly clip: string;
  readonly workers: number;
  readonly recompute?: true;
  readonly from?: string;
}

export interface Settings {
  readonly machine: NTM;
  readonly known: KnownTask;
  readonly task: Task;
  readonly optimizer: OptimizerOptions;
  readonly recorded: Recorded;
}

/** The caller disposes of the machine. */
export async function settings(name: string | undefined, flags: TrainFlags, command: Command): Promise<Settings> {
  return flags.from === undefined ? fresh(name, flags) : goingOn(flags.from, name, flags, command);
}

async function fresh(name: string | undefined, flags: TrainFlags): Promise<Settings> {
  if (name === undefined) throw new WrongUsage(`which task? (known: ${taskNames.join(", ")})`);
  const known = knownTask(name);
  const typed = typedOptions(known, flags);
  const { batchSize, optimizer, learningRate = rateOf(known, flags) } = flags;
  const clip = clipOf(flags.clip);
  return inFlags(async () => {
    const task = known.create(typed);
    const { config } = preset(task, flags.controller);
    const { controller, memory } = config;
    const machine = await NTM.create({
      ...config,
      controller: {
        kind: controller.kind,
        hiddenSize: flags.hiddenSize ?? controller.hiddenSize,
        layers: flags.layers ?? controller.layers,
      },
      memory: {
        rows: flags.rows ?? memory.rows,
        columns: flags.columns ?? memory.columns,
        init: flags.memoryInit,
      },
      readHeads: flags.readHeads ?? config.readHeads,
      writeHeads: flags.writeHeads ?? config.writeHeads,
      seed: flags.seed,
    });
    const { options } = task;
    const recorded = { task: { name: known.name, options }, training: { batchSize, optimizer, learningRate, clip } };
    return { machine, known, task, optimizer: optimizerOf(recorded.training), recorded };
  });
}

async function goingOn(path: string, name: string | undefined, flags: TrainFlags, command: Command): Promise<Settings> {
  const typed = (option: Option) => wasTyped(command, option);
  const fixed = machineFlags.find(typed);
  if (fixed !== undefined)
    throw new WrongUsage(`option '${fixed.long}' cannot be changed with --from: the machine is as it was saved`);
  const { machine, known, task, recorded } = await openCheckpoint(path);
  try {
    if (name !== undefined && knownTask(name) !== known)
      throw new WrongUsage(`${path} was trained on ${known.name}, not on ${name}`);
    const changed = typedOptions(known, flags);
    const training = { ...recorded.training };
    if (command.getOptionValueSource("optimizer") === "cli" && flags.optimizer !== training.optimizer)
      Object.assign(training, { optimizer: flags.optimizer, learningRate: rateOf(known, flags) });
    for (const key of ["batchSize", "learningRate"] as const)
      if (command.getOptionValueSource(key) === "cli") Object.assign(training, { [key]: flags[key] });
    if (command.getOptionValueSource("clip") === "cli") Object.assign(training, { clip: clipOf(flags.clip) });
    return await inFlags(() => {
      const again = known.create({ ...task.options, ...changed });
      if (again.inputSize !== task.inputSize || again.outputSize !== task.outputSize)
        throw new WrongUsage("a machine keeps the width of its task with --from");
      return {
        machine,
        known,
        task: again,
        optimizer: optimizerOf(training),
        recorded: { task: { name: known.name, options: again.options }, training },
      };
    });
  } catch (error) {
    machine.dispose();
    throw error;
  }
}

/** The paper's rate for the task, or the usual one of Adam. */
function rateOf(known: KnownTask, { controller, optimizer }: TrainFlags): number {
  return (optimizer === "adam" ? adam() : preset(known.name, controller).train.optimizer).learningRate as number;
}

function optimizerOf({ optimizer, learningRate }: Recorded["training"]): OptimizerOptions {
  return optimizer === "adam" ? adam({ learningRate }) : rmsprop({ learningRate });
}

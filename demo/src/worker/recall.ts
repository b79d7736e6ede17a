/** One sequence run by the machine, with everything on the way. */
import { NTM, type TensorBatch } from "neural-turing-machine";
import type { Recall, Watched } from "../protocol.js";
import { switchOff } from "./switch-off.js";
import { batchOf, type PaperTask } from "./task.js";

/**
 * @param most steps: a sequence of more is not run, and nothing is given
 * @throws {NTMError} `option`, `memory`, `non-finite`
 */
export async function recall(
  machine: NTM,
  task: PaperTask,
  watched: Watched,
  most = Number.POSITIVE_INFINITY,
): Promise<Recall | undefined> {
  const batch = batchOf(task, watched.sequence);
  if ((batch.input.shape[0] as number) > most) return undefined;
  if (watched.off.length === 0) return runOn(machine, batch, watched, machine.step);
  const maimed = await NTM.create(machine.config);
  try {
    maimed.setParameters(switchOff(machine.parameters(), machine.config, watched.off));
    return runOn(maimed, batch, watched, machine.step);
  } finally {
    maimed.dispose();
  }
}

function runOn(machine: NTM, { input, target, mask }: TensorBatch, watched: Watched, step: number): Recall {
  const { readHeads, writeHeads, memory, shiftRange, keyActivation, addActivation } = machine.config;
  const rows = watched.rows ?? undefined;
  const { output, trace } = machine.run(input, { trace: true, rows });
  const session = machine.session({ rows });
  const initial = session.state();
  session.dispose();
  const [steps = 0, , inputs = 0] = input.shape;
  return {
    watched,
    step,
    steps,
    inputs,
    outputs: machine.config.outputSize,
    rows: initial.get("memory")?.shape[1] ?? 0,
    columns: memory.columns,
    readHeads,
    writeHeads,
    shifts: 2 * shiftRange + 1,
    keyActivation,
    addActivation,
    input: input.data,
    target: target.data,
    output: output.data,
    mask: mask.data,
    trace: Object.fromEntries(Object.entries(trace).map(([name, tensor]) => [name, tensor.data])),
    before: {
      weightings: initial.get("weightings")?.data ?? new Float32Array(),
      memory: initial.get("memory")?.data ?? new Float32Array(),
    },
  };
}

/** The arrays of a recall, which travel by transfer. */
export function buffersOf({ input, target, output, mask, trace, before }: Recall): ArrayBuffer[] {
  const arrays = [input, target, output, mask, before.weightings, before.memory, ...Object.values(trace)];
  return arrays.map((array) => array.buffer as ArrayBuffer);
}

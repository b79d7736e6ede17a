// Compiled, never run: the public API as it is documented, and what the compiler refuses.
import {
  adam,
  associativeRecall,
  type Batch,
  copy,
  cosine,
  dynamicNGrams,
  NTM,
  NTMError,
  type Progress,
  preset,
  prioritySort,
  type Random,
  type RunOptions,
  type RunResult,
  random,
  readTensors,
  repeatCopy,
  rmsprop,
  type Session,
  type State,
  type Task,
  type Tensor,
  type Trace,
  type TraceName,
  type Traces,
  type TrainedUpdate,
  tensor,
} from "neural-turing-machine";
import { NTM as SlimNTM } from "neural-turing-machine/slim";

/** Fails to compile unless the two types are one. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_: Same<A, B>): void {}

export async function documented(signal: AbortSignal): Promise<void> {
  const task = copy({ bits: 8, minLength: 1, maxLength: 20 });
  const machine = await NTM.create({
    inputSize: task.inputSize,
    outputSize: task.outputSize,
    controller: { kind: "lstm", hiddenSize: 100, layers: 1 },
    memory: { rows: 128, columns: 20, init: "constant" },
    readHeads: 1,
    writeHeads: 1,
    shiftRange: 1,
    keyActivation: "identity",
    addActivation: "identity",
    loss: "binary-cross-entropy",
    seed: 1,
  });
  const options = { batchSize: 1, steps: 20_000, optimizer: rmsprop(), clip: { value: 10 }, every: 100, signal };
  for await (const progress of machine.train(task, options)) {
    same<typeof progress, Progress>(true);
    const { step, sequences, loss, gradientNorm, sequencesPerSecond, learningRate, bitsPerSequence } = progress;
    same<typeof step | typeof sequences | typeof loss | typeof gradientNorm, number>(true);
    same<typeof sequencesPerSecond | typeof learningRate, number>(true);
    same<typeof bitsPerSequence, number | null>(true);
  }
  const report = await machine.evaluate(task, { sequences: 100, length: 50, seed: 7 });
  same<typeof report.wrongBitsPerSequence, number | null>(true);

  same<typeof machine.step, number>(true);
  same<ReturnType<typeof machine.parameters>, Map<string, Tensor>>(true);
  machine.setParameters(machine.parameters());
  machine.setParameters(readTensors(new Uint8Array()));
  machine.setParameters(new Map([["output.bias", [1, 2]]]));
  machine.setParameters(new Map([["output.bias", { data: [1, 2], shape: [2] }]]));

  const input = tensor([[[1, 2]], [[3, 4]]]);
  const state: State = machine.session().state();
  const result: RunResult = machine.run(input, { trace: true, rows: 256, state });
  same<typeof result.logits, Tensor<[steps: number, sequences: number, outputs: number]>>(true);
  const weightings: Tensor | undefined = result.trace?.weightings;
  const { trace } = machine.run([[[1, 2]]], { trace: ["reads", "erase"] });
  same<typeof trace, Trace<"reads" | "erase">>(true);
  same<typeof trace.reads, Tensor<[steps: number, sequences: number, heads: number, columns: number]>>(true);
  // @ts-expect-error It was not asked for.
  trace.memory;
  same<ReturnType<typeof machine.run<true>>["trace"], Trace>(true);
  const nothing = machine.run(input).trace;
  same<typeof nothing, undefined>(true);
  const names: TraceName[] = ["reads"];
  const some = machine.run(input, { trace: names, rows: 3 }).trace;
  same<typeof some.reads, Traces["reads"] | undefined>(true);
  const anything: RunOptions = { trace: true };
  const perhaps = machine.run(input, anything).trace?.reads;
  same<typeof perhaps, Traces["reads"] | undefined>(true);

  const batch: Batch = { input, target: [[[0, 1]], [[1, 0]]], mask: [[1], [0.5]] };
  const { loss, gradients } = machine.lossAndGradients(batch);
  same<typeof loss, number>(true);
  const { inputGradient } = machine.gradients(input, result.logits);
  same<typeof inputGradient, Tensor<[steps: number, sequences: number, inputs: number]>>(true);
  const { gradientNorm } = machine.applyGradients(gradients, { optimizer: adam(), clip: { norm: 10 } });
  machine.trainStep(batch, {
    optimizer: rmsprop({ learningRate: cosine({ from: 1e-3, to: 0, steps: 100 }) }),
    clip: null,
  });

  const session = machine.session({ batchSize: 1, rows: 5, trace: true });
  const { logits, output, trace: stepped } = session.step([[1, 2]]);
  same<typeof stepped, Trace<TraceName, [sequences: number]>>(true);
  const [, rows, columns] = stepped.memory.shape;
  same<typeof rows | typeof columns, number>(true);
  const any: Session = session;
  const without = machine.session({ rows: 5 }).step([[1, 2]]).trace;
  same<typeof without, undefined>(true);
  session.reset();
  session.restore(session.state());
  session.dispose();
  const bytes: Uint8Array = machine.save({ training: true, metadata: { any: "JSON" } });
  const loaded: NTM = await NTM.load(bytes);
  const slim: SlimNTM = await SlimNTM.create(
    { inputSize: 1, outputSize: 1 },
    { wasm: new URL("https://example.org/ntm.wasm") },
  );
  await SlimNTM.create({ inputSize: 1, outputSize: 1, wasm: fetch("ntm.wasm") });
  machine.dispose();
  using _scoped = loaded;
  void [weightings, any, nothing, without, gradientNorm, logits, output, slim];
}

/** A user's own task, with an option of its own. */
const mine = {
  inputSize: 2,
  outputSize: 1,
  batch(random: Random, { batchSize, noise = 0 }: { batchSize: number; step: number; noise?: number }) {
    const row = () => Array.from({ length: batchSize }, () => [random.bit() + noise, random.uniform()]);
    return { input: [row()], target: [row().map(() => [1])] };
  },
} satisfies Task;

/** Training gives a task none of its own options. */
export const careless: Task<{ noise: number }> = {
  inputSize: 1,
  outputSize: 1,
  batch(_, { noise }) {
    // @ts-expect-error: it may be undefined
    noise.toFixed();
    return { input: [[[0]]], target: [[[0]]] };
  },
};

export async function ownTask(machine: NTM): Promise<void> {
  const perhaps = undefined as number | undefined;
  await machine.evaluate(mine, { noise: 0.1, sequences: 5 });
  await machine.evaluate(mine, { noise: perhaps, sequences: perhaps });
  machine.train(mine, { steps: 1 });
  const { sequences, wrongBitsPerSequence } = await machine.evaluate({ input: [[[1]]], target: [[[1]]] }, { rows: 3 });
  same<typeof sequences, number>(true);
  same<typeof wrongBitsPerSequence, number | null>(true);
  // @ts-expect-error A batch is there: none is drawn.
  await machine.evaluate({ input: [[[1]]], target: [[[1]]] }, { sequences: 3 });
  const { input } = copy().batch(random(1), { batchSize: 1, step: 0, length: 3 });
  same<typeof input, Tensor>(true);
}

export async function paper(): Promise<void> {
  const task = repeatCopy({ maxRepeats: 5, curriculum: 1000 });
  same<typeof task.name, "repeat-copy">(true);
  same<typeof task.options.bits, number>(true);
  const { config, train } = preset(task, "feedforward");
  const machine = await NTM.create({ ...config, seed: 2 });
  for await (const _ of machine.train(task, { ...train, steps: 10 })) break;
  await machine.evaluate(task, { length: 20, repeats: 10 });
  await machine.evaluate(associativeRecall(), { items: 20, itemLength: 3 });
  await machine.evaluate(prioritySort(), { vectors: 30, sorted: 20 });
  const grams = dynamicNGrams({ order: 3 });
  await machine.evaluate(grams, { length: 100 });
  const batch = grams.batch(random(1), { batchSize: 1, step: 0 });
  same<ReturnType<typeof grams.estimate>, Tensor>(true);
  const bits: number = grams.optimum(batch);
  await NTM.create(preset("priority-sort", "baseline").config);
  void bits;
  // @ts-expect-error Not of this task.
  await machine.evaluate(task, { items: 3 });
  const mine = { inputSize: 3, outputSize: 2 };
  await NTM.create(preset({ ...mine, name: "associative-recall" }, "feedforward").config);
  // @ts-expect-error A task of one's own is none of the paper's.
  preset({ ...mine, name: "mine" });
  // @ts-expect-error Nothing is called this.
  preset("repeatCopy");
  // @ts-expect-error Nor this.
  preset(task, "gru");
}

export function errors(error: unknown): string | undefined {
  if (!(error instanceof NTMError)) return undefined;
  switch (error.code) {
    case "non-finite":
      return `${error.step} ${error.tensor}`;
    case "busy":
    case "option":
      return `${error.where} ${error.expected} ${error.received}`;
    // @ts-expect-error No such code.
    case "unknown":
      return undefined;
    default:
      return error.message;
  }
}

export async function refused(machine: NTM): Promise<void> {
  // @ts-expect-error Both sizes are required.
  await NTM.create({ inputSize: 1 });
  // @ts-expect-error A misspelt option.
  await NTM.create({ inputSize: 1, outputSize: 1, memory: { row: 3 } });
  // @ts-expect-error A kind that does not exist.
  await NTM.create({ inputSize: 1, outputSize: 1, controller: { kind: "gru" } });
  // @ts-expect-error Machines are not made by `new`.
  new NTM();
  // @ts-expect-error The configuration is frozen.
  machine.config.seed = 2;
  // @ts-expect-error How many steps must be said.
  machine.train(copy(), {});
  // @ts-expect-error An option of the task's that it does not have.
  await machine.evaluate(copy(), { lenght: 3 });
  // @ts-expect-error Nothing is called this.
  machine.run([[[1]]], { trace: ["weighting"] });
  // @ts-expect-error One or the other.
  rmsprop({ beta1: 1 });
  // @ts-expect-error Entry by entry or all together.
  machine.train(copy(), { steps: 1, clip: { value: 10, norm: 10 } });
  // @ts-expect-error Within the backward pass only beside one of them.
  machine.train(copy(), { steps: 1, clip: { backward: 10 } });
  machine.train(copy(), { steps: 1, clip: { value: 10, norm: undefined, backward: 100 } });
}

/** What comes out can be transferred and saved as it is, and has as many sizes as it says. */
export async function handedOn(machine: NTM, context: Map<string, ArrayBuffer>): Promise<number> {
  const { output, trace } = machine.run([[[0]]], { trace: ["reads"] });
  context.set("output", output.data.buffer);
  context.set("reads", trace.reads.data.buffer);
  same<typeof trace, Pick<Traces, "reads">>(true);
  const { inputGradient } = machine.gradients([[[0]]], [[[0]]]);
  const [steps, sequences, inputs] = inputGradient.shape;
  const [T, B, outputs] = output.shape;
  const [rows, columns] = machine.session().step([[0]]).logits.shape;
  const plain: Tensor = output;
  // @ts-expect-error a step's output has no time
  machine.session().step([[0]]).output.shape[2];
  return steps * sequences * inputs + T * B * outputs + rows * columns + plain.shape.length;
}

/** An optimiser from a file of settings need not be whole; the machine's is. */
export function configured(machine: NTM, batch: Batch): number {
  const { loss, gradientNorm }: TrainedUpdate = machine.trainStep(batch, { optimizer: { kind: "adam", beta1: 0.8 } });
  // @ts-expect-error that is RMSProp's
  machine.trainStep(batch, { optimizer: { kind: "adam", decay: 0.8 } });
  return loss + gradientNorm + (machine.optimizer?.epsilon ?? 0);
}

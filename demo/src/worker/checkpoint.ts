/** What a checkpoint of the page notes beside the machine: what `ntm train` notes, so that the command can measure it, and the curve. */
import { type Clip, type Json, type NTM, NTMError, type OptimizerOptions, preset } from "neural-turing-machine";
import { fields, firstRate, isNumber, trainingOf } from "../../../ts/training/noted.js";
import { recentSequences, type Solved } from "../protocol.js";
import { type Settings, type TaskName, taskNames } from "../settings.js";
import { Curve, type CurveData } from "./curve.js";
import { Recent } from "./recent.js";
import { createTask, type PaperTask } from "./task.js";

/** How a machine is trained. */
export interface Training {
  readonly batchSize: number;
  readonly optimizer: OptimizerOptions;
  readonly clip: Clip;
}

/** What has been seen of the training. */
export interface History {
  readonly curve: Curve;
  /** Bits per sequence. */
  readonly recent: Recent;
  readonly seconds: number;
  readonly solved: Solved | null;
  /** Whether that is all of it, from the first update on. */
  readonly whole: boolean;
}

export interface Noted {
  readonly task: PaperTask;
  readonly training: Training;
  readonly history: History;
}

export function metadataOf({ task, training, history }: Noted): Json {
  const { curve, recent, seconds, solved, whole } = history;
  const page = {
    curve: { ...curve.toJSON() },
    recent: recent.toJSON(),
    seconds,
    solved: solved && { ...solved },
    whole,
  };
  const { batchSize, clip } = training;
  return { task: { name: task.name, options: { ...task.options } }, training: { batchSize, clip }, page } as Json;
}

/** The file comes from anywhere: believed only as far as it has the right form. @throws {NTMError} `checkpoint`, `option` */
export function notedIn(machine: NTM): Noted {
  const { task, page } = fields(machine.metadata);
  const { name, options } = fields(task);
  if (!(taskNames as readonly unknown[]).includes(name) || !allNumbers(fields(options)))
    throw new NTMError("checkpoint", "the file does not say which of the paper's tasks its machine was trained on");
  const created = createTask(name as TaskName, fields(options) as Record<string, number>);
  const { inputSize, outputSize, loss } = machine.config;
  if (loss !== "binary-cross-entropy")
    throw new NTMError(
      "checkpoint",
      `the page shows machines with the loss binary-cross-entropy, and the file's has ${loss}`,
    );
  if (created.inputSize !== inputSize || created.outputSize !== outputSize)
    throw new NTMError("checkpoint", `the file's machine does not fit its task, ${created.name}`);
  const training = trainingIn(machine, created);
  return { task: created, training, history: historyIn(page, training) };
}

/** The settings of a machine, as far as the page has fields for them. */
export function settingsOf({ config }: NTM, { task, training }: Noted): Settings {
  const { controller, memory, readHeads, writeHeads, seed } = config;
  return {
    task: task.name as TaskName,
    taskOptions: task.options,
    controller: controller.kind,
    optimizer: training.optimizer.kind,
    hiddenSize: controller.hiddenSize,
    layers: controller.layers,
    rows: memory.rows,
    columns: memory.columns,
    readHeads,
    writeHeads,
    batchSize: training.batchSize,
    learningRate: firstRate(training.optimizer.learningRate),
    seed,
  };
}

/**
 * What the file of a trained machine does not say is as by default; a machine without its training, of which `models/` are, begins one
 * as a new machine of its task does.
 */
function trainingIn(machine: NTM, task: PaperTask): Training {
  const { optimizer, ...noted } = trainingOf(machine);
  const usual = preset(task, machine.config.controller.kind).train;
  const { batchSize = optimizer ? 1 : usual.batchSize, clip = optimizer ? { value: 10 } : usual.clip } = noted;
  return { batchSize, clip, optimizer: optimizer ?? usual.optimizer };
}

/** The history of a training that is yet to begin. */
export function noHistory(training: Training): History {
  return { curve: new Curve(), recent: recentOf(training), seconds: 0, solved: null, whole: true };
}

function recentOf({ batchSize }: Training, losses: readonly number[] = []): Recent {
  return new Recent(Math.ceil(recentSequences / batchSize), losses);
}

function historyIn(value: unknown, training: Training): History {
  const { curve, recent, seconds, solved, whole } = fields(value);
  const { sequences, seconds: solvedAfter } = fields(solved);
  return {
    curve: new Curve(curveIn(curve)),
    recent: recentOf(training, areNumbers(recent) ? recent : []),
    seconds: isNumber(seconds) ? seconds : 0,
    solved: isNumber(sequences) && isNumber(solvedAfter) ? { sequences, seconds: solvedAfter } : null,
    whole: whole === true,
  };
}

function curveIn(value: unknown): CurveData | undefined {
  const { updates, points, sum, count } = fields(value);
  const isCurve = isNumber(updates) && updates >= 1 && areNumbers(points) && points.length < 512;
  return isCurve && isNumber(sum) && isNumber(count) && count >= 0 && count < updates
    ? { updates, points, sum, count }
    : undefined;
}

function areNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isNumber);
}

function allNumbers(record: Record<string, unknown>): boolean {
  return Object.values(record).every(isNumber);
}

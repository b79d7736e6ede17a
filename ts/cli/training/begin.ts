// What is to be trained, how and where: from what was typed, the files that were named, and what the run's folder holds.

import { join, resolve as resolvePath } from "node:path";
import type { Command } from "commander";
import type { NTM, PresetController, Progress } from "../../index.js";
import { integer } from "../../options.js";
import { typedValues } from "../arguments/option.js";
import { word } from "../arguments/word.js";
import { Failure, WrongUsage } from "../failure.js";
import { type Reached, reachedIn } from "../files/checkpoint.js";
import { exists } from "../files/place.js";
import { makeNewest, newestCheckpoint } from "../run-folder/checkpoints.js";
import { readConfig, readSettings, writeConfig } from "../run-folder/config.js";
import { CONFIG, makeFolder, refuseRemains, refuseRun, removeLeftovers, removeRun } from "../run-folder/folder.js";
import { lock } from "../run-folder/lock.js";
import { fileLayer, type Layer, Layers, presetLayer, setLayer } from "../settings/layers.js";
import { PRESET_CONTROLLERS, presetController } from "../settings/machine.js";
import { CHANGEABLE, resolve, type Settings } from "../settings/settings.js";
import { differences, type Tree, valueAt } from "../settings/tree.js";
import { typedLayer } from "../settings/typed.js";
import { findTask, type KnownTask, knownTask, type MadeTask, taskNames } from "../tasks.js";
import { beginWith, originLayer, readOrigin } from "./origin.js";

/** The flags of `ntm train` that say where things are. */
export interface Places {
  readonly out?: string;
  readonly resume?: true;
  readonly config?: string;
  /** What stands for the preset, under all that was written; `ntm reproduce` says so. */
  readonly preset?: Tree;
  readonly set: readonly string[];
}

export interface Run {
  readonly folder: string;
  readonly settings: Settings;
  readonly task: MadeTask;
  readonly machine: NTM;
  /** Undefined for a new run. */
  readonly reached: Reached | undefined;
  /** The training itself, not yet begun. */
  readonly updates: AsyncGenerator<Progress, void, undefined>;
  /** Removes what was written of a new run that has failed before its first update: nothing of it is worth going on with. */
  forget(): Promise<void>;
  /** Disposes of the machine, and leaves the folder to others. */
  end(): Promise<void>;
}

/** Nothing of the run is written before all is known to be right. The caller ends the run. */
export async function begin(name: string | undefined, places: Places, command: Command): Promise<Run> {
  const { resume = false } = places;
  const typed = typedValues(command);
  const sets = setLayer(places.set);
  const written = places.config === undefined ? [] : [fileLayer(places.config, await readSettings(places.config))];
  const file = places.preset === undefined ? written : [presetLayer(places.preset), ...written];
  const inPlace = async (folder: string): Promise<Layer[]> => {
    const recorded = resume ? await readConfig(folder) : undefined;
    return recorded ? [fileLayer(join(folder, CONFIG), recorded)] : [];
  };

  // The folder may be named after the settings, or the settings be in the folder.
  let recorded = places.out === undefined ? [] : await inPlace(places.out);
  const known = await taskOf(name, new Layers([...recorded, ...file]));
  const flags = typedLayer(known, typed);
  const told = valueAt(new Layers([...file, flags, sets]).tree, ["train", "from"]);
  // What is to go on has its settings, and mostly a checkpoint of its own.
  const isNeeded = typeof told === "string" && told !== "" && !recorded[0];
  const origin = isNeeded ? await readOrigin(told).catch(orNameFolder(places)) : undefined;
  const start = origin ? [originLayer(origin)] : [];
  const controller = controllerOf(typed, new Layers([...start, ...recorded, ...file, sets]));
  const folder = places.out ?? defaultFolder(known, controller, new Layers([...file, flags, sets]));
  if (places.out === undefined) recorded = await inPlace(folder);
  const layers = new Layers([...start, ...recorded, ...file, flags, sets]);

  if (recorded[0]) assertSameTask(recorded[0].tree, known, folder);
  const resolved = await resolve(known, controller, layers);
  let { machine } = resolved;
  let leave: (() => Promise<void>) | undefined;
  try {
    const { settings, task } = resolved;
    if (recorded[0]) assertSame(recorded[0].tree, settings, layers);
    leave = await enter(folder);
    if (!resume) await refuseRun(folder);
    else if (!recorded[0]) await refuseRemains(folder);
    const found = resume ? await newestCheckpoint(folder) : undefined;
    if (found) {
      machine.dispose();
      machine = found.machine;
    }
    const reached = found && reachedIn(machine.metadata);
    if (found && !reached) throw new Failure(`${found.path}: no run of ntm train wrote it; ${whatTakesIt}`);
    const { from, steps, batchSize, optimizer, clip, workers, recompute } = settings.train;
    if (!found && from !== null) beginWith(origin ?? (await readOrigin(from)), machine, layers);
    await layers.within(["train"], () =>
      integer(
        machine.step,
        Number.MAX_SAFE_INTEGER,
        `at least the ${machine.step} updates that are made`,
      )(steps, "steps"),
    );
    const updates = await layers.within(["train"], () =>
      machine.train(task, { steps: steps - machine.step, batchSize, optimizer, clip, workers, recompute }),
    );
    await removeLeftovers(folder);
    if (found) await makeNewest(found, folder);
    await writeConfig(folder, settings);
    const end = async () => {
      machine.dispose();
      await leave?.();
    };
    const isNew = recorded[0] === undefined;
    const forget = async () => {
      if (isNew && machine.step === 0) await removeRun(folder);
    };
    return { folder, settings, task, machine, reached, updates, forget, end };
  } catch (error) {
    machine.dispose();
    await leave?.();
    throw error;
  }
}

/** Without it nothing tells the folder of a run that has begun, if nobody says it. */
function orNameFolder({ resume, out }: Places): (error: unknown) => never {
  return (error) => {
    if (!resume || out !== undefined || !(error instanceof Failure)) throw error;
    throw new Failure(`${error.message}; a run that began with it goes on by --out DIR`, { cause: error });
  };
}

/** From here on the folder is ours: what is read in it stays as it is. Gives what leaves it, without a trace where nothing was written. */
async function enter(folder: string): Promise<() => Promise<void>> {
  const removeEmpty = await makeFolder(folder);
  try {
    const unlock = await lock(folder);
    return () => unlock().then(removeEmpty);
  } catch (error) {
    await removeEmpty();
    throw error;
  }
}

/** Of a checkpoint that is no run's, such as the page saves. */
const whatTakesIt =
  "npx ntm eval, run, report and info take it, and a new run begins with it, npx ntm train TASK --from FILE";

async function taskOf(name: string | undefined, layers: Layers): Promise<KnownTask> {
  if (name?.endsWith(".safetensors")) throw new WrongUsage(`${name}: is a checkpoint, not a task; ${whatTakesIt}`);
  if (name !== undefined && !findTask(name) && (await exists(join(name, CONFIG))))
    throw new WrongUsage(
      `${name}: is the folder of a run, not a task; npx ntm train --resume --out ${word(name)} goes on with it`,
    );
  const { task } = layers.tree;
  const named = name ?? valueAt(task, ["name"]);
  if (typeof named === "string") return knownTask(named);
  const module = valueAt(task, ["module"]);
  if (typeof module === "string")
    throw new WrongUsage(`the task is one of your own: say where it is, npx ntm train ${word(module)}`);
  throw new WrongUsage(`which task? (known: ${taskNames.join(", ")}, or the file of one of your own)`);
}

/** Whose settings are the defaults. */
function controllerOf(typed: Tree, layers: Layers): PresetController {
  const given = PRESET_CONTROLLERS.find((kind) => kind === typed["controller"]);
  if (given !== undefined) return given;
  const of = (...path: string[]) => valueAt(layers.tree, ["machine", ...path]);
  return presetController(of("controller", "kind"), of("readHeads"), of("writeHeads"));
}

/** runs/copy-lstm-1 */
function defaultFolder(known: KnownTask, controller: PresetController, { tree }: Layers): string {
  return join("runs", `${known.name}-${controller}-${String(valueAt(tree, ["train", "seed"]) ?? 1)}`);
}

/** Before its options are looked at, which would not go with another task. */
function assertSameTask({ task }: Tree, { name, source }: KnownTask, folder: string): void {
  const [was, module] = [valueAt(task, ["name"]), valueAt(task, ["module"])];
  if ("module" in source ? module !== undefined : was === source.name) return;
  if (was === undefined && module === undefined)
    throw new Failure(`${join(folder, CONFIG)}: names no task: no run of ntm train wrote it`);
  throw new WrongUsage(
    `${folder}: the run's task is ${String(was ?? module)}, not ${"module" in source ? source.module : name}; begin another run with --out DIR`,
  );
}

/** A run keeps all that its numbers depend on. */
function assertSame(recorded: Tree, settings: Settings, layers: Layers): void {
  const lasting = (tree: unknown) => {
    const train = Object.entries((valueAt(tree, ["train"]) ?? {}) as Tree);
    const kept = train.filter(([key]) => !(CHANGEABLE as readonly string[]).includes(key));
    // however it is written
    const rest = Object.fromEntries(
      kept.map(([key, value]) => [key, key === "from" && value ? resolvePath(String(value)) : value]),
    );
    const { task, machine } = tree as Tree;
    return { task: { ...(task as Tree), module: undefined }, machine, train: rest };
  };
  const [path] = differences(lasting(recorded), lasting(settings));
  if (path === undefined) return;
  const [was, is] = [recorded, settings].map((tree) => JSON.stringify(valueAt(tree, path)));
  throw new WrongUsage(
    `${layers.origin(path)}: the run has ${was ?? "none"}, got ${is ?? "none"}; a run keeps its settings, begin another in another folder, with its machine by --from`,
  );
}

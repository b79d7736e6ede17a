// Settings in layers: what was typed lies over a file, a file over the defaults. Each layer can say where it has a setting from, so that
// an error names what the user wrote.

import { NTMError } from "../../index.js";
import { resolveConfig } from "../../machine/config.js";
import { flagOf, inFlagWords, withoutName } from "../arguments/names.js";
import { valueIn } from "../arguments/value.js";
import { WrongUsage } from "../failure.js";
import { over, type Tree, valueAt, withValue } from "./tree.js";

export interface Layer {
  readonly tree: Tree;
  /** It is the paper's in full: what is above it is over the paper's. */
  readonly isPreset?: true;
  /** Where a setting of this layer was written: `option '--rows'`, `my.json: machine.memory.rows`. */
  origin(path: readonly string[]): string;
}

/** A file of settings, in the form of a run's config.json. */
export function fileLayer(file: string, tree: Tree): Layer {
  return { tree, origin: (path) => `${file}: ${path.join(".")}` };
}

/** A preset in full. */
export function presetLayer(tree: Tree): Layer {
  return { tree, isPreset: true, origin: (path) => `the preset: ${path.join(".")}` };
}

/** What was typed as `--set PATH=VALUE`. Throws where that names a task: beside the command's argument it would mean nothing. */
export function setLayer(words: readonly string[]): Layer {
  const settings = words.map((word) => {
    const [path, value] = settingOf(word);
    return { path, value, typed: word.slice(0, word.indexOf("=")) };
  });
  const tree = settings.reduce<Tree>((all, { path, value }) => withValue(all, path, value), {});
  const origin = (path: readonly string[]) => {
    const setting = settings.filter((each) => each.path.every((key, depth) => key === path[depth])).at(-1);
    // As it was typed, which may have been without the section, or have had the setting within its value.
    const name = setting ? [setting.typed, ...path.slice(setting.path.length)] : path;
    return `option '--set ${name.join(".")}'`;
  };
  const named = ["name", "module"].map((key) => ["task", key]).find((path) => valueAt(tree, path) !== undefined);
  if (named) throw new WrongUsage(`${origin(named)}: the task is the command's argument`);
  return { tree, origin };
}

const SECTIONS = ["task", "machine", "train"];

/** `memory.rows=256` → the path and the value, which is JSON, or else a word. */
export function settingOf(text: string): [path: string[], value: unknown] {
  const [, name, word = ""] = /^([\w.]+)=(.*)$/s.exec(text) ?? [];
  const path = name?.split(".") ?? [];
  if (path.length === 0 || path.includes("")) throw new Error("Expected PATH=VALUE, such as memory.rows=256.");
  // By value or by norm: a part of one would have to say what becomes of the others.
  if (path.slice(0, -1).includes("clip")) throw new Error("Expected a clip as a whole, such as --clip norm:10/100.");
  return [inFull(path), valueIn(word)];
}

/** The section may be left out: `memory.rows` is `machine.memory.rows`, `batchSize` is `train.batchSize`, `options.bits` the task's. */
function inFull(path: readonly string[]): string[] {
  const [first = ""] = path;
  if (SECTIONS.includes(first)) return [...path];
  if (first === "options") return ["task", ...path];
  const { seed: _, ...machine } = resolveConfig({ inputSize: 1, outputSize: 1 }); // the seed is train's
  return [Object.hasOwn(machine, first) ? "machine" : "train", ...path];
}

export class Layers {
  readonly #layers: readonly Layer[];

  /** From the lowest to the uppermost. */
  constructor(layers: readonly Layer[]) {
    this.#layers = layers;
  }

  get tree(): Tree {
    return this.#layers.reduce<unknown>((lower, { tree }) => over(lower, tree), {}) as Tree;
  }

  /** A section of all of them over what is below: only there is it known of which kind, an optimiser's, settings are that name none. */
  onto(below: unknown, section: string): unknown {
    return this.#layers.reduce((lower, { tree }) => over(lower, valueAt(tree, [section])), below);
  }

  /** Each by itself, from the lowest: what another one covers was written, too. */
  get each(): readonly Layers[] {
    return this.#layers.map((layer) => new Layers([layer]));
  }

  /** What was written over a preset, from the lowest to the uppermost. */
  get written(): readonly Tree[] {
    const presets = this.#layers.map(({ isPreset }) => isPreset).lastIndexOf(true);
    return this.#layers.slice(presets + 1).map(({ tree }) => tree);
  }

  /** Where a setting was written, or its path where nobody wrote it. */
  origin(path: readonly string[]): string {
    const layer = this.#layers.filter(({ tree }) => valueAt(tree, path) !== undefined).at(-1);
    if (layer) return layer.origin(path);
    const flag = flagOf(path.at(-1) ?? ""); // whose default does not go with what was written
    return flag ? `option '${flag}'` : path.join(".");
  }

  /** Does it, and where the library refuses an option of that section says who wrote it, and where. */
  async within<T>(section: readonly string[], doIt: () => T | Promise<T>): Promise<T> {
    try {
      return await doIt();
    } catch (error) {
      if (!(error instanceof NTMError) || error.code !== "option" || error.where === undefined) throw error;
      const { where } = error;
      const rest = withoutName(error);
      const origin = this.origin(this.#pathOf(section, where));
      const isPath = origin.startsWith("option '--set") || !origin.startsWith("option");
      const words = isPath ? inPathWords(rest, section, where) : inFlagWords(rest);
      throw new WrongUsage(`${origin}: ${words}`, error);
    }
  }

  /** The library names a setting from its own section on, and an option of a task with the task before it: `copy.bits`. */
  #pathOf(section: readonly string[], where: string): readonly string[] {
    const path = where.split(".");
    const full = [...section, ...path];
    if (section[0] !== "task" || valueAt(this.tree, full) !== undefined) return full;
    return [...section, ...path.slice(-1)];
  }
}

/** "did you mean copy.bits?" names a task by itself; here the option is `task.options.bits`. */
function inPathWords(text: string, section: readonly string[], where: string): string {
  const task = where.slice(0, where.lastIndexOf(".") + 1);
  return section[0] === "task" && task !== "" ? text.replaceAll(task, `${section.join(".")}.`) : text;
}

// One run as a process of its own: `ntm train --resume --json`, watched.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { STOP } from "../training/interrupt.js";
import { noteMachine } from "./machine.js";
import { FAILURE } from "./outcome.js";
import type { Planned } from "./plan.js";
import { presetOf } from "./preset.js";

/** Where a run stands, as it says itself. */
export interface Standing {
  readonly sequences: number;
  readonly recentBits: number | null;
}

/** How it ended: whether it has trained to its end, and else why it failed, unless it was stopped. */
export interface End {
  readonly whole: boolean;
  readonly failure?: string;
}

export interface Child {
  readonly ended: Promise<End>;
  standing(): Standing | undefined;
  /** It finishes its step, saves, and ends. */
  stop(): void;
}

export interface How {
  readonly workers: number;
  readonly set: readonly string[];
}

/** The preset in full, so that a run of other settings, from an earlier version, is not taken for one of this. */
function presetInFull({ entry, batchSize }: Planned): string {
  const { config, train } = presetOf(entry, batchSize);
  const { inputSize: _, outputSize: __, ...machine } = config;
  return JSON.stringify({ machine, train });
}

export function trainIn(planned: Planned, { workers, set }: How): Child {
  const { entry, seed, folder, steps } = planned;
  const flags = {
    "--controller": entry.controller,
    "--seed": seed,
    "--steps": steps,
    "--workers": workers,
    "--out": folder,
    "--preset": presetInFull(planned),
  };
  const words = Object.entries(flags).flatMap(([flag, value]) => [flag, String(value)]);
  const settings = set.flatMap((setting) => ["--set", setting]);
  const args = [process.argv[1] ?? "", "train", entry.task, "--resume", "--json", ...words, ...settings];
  // A group of its own: Ctrl-C in a terminal goes to all of a group, and a run would get it twice.
  // On Windows, where a signal only kills, a message asks it to stop; what is detached there has a window of its own.
  const byMessage = process.platform === "win32";
  const child = spawn(process.execPath, args, {
    detached: !byMessage,
    windowsHide: true,
    stdio: ["ignore", "pipe", "pipe", ...(byMessage ? (["ipc"] as const) : [])],
  }) as ChildProcessByStdio<null, Readable, Readable>;
  let standing: Standing | undefined;
  let machine: Promise<void> | undefined;
  let told = "";
  createInterface(child.stdout).on("line", (line) => {
    standing = standingIn(line) ?? standing;
    if (!standing || machine) return;
    machine = noteMachine(folder);
    machine.catch(() => {}); // it is told once the run has ended
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    told += text;
  });
  let stopped = false;
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  const note = async (): Promise<End> => {
    const { code, signal } = await exit;
    await machine;
    // Wrong usage says nothing of the run that is there.
    if (code === 2) return { whole: false, failure: told.trim() };
    await rm(join(folder, FAILURE), { force: true });
    if (code === 0 || (code !== 1 && stopped)) return { whole: code === 0 };
    const failure = told.trim() || `error: it was ended from outside, with ${signal ?? code}`;
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, FAILURE), `${failure}\n`);
    return { whole: false, failure };
  };
  const stop = () => {
    stopped = true;
    if (child.connected)
      child.send(STOP, () => {}); // one that has just ended hears nothing
    else child.kill("SIGINT");
  };
  return { ended: note(), standing: () => standing, stop };
}

/** Of a process that was killed the last line may be cut off. */
function standingIn(line: string): Standing | undefined {
  try {
    const said = JSON.parse(line) as Standing & { event: string };
    return said.event === "progress" ? said : undefined;
  } catch {
    return undefined;
  }
}

// Runs the installed command as a user does: in a process of its own, into pipes or into a pseudo-terminal.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, onTestFinished } from "vitest";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** What it has written to standard output so far. */
  readonly stdout: () => string;
  /** Resolves once standard output has the pattern; rejects where the command ends before. */
  readonly wrote: (pattern: RegExp) => Promise<void>;
  readonly ended: Promise<Ended>;
}

interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The file that standard output is. */
  readonly stdout?: string;
}

/** A machine so small that an update takes no time: the flags that make it. */
export const tiny = [
  ..."--controller feedforward --hidden-size 8 --rows 8 --columns 4".split(" "),
  ..."--bits 2 --max-length 3".split(" "),
];

/** The newest checkpoint in the folder of a run. */
export const CHECKPOINT = "checkpoint.safetensors";
/** The one before it. */
export const PREVIOUS = "checkpoint.previous.safetensors";

/** The lines of a run's metrics. */
export function metrics(folder: string): Record<string, unknown>[] {
  const lines = readFileSync(join(folder, "metrics.jsonl"), "utf8").split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => JSON.parse(line));
}

/** All of a run that its settings decide: the checkpoint's bytes, and the metrics without the time. */
export function reproducible(folder: string): object {
  const lines = metrics(folder).map(({ cpuSeconds: _, ...line }) => line);
  return { checkpoint: readFileSync(join(folder, CHECKPOINT)).toString("hex"), lines };
}

/** A folder that goes when the test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ntm-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** `ntm …` with its output in pipes. */
export function ntm(args: readonly string[], surroundings?: Surroundings): Promise<Ended> {
  return follow(process.execPath, [inject("command"), ...args], surroundings).ended;
}

/** The same, to be watched and stopped on its way; in any case when the test has ended. */
export function start(args: readonly string[], surroundings?: Surroundings): Running {
  return untilTheEnd(follow(process.execPath, [inject("command"), ...args], surroundings));
}

function untilTheEnd(running: Running): Running {
  onTestFinished(() => void running.child.kill("SIGKILL"));
  return running;
}

/**
 * `ntm …` in a pseudo-terminal of that many columns: what is written to its standard input is typed, and its standard
 * output is the screen.
 */
export function startInTerminal(args: readonly string[], columns: number, surroundings: Surroundings = {}): Running {
  const command = [process.execPath, inject("command"), ...args].map(quoted).join(" ");
  const [file, ...rest] = pseudoTerminal(`stty cols ${columns} rows 40; exec ${command}`);
  return untilTheEnd(follow(file, rest, { ...surroundings, env: { TERM: "xterm-256color", ...surroundings.env } }));
}

/** Of the programs that give a pseudo-terminal to a shell command, the one that this system has. */
function pseudoTerminal(script: string): [string, ...string[]] {
  const has = (file: string, ...args: string[]) => spawnSync(file, args, { stdio: "ignore" }).status === 0;
  if (process.platform === "linux" && has("script", "--version")) return ["script", "-qec", script, "/dev/null"];
  // That of macOS does not begin where its standard input is one of Node's pipes.
  const python = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(['sh', '-c', sys.argv[1]])) % 256)";
  if (has("python3", "--version")) return ["python3", "-c", python, script];
  throw new Error("these tests need a pseudo-terminal: `script` of util-linux, or python3");
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function follow(file: string, args: readonly string[], { cwd, env, stdout: into }: Surroundings = {}): Running {
  const output = into === undefined ? "pipe" : openSync(into, "w");
  const child = spawn(file, args, { cwd, env: { ...neutral(), ...env }, stdio: ["pipe", output, "pipe"] });
  if (output !== "pipe") closeSync(output);
  let [stdout, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin?.on("error", () => {}); // it may end before all is typed
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const wrote = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (pattern.test(stdout)) resolve();
      };
      child.stdout?.on("data", look);
      child.on("close", () => reject(new Error(`it ended without writing ${pattern}: ${stdout}${stderr}`)));
      look();
    });
  return { child, stdout: () => stdout, wrote, ended };
}

/** The environment without what changes how the command writes. */
function neutral(): NodeJS.ProcessEnv {
  const { FORCE_COLOR, NO_COLOR, COLORTERM, TERM, DEBUG, CI, LC_ALL, LC_CTYPE, NODE_OPTIONS, ...rest } = process.env;
  return { ...rest, LANG: "C.UTF-8" };
}

/**
 * The environment in which `ntm`, and each `ntm` that it starts, runs this module before all else. There `note(words)` adds a line to
 * the file `notes` of the folder where the command is typed.
 */
export function after(module: string): { readonly NODE_OPTIONS: string } {
  const note = `import { appendFileSync } from "node:fs";
const note = (words) => appendFileSync("notes", words + "\\n");`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`${note}\n${module}`)}` };
}

/** What such a module has noted. */
export function notes(cwd: string): string[] {
  return readFileSync(join(cwd, "notes"), "utf8").trimEnd().split("\n");
}

/** A text without its escape sequences. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  return text.replaceAll(/\u001b(?:\[[0-9;?]*[A-Za-z]|[78])/g, "").replaceAll("\r\n", "\n");
}

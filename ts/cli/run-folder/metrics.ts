// metrics.jsonl: how a run learns, a line every so many updates.

import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure.js";
import { exists, fileFailure, read } from "../files/place.js";
import { toDisk } from "../files/to-disk.js";
import { writeWhole } from "../files/write-whole.js";
import { isTree } from "../settings/tree.js";
import { METRICS } from "./folder.js";

/** A line: means over the updates since the one before. All but the time is decided by the run's configuration, to the last bit. */
export interface Metrics {
  readonly step: number;
  readonly sequences: number;
  /** Nats per sequence. */
  readonly loss: number;
  /** Null for squared error. */
  readonly bitsPerSequence: number | null;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** Of the last update. */
  readonly learningRate: number;
  /** The processor's time that the run has taken so far, of all its threads. */
  readonly cpuSeconds: number;
}

/**
 * The lines of a run, without what a stop in the midst of a write, or a power cut, has left after them.
 *
 * @param known the step up to which they are known to be on the disk: where one of these is damaged or gone, it throws
 */
export async function readMetrics(folder: string, known?: number): Promise<Metrics[]> {
  const path = join(folder, METRICS);
  const lines = (await exists(path)) ? new TextDecoder().decode(await read(path)).split("\n") : [];
  lines.pop(); // empty, or a line that was being written
  const found = lines.map(parse);
  const whole = found.slice(0, found.includes(undefined) ? found.indexOf(undefined) : undefined) as Metrics[];
  const rest = found.slice(whole.length);
  const last = whole.at(-1)?.step ?? 0;
  const isTail = known === undefined ? rest.every((line) => line === undefined) : last >= known;
  if (rest.length > 0 && !isTail) throw new Failure(`${path}: line ${whole.length + 1} is damaged`);
  if (known !== undefined && last < known)
    throw new Failure(`${path}: its lines end at update ${last}, those that the checkpoint knows of at ${known}`);
  return whole;
}

function parse(line: string): Metrics | undefined {
  try {
    const found: unknown = JSON.parse(line);
    return isTree(found) && typeof found["step"] === "number" ? (found as unknown as Metrics) : undefined;
  } catch {
    return undefined;
  }
}

export class MetricsFile {
  readonly #path: string;
  readonly #file: FileHandle;
  /** The time that the run had taken when it stopped. */
  readonly cpuSeconds: number;

  private constructor(path: string, file: FileHandle, cpuSeconds: number) {
    this.#path = path;
    this.#file = file;
    this.cpuSeconds = cpuSeconds;
  }

  /** Cuts the file back to what the checkpoint of `step` knows of: whole lines of `every` updates each, up to it. */
  static async open(folder: string, step: number, every: number): Promise<MetricsFile> {
    const path = join(folder, METRICS);
    const there = await readMetrics(folder, step - (step % every));
    const kept = there.filter((line) => line.step <= step && line.step % every === 0);
    const content = kept.map((line) => `${JSON.stringify(line)}\n`).join("");
    const before = (await exists(path)) ? new TextDecoder().decode(await read(path)) : "";
    try {
      if (content !== before) await writeWhole(path, content);
      const cpuSeconds = there.filter((line) => line.step <= step).at(-1)?.cpuSeconds ?? 0;
      return new MetricsFile(path, await open(path, "a"), cpuSeconds);
    } catch (error) {
      throw fileFailure(path, error);
    }
  }

  async add(line: Metrics): Promise<void> {
    await this.#try(() => this.#file.appendFile(`${JSON.stringify(line)}\n`));
  }

  /** What was added is on the disk: a checkpoint may speak of it. */
  async sync(): Promise<void> {
    await this.#try(() => toDisk(() => this.#file.datasync()));
  }

  async close(): Promise<void> {
    await this.#try(() => this.#file.close());
  }

  async #try(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      throw fileFailure(this.#path, error);
    }
  }
}

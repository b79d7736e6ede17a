// What the numbers were measured on. Nothing in it names the machine, its user or the day.
import { availableParallelism, cpus, release, totalmem } from "node:os";
import { ask } from "../scripts/process.mjs";

export async function describeMachine() {
  return {
    cpu: (await modelName()) ?? "unknown",
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${process.arch} ${release().split("-")[0]}`,
    rustc: (await ask("rustc", ["--version"]))?.split(" ")[1] ?? "none",
  };
}

async function modelName() {
  return cpus()[0]
    ?.model.replace(/\((R|TM)\)/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/**
 * The words before a command that bind it to one core; none where that cannot be done.
 * @param {number | undefined} cpu
 * @returns {Promise<string[]>}
 */
export async function binding(cpu) {
  if (process.platform !== "linux") return [];
  const core = cpu ?? (await allowedCores()).at(-1);
  if (core === undefined || (await ask("taskset", ["-c", String(core), "true"])) === undefined) return [];
  return ["taskset", "-c", String(core)];
}

async function allowedCores() {
  const list = (await ask("taskset", ["-cp", String(process.pid)]))?.split(": ").at(-1) ?? "";
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return range ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : [];
  });
}

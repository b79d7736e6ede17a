// `ntm train --workers --recompute`: another way to the same checkpoint.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { after, CHECKPOINT, notes, ntm, temporaryFolder, tiny } from "./ntm.js";

test("--workers and --recompute change no bit of the checkpoint, and are no part of it", async () => {
  const cwd = temporaryFolder();
  const train = ["train", "copy", ...tiny, ..."--batch-size 20 --steps 10 --progress none --out".split(" ")];
  expect(await ntm([...train, "alone"], { cwd })).toMatchObject({ code: 0 });
  expect(await ntm([...train, "two", "--workers", "2", "--recompute"], { cwd })).toMatchObject({ code: 0 });
  expect(readFileSync(join(cwd, "two", CHECKPOINT))).toEqual(readFileSync(join(cwd, "alone", CHECKPOINT)));
  const asked = (run: string) => JSON.parse(readFileSync(join(cwd, run, "config.json"), "utf8")).train;
  expect(asked("two")).toEqual({ ...asked("alone"), workers: 2, recompute: true });
});

// Where the package asks for it, as each process does before it makes one.
const noteWorkers = after(`import threads from "node:worker_threads";
threads.Worker = class extends threads.Worker {
  constructor(...given) {
    super(...given);
    note("worker");
  }
};`);

test.each([
  ["ntm train", ["train", ...tiny, "--steps", "2"]],
  ["ntm reproduce", "reproduce --controllers feedforward --seeds 1 --sequences 40 --dir runs --out results".split(" ")],
])("%s starts as many as are asked for", async (_, [command = "", ...flags]) => {
  const cwd = temporaryFolder();
  const args = [command, "copy", ...flags, "--set", "train.batchSize=20", "--workers", "2"];
  expect(await ntm(args, { cwd, env: noteWorkers })).toMatchObject({ code: 0, stderr: "" });
  expect(notes(cwd)).toEqual(["worker", "worker"]);
});

test("more workers than there can be are refused by the flag's name", async () => {
  const cwd = temporaryFolder();
  const { code, stderr } = await ntm(["train", "copy", ...tiny, "--workers", "257"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toBe("error: option '--workers': expected an integer from 0 to 256, got 257\n");
});

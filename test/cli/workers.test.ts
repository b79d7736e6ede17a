// `ntm train --workers --recompute`: another way to the same checkpoint.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CHECKPOINT, ntm, temporaryFolder, tiny } from "./ntm.js";

test("--workers and --recompute change no bit of the checkpoint, and are no part of it", async () => {
  const cwd = temporaryFolder();
  const train = ["train", "copy", ...tiny, ..."--batch-size 20 --steps 10 --progress none --out".split(" ")];
  expect(await ntm([...train, "alone"], { cwd })).toMatchObject({ code: 0 });
  expect(await ntm([...train, "two", "--workers", "2", "--recompute"], { cwd })).toMatchObject({ code: 0 });
  expect(readFileSync(join(cwd, "two", CHECKPOINT))).toEqual(readFileSync(join(cwd, "alone", CHECKPOINT)));
});

test("more workers than there can be are refused by the flag's name", async () => {
  const cwd = temporaryFolder();
  const { code, stderr } = await ntm(["train", "copy", ...tiny, "--workers", "257"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toBe("error: option '--workers': expected an integer from 0 to 256, got 257\n");
});

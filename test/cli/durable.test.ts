// What a power cut must not take: what is on the disk, in which order, and what a write that fails leaves.
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { after, CHECKPOINT, notes, ntm, PREVIOUS, temporaryFolder, tiny } from "./ntm.js";

// It notes a rename when it begins, and what is brought to the disk when it is there.
const noteDisk = after(`import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { basename } from "node:path";
const nameOf = (path) => basename(path).replace(/[.][0-9a-f]{8}[.]tmp$/, ".tmp");
const { open, rename } = fs;
fs.open = async (path, ...given) => {
  const file = await open(path, ...given);
  for (const name of ["sync", "datasync"]) {
    const sync = file[name];
    file[name] = async () => {
      await sync.call(file);
      note("on the disk: " + nameOf(path));
    };
  }
  return file;
};
fs.rename = async (from, to) => {
  note(nameOf(from) + " becomes " + nameOf(to));
  await rename(from, to);
};
syncBuiltinESMExports();`);

const posix = process.platform !== "win32"; // where a folder, too, is brought to the disk, and files have modes

test.runIf(posix)(
  "a checkpoint is on the disk before it has its name, and the metrics that it knows of before it",
  async () => {
    const cwd = temporaryFolder();
    const train = ["train", "copy", ...tiny, "--every", "1", "--out", "run", "--resume", "--steps"];
    await ntm([...train, "2"], { cwd });
    expect(await ntm([...train, "4"], { cwd, env: noteDisk })).toMatchObject({ code: 0, stderr: "" });
    expect(notes(cwd)).toEqual([
      "on the disk: .config.json.tmp",
      ".config.json.tmp becomes config.json",
      "on the disk: run",
      "on the disk: metrics.jsonl",
      `on the disk: .${CHECKPOINT}.tmp`,
      `${CHECKPOINT} becomes ${PREVIOUS}`,
      `.${CHECKPOINT}.tmp becomes ${CHECKPOINT}`,
      "on the disk: run",
    ]);
  },
);

test.runIf(posix)("others may read what the user lets them read", async () => {
  const cwd = temporaryFolder();
  const train = ["train", "copy", ...tiny, "--steps", "1", "--out", "run"];
  await ntm(train, { cwd, env: after("process.umask(0o027);") });
  const modes = readdirSync(join(cwd, "run")).map((file) => statSync(join(cwd, "run", file)).mode & 0o777);
  expect(modes).toEqual([0o640, 0o640, 0o640]);
});

test("a checkpoint that cannot take its name leaves nothing beside it", async () => {
  const cwd = temporaryFolder();
  const train = ["train", "copy", ...tiny, "--out", "run", "--resume", "--steps"];
  await ntm([...train, "2"], { cwd });
  const inTheWay = join(cwd, "run", PREVIOUS);
  mkdirSync(inTheWay);
  writeFileSync(join(inTheWay, "mine"), "");
  const { code, stderr } = await ntm([...train, "4"], { cwd });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: run.checkpoint\.safetensors: [^\n]+\n$/)]);
  expect(readdirSync(join(cwd, "run")).sort()).toEqual([PREVIOUS, CHECKPOINT, "config.json", "metrics.jsonl"].sort());
});

test("where the host lets no file be brought to the disk, a run trains, saves and goes on all the same", async () => {
  const cwd = temporaryFolder();
  const train = ["train", "copy", ...tiny, "--every", "1", "--out", "run", "--resume", "--steps"];
  // as Yarn's Plug'n'Play does it, and Node's permission model
  const env = after(`import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
const { open } = fs;
fs.open = async (...given) => {
  const file = await open(...given);
  file.sync = () => {
    throw new Error("Method not implemented.");
  };
  file.datasync = async () => {
    throw Object.assign(new Error("disabled"), { code: "ERR_ACCESS_DENIED" });
  };
  return file;
};
syncBuiltinESMExports();`);
  for (const steps of ["2", "4"])
    expect(await ntm([...train, steps], { cwd, env })).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(join(cwd, "run"))).toContain(PREVIOUS);
});

test.each(["EIO", "ESTALE", "ENXIO"])("a disk that fails with %s is no such host", async (code) => {
  const cwd = temporaryFolder();
  const env = after(`import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
const { open } = fs;
fs.open = async (...given) => {
  const file = await open(...given);
  file.sync = async () => {
    throw Object.assign(new Error("gone"), { code: ${JSON.stringify(code)} });
  };
  return file;
};
syncBuiltinESMExports();`);
  const ended = await ntm(["train", "copy", ...tiny, "--steps", "2", "--out", "run"], { cwd, env });
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining("config.json: ") });
});

test("on Windows a file that is held for a moment gets its name a moment later; elsewhere that is an error", async () => {
  const train = ["train", "copy", ...tiny, "--steps", "2", "--out", "run"];
  const held = (platform: string) =>
    after(`import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
Object.defineProperty(process, "platform", { value: ${JSON.stringify(platform)} });
const { rename } = fs;
let times = 0;
fs.rename = async (from, to) => {
  if (times++ < 2) throw Object.assign(new Error("EPERM: operation not permitted"), { code: "EPERM" });
  await rename(from, to);
};
syncBuiltinESMExports();`);
  expect(await ntm(train, { cwd: temporaryFolder(), env: held("win32") })).toMatchObject({ code: 0, stderr: "" });
  expect(await ntm(train, { cwd: temporaryFolder(), env: held("linux") })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("permission denied"),
  });
});

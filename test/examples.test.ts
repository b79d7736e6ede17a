// The examples run as they stand, against the installed package: those that learn for a few updates, and so far they do.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, inject, onTestFinished, test } from "vitest";
import { fences, text } from "./support/fences.mjs";

const examples = fileURLToPath(new URL("../examples", import.meta.url));
const files = readdirSync(examples).filter((file) => file.endsWith(".mjs"));

test("there are some", () =>
  expect(files).toEqual([
    "addition.mjs",
    "checkpoint.mjs",
    "contexts.mjs",
    "dataset.mjs",
    "dyck.mjs",
    "own-loss.mjs",
    "server.mjs",
  ]));

/** A folder with an example in it, as a user's project would have it. */
function project(file: string): string {
  const folder = mkdtempSync(join(tmpdir(), "ntm-example-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(inject("installed"), "node_modules"), join(folder, "node_modules"), "junction");
  cpSync(join(examples, file), join(folder, file));
  return folder;
}

/** Runs an example to its end; what it wrote. */
function output(folder: string, file: string, updates: number): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, String(updates)], {
    cwd: folder,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout;
}

const learned = (stdout: string) =>
  [...stdout.matchAll(/^(\d+) updates: (\d+\.\d+) bits per sequence$/gm)].map(([, step, bits]) => [
    Number(step),
    Number(bits),
  ]);

test.each(["addition.mjs", "dyck.mjs"])("%s", (file) => {
  const stdout = output(project(file), file, 1000);
  const [[, first] = [], [, later] = []] = learned(stdout);
  expect(first).toBeGreaterThan(0);
  expect(later).toBeLessThan(0.95 * (first ?? 0));
  expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/ of \d+ .*wrong/);
});

test("dataset.mjs stops by its validation set, and is right about words that it has not seen", () => {
  const stdout = output(project("dataset.mjs"), "dataset.mjs", 0);
  const bits = [...stdout.matchAll(/^epoch \d+: (\d+\.\d+) bits/gm)].map(([, bits]) => Number(bits));
  const [, best = ""] = /^epoch (\d+) did best; of the letters of 100 other words 0 are wrong$/m.exec(stdout) ?? [];
  expect(bits).toHaveLength(Number(best) + 3);
  expect(bits[Number(best) - 1]).toBeLessThan(0.1);
});

test("contexts.mjs finds a row for every context, and that what is written there is what predicts", () => {
  const stdout = output(project("contexts.mjs"), "contexts.mjs", 50);
  for (const { language, code } of fences("examples/README.md"))
    if (language === "text") for (const line of code.trimEnd().split("\n")) expect(stdout).toContain(line);
  const rows = [...stdout.matchAll(/^[01]{5} +(\d+) \((\d\.\d+)\) +(\d\.\d+)$/gm)].map((line) => line.slice(1));
  expect(rows).toHaveLength(32);
  expect(new Set(rows.map(([row]) => row)).size).toBe(32);
  for (const [, read, written] of rows) {
    expect(Number(read)).toBeGreaterThan(0.7);
    expect(Number(written)).toBeGreaterThan(0);
  }
  const mean = (name: string) => Number(new RegExp(`^${name} +(\\S+)$`, "m").exec(stdout)?.[1]);
  const said = text("examples/README.md");
  for (const name of ["as it is", "without the tally", "without another row"])
    expect(said).toMatch(new RegExp(`\\b${mean(name).toFixed(2)}\\b`));
  expect(mean("as it is") - mean("without the tally")).toBeGreaterThan(0.2);
  expect(Math.abs(mean("as it is") - mean("without another row"))).toBeLessThan(0.02);
});

test("own-loss.mjs makes the updates of trainStep by the package's loss, and learns by its own", () => {
  const lines = output(project("own-loss.mjs"), "own-loss.mjs", 0).trimEnd().split("\n");
  expect(lines).toEqual([
    "weight 1: after 100 updates all parameters are those of trainStep",
    "weight 3: at update 200 it guesses a one with 0.77",
    "weight 3: after 1000 updates 0 of 160 bits are wrong at length 20",
  ]);
});

test("checkpoint.mjs goes on to the bits of an unbroken run", () => {
  const [broken, whole] = [project("checkpoint.mjs"), project("checkpoint.mjs")];
  const first = output(broken, "checkpoint.mjs", 500);
  const second = output(broken, "checkpoint.mjs", 500);
  const all = output(whole, "checkpoint.mjs", 1000);
  expect([...learned(first), ...learned(second)]).toEqual(learned(all));
  expect(learned(all).map(([step]) => step)).toEqual([500, 1000]);
  expect(second.split("\n").at(-2)).toBe(all.split("\n").at(-2));
});

test("server.mjs recalls for two clients at once what each has said", async () => {
  const child = spawn(process.execPath, ["server.mjs", "0", "1000"], { cwd: project("server.mjs"), stdio: "pipe" });
  onTestFinished(() => void child.kill());
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").once("data", (text: string) => resolve(text.trim()));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const { port } = new URL(url);
  const another = spawnSync(process.execPath, ["server.mjs", port], { cwd: project("server.mjs"), encoding: "utf8" });
  expect([another.status, another.stderr]).toEqual([
    1,
    `listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`,
  ]);

  const ask = async (path: string, body?: unknown, method = "POST") => {
    const response = await fetch(url + path, { method, body: body === undefined ? null : JSON.stringify(body) });
    return [response.status, await response.json()] as [number, Record<string, never>];
  };
  const begin = async () => String((await ask(""))[1]["id"]);
  const clients = [await begin(), await begin()];
  const said = clients.map((_, client) =>
    [0, 1, 2].map((step) => Array.from({ length: 8 }, (_, bit) => ((bit + step) >> client) & 1)),
  );
  const say = async (client: number, vector: readonly number[]) => {
    const [status, { output }] = await ask(`/${clients[client]}`, vector);
    expect(status).toBe(200);
    return (output as unknown as number[]).map(Math.round);
  };
  for (const step of [0, 1, 2]) for (const client of [0, 1]) await say(client, [...(said[client]?.[step] ?? []), 0]);
  for (const client of [0, 1]) await say(client, [0, 0, 0, 0, 0, 0, 0, 0, 1]);
  for (const step of [0, 1, 2])
    for (const client of [0, 1]) expect(await say(client, Array(9).fill(0))).toEqual(said[client]?.[step]);

  const [first = "", second = ""] = clients;
  expect(await ask(`/${first}`, [1, 2])).toEqual([400, { code: "shape", error: expect.stringContaining("[1, 9]") }]);
  expect(await ask(`/${first}`, "hello")).toEqual([400, { error: "expected an array of 9 numbers" }]);
  expect(await ask(`/${first}`, Array(1_000_000).fill(0))).toEqual([413, { error: "at most 10000 characters" }]);
  expect((await fetch(`${new URL(url).origin}//`)).status).toBe(404);
  expect(await ask(`/${first}`, undefined, "DELETE")).toEqual([200, {}]);
  expect((await ask(`/${first}`, Array(9).fill(0)))[0]).toBe(404);

  const late = request(`${url}/${await begin()}`, { method: "POST" });
  const answered = once(late, "response");
  late.write("[");
  await setTimeout(2000);
  late.end(`${Array(9).fill(0)}]`);
  const [response] = (await answered) as [IncomingMessage];
  expect([response.statusCode, await json(response)]).toEqual([
    404,
    { error: expect.stringContaining("no such session") },
  ]);
  await expect.poll(async () => (await ask(`/${second}`, undefined, "GET"))[0], { timeout: 5000 }).toBe(404);
});

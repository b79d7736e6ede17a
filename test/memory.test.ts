// What a full WebAssembly memory leaves: whatever is asked for succeeds or is refused, and nothing that is there is lost.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { NTM, NTMError, type NTMOptions, type Session } from "neural-turing-machine";
import { expect, test } from "vitest";
import { noise } from "./support/numbers.js";

const MEMORY_SECTION = 5;

/** The default build with a memory of at most so many MiB. */
function limited(mebibytes: number): Uint8Array {
  const bytes = readFileSync(fileURLToPath(import.meta.resolve("neural-turing-machine/ntm.wasm")));
  let place = 8;
  const number = () => {
    for (let value = 0, shift = 1; ; shift *= 128) {
      const byte = bytes[place++] ?? 0;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  for (;;) {
    const start = place;
    const id = bytes[place++];
    const end = number() + place;
    if (id !== MEMORY_SECTION) {
      place = end;
      continue;
    }
    expect([number(), number()]).toEqual([1, 0]); // one memory, without a limit
    const limits = [1, 1, ...leb(number()), ...leb(16 * mebibytes)];
    const section = [MEMORY_SECTION, ...leb(limits.length), ...limits];
    return Uint8Array.from([...bytes.subarray(0, start), ...section, ...bytes.subarray(end)]);
  }
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...leb(Math.floor(value / 128))];
}

const wide = {
  inputSize: 3,
  outputSize: 2,
  controller: { kind: "lstm", hiddenSize: 6 },
  memory: { rows: 4096, columns: 20 },
} as const satisfies NTMOptions;

/** Whether it succeeds; else it must have been refused for memory. */
function fits(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(NTMError);
    expect(error).toMatchObject({ code: "memory", message: expect.stringMatching(/MiB that are left, got \d+ MiB/) });
    return false;
  }
}

test("sessions beyond number are refused, and those that are open go on", async () => {
  using machine = await NTM.create(wide, { wasm: limited(32) });
  const x = noise([1, 3], 1);
  const sessions: Session[] = [];
  while (fits(() => sessions.push(machine.session())));
  expect(sessions.length).toBeGreaterThan(5);
  for (const session of sessions) expect(session.step(x).logits.data).toHaveLength(2);
  const [first, second] = sessions as [Session, Session];
  fits(() => first.restore(second.state()));
  fits(() => machine.run(noise([40, 8, 3], 2), { trace: true }));
  fits(() => machine.parameters());
  for (const session of sessions) {
    session.reset();
    expect(session.step(x).logits.data).toHaveLength(2);
  }
  for (const session of sessions.splice(0, 3)) session.dispose();
  sessions[0]?.restore(machine.run(noise([1, 1, 3], 2)).state);
  expect(sessions[0]?.state().get("memory")?.shape).toEqual([1, 4096, 20]);
});

test("arrays that there is no room for are refused before they are copied", async () => {
  using machine = await NTM.create({ ...wide, memory: { rows: 8, columns: 4 } }, { wasm: limited(32) });
  const [steps, batch] = [2000, 2000];
  const input = noise([steps, batch, 3], 1);
  const target = { data: new Float32Array(steps * batch * 2), shape: [steps, batch, 2] };
  expect(fits(() => machine.run(input))).toBe(false);
  expect(fits(() => machine.gradients(input, target))).toBe(false);
  expect(fits(() => machine.lossAndGradients({ input, target }))).toBe(false);
  expect(fits(() => machine.trainStep({ input, target }))).toBe(false);
  const task = { inputSize: 3, outputSize: 2, batch: () => ({ input, target }) };
  await expect(machine.evaluate(task, { sequences: batch, batchSize: batch })).rejects.toMatchObject({
    code: "memory",
  });
  expect(machine.run(noise([2, 1, 3], 1)).logits.shape).toEqual([2, 1, 2]);
});

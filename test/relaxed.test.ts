// `simd: "relaxed"`: which file is loaded, and where it is refused. The golden cases run on both builds: golden.test.ts.
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { NTM } from "neural-turing-machine";
import { NTM as SlimNTM } from "neural-turing-machine/slim";
import { afterEach, expect, inject, test, vi } from "vitest";
import { small } from "./support/machines.js";
import { relaxedFlags } from "./support/relaxed.js";

afterEach(() => vi.restoreAllMocks());

test("is refused where the engine has no relaxed SIMD", async () => {
  // Node 20 without its flag is such an engine; a later one is made to seem so.
  if (relaxedFlags.length === 0) vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  const refusal = { code: "unsupported", where: "simd", message: expect.stringContaining("relaxed SIMD") };
  await expect(NTM.create({ ...small, simd: "relaxed" })).rejects.toMatchObject(refusal);
  await expect(SlimNTM.create(small, { simd: "relaxed" })).rejects.toMatchObject(refusal);
});

test("without any WebAssembly, both builds are refused as the engine's fault", async () => {
  vi.stubGlobal("WebAssembly", undefined);
  for (const simd of ["default", "relaxed"] as const)
    await expect(NTM.create(small, { simd })).rejects.toMatchObject({ code: "unsupported" });
  vi.unstubAllGlobals();
});

test.each(["neural-turing-machine", "neural-turing-machine/slim"])(
  "loads its own file and no other, from %s",
  (entry) => {
    const script = `
    import { NTM } from "${entry}";
    const sizes = [];
    const { compile } = WebAssembly;
    WebAssembly.compile = (bytes) => (sizes.push(bytes.length), compile(bytes));
    const machine = await NTM.create({ inputSize: 3, outputSize: 2 }, { simd: "relaxed" });
    await NTM.load(machine.save(), { simd: "relaxed" });
    console.log(JSON.stringify(sizes));
  `;
    const options = { cwd: inject("installed"), encoding: "utf8" } as const;
    const printed = execFileSync(process.execPath, [...relaxedFlags, "--input-type=module", "-e", script], options);
    expect(JSON.parse(printed)).toEqual([statSync(join(inject("packageFolder"), "dist/ntm.relaxed.wasm")).size]);
  },
);

test("what is no number stays none, as in the default build", () => {
  const script = `
    import { NTM } from "neural-turing-machine";
    const one = (...values) => ({ data: Float32Array.from(values), shape: [1, 1, values.length] });
    const found = [];
    for (const simd of ["default", "relaxed"])
      for (const hiddenSize of [3, 8, 100]) {
        const controller = { kind: "feedforward", hiddenSize };
        const heads = { readHeads: 0, writeHeads: 0, loss: "mean-squared-error" };
        const machine = await NTM.create({ inputSize: 2, outputSize: 1, controller, ...heads }, { simd });
        const parameters = machine.parameters();
        const attempt = (use) => {
          machine.setParameters(parameters);
          try { found.push(use()) } catch ({ code }) { found.push(code) }
        };
        // The gradients of the hidden units are infinite, those of their sums infinity times 0.
        parameters.get("controller.0.weight").data.fill(100);
        parameters.get("output.weight").data.fill(0).set([3e38, -3e38]);
        for (const clip of [{ value: 10 }, { value: 10, backward: 1 }])
          attempt(() => machine.trainStep({ input: one(1, 1), target: one(-2) }, { clip }));
        machine.dispose();
      }
    console.log(JSON.stringify(found));
  `;
  const options = { cwd: inject("installed"), encoding: "utf8" } as const;
  const printed = execFileSync(process.execPath, [...relaxedFlags, "--input-type=module", "-e", script], options);
  expect(JSON.parse(printed)).toEqual(Array.from({ length: 12 }, () => "non-finite"));
});

test("is no part of a checkpoint, and a choice of its own", async () => {
  const machine = await NTM.create(small, { simd: "default" });
  expect(new TextDecoder().decode(machine.save())).not.toContain("simd");
  machine.dispose();
  await expect(NTM.create(small, { simd: "fast" as never })).rejects.toMatchObject({
    code: "option",
    where: "loading.simd",
  });
  await expect(NTM.create({ ...small, simd: "fast" as never })).rejects.toMatchObject({
    code: "option",
    where: "simd",
  });
  await expect(NTM.create(small, { simd: "relaxed", wasm: new Uint8Array() })).rejects.toMatchObject({ where: "simd" });
});

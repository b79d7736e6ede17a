/** What the worker holds: a machine, its task, and what has been seen of its training. */
import { copy, NTM } from "neural-turing-machine";
import { expect, test } from "vitest";
import { Run } from "../src/worker/run.js";

test.each(["softmax-cross-entropy", "mean-squared-error"] as const)(
  "a machine with the loss %s is refused in words: the page's equations are not true of it",
  async (loss) => {
    const { inputSize, outputSize, name, options } = copy({ maxLength: 4, bits: 3 });
    const saved = async (loss: "binary-cross-entropy" | "softmax-cross-entropy" | "mean-squared-error") => {
      using machine = await NTM.create({ inputSize, outputSize, loss });
      return machine.save({ metadata: { task: { name, options: { ...options } } } });
    };
    await expect(Run.load(await saved(loss), "file", "")).rejects.toMatchObject({
      code: "checkpoint",
      message: expect.stringContaining(`binary-cross-entropy, and the file's has ${loss}`),
    });
    const shown = await Run.load(await saved("binary-cross-entropy"), "file", "");
    expect(shown.settings.taskOptions).toMatchObject({ maxLength: 4, bits: 3 });
    shown.dispose();
  },
);

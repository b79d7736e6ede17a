// Options as people's programs hold them: in objects of classes, and what is made of machines where they are held.
import { copy, NTM, type Progress, type Random } from "neural-turing-machine";
import { expect, test } from "vitest";
import { make } from "./support/machines.js";

class Sizes {
  inputSize = 3;
  outputSize = 2;
  #rows = 5;
  get readHeads() {
    return 2;
  }
  get memory() {
    return { rows: this.#rows, columns: 4 };
  }
  describe() {
    return "no option";
  }
}
class Seeded extends Sizes {
  get seed() {
    return 7;
  }
}

test("the getters of a class are options, its methods are none", async () => {
  using machine = await NTM.create(new Seeded());
  expect(machine.config).toMatchObject({ readHeads: 2, memory: { rows: 5, columns: 4 }, seed: 7 });
});

test("a getter that is no option is refused, as an entry is", async () => {
  class Misspelt extends Sizes {
    get readHead() {
      return 1;
    }
  }
  await expect(NTM.create(new Misspelt())).rejects.toThrow("readHead: unknown option; did you mean readHeads?");
});

test("a chain of classes is read to its end", async () => {
  let Deep: new () => object = Seeded;
  for (let depth = 0; depth < 12; depth++) Deep = class extends Deep {};
  using machine = await NTM.create(new Deep() as Seeded);
  expect(machine.config.seed).toBe(7);
});

test("so it is in training and evaluation", async () => {
  const task = copy({ bits: 1, maxLength: 2 });
  using machine = await make({ inputSize: task.inputSize, outputSize: task.outputSize });
  class Training {
    steps = 4;
    get batchSize() {
      return 3;
    }
    get every() {
      return 2;
    }
  }
  const told: Progress[] = [];
  for await (const progress of machine.train(task, new Training())) told.push(progress);
  expect(told.map(({ step, sequences }) => [step, sequences])).toEqual([
    [2, 6],
    [4, 12],
  ]);
  class Evaluating {
    get sequences() {
      return 5;
    }
    get length() {
      return 2;
    }
  }
  expect(await machine.evaluate(task, new Evaluating())).toMatchObject({ sequences: 5 });
});

test("a chain of prototypes without end is no hang", async () => {
  const endless: object = new Proxy({}, { getPrototypeOf: () => endless });
  await expect(NTM.create(endless as never)).rejects.toThrow("inputSize: expected");
});

const isThere: [string, (options: object) => boolean][] = [
  ["in", (options) => "quiet" in options],
  ["Object.hasOwn", (options) => Object.hasOwn(options, "quiet")],
];
test.each(isThere)("a task has looked at what it asks for by %s, and at nothing else", async (_, asks) => {
  using machine = await make({ inputSize: 1, outputSize: 1 });
  const seen: boolean[] = [];
  const task = {
    inputSize: 1,
    outputSize: 1,
    batch(_: Random, options: { batchSize: number; quiet?: boolean }) {
      seen.push(asks(options));
      const zeros = [Array.from({ length: options.batchSize }, () => [0])];
      return { input: zeros, target: zeros };
    },
  };
  await machine.evaluate(task, { sequences: 1, quiet: true });
  await machine.evaluate(task, { sequences: 1 });
  expect(seen).toEqual([true, false]);
  await expect(machine.evaluate(task, { sequences: 1, quit: true } as object)).rejects.toThrow(
    "quit: unknown option; did you mean quiet?",
  );
});

test("a machine and a session are no data, by the name of their kind", async () => {
  using machine = await make();
  // By this Vue and others decide what to make reactive, which private fields do not survive.
  expect(Object.prototype.toString.call(machine)).toBe("[object NTM]");
  expect(Object.prototype.toString.call(machine.session())).toBe("[object Session]");
});

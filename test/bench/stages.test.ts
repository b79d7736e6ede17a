// What the benchmark tells apart in a profile is there in the core: a function that has another name would be nobody's time.
import { expect, test } from "vitest";
import { definitions, sources, stages } from "../../bench/stage-functions.mjs";
import { text } from "../support/fences.mjs";

test("every function that a stage begins with is in the file that it is looked for in", () => {
  const named = stages.flatMap(({ functions }) =>
    Object.entries(functions).flatMap(([file, names = []]) => names.map((name) => ({ file, name }))),
  );
  expect(named.length).toBeGreaterThan(20);
  const missing = named.filter(({ file, name }) => {
    const [code = ""] = text(`${sources}/${file}`).split("#[cfg(test)]");
    return !definitions(name).test(code);
  });
  expect(missing).toEqual([]);
});

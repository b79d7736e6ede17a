// The options of the package's tasks that have flags, in words: those that make a task, and the sizes that one sequence may be asked for.

export const OPTIONS: Readonly<Record<string, string>> = {
  bits: "bits of a vector",
  minLength: "vectors in the shortest training sequence",
  maxLength: "vectors in the longest training sequence",
  minRepeats: "the fewest repeats",
  maxRepeats: "the most repeats",
  itemLength: "vectors of an item",
  minItems: "the fewest items",
  maxItems: "the most items",
  length: "bits of a sequence",
  order: "bits by which the next is drawn",
  vectors: "vectors that go in",
  sorted: "vectors that come out",
  curriculum: "updates over which the largest sizes grow from the smallest",
};

export const SIZES: Readonly<Record<string, string>> = {
  length: "vectors, or bits, of a sequence",
  repeats: "how often it is to be repeated",
  items: "items of a list",
  vectors: "vectors that go in",
  sorted: "vectors that come out",
};

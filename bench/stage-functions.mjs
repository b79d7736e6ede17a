// The stages of a training step, for `npm run bench -- stages`, and the functions of the core that they begin with.

/** Where the files are that the stages name. */
export const sources = "crates/ntm-core/src";

/** The stages that are the layers' products. */
export const products = [
  {
    title: "layers' products, forwards",
    functions: { "step.rs": ["project", "control", "emit", "read_out"] },
  },
  {
    title: "layers' products, back to their inputs",
    functions: { "step_backward.rs": ["read_out", "control"] },
  },
  { title: "gradients of the weights", functions: { "step_backward.rs": ["weights"] } },
];

/** Which functions of the core, by file, begin a stage: what they call is part of it, unless it begins another. */
export const stages = [
  ...products,
  {
    title: "activations of layers and heads",
    functions: {
      "controller/lstm.rs": ["forward", "backward"],
      "controller/feedforward.rs": ["forward", "backward"],
      "heads.rs": ["forward", "backward"],
    },
  },
  {
    title: "content addressing",
    functions: { "addressing/content.rs": ["norms", "forward", "backward"] },
  },
  {
    title: "interpolation and shift",
    functions: {
      "addressing/interpolation.rs": ["forward", "backward"],
      "addressing/shift.rs": ["forward", "backward"],
    },
  },
  { title: "sharpening", functions: { "addressing/sharpening.rs": ["forward", "backward"] } },
  { title: "reading", functions: { "memory/read.rs": ["forward", "backward"] } },
  { title: "writing", functions: { "memory/write.rs": ["forward", "backward"] } },
  {
    title: "gradient's norm, RMSProp, weights laid out",
    functions: { "optimizer/mod.rs": ["compute"], "weights.rs": ["set"], "optimizer/clip.rs": ["norm"] },
  },
];

/** Where Rust defines functions of that name that the compiler is free to put into others: the indent, the beginning of the line. */
export function definitions(/** @type {string} */ name) {
  return new RegExp(`(?<!inline\\(never\\)\\]\n)^( *)((?:pub(?:\\(crate\\))? )?fn ${name}\\b)`, "gm");
}

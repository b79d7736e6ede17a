// The package as npm packs and installs it: scripts/package.mjs has put it there.
export * from "../test/node_modules/neural-turing-machine/dist/index.js";

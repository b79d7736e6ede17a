// Relaxed SIMD in the Node that runs the tests: 20 has it behind a flag, 22 and later have it as it is.
export const relaxedFlags = Number.parseInt(process.versions.node, 10) < 22 ? ["--experimental-wasm-relaxed-simd"] : [];

import { defineConfig } from "vitest/config";
import { relaxedFlags } from "./test/support/relaxed.js";

export default defineConfig({
  test: {
    // A process a file: a test of memory or of a trapped instance disturbs no other.
    pool: "forks",
    maxWorkers: 2,
    // Training to a solved task and the command's child processes take their time on a slow machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    allowOnly: false,
    reporters: ["default", ["json", { outputFile: "build/test/vitest.json" }]],
    globalSetup: ["test/setup/package.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "default",
          include: ["test/**/*.test.ts"],
          execArgv: ["--expose-gc"],
          provide: { simd: "default" },
        },
      },
      {
        extends: true,
        test: {
          name: "relaxed",
          include: ["test/golden.test.ts"],
          execArgv: relaxedFlags,
          provide: { simd: "relaxed" },
        },
      },
    ],
  },
});

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/setup/package.ts"],
    // A process a file: a test of memory or of a trapped instance disturbs no other.
    pool: "forks",
    execArgv: ["--expose-gc"],
    maxWorkers: 2,
    // Training to a solved task and the command's child processes take their time on a slow machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    allowOnly: false,
    reporters: ["default", ["json", { outputFile: "build/test/vitest.json" }]],
  },
});

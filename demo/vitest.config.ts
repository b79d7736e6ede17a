import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Browsers side by side would take each other's time.
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    allowOnly: false,
  },
});

#!/usr/bin/env node
// The command `ntm`. What it can do is in program.ts, each subcommand in a file of its own; here is only how it ends.

import { report } from "./failure.js";
import { program } from "./program.js";

// Whoever reads us may leave early (`ntm eval FILE | head -1`): that is no failure to tell anybody about.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(1);
});

try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

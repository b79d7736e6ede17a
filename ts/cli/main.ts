#!/usr/bin/env node
// The command `ntm`. What it can do is in program.ts, each subcommand in a file of its own; here is only how it ends.

import { report } from "./failure.js";
import { program } from "./program.js";
import { whenGone } from "./stdout.js";

// Where nothing is to be saved, there is nothing left to do.
whenGone((why) => process.exit(report(why)));

try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

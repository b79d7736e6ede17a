#!/usr/bin/env node
// The command `ntm`. What it can do is in program.ts, each subcommand in a file of its own; here is only how it ends.

import { report } from "./failure.js";
import { program } from "./program.js";
import { whenGone } from "./stdout.js";

// Where nothing is to be saved, there is nothing left to do.
whenGone((why) => process.exit(report(why)));

// Not awaited: what is loaded later imports from this file, and would wait for its end.
program()
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = report(error);
  });

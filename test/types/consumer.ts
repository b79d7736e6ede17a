// Compiled, never run: every entry point resolves, and its declarations stand on their own.
import * as library from "neural-turing-machine";
import * as slim from "neural-turing-machine/slim";
import "neural-turing-machine/worker";

export const entries: object[] = [library, slim];

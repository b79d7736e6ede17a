// Compiled, never run: the entry points that main.ts does not import.
import * as slim from "neural-turing-machine/slim";
import "neural-turing-machine/worker";

export const entries: object[] = [slim];

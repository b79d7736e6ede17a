/**
 * `neural-turing-machine/worker`: what runs in a worker of `machine.train(task, { workers })`. It carries no WebAssembly: the compiled
 * module comes by message.
 */
import { serve } from "./workers/serve.js";

serve();

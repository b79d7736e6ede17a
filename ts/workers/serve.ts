/** What a worker does: it makes the machine that it is told of, and computes the pieces that it is sent, one after the other. */
import { NTMError } from "../errors.js";
import type { Machine as CoreMachine } from "../generated/glue.js";
import { nodeModule } from "../host.js";
import { coreConfig } from "../machine/config.js";
import { Instance } from "../wasm/guard.js";
import { type Done, type Failed, type Piece, packError, type Start } from "./messages.js";

/** A machine with an instance to itself. */
interface Served {
  readonly instance: Instance;
  readonly core: CoreMachine;
}

/** Answers the messages of the thread that made this worker. */
export function serve(): void {
  const { post, listen } = caller();
  let machine: Promise<Served> | undefined;
  let answered: Promise<void> = Promise.resolve();
  const answer = async (message: Start | Piece) => {
    if ("module" in message) {
      machine = make(message);
      await machine;
    } else if (machine) {
      const done = compute(await machine, message);
      post(done, done.parameters ? [done.gradient.buffer, done.parameters.buffer] : [done.gradient.buffer]);
    }
  };
  listen((message) => {
    answered = answered.then(() => answer(message)).catch((error: unknown) => post(packError(error), []));
  });
}

async function make({ module, config, recompute, backwardClip }: Start): Promise<Served> {
  const instance = await Instance.of(module).catch((error: unknown) => {
    if (error instanceof NTMError)
      throw new Error(`is it neural-turing-machine/worker of this version? ${error.message}`, { cause: error });
    throw error;
  });
  const core = instance.using(
    (glue) => coreConfig(glue, config),
    (config, glue) => new glue.Machine(config),
  );
  instance.call(() => {
    core.setRecompute(recompute);
    core.setBackwardClip(backwardClip);
  });
  return { instance, core };
}

function compute({ instance, core }: Served, piece: Piece): Done {
  const { index, parameters, input, target, mask, steps, batchSize, of, gradient } = piece;
  try {
    const loss = instance.call(() => {
      if (parameters) {
        core.expectRoom("parameters", parameters.length);
        core.setFlatParameters(parameters);
      }
      core.expectRoom("batch", input.length + target.length + (mask?.length ?? 0) + gradient.length);
      return core.pieceGradients(input, target, mask, steps, batchSize, of, gradient);
    });
    return { index, loss, gradient, parameters };
  } catch (error) {
    // It is this worker's instance alone: the machine of the user is none of its.
    throw instance.trap ? trapped(instance.trap) : error;
  }
}

function trapped({ message, cause }: { message: string; cause: unknown }): Error {
  const error = new Error(`its WebAssembly instance ended: ${message}`);
  if (cause instanceof Error && cause.stack) error.stack = cause.stack;
  return error;
}

/** The way to the thread that made this worker. */
interface Caller {
  post(message: Done | Failed, transfer: ArrayBuffer[]): void;
  listen(receive: (message: Start | Piece) => void): void;
}

function caller(): Caller {
  const threads = nodeModule("node:worker_threads") as { parentPort: NodePort | null } | undefined;
  const port = threads?.parentPort;
  if (port)
    return {
      post: (message, transfer) => port.postMessage(message, transfer),
      listen: (receive) => port.on("message", receive),
    };
  const scope = globalThis as unknown as WorkerScope;
  return {
    post: (message, transfer) => scope.postMessage(message, transfer),
    listen: (receive) => scope.addEventListener("message", ({ data }) => receive(data)),
  };
}

interface NodePort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  on(type: "message", listener: (message: Start | Piece) => void): void;
}

interface WorkerScope {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: "message", listener: (event: { data: Start | Piece }) => void): void;
}

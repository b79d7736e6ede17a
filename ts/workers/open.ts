/** The workers of a machine. */
import type { Body } from "../machine/body.js";
import type { CheckedBatch } from "../tasks/task.js";
import { elements } from "../tensor.js";
import { Pool, type Sum } from "./pool.js";
import type { WorkerLike } from "./thread.js";

/** Workers for the training of a machine, at most one for each piece of a batch; they end with the machine at the latest. */
export function openPool(
  body: Body,
  options: {
    readonly workers: number;
    readonly batchSize: number;
    readonly recompute: boolean;
    readonly backwardClip: number | undefined;
    readonly createWorker: (() => WorkerLike) | undefined;
  },
): Pool {
  const { workers, batchSize, recompute, backwardClip, createWorker } = options;
  const { config, instance } = body;
  const size = (of: { readonly shape: readonly number[] }[]) => of.reduce((sum, { shape }) => sum + elements(shape), 0);
  const all = [...body.parameters.values()];
  const sizes = {
    piece: instance.call((glue) => glue.pieceSize()),
    parameters: size(all),
    gradient: size(all.filter(({ trainable }) => trainable)),
  };
  const count = Math.min(workers, Math.ceil(batchSize / sizes.piece));
  const pool = new Pool(count, createWorker, { module: instance.module, config, recompute, backwardClip }, sizes);
  body.adopt(pool);
  return pool;
}

/** The sum over the pieces of a batch, with the machine's parameters. @throws {NTMError} what the core has against the batch, and {@link Pool.gradients} */
export function sumOver(body: Body, batch: CheckedBatch, pool: Pool): Promise<Sum> {
  const { input, target, mask, steps, batchSize } = batch;
  body.assertRoom("batch", input, target, mask);
  // Here, not in a worker, that an error can name the place in the whole batch.
  body.call((core) => core.checkBatch(input, target, mask, steps, batchSize));
  return pool.gradients(batch, (parameters) => {
    body.assertRoom("parameters", parameters);
    body.call((core) => core.flatParameters(parameters));
  });
}

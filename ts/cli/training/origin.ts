// The trained machine that a run begins with, where it was told one: its parameters, and its settings as far as nobody says others.

import type { NTM, NTMConfig, Tensor } from "../../index.js";
import { WrongUsage } from "../failure.js";
import { openMachine } from "../files/checkpoint.js";
import type { Layer, Layers } from "../settings/layers.js";
import { machineSettings } from "../settings/machine.js";

export interface Origin {
  /** Of a checkpoint, or of a run's folder, as it was told. */
  readonly path: string;
  readonly config: NTMConfig;
  readonly parameters: ReadonlyMap<string, Tensor>;
}

export async function readOrigin(path: string): Promise<Origin> {
  const machine = await openMachine(path);
  const { config } = machine;
  const parameters = machine.parameters();
  machine.dispose();
  return { path, config, parameters };
}

/** Its settings, below all that is said. */
export function originLayer({ path, config }: Origin): Layer {
  return { tree: { machine: machineSettings(config) }, origin: (key) => `${path}: ${key.join(".")}` };
}

/** Gives its parameters to a machine that has the same, each of the same shape; of a constant memory there may be other rows. */
export function beginWith({ path, config, parameters: trained }: Origin, machine: NTM, layers: Layers): void {
  const refuse = (its: string, own: string) => {
    throw new WrongUsage(`${layers.origin(["train", "from"])}: ${path} has ${its}, the machine to be trained ${own}`);
  };
  const sizes = ({ inputSize, outputSize }: NTMConfig) => `${inputSize} inputs and ${outputSize} outputs`;
  if (sizes(config) !== sizes(machine.config)) refuse(sizes(config), sizes(machine.config));
  const own = machine.parameters();
  const isConstant = [config, machine.config].every(({ memory }) => memory.init === "constant");
  const parameters = isConstant ? ofRows(trained, machine.config.memory.rows) : trained;
  for (const name of new Set([...parameters.keys(), ...own.keys()])) {
    const [its, owns] = [parameters, own].map((all) => {
      const shape = all.get(name)?.shape;
      return shape ? `${name} of shape [${shape.join(", ")}]` : `no ${name}`;
    });
    if (its !== owns) refuse(String(its), String(owns));
  }
  machine.setParameters(parameters);
}

/** Of each head's first weighting the first rows, or as many more as it takes of the least logit, as in a run with other rows. */
function ofRows(parameters: ReadonlyMap<string, Tensor>, rows: number): ReadonlyMap<string, Tensor> {
  const { data, shape } = parameters.get(WEIGHTING) ?? { data: new Float32Array(), shape: [0, 1] };
  const [heads = 0, trained = 0] = shape;
  const fitted = new Float32Array(heads * rows);
  for (let head = 0; head < heads; head++) {
    const logits = data.subarray(head * trained, (head + 1) * trained);
    const least = logits.reduce((least, logit) => Math.min(least, logit));
    fitted
      .subarray(head * rows, (head + 1) * rows)
      .fill(least)
      .set(logits.subarray(0, rows));
  }
  return heads === 0 ? parameters : new Map([...parameters, [WEIGHTING, { data: fitted, shape: [heads, rows] }]]);
}

const WEIGHTING = "initial.weighting";

import { setFlagsFromString } from "node:v8";
import { NTM, rmsprop } from "../packed.mjs";
import { options } from "../workloads.mjs";
import { serve } from "./serve.mjs";

const simd = process.argv[2] === "relaxed" ? "relaxed" : "default";
// Later ones have it without a flag.
if (process.versions.node.startsWith("20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");

await serve(async ({ config, parameters, input, target, mask }) => {
  const machine = await NTM.create(options(config), { simd });
  machine.setParameters(parameters);
  const session = machine.session();
  return {
    train: (learningRate) =>
      machine.trainStep({ input, target, mask }, { optimizer: rmsprop({ learningRate }), clip: { value: 10 } }),
    restart: () => session.reset(),
    step: (x) => session.step({ data: x, shape: [1, config.inputSize] }).logits.data,
  };
});

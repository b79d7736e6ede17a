import { NTM, rmsprop } from "../../dist/index.js";
import { options } from "../workloads.mjs";
import { serve } from "./serve.mjs";

await serve(async ({ config, parameters, ...batch }) => {
  const machine = await NTM.create(options(config));
  machine.setParameters(parameters);
  const { input, target, mask } = batch;
  const session = machine.session();
  return {
    train: (learningRate) =>
      machine.trainStep({ input, target, mask }, { optimizer: rmsprop({ learningRate }), clip: { value: 10 } }),
    restart: () => session.reset(),
    step: (x) => session.step({ data: x, shape: [1, config.inputSize] }).logits.data,
  };
});

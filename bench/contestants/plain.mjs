import { PlainNTM } from "../plain/machine.mjs";
import { serve } from "./serve.mjs";

await serve(async ({ config, parameters, input, target, mask }) => {
  const machine = new PlainNTM(config);
  machine.setParameters(parameters);
  const session = machine.session();
  return {
    train: (learningRate) => machine.trainStep({ input, target, mask }, { learningRate }),
    restart: () => session.reset(),
    step: (x) => session.step(x),
  };
});

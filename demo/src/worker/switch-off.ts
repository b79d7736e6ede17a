/** The same machine with some heads without effect: a read head gives zeros, a write head neither erases nor adds. */
import type { NTMConfig, Tensor } from "neural-turing-machine";

/** So low that σ, the erase, is 0. */
const never = -200;

/**
 * Parameters with heads switched off.
 *
 * @param parameters all of the machine's, which are changed
 * @param off heads by index, the read heads first
 */
export function switchOff(
  parameters: Map<string, Tensor>,
  { inputSize, controller, memory, readHeads, shiftRange }: NTMConfig,
  off: readonly number[],
): Map<string, Tensor> {
  const width = memory.columns;
  const addressing = width + 2 * shiftRange + 1 + 3;
  for (const head of off)
    if (head < readHeads) {
      // What was read reaches the controller and the output through these columns alone.
      const read = [head * width, (head + 1) * width] as const;
      const first = controller.kind === "lstm" ? "controller.0.weight_ih" : "controller.0.weight";
      clearColumns(parameters.get(first), inputSize + read[0], inputSize + read[1]);
      clearColumns(parameters.get("output.weight"), controller.hiddenSize + read[0], controller.hiddenSize + read[1]);
    } else {
      const slice = readHeads * addressing + (head - readHeads) * (addressing + 2 * width);
      const erase = slice + addressing;
      const weight = parameters.get("heads.weight");
      const bias = parameters.get("heads.bias");
      weight?.data.fill(0, erase * controller.hiddenSize, (erase + 2 * width) * controller.hiddenSize);
      bias?.data.fill(never, erase, erase + width);
      bias?.data.fill(0, erase + width, erase + 2 * width);
    }
  return parameters;
}

function clearColumns(tensor: Tensor | undefined, from: number, to: number): void {
  if (!tensor) return;
  const [rows = 0, columns = 0] = tensor.shape;
  for (let row = 0; row < rows; row++) tensor.data.fill(0, row * columns + from, row * columns + to);
}

import model from "neural-turing-machine/models/copy-lstm.safetensors?url";
import wasm from "neural-turing-machine/ntm.wasm?url";
import { NTM } from "neural-turing-machine/slim";

const bytes = await (await fetch(model)).arrayBuffer();
const machine = await NTM.load(bytes, { wasm });

export { machine, wasm };

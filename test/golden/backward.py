"""Makes backward-lstm.safetensors and backward-feedforward.safetensors: the machine of docs/machine.md in float64, its
gradients by automatic differentiation, clipped on their way back as that page says under `backward`.

    python test/golden/backward.py           first holds itself against the other cases here, then writes the two
    python test/golden/backward.py --check   writes nothing: compares the two with what it would write

Made with Python 3.11.7, NumPy 2.4.6 and PyTorch 2.15.0 on a CPU. It is written from the page and not from the
crates, and is to stay so: where they and these files disagree, read the page.
"""

import json
import struct
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import softplus

torch.set_default_dtype(torch.float64)
HERE = Path(__file__).parent


class Machine:
    """A machine of flat options, as `config` in the files; `bound` is `clip.backward`, or None."""

    def __init__(self, config, parameters, initial_memory, bound=None):
        self.config, self.parameters, self.initial_memory, self.bound = config, parameters, initial_memory, bound
        # Of each kind of gradient that is clipped: how many numbers are beyond the bound, and how many there are.
        self.beyond = defaultdict(lambda: np.zeros(2, int))

    def clipped(self, kind, tensor):
        """The tensor; whatever gradient comes to what is returned goes on within the bound."""
        tensor = tensor.clone()
        if self.bound is not None and tensor.requires_grad:

            def within(gradient):
                self.beyond[kind] += [(gradient.abs() > self.bound).sum().item(), gradient.numel()]
                return gradient.clamp(-self.bound, self.bound)

            tensor.register_hook(within)
        return tensor

    def run(self, inputs):
        """Of `[T, B, X]` the logits, weightings and reads of every step, and the memory after the last."""
        c, p = self.config, self.parameters
        batch, heads = inputs.shape[1], c["readHeads"] + c["writeHeads"]
        every = lambda tensor: tensor.expand(batch, *tensor.shape)
        of_layers = lambda name: [every(p[f"initial.{name}.{l}"]) for l in range(c["layers"])]
        lstm = c["controller"] == "lstm"
        hidden, cell = (of_layers("hidden"), of_layers("cell")) if lstm else ([], [])
        if heads:
            memory = every(self.initial_memory)
            w = every(torch.softmax(p["initial.weighting"], -1))
            r = every(torch.tanh(p["initial.read"]))
        logits, weightings, reads = [], [], []
        for t, x in enumerate(inputs):
            # 1 and 2: the controller.
            u = torch.cat([x, r.flatten(1)], -1) if heads else x
            for l in range(c["layers"]):
                of = lambda name: p[f"controller.{l}.{name}"]
                if lstm:
                    sums = u @ of("weight_ih").T + hidden[l] @ of("weight_hh").T + of("bias")
                    i, f, g, o = self.clipped("layers' sums", sums).chunk(4, -1)
                    before = self.clipped("cells", cell[l])
                    cell[l] = torch.sigmoid(f) * before + torch.sigmoid(i) * torch.tanh(g)
                    hidden[l] = torch.sigmoid(o) * torch.tanh(cell[l])
                    u = hidden[l]
                else:
                    u = torch.tanh(self.clipped("layers' sums", u @ of("weight").T + of("bias")))
            # 3 to 6: heads, addressing, reading and writing, all on the memory that the step before left.
            if heads:
                if t > 0:
                    w, memory = self.clipped("weightings", w), self.clipped("memory", memory)
                slices = self.clipped("heads' sums", u @ p["heads.weight"].T + p["heads.bias"])
                w, erase, add = self.address(slices, memory, w)
                r = self.clipped("reads", w[:, : c["readHeads"]] @ memory)
                of_writers = w[:, c["readHeads"] :, :, None]
                kept = torch.prod(1 - of_writers * erase[:, :, None], 1)
                memory = memory * kept + torch.sum(of_writers * add[:, :, None], 1)
                weightings.append(w)
                reads.append(r)
            # 7: the logits.
            top = torch.cat([u, r.flatten(1)], -1) if heads else u
            logits.append(top @ p["output.weight"].T + p["output.bias"])
        ran = {"output": torch.stack(logits)}
        if heads:
            ran |= {"weighting": torch.stack(weightings), "read": torch.stack(reads), "memory": memory}
        return ran

    def address(self, sums, memory, before):
        """The weightings of all heads, and the vectors that the write heads erase and add."""
        c = self.config
        columns, shifts, rows = c["cols"], 2 * c["shiftRange"] + 1, memory.shape[1]
        activation = {"identity": lambda x: x, "tanh": torch.tanh}
        of_key, of_add = activation[c["keyActivation"]], activation[c["addActivation"]]
        weightings, erases, adds, start = [], [], [], 0
        for head in range(c["readHeads"] + c["writeHeads"]):
            writes = head >= c["readHeads"]
            widths = [columns, 1, 1, shifts, 1] + [columns, columns] * writes
            key, beta, gate, shift, gamma, *erase_add = sums[:, start : start + sum(widths)].split(widths, -1)
            start += sum(widths)
            key, beta, gate, gamma = of_key(key), softplus(beta), torch.sigmoid(gate), 1 + softplus(gamma)
            shift = torch.softmax(shift, -1)
            norms = torch.linalg.vector_norm(key, dim=-1)[:, None] * torch.linalg.vector_norm(memory, dim=-1)
            cosine = (memory @ key[:, :, None]).squeeze(-1) / norms.clamp(min=1e-8)
            content = torch.softmax(beta * cosine, -1)
            w = gate * content + (1 - gate) * before[:, head]
            # Rolled by j - K, entry n holds what stood at n - (j - K).
            w = sum(shift[:, j, None] * w.roll(j - c["shiftRange"], -1) for j in range(shifts))
            w = (w / w.max(-1, keepdim=True).values.detach()) ** gamma
            weightings.append(w / w.sum(-1, keepdim=True))
            if writes:
                erases.append(torch.sigmoid(erase_add[0]))
                adds.append(of_add(erase_add[1]))
        assert start == sums.shape[1] and rows == weightings[0].shape[1]
        return torch.stack(weightings, 1), torch.stack(erases, 1), torch.stack(adds, 1)


def results(config, given):
    """Everything that a file holds of a case beside what goes in; how many numbers were beyond the bound."""
    parameters = {k.removeprefix("param."): v.clone() for k, v in given.items() if k.startswith("param.")}
    for tensor in parameters.values():
        tensor.requires_grad_()
    memory = parameters.get("initial.memory", given.get("initial_memory"))
    machine = Machine(config, parameters, memory, config.get("clip", {}).get("backward"))
    ran = machine.run(given["input"])
    z, y = ran["output"], given["target"]
    of_steps = torch.sum(softplus(z) - y * z, -1)
    loss = torch.sum(of_steps * given["mask"]) / z.shape[1]
    gradients = torch.autograd.grad(loss, list(parameters.values()))
    gradients = {f"grad.{name}": gradient for name, gradient in zip(parameters, gradients)}
    return {k: v.detach() for k, v in (ran | {"loss": loss[None]} | gradients).items()}, machine.beyond


def read(path):
    content = path.read_bytes()
    start = 8 + struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:start])
    config = json.loads(header.pop("__metadata__")["config"])
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32"
        begin, end = (start + offset for offset in entry["data_offsets"])
        numbers = np.frombuffer(content[begin:end], "<f4").reshape(entry["shape"])
        tensors[name] = torch.from_numpy(numbers.astype(np.float64))
    return config, tensors


def write(path, config, tensors):
    header, data = {"__metadata__": {"config": json.dumps(config)}}, b""
    for name in sorted(tensors):
        numbers = tensors[name].numpy().astype("<f4").tobytes()
        offsets = [len(data), len(data) + len(numbers)]
        header[name] = {"dtype": "F32", "shape": list(tensors[name].shape), "data_offsets": offsets}
        data += numbers
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def compare(name, found, tensors):
    """The greatest difference, in parts of a tensor's largest entry. Float32 leaves 6e-8."""
    inside = lambda key: key.split(".")[0] not in ["param", "after", "input", "target", "mask"]
    expected = {k for k in tensors if inside(k) and k not in ["initial_memory", "losses", "gradient_norms"]}
    assert expected == set(found), expected ^ set(found)
    differences = {k: ((found[k] - tensors[k]).abs().max() / tensors[k].abs().max()).item() for k in found}
    worst = max(differences, key=differences.get)
    print(f"{name}: at most {differences[worst]:.1e} of the largest entry away, in {worst}")
    assert differences[worst] < 2e-7


CASES = {
    "lstm": {"layers": 2, "memory": "learned", "readHeads": 1, "writeHeads": 1},
    "feedforward": {"layers": 1, "memory": "random", "readHeads": 2, "writeHeads": 1},
}
STEPS, BATCH, INPUTS, OUTPUTS, HIDDEN, ROWS, COLUMNS, SHIFTS = 8, 3, 5, 4, 10, 7, 5, 3
BOUND = 0.0003
SEEDS = {"lstm": 13, "feedforward": 6}


def case(controller):
    """A case's configuration and what goes in. Seeds and how widely a tensor is drawn were tried out so that of every
    kind of gradient many numbers are beyond the bound and many within, and so that float32 is a third of the README's
    tolerances away at most."""
    own = CASES[controller]
    config = {"inputSize": INPUTS, "outputSize": OUTPUTS, "controller": controller, "hiddenSize": HIDDEN}
    config |= {"rows": ROWS, "cols": COLUMNS, "shiftRange": 1, "keyActivation": "tanh", "addActivation": "identity"}
    config |= {"loss": "binary-cross-entropy", "clip": {"backward": BOUND}} | own
    generator = torch.Generator().manual_seed(SEEDS[controller])
    draw = lambda *shape, by=1.0: by * torch.randn(shape, generator=generator)
    readers, writers, gates = own["readHeads"], own["writeHeads"], 4 * HIDDEN if controller == "lstm" else HIDDEN
    parameters = {}
    for l in range(own["layers"]):
        width = INPUTS + readers * COLUMNS if l == 0 else HIDDEN
        if controller == "lstm":
            parameters[f"controller.{l}.weight_ih"] = draw(gates, width, by=0.2)
            parameters[f"controller.{l}.weight_hh"] = draw(gates, HIDDEN, by=0.2)
            parameters[f"initial.hidden.{l}"] = draw(HIDDEN)
            parameters[f"initial.cell.{l}"] = draw(HIDDEN)
        else:
            parameters[f"controller.{l}.weight"] = draw(gates, width, by=0.2)
        parameters[f"controller.{l}.bias"] = draw(gates)
    # Short keys, great key strengths, open gates, sharp weightings.
    of_reader = [(COLUMNS, 0.1, 0.0), (1, 0.25, 3.0), (1, 0.25, 1.0), (SHIFTS, 0.25, 0.0), (1, 0.25, 2.0)]
    of_writer = of_reader + [(COLUMNS, 0.5, 0.0), (COLUMNS, 0.1, 0.0)]
    slices = of_reader * readers + of_writer * writers
    parameters["heads.weight"] = torch.cat([draw(width, HIDDEN, by=by) for width, by, _ in slices])
    parameters["heads.bias"] = torch.cat([mean + draw(width, by=by) for width, by, mean in slices])
    parameters["output.weight"] = draw(OUTPUTS, HIDDEN + readers * COLUMNS, by=0.2)
    parameters["output.bias"] = draw(OUTPUTS)
    parameters["initial.read"] = draw(readers, COLUMNS)
    parameters["initial.weighting"] = draw(readers + writers, ROWS)
    # Long rows, of which the reads' and so the heads' gradients are great, and short ones, of which the memory's are.
    parameters["initial.memory"] = draw(ROWS, COLUMNS, by=3.0) * torch.exp(draw(ROWS, 1, by=1.5))
    given = {"initial_memory": parameters["initial.memory"]}
    if own["memory"] != "learned":
        del parameters["initial.memory"]
    given |= {f"param.{name}": tensor for name, tensor in parameters.items()}
    given["input"] = draw(STEPS, BATCH, INPUTS)
    given["target"] = torch.randint(2, (STEPS, BATCH, OUTPUTS), generator=generator)
    given["mask"] = torch.randint(3, (STEPS, BATCH), generator=generator) / 2
    # Rounded to what the files hold, before anything is computed.
    return config, {name: tensor.float().double() for name, tensor in given.items()}


def main():
    for path in sorted(HERE.glob("*.safetensors")):
        if not path.stem.startswith("backward-"):
            config, tensors = read(path)
            compare(path.stem, results(config, tensors)[0], tensors)
    for controller in CASES:
        config, given = case(controller)
        found, beyond = results(config, given)
        path = HERE / f"backward-{controller}.safetensors"
        if "--check" in sys.argv:
            compare(path.stem, found, read(path)[1])
        else:
            write(path, config, given | found)
            print(f"{path.stem}: written")
        for kind, (clipped, all_of_them) in sorted(beyond.items()):
            share = clipped / all_of_them
            print(f"  {kind}: {clipped} of {all_of_them} beyond the bound, {share:.0%}")
            assert 0.15 < share < 0.85


main()

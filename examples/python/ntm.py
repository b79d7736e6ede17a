"""A Neural Turing Machine of a checkpoint, run in plain NumPy: the equations in order (Graves, Wayne and Danihelka, 2014,
arXiv 1410.5401; ../../docs/machine.md has every choice that the paper leaves open).

    machine = Machine.load("copy.safetensors")
    logits, state = machine.run(inputs)          # [T, B, X] -> [T, B, Y]

It is for reading and for checking, not for speed: it has no gradients. It needs numpy and safetensors.
"""

import json
import sys

import numpy as np
from safetensors import safe_open


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def softplus(x):
    return np.logaddexp(0, x)


def softmax(x):
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


OUTPUTS = {
    "binary-cross-entropy": sigmoid,
    "softmax-cross-entropy": softmax,
    "mean-squared-error": lambda logits: logits,
}


class Machine:
    def __init__(self, config, parameters, precision=np.float64):
        """`config` as `machine.config` has it in JavaScript, `parameters` by their names, as `machine.parameters()`. The
        package computes in `np.float32`."""
        self.config, self.precision = config, precision
        self.parameters = {name: np.asarray(values, precision) for name, values in parameters.items()}

    @classmethod
    def load(cls, path, precision=np.float64):
        """A checkpoint that `machine.save()` or `ntm train` wrote; what training needs besides is left alone."""
        with safe_open(path, framework="numpy") as file:
            config = json.loads(file.metadata()["neural-turing-machine"])["config"]
            names = [name for name in file.keys() if not name.startswith("optimizer.")]
            return cls(config, {name: file.get_tensor(name) for name in names}, precision)

    def initial_state(self, batch, rows=None):
        """The state before the first step, of `batch` sequences; a constant memory may have any number of rows."""
        config, p = self.config, self.parameters
        memory, heads = config["memory"], config["readHeads"] + config["writeHeads"]
        rows = rows or memory["rows"]

        def repeat(x):
            return np.repeat(x[None], batch, axis=0)

        state = {}
        if heads > 0:
            logits = p["initial.weighting"]
            least = logits.min(axis=1, keepdims=True)
            padding = np.repeat(least, max(0, rows - logits.shape[1]), axis=1)
            state["weightings"] = repeat(softmax(np.concatenate([logits[:, :rows], padding], axis=1)))
            if memory["init"] == "constant":
                state["memory"] = np.full((batch, rows, memory["columns"]), np.float32(memory["value"]), self.precision)
            else:
                state["memory"] = repeat(p["initial.memory"])
        if config["readHeads"] > 0:
            state["reads"] = repeat(np.tanh(p["initial.read"]))
        if config["controller"]["kind"] == "lstm":
            for layer in range(config["controller"]["layers"]):
                state[f"hidden.{layer}"] = repeat(p[f"initial.hidden.{layer}"])
                state[f"cell.{layer}"] = repeat(p[f"initial.cell.{layer}"])
        return state

    def run(self, inputs, state=None, rows=None):
        """Logits `[T, B, Y]` of inputs `[T, B, X]`, and the state that they leave."""
        state = state or self.initial_state(inputs.shape[1], rows)
        logits = []
        for x in np.asarray(inputs, self.precision):
            z, state = self.step(x, state)
            logits.append(z)
        return np.stack(logits), state

    def output(self, logits):
        """What the machine says: sigmoid, softmax or the logits themselves, by its loss."""
        return OUTPUTS[self.config["loss"]](logits)

    def step(self, x, before):
        """One time step of inputs `[B, X]`: logits `[B, Y]` and the state after."""
        p, config, state = self.parameters, self.config, dict(before)
        batch, readers = len(x), config["readHeads"]

        # 1. The controller's input: the input, and what was read a step ago.
        reads = before["reads"].reshape(batch, -1) if readers > 0 else np.zeros((batch, 0), x.dtype)
        h = np.concatenate([x, reads], axis=1)

        # 2. The controller.
        for layer in range(config["controller"]["layers"]):
            name = f"controller.{layer}"
            if config["controller"]["kind"] == "feedforward":
                h = np.tanh(h @ p[f"{name}.weight"].T + p[f"{name}.bias"])
                continue
            sums = h @ p[f"{name}.weight_ih"].T + before[f"hidden.{layer}"] @ p[f"{name}.weight_hh"].T
            i, f, g, o = np.split(sums + p[f"{name}.bias"], 4, axis=1)
            cell = sigmoid(f) * before[f"cell.{layer}"] + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(cell)
            state[f"cell.{layer}"], state[f"hidden.{layer}"] = cell, h

        if readers + config["writeHeads"] > 0:
            heads = self.heads(h)

            # 4. Addressing, all heads on the memory as the step before left it.
            memory = before["memory"]
            weightings = [
                self.address(head, memory, before["weightings"][:, index]) for index, head in enumerate(heads)
            ]
            state["weightings"] = np.stack(weightings, axis=1)

            # 5. Reading (eq. 2).
            if readers > 0:
                state["reads"] = np.stack([np.einsum("bn,bnm->bm", w, memory) for w in weightings[:readers]], axis=1)

            # 6. Writing (eq. 3 and 4): every erasure comes before every addition.
            erased, added = memory, 0
            for w, head in list(zip(weightings, heads))[readers:]:
                erased = erased * (1 - w[:, :, None] * head["erase"][:, None, :])
                added = added + w[:, :, None] * head["add"][:, None, :]
            state["memory"] = erased + added

        # 7. The read-out, of this step's reads.
        reads = state["reads"].reshape(batch, -1) if readers > 0 else reads
        return np.concatenate([h, reads], axis=1) @ p["output.weight"].T + p["output.bias"], state

    def heads(self, h):
        """3. What the controller tells each head."""
        config = self.config
        columns, shifts = config["memory"]["columns"], 2 * config["shiftRange"] + 1
        sums = h @ self.parameters["heads.weight"].T + self.parameters["heads.bias"]
        squash = {"identity": lambda x: x, "tanh": np.tanh}
        heads, at = [], 0

        def take(size):
            nonlocal at
            at += size
            return sums[:, at - size : at]

        for index in range(config["readHeads"] + config["writeHeads"]):
            head = {
                "key": squash[config["keyActivation"]](take(columns)),
                "strength": softplus(take(1)),
                "gate": sigmoid(take(1)),
                "shift": softmax(take(shifts)),
                "sharpening": 1 + softplus(take(1)),
            }
            if index >= config["readHeads"]:
                head["erase"] = sigmoid(take(columns))
                head["add"] = squash[config["addActivation"]](take(columns))
            heads.append(head)
        return heads

    @staticmethod
    def address(head, memory, previous):
        """The weighting `[B, N]` of one head on the memory `[B, N, M]`, from its previous one."""
        # By content (eq. 5 and 6).
        lengths = np.linalg.norm(head["key"], axis=1, keepdims=True) * np.linalg.norm(memory, axis=2)
        cosine = np.einsum("bm,bnm->bn", head["key"], memory) / np.maximum(lengths, 1e-8)
        content = softmax(head["strength"] * cosine)

        # Interpolation (eq. 7).
        gated = head["gate"] * content + (1 - head["gate"]) * previous

        # Circular convolution (eq. 8): entry j of the shift stands for an offset of j - K.
        shifts = head["shift"].shape[1]
        shifted = sum(head["shift"][:, j : j + 1] * np.roll(gated, j - shifts // 2, axis=1) for j in range(shifts))

        # Sharpening (eq. 9), of entries beside the greatest, so that nothing underflows.
        powers = (shifted / shifted.max(axis=1, keepdims=True)) ** head["sharpening"]
        return powers / powers.sum(axis=1, keepdims=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python ntm.py FILE")
    machine = Machine.load(sys.argv[1])
    sizes = {name: list(values.shape) for name, values in machine.parameters.items()}
    print("\n".join(f"{name:28} {shape}" for name, shape in sizes.items()))

"""JAX: one pure function of a training step, a `lax.scan` over time in it, differentiated and compiled whole."""

import sys
from functools import reduce

import jax
import jax.numpy as jnp
import numpy as np
from case import read_case, sizes_of
from jax import lax, nn
from serve import serve


def initial(config, parameters, B):
    def each(array):
        return jnp.broadcast_to(array, (B, *array.shape))

    state = {
        "memory": jnp.full((B, config["rows"], config["columns"]), 1e-6, jnp.float32),
        "weightings": each(nn.softmax(parameters["initial.weighting"])),
        "reads": each(jnp.tanh(parameters["initial.read"])),
    }
    if config["controller"] == "lstm":
        state["hidden"] = each(parameters["initial.hidden.0"])
        state["cell"] = each(parameters["initial.cell.0"])
    return state


def prepare(config, parameters):
    """The weights as all time steps use them: those of the input and of the hidden state as one."""
    if config["controller"] == "feedforward":
        return {**parameters, "controller": parameters["controller.0.weight"]}
    both = [parameters["controller.0.weight_ih"], parameters["controller.0.weight_hh"]]
    return {**parameters, "controller": jnp.concatenate(both, axis=1)}


def time_step(config, parameters, state, x):
    """From the state and x [B, X] to the next state and what the read-out sees."""
    s = sizes_of(config)
    B = x.shape[0]
    memory = state["memory"]
    after = {}
    seen = [x, state["reads"].reshape(B, -1)]
    if config["controller"] == "lstm":
        sums = jnp.concatenate([*seen, state["hidden"]], axis=1) @ parameters["controller"].T
        i, f, g, o = jnp.split(sums + parameters["controller.0.bias"], 4, axis=1)
        after["cell"] = nn.sigmoid(f) * state["cell"] + nn.sigmoid(i) * jnp.tanh(g)
        hidden = after["hidden"] = nn.sigmoid(o) * jnp.tanh(after["cell"])
    else:
        hidden = jnp.tanh(jnp.concatenate(seen, axis=1) @ parameters["controller"].T + parameters["controller.0.bias"])

    raw = hidden @ parameters["heads.weight"].T + parameters["heads.bias"]
    pieces = jnp.split(raw, np.cumsum(s.groups)[:-1], axis=1)
    counts = [s.heads] * 5 + [s.W] * 2
    key, strength, gate, shift, sharpening, erase, add = (p.reshape(B, n, -1) for p, n in zip(pieces, counts))

    norms = length(key, keepdims=True) * length(memory)[:, None]
    cosine = jnp.einsum("bhm,bnm->bhn", key, memory) / jnp.maximum(norms, 1e-8)
    content = nn.softmax(nn.softplus(strength) * cosine)
    gate = nn.sigmoid(gate)
    gated = gate * content + (1 - gate) * state["weightings"]
    shares = nn.softmax(shift)
    shifted = sum(shares[..., j : j + 1] * jnp.roll(gated, j - s.K, axis=-1) for j in range(2 * s.K + 1))
    # The powers of a distribution, relative to the largest, are the softmax of its logarithms: faster than pow.
    logarithms = jnp.log(jnp.where(shifted > 0, shifted, 1))
    scores = jnp.where(shifted > 0, (1 + nn.softplus(sharpening)) * logarithms, -jnp.inf)
    weightings = nn.softmax(scores)

    reads = jnp.einsum("brn,bnm->brm", weightings[:, : s.R], memory)
    writing, erase = weightings[:, s.R :], nn.sigmoid(erase)
    # XLA has no fast gradient of a product along an axis.
    kept = reduce(jnp.multiply, (1 - writing[:, h, :, None] * erase[:, h, None] for h in range(s.W)))
    after["memory"] = memory * kept + jnp.einsum("bwn,bwm->bnm", writing, add)
    after["weightings"], after["reads"] = weightings, reads
    return after, jnp.concatenate([hidden, reads.reshape(B, -1)], axis=1)


def length(x, keepdims=False):
    """The Euclidean norm; its gradient at 0 is 0."""
    square = jnp.sum(x * x, axis=-1, keepdims=keepdims)
    return jnp.where(square > 0, jnp.sqrt(jnp.where(square > 0, square, 1)), 0)


def read_out(parameters, features):
    return features @ parameters["output.weight"].T + parameters["output.bias"]


def loss_of(config, parameters, input, target, mask):
    """Nats per sequence."""
    B = input.shape[1]
    prepared = prepare(config, parameters)
    state = initial(config, parameters, B)
    _, features = lax.scan(lambda state, x: time_step(config, prepared, state, x), state, input)
    logits = read_out(parameters, features)
    nats = nn.softplus(logits) - target * logits
    return jnp.sum(nats * mask[..., None]) / B


def update(parameter, slots, gradient, learning_rate):
    """Clipping by value, and RMSProp in the form of Graves."""
    n, m, delta = slots
    g = jnp.clip(gradient, -10, 10)
    n = 0.95 * n + 0.05 * g * g
    m = 0.95 * m + 0.05 * g
    delta = 0.9 * delta - learning_rate * g / jnp.sqrt(jnp.maximum(n - m * m, 0) + 1e-4)
    return parameter + delta, (n, m, delta)


class JaxNTM:
    def __init__(self, case):
        config = case.config
        self.versions = {"jax": jax.__version__}
        self.parameters = {name: jnp.asarray(value) for name, value in case.parameters.items()}
        self.slots = {name: tuple(jnp.zeros_like(value) for _ in range(3)) for name, value in self.parameters.items()}
        batch = tuple(jnp.asarray(array) for array in (case.input, case.target, case.mask))

        def train_step(parameters, slots, learning_rate, batch):
            loss, gradients = jax.value_and_grad(lambda p: loss_of(config, p, *batch))(parameters)
            norm = jnp.sqrt(sum(jnp.sum(g * g) for g in gradients.values()))
            updated = {name: update(parameters[name], slots[name], g, learning_rate) for name, g in gradients.items()}
            after = {name: parameter for name, (parameter, _) in updated.items()}
            return after, {name: slot for name, (_, slot) in updated.items()}, loss, norm

        prepared = prepare(config, self.parameters)

        def step(state, x):
            state, features = time_step(config, prepared, state, x)
            return state, read_out(prepared, features)

        self.batch = batch
        self.train_step = jax.jit(train_step, donate_argnums=(0, 1))
        self.start = jax.jit(lambda: initial(config, self.parameters, case.batch_size))
        self.inference = jax.jit(step, donate_argnums=0)

    def train(self, learning_rate):
        self.parameters, self.slots, loss, norm = self.train_step(
            self.parameters, self.slots, learning_rate, self.batch
        )
        return float(loss), float(norm)

    def restart(self):
        self.state = self.start()

    def step(self, x):
        self.state, logits = self.inference(self.state, x)
        return np.asarray(logits)


if __name__ == "__main__":
    case = read_case(sys.argv[-1])
    serve(case, JaxNTM(case))

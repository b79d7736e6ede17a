"""PyTorch: autograd over a loop of time steps, eagerly, or with the time step and the update compiled."""

import sys
from functools import reduce

import torch
from case import read_case, sizes_of
from serve import serve
from torch.nn import functional as F

torch.set_num_threads(1)


def initial(config, parameters, B):
    def each(tensor):
        return tensor.expand(B, *tensor.shape)

    lstm = config["controller"] == "lstm"
    return (
        torch.full((B, config["rows"], config["columns"]), 1e-6),
        each(torch.softmax(parameters["initial.weighting"], dim=-1)),
        each(torch.tanh(parameters["initial.read"])),
        each(parameters["initial.hidden.0"]) if lstm else None,
        each(parameters["initial.cell.0"]) if lstm else None,
    )


def prepare(config, parameters):
    """The weights as all time steps use them: those of the input and of the hidden state as one."""
    if config["controller"] == "feedforward":
        controller = parameters["controller.0.weight"]
    else:
        controller = torch.cat([parameters["controller.0.weight_ih"], parameters["controller.0.weight_hh"]], dim=1)
    return controller, parameters["controller.0.bias"], parameters["heads.weight"], parameters["heads.bias"]


def make_time_step(config):
    s = sizes_of(config)
    lstm = config["controller"] == "lstm"
    counts = [s.heads] * 5 + [s.W] * 2

    def time_step(weights, state, x):
        """From the state and x [B, X] to the next state and what the read-out sees."""
        controller_weight, controller_bias, heads_weight, heads_bias = weights
        memory, previous, reads, hidden, cell = state
        B = x.shape[0]
        seen = torch.cat([x, reads.flatten(1), hidden] if lstm else [x, reads.flatten(1)], dim=1)
        sums = F.linear(seen, controller_weight, controller_bias)
        if lstm:
            i, f, g, o = sums.chunk(4, dim=1)
            cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
            hidden = torch.sigmoid(o) * torch.tanh(cell)
        else:
            hidden = torch.tanh(sums)

        pieces = F.linear(hidden, heads_weight, heads_bias).split(s.groups, dim=1)
        key, strength, gate, shift, sharpening, erase, add = (p.view(B, n, -1) for p, n in zip(pieces, counts))

        norms = key.norm(dim=-1, keepdim=True) * memory.norm(dim=-1)[:, None]
        cosine = key @ memory.mT / norms.clamp_min(1e-8)
        content = torch.softmax(F.softplus(strength) * cosine, dim=-1)
        gated = torch.lerp(previous, content, torch.sigmoid(gate))
        shares = torch.softmax(shift, dim=-1)
        shifted = sum(shares[..., j : j + 1] * gated.roll(j - s.K, dims=-1) for j in range(2 * s.K + 1))
        largest = shifted.detach().amax(dim=-1, keepdim=True)
        powers = (shifted / largest) ** (1 + F.softplus(sharpening))
        weightings = powers / powers.sum(dim=-1, keepdim=True)

        reading, writing = weightings.split([s.R, s.W], dim=1)
        reads = reading @ memory
        erase = torch.sigmoid(erase)
        kept = reduce(torch.mul, (1 - writing[:, h, :, None] * erase[:, h, None] for h in range(s.W)))
        written = memory * kept + writing.mT @ add
        state = (written, weightings, reads, hidden if lstm else None, cell)
        return state, torch.cat([hidden, reads.flatten(1)], dim=1)

    return time_step


def update(parameter, slots, gradient, learning_rate):
    """Clipping by value, and RMSProp in the form of Graves: PyTorch's own has ε outside of the root."""
    n, m, delta = slots
    g = gradient.clamp(-10, 10)
    n.lerp_(g * g, 0.05)
    m.lerp_(g, 0.05)
    delta.mul_(0.9).sub_(learning_rate * g / torch.sqrt((n - m * m).clamp_min(0) + 1e-4))
    parameter.add_(delta)


def update_all(parameters, slots, gradients, learning_rate):
    norm = torch.sqrt(sum((gradient * gradient).sum() for gradient in gradients))
    for parameter, slot, gradient in zip(parameters, slots, gradients):
        update(parameter, slot, gradient, learning_rate)
    return norm


class TorchNTM:
    def __init__(self, case, compiled):
        compile = torch.compile if compiled else lambda function, **_: function
        self.versions = {"torch": torch.__version__.split("+")[0]}
        self.case = case
        training = case.kind == "train"
        self.parameters = {
            name: torch.from_numpy(value).requires_grad_(training) for name, value in case.parameters.items()
        }
        self.slots = [tuple(torch.zeros_like(p) for _ in range(3)) for p in self.parameters.values()]
        self.batch = tuple(torch.from_numpy(array) for array in (case.input, case.target, case.mask[..., None]))
        self.time_step = compile(make_time_step(case.config), fullgraph=True, dynamic=False)
        self.update_all = compile(update_all, fullgraph=True, dynamic=False)
        self.weights = prepare(case.config, self.parameters)

    def loss(self):
        """Nats per sequence."""
        case, parameters = self.case, self.parameters
        input, target, mask = self.batch
        weights = prepare(case.config, parameters)
        state = initial(case.config, parameters, case.batch_size)
        features = []
        for x in input:
            state, seen = self.time_step(weights, state, x)
            features.append(seen)
        logits = F.linear(torch.stack(features), parameters["output.weight"], parameters["output.bias"])
        nats = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
        return (nats * mask).sum() / case.batch_size

    def train(self, learning_rate):
        parameters = list(self.parameters.values())
        loss = self.loss()
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            norm = self.update_all(parameters, self.slots, gradients, torch.tensor(learning_rate))
        return loss.item(), norm.item()

    def restart(self):
        self.state = initial(self.case.config, self.parameters, self.case.batch_size)

    @torch.inference_mode()
    def step(self, x):
        self.state, features = self.time_step(self.weights, self.state, torch.from_numpy(x))
        logits = F.linear(features, self.parameters["output.weight"], self.parameters["output.bias"])
        return logits.numpy()


if __name__ == "__main__":
    mode, folder = sys.argv[1:]
    case = read_case(folder)
    serve(case, TorchNTM(case, compiled=mode == "compile"))

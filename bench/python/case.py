"""A case that bench/case.mjs wrote: sizes, a batch and the parameters to start from."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass
class Case:
    kind: str
    config: dict
    steps: int
    batch_size: int
    input: np.ndarray  # [T, B, X]
    target: np.ndarray  # [T, B, Y]
    mask: np.ndarray  # [T, B]
    parameters: dict  # by their names in a checkpoint, but the heads' in groups


@dataclass
class Sizes:
    """The letters of docs/machine.md."""

    X: int
    N: int
    M: int
    R: int
    W: int
    K: int

    @property
    def heads(self):
        return self.R + self.W

    @property
    def groups(self):
        """How many numbers the controller gives for all keys, strengths, gates, shifts, sharpenings, erase and add vectors."""
        heads, M, W = self.heads, self.M, self.W
        return [heads * M, heads, heads, heads * (2 * self.K + 1), heads, W * M, W * M]


def sizes_of(config):
    return Sizes(
        X=config["inputSize"],
        N=config["rows"],
        M=config["columns"],
        R=config["readHeads"],
        W=config["writeHeads"],
        K=config["shiftRange"],
    )


def read_case(folder):
    folder = Path(folder)
    description = json.loads((folder / "case.json").read_text())
    tensors = {
        name: np.fromfile(folder / f"{name}.f32", dtype="<f4").reshape(shape)
        for name, shape in description["shapes"].items()
    }
    config = description["config"]
    batch = {name: tensors.pop(name) for name in ("input", "target", "mask")}
    order = grouping(sizes_of(config))
    for name in ("heads.weight", "heads.bias"):
        tensors[name] = tensors[name][order]
    return Case(
        kind=description["kind"],
        config=config,
        steps=description["steps"],
        batch_size=description["batchSize"],
        parameters=tensors,
        **batch,
    )


def grouping(sizes):
    """Libraries of arrays want what is alike side by side: the rows of the heads' weight, given head after head, in groups."""
    M, S = sizes.M, 2 * sizes.K + 1
    pieces = [M, 1, 1, S, 1, M, M]
    groups = [[] for _ in pieces]
    row = 0
    for head in range(sizes.heads):
        for group, size in zip(groups, pieces[: 5 if head < sizes.R else 7]):
            group.extend(range(row, row + size))
            row += size
    return np.concatenate(groups).astype(int)

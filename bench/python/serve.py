"""The Python side of the talk that bench/contestants/serve.mjs describes."""

import json
import sys
import time

import numpy as np

# The learning rates of bench/contestants/serve.mjs, which says why.
CHECK_RATE = 3e-4
MEASURE_RATE = 1e-10


def serve(given, contestant):
    """Answers `check` and `measure N`, line by line.

    A contestant has `versions` and, as the case asks, `train(learning_rate)`, one training step that gives loss and gradient
    norm, or `restart()` and `step(x)`, one time step that gives the logits as an array.
    """
    work, check = training(contestant) if given.kind == "train" else inference(contestant, given)
    say({"versions": contestant.versions})
    for line in sys.stdin:
        verb, *count = line.split()
        before = time.process_time()
        if verb == "check":
            values = [float(value) for value in check()]
            say({"values": values, "cpu": time.process_time() - before})
        else:
            for _ in range(int(count[0])):
                work()
            say({"cpu": time.process_time() - before})


def training(contestant):
    return lambda: contestant.train(MEASURE_RATE), lambda: contestant.train(CHECK_RATE)


def inference(contestant, given):
    xs = list(given.input)

    def work():
        contestant.restart()
        for x in xs:
            contestant.step(x)

    def check():
        """The squared distance of the logits from the target, and from 0."""
        contestant.restart()
        logits = np.stack([np.asarray(contestant.step(x)) for x in xs])
        return [np.sum((logits - given.target) ** 2), np.sum(logits**2)]

    return work, check


def say(answer):
    print(json.dumps(answer), flush=True)

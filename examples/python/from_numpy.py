"""Parameters made in NumPy, for `machine.setParameters(readTensors(bytes))`: python from_numpy.py FILE

A file of float32 tensors under the names of the machine's parameters is all that it takes, whether they come from NumPy,
PyTorch (`safetensors.torch.save_file`) or elsewhere. A subset will do: the others stay as they are.
"""

import sys

import numpy as np
from safetensors.numpy import save_file

if len(sys.argv) != 2:
    sys.exit("usage: python from_numpy.py FILE")

generator = np.random.default_rng(1)
hidden, inputs, columns, readers = 100, 9, 20, 1
bound = 1 / np.sqrt(hidden)

# PyTorch's LSTM and this package's have weights of the same shape, `[4H, in]`, with the gates in the same order, i, f, g, o.
# PyTorch has two biases, of which ours is the sum.
weight_ih = generator.uniform(-bound, bound, (4 * hidden, inputs + readers * columns)).astype(np.float32)
weight_hh = generator.uniform(-bound, bound, (4 * hidden, hidden)).astype(np.float32)
bias_ih, bias_hh = generator.uniform(-bound, bound, (2, 4 * hidden)).astype(np.float32)

save_file(
    {
        "controller.0.weight_ih": weight_ih,
        "controller.0.weight_hh": weight_hh,
        "controller.0.bias": bias_ih + bias_hh,
    },
    sys.argv[1],
)

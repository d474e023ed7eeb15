"""The multiplicative LSTM as PyTorch computes it on a CPU: eager, in batches, weight norm folded once.

The first line of standard input is a JSON object: units, layers, threads. Every further line asks for one measurement:
the number of sequences of equal length, and for how many seconds. Every line is answered by one JSON object in one line.
"""

import json
import sys
import time

import torch
from torch.nn.functional import linear

EMBEDDING = 10
REST = 0.25  # Seconds after which threads that wait for work have gone to sleep.


def say(**answer):
    print(json.dumps(answer), flush=True)


def weights(layer):
    def matrix(outputs, inputs):
        return torch.empty(outputs, inputs).uniform_(-1, 1) * (3 / inputs) ** 0.5

    width = EMBEDDING if layer == 0 else units
    return (
        matrix(units, width),
        matrix(units, units),
        matrix(4 * units, width),
        matrix(4 * units, units),
        torch.ones(4 * units),
    )


def step(layer, x, h, c):
    wmx, wmh, wx, wh, b = model[layer]
    m = linear(x, wmx) * linear(h, wmh)
    i, f, o, u = (linear(x, wx) + linear(m, wh, b)).chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * u.tanh()
    return o.sigmoid() * c.tanh(), c


def rate(lanes, seconds):
    """Reads sequences of equal length for some seconds, and gives residues per second."""
    inputs = torch.randn(64, lanes, EMBEDDING)
    h = [torch.zeros(lanes, units) for _ in model]
    c = [torch.zeros(lanes, units) for _ in model]
    total = torch.zeros(lanes, units)

    def read(x):
        for layer in range(len(model)):
            x, c[layer] = step(layer, x, h[layer], c[layer])
            h[layer] = x
        total.add_(x)

    read(inputs[0])
    began = time.perf_counter()
    steps = elapsed = 0
    while elapsed < seconds:
        read(inputs[steps % len(inputs)])
        steps += 1
        elapsed = time.perf_counter() - began
    return lanes * steps / elapsed


setup = json.loads(sys.stdin.readline())
units = setup["units"]
torch.set_num_threads(setup["threads"])
with torch.inference_mode():
    model = [weights(layer) for layer in range(setup["layers"])]
    say(peer="torch " + torch.__version__)
    for line in sys.stdin:
        measured = rate(**json.loads(line))
        time.sleep(REST)
        say(residuesPerSecond=measured)

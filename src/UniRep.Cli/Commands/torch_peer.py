"""The multiplicative LSTM as PyTorch computes it on a CPU: eager, in batches, weight norm folded once.

The first line of standard input is a JSON object: units, layers, threads, and seconds per measurement. Every
further line asks for one measurement: the lengths of sequences, and how many of them are padded into one batch.
Every line is answered by one JSON object in one line.
"""

import itertools
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


def scan(batch, patience):
    """Reads a padded batch, or as much of it as time allows: its share of the real residues, and the seconds."""
    steps = max(batch)
    inputs = torch.randn(steps, len(batch), EMBEDDING)
    real = (torch.arange(steps)[:, None] < torch.tensor(batch)).float()[:, :, None]
    h = [torch.zeros(len(batch), units) for _ in model]
    c = [torch.zeros(len(batch), units) for _ in model]
    total = torch.zeros(len(batch), units)
    began = time.perf_counter()
    for t in range(steps):
        x = inputs[t]
        for layer in range(len(model)):
            x, c[layer] = step(layer, x, h[layer], c[layer])
            h[layer] = x
        total.addcmul_(x, real[t])
        elapsed = time.perf_counter() - began
        if elapsed >= patience:
            break
    return sum(batch) * (t + 1) / steps, elapsed


def rate(lengths, size):
    batches = [lengths[at : at + size] for at in range(0, len(lengths), size)]
    scan(batches[0], 0)
    residues = elapsed = 0
    for batch in itertools.cycle(batches):
        more, seconds = scan(batch, patience - elapsed)
        residues += more
        elapsed += seconds
        if elapsed >= patience:
            return residues / elapsed


setup = json.loads(sys.stdin.readline())
units, patience = setup["units"], setup["seconds"]
torch.set_num_threads(setup["threads"])
with torch.inference_mode():
    model = [weights(layer) for layer in range(setup["layers"])]
    say(peer="torch " + torch.__version__)
    for line in sys.stdin:
        measured = rate(**json.loads(line))
        time.sleep(REST)
        say(residuesPerSecond=measured)

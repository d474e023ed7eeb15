"""Training the multiplicative LSTM as PyTorch does it on a CPU: eager autograd, weight norm folded once a step, Adam.

Arguments: units, layers, sequences, steps in time, threads. Every line of standard input asks for one training
step on sequences of equal length; every answer is a JSON object: seconds, and the most memory so far in MB. The
first line said is the version.
"""

import json
import resource
import sys
import time

import torch
from torch.nn.functional import cross_entropy

units, layers, batch, length, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(0)


def uniform(*shape):
    return (2 * torch.rand(*shape) - 1).requires_grad_()


embed, head, bias = uniform(26, 10), uniform(units, 25), uniform(25)
stack = []
for layer in range(layers):
    width = 10 if layer == 0 else units
    shapes = [(width, units), (units, units), (width, 4 * units), (units, 4 * units)]
    stack.append(
        {
            "v": [uniform(*shape) for shape in shapes],
            "g": [torch.ones(columns, requires_grad=True) for _, columns in shapes],
            "b": torch.full((4 * units,), 3.0, requires_grad=True),
        }
    )

everything = [embed, head, bias]
for part in stack:
    everything += [*part["v"], *part["g"], part["b"]]
optimizer = torch.optim.Adam(everything, lr=1e-4)
tokens = torch.randint(1, 23, (batch, length + 1))
tokens[:, 0] = 24


def loss_of(tokens):
    folded = [
        [v * (g / v.square().sum(0).clamp_min(1e-12).sqrt()) for v, g in zip(part["v"], part["g"])]
        for part in stack
    ]
    states = [(torch.zeros(batch, units), torch.zeros(batch, units)) for _ in stack]
    outputs = []
    for t in range(length):
        x = embed[tokens[:, t]]
        for layer, (wmx, wmh, wx, wh) in enumerate(folded):
            h, c = states[layer]
            m = (x @ wmx) * (h @ wmh)
            i, f, o, u = torch.addmm(stack[layer]["b"], m, wh).add(x @ wx).chunk(4, 1)
            c = f.sigmoid() * c + i.sigmoid() * u.tanh()
            x = o.sigmoid() * c.tanh()
            states[layer] = (x, c)
        outputs.append(x)
    logits = torch.stack(outputs, 1) @ head + bias
    return cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten() - 1)


print(json.dumps({"peer": "torch " + torch.__version__}), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    optimizer.zero_grad()
    loss_of(tokens).backward()
    torch.nn.utils.clip_grad_norm_(everything, 1.0)
    optimizer.step()
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "memory": memory}), flush=True)

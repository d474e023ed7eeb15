"""Where everything runs, and in what type the matrix products are computed.

The environment variable DEV chooses the device: `cuda` unless it says otherwise. `TRITON_INTERPRET=1 DEV=cpu` is for the
test, which needs no GPU and computes in float32.
"""

import os

import torch

DEVICE = os.environ.get("DEV", "cuda")
ON_GPU = DEVICE == "cuda"
PRODUCTS = torch.bfloat16 if ON_GPU else torch.float32  # states and sums are float32 in either case


def zeros(*shape, dtype=PRODUCTS):
    """Zeros on the device, in the type of the products unless another is given."""
    return torch.zeros(*shape, device=DEVICE, dtype=dtype)

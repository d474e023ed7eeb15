"""The element-wise parts of a time step and of its gradient, as Triton kernels.

A program instance handles one row b of the batch and one block of units k. U is the number of units. Token 24 is start:
where it is read, the states before it count as zero (`keep`). The two tables hold what a token gives: xm [26, U] is its
embedding times wmx, xz [26, 4U] its embedding times wx, plus b. Gates stand in the order i f o u, blocks of U columns.
"""

import triton
import triton.language as tl


@triton.jit
def sigmoid(x):
    return 1 / (1 + tl.exp(-x))


@triton.jit
def tanh(x):
    return 2 / (1 + tl.exp(-2 * x)) - 1


@triton.jit
def multiply(hm, xm, tokens, m, U, BLOCK: tl.constexpr):
    """m = (embedding x wmx) * (h x wmh): hm [B, U] is h x wmh, m [B, U] the result."""
    b = tl.program_id(0)
    k = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = k < U
    token = tl.load(tokens + b)
    keep = tl.where(token == 24, 0.0, 1.0)
    product = tl.load(hm + b * U + k, mask=inside, other=0.0).to(tl.float32)
    product = product * tl.load(xm + token * U + k, mask=inside, other=0.0) * keep
    tl.store(m + b * U + k, product.to(m.dtype.element_ty), mask=inside)


@triton.jit
def gates(z, xz, tokens, c_before, activated, c_after, h_after, U, BLOCK: tl.constexpr):
    """c and h of the next step from z [B, 4U] = m x wh; keeps the activated gates [B, 4U] for the way back."""
    b = tl.program_id(0)
    k = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = k < U
    token = tl.load(tokens + b)
    keep = tl.where(token == 24, 0.0, 1.0)
    at = b * 4 * U + k
    row = token * 4 * U + k
    i = sigmoid(tl.load(z + at, mask=inside, other=0.0).to(tl.float32) + tl.load(xz + row, mask=inside, other=0.0))
    f = sigmoid(tl.load(z + at + U, mask=inside, other=0.0).to(tl.float32) + tl.load(xz + row + U, mask=inside, other=0.0))
    o = sigmoid(tl.load(z + at + 2 * U, mask=inside, other=0.0).to(tl.float32) + tl.load(xz + row + 2 * U, mask=inside, other=0.0))
    u = tanh(tl.load(z + at + 3 * U, mask=inside, other=0.0).to(tl.float32) + tl.load(xz + row + 3 * U, mask=inside, other=0.0))
    c = f * tl.load(c_before + b * U + k, mask=inside, other=0.0) * keep + i * u
    kind = activated.dtype.element_ty
    tl.store(activated + at, i.to(kind), mask=inside)
    tl.store(activated + at + U, f.to(kind), mask=inside)
    tl.store(activated + at + 2 * U, o.to(kind), mask=inside)
    tl.store(activated + at + 3 * U, u.to(kind), mask=inside)
    tl.store(c_after + b * U + k, c, mask=inside)
    tl.store(h_after + b * U + k, (o * tanh(c)).to(h_after.dtype.element_ty), mask=inside)


@triton.jit
def gates_backward(activated, dh_head, dh, dc, c_before, c_after, tokens, U, BLOCK: tl.constexpr):
    """Replaces the activated gates [B, 4U] by the gradient of z, and dc [B, U] by the gradient of the cell before this
    step. The gradient of h comes from the head (dh_head) and from the step after this one (dh)."""
    b = tl.program_id(0)
    k = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = k < U
    token = tl.load(tokens + b)
    keep = tl.where(token == 24, 0.0, 1.0)
    at = b * 4 * U + k
    row = b * U + k
    i = tl.load(activated + at, mask=inside, other=0.0).to(tl.float32)
    f = tl.load(activated + at + U, mask=inside, other=0.0).to(tl.float32)
    o = tl.load(activated + at + 2 * U, mask=inside, other=0.0).to(tl.float32)
    u = tl.load(activated + at + 3 * U, mask=inside, other=0.0).to(tl.float32)
    d = tl.load(dh_head + row, mask=inside, other=0.0).to(tl.float32) + tl.load(dh + row, mask=inside, other=0.0).to(tl.float32)
    tanh_c = tanh(tl.load(c_after + row, mask=inside, other=0.0))
    c = tl.load(c_before + row, mask=inside, other=0.0) * keep
    dcell = tl.load(dc + row, mask=inside, other=0.0) + d * o * (1 - tanh_c * tanh_c)
    kind = activated.dtype.element_ty
    tl.store(activated + at, (dcell * u * i * (1 - i)).to(kind), mask=inside)
    tl.store(activated + at + U, (dcell * c * f * (1 - f)).to(kind), mask=inside)
    tl.store(activated + at + 2 * U, (d * tanh_c * o * (1 - o)).to(kind), mask=inside)
    tl.store(activated + at + 3 * U, (dcell * i * (1 - u * u)).to(kind), mask=inside)
    tl.store(dc + row, dcell * f * keep, mask=inside)


@triton.jit
def multiply_backward(dm, hm, xm, tokens, dhm, U, BLOCK: tl.constexpr):
    """From dm [B, U], the gradient of m: replaces hm [B, U] by the gradient of xm's row, and writes dhm [B, U], the
    gradient of h x wmh."""
    b = tl.program_id(0)
    k = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = k < U
    token = tl.load(tokens + b)
    keep = tl.where(token == 24, 0.0, 1.0)
    row = b * U + k
    d = tl.load(dm + row, mask=inside, other=0.0).to(tl.float32) * keep
    h = tl.load(hm + row, mask=inside, other=0.0).to(tl.float32)
    tl.store(hm + row, (d * h).to(hm.dtype.element_ty), mask=inside)
    tl.store(dhm + row, (d * tl.load(xm + token * U + k, mask=inside, other=0.0)).to(dhm.dtype.element_ty), mask=inside)

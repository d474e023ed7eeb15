"""A window of time steps forward and back, as one CUDA graph; and the loss of whole proteins."""

import numpy as np
import torch
import triton

from corpus import START, STOP
from device import DEVICE, ON_GPU, PRODUCTS, zeros
from kernels import gates, gates_backward, multiply, multiply_backward


def block_of(U):
    """Units that one program instance handles: a power of two."""
    return 1024 if U > 512 else triton.next_power_of_2(U)


class Window:
    """Buffers of T steps of B rows. The states after the last step are those that the next window begins with."""

    def __init__(self, model, B, T):
        U = model.U
        self.model, self.B, self.T = model, B, T
        self.tokens = torch.zeros(T + 1, B, device=DEVICE, dtype=torch.int32)  # the last row is only predicted
        self.h = zeros(T + 1, B, U)
        self.c = zeros(T + 1, B, U, dtype=torch.float32)
        self.hm = zeros(T, B, U)  # h x wmh; on the way back the gradient of xm's rows
        self.m = zeros(T, B, U)
        self.dhm = zeros(T, B, U)
        self.gates = zeros(T, B, 4 * U)  # activated i f o u; on the way back the gradient of z
        self.z = zeros(B, 4 * U)
        self.dm, self.dh = zeros(B, U), zeros(B, U)
        self.dc = zeros(B, U, dtype=torch.float32)
        self.loss = torch.zeros((), device=DEVICE)
        self.gradients = {}
        self.graph = None
        self.block = block_of(U)

    def forward(self):
        model, U = self.model, self.model.U
        grid = (self.B, triton.cdiv(U, self.block))
        for t in range(self.T):
            torch.mm(self.h[t], model.wmh, out=self.hm[t])
            multiply[grid](self.hm[t], model.xm, self.tokens[t], self.m[t], U, BLOCK=self.block)
            torch.mm(self.m[t], model.wh, out=self.z)
            gates[grid](
                self.z, model.xz, self.tokens[t], self.c[t], self.gates[t], self.c[t + 1], self.h[t + 1], U, BLOCK=self.block
            )

    def predictions(self):
        """Log-probabilities [T * B, 32] (25 classes, the rest near zero) and the class that follows [T * B]."""
        target = self.tokens[1:].reshape(-1).long()
        target = torch.where(target == START, STOP, target) - 1  # the start of a protein is the stop of the one before
        logits = torch.mm(self.h[1:].reshape(-1, self.model.U), self.model.head_w).float() + self.model.head_b
        return torch.log_softmax(logits, 1), target

    def step(self):
        """Loss and gradients of the window, in nats per token."""
        model, U, count = self.model, self.model.U, self.B * self.T
        grid = (self.B, triton.cdiv(U, self.block))
        self.h[0].copy_(self.h[self.T])
        self.c[0].copy_(self.c[self.T])
        self.forward()

        log_p, target = self.predictions()
        self.loss.copy_(-log_p.gather(1, target[:, None]).mean())
        d = log_p.exp()  # [T * B, 32]: gradient of the logits
        d.scatter_add_(1, target[:, None], torch.full((count, 1), -1.0, device=DEVICE))
        self.gradients["head_b"] = d.sum(0) / count
        d_logits = d.to(PRODUCTS)
        states = self.h[1:].reshape(count, U)
        self.gradients["head_w"] = torch.mm(states.T, d_logits).float() / count
        dh_head = torch.mm(d_logits, model.head_w_transposed).reshape(self.T, self.B, U)

        self.dh.zero_()
        self.dc.zero_()
        for t in range(self.T - 1, -1, -1):
            gates_backward[grid](
                self.gates[t], dh_head[t], self.dh, self.dc, self.c[t], self.c[t + 1], self.tokens[t], U, BLOCK=self.block
            )
            torch.mm(self.gates[t], model.wh_transposed, out=self.dm)
            multiply_backward[grid](self.dm, self.hm[t], model.xm, self.tokens[t], self.dhm[t], U, BLOCK=self.block)
            torch.mm(self.dhm[t], model.wmh_transposed, out=self.dh)

        dz = self.gates.reshape(count, 4 * U)
        read = torch.nn.functional.one_hot(self.tokens[:-1].reshape(-1).long(), 32).to(PRODUCTS)  # [T * B, 32]
        self.gradients["wh"] = torch.mm(self.m.reshape(count, U).T, dz).float() / count
        self.gradients["wmh"] = torch.mm(self.h[:-1].reshape(count, U).T, self.dhm.reshape(count, U)).float() / count
        self.gradients["xz"] = torch.mm(read.T, dz).float()[:26] / count
        self.gradients["xm"] = torch.mm(read.T, self.hm.reshape(count, U)).float()[:26] / count

    def run(self):
        """Runs `step`, on a GPU as a graph that is captured at the first call."""
        if not ON_GPU:
            return self.step()
        if self.graph is None:
            h, c = self.h.clone(), self.c.clone()
            stream = torch.cuda.Stream()
            stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(stream):
                self.step()  # compiles the kernels
            torch.cuda.current_stream().wait_stream(stream)
            self.h.copy_(h)
            self.c.copy_(c)
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph):
                self.step()
        self.graph.replay()


def loss_of(model, proteins):
    """Nats per predicted token (residues and stop) of whole proteins, padded to the longest."""
    B, T, U = len(proteins), max(map(len, proteins)), model.U
    padded = np.full((T + 1, B), STOP, np.int32)
    for row, tokens in enumerate(proteins):
        padded[: len(tokens), row] = tokens
    tokens = torch.from_numpy(padded).to(DEVICE)
    lengths = torch.tensor([len(tokens) for tokens in proteins], device=DEVICE)
    h, c = zeros(B, U), zeros(B, U, dtype=torch.float32)
    hm, m, z, activated = zeros(B, U), zeros(B, U), zeros(B, 4 * U), zeros(B, 4 * U)
    total = torch.zeros((), device=DEVICE)
    block = block_of(U)
    grid = (B, triton.cdiv(U, block))
    for t in range(T):
        torch.mm(h, model.wmh, out=hm)
        multiply[grid](hm, model.xm, tokens[t], m, U, BLOCK=block)
        torch.mm(m, model.wh, out=z)
        c_after, h_after = torch.empty_like(c), torch.empty_like(h)
        gates[grid](z, model.xz, tokens[t], c, activated, c_after, h_after, U, BLOCK=block)
        h, c = h_after, c_after
        log_p = torch.log_softmax(torch.mm(h, model.head_w).float() + model.head_b, 1)
        counted = t < lengths
        total += (log_p.gather(1, tokens[t + 1].long()[:, None] - 1)[:, 0] * counted).sum()
    return -float(total) / sum(map(len, proteins))

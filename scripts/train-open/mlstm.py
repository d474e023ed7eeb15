"""The parameters, weight normalisation and its gradient, and Adam."""

import torch

from device import DEVICE, zeros

NORMED = ("wmx", "gmx"), ("wmh", "gmh"), ("wx", "gx"), ("wh", "gh")  # matrices, and the gains of their columns
TINY = 1e-12
DECAY = 0.9, 0.99  # of Adam's two moments


class Model:
    """U units, one layer, embedding width E, a head of 25 classes (class k is token k + 1)."""

    def __init__(self, U, E=10, seed=0):
        generator = torch.Generator().manual_seed(seed)

        def orthogonal(rows, columns):
            a = torch.randn(max(rows, columns), min(rows, columns), generator=generator)
            q, _ = torch.linalg.qr(a.to(DEVICE))
            return (q if rows >= columns else q.T).contiguous().to(DEVICE)

        def ones(count):
            return torch.ones(count, device=DEVICE)

        def nought(count):
            return zeros(count, dtype=torch.float32)

        self.U = U
        self.parameters = dict(
            embed=(torch.rand(26, E, generator=generator) * 2 - 1).to(DEVICE),  # [26, E]
            wmx=orthogonal(E, U),  # [E, U]
            wmh=orthogonal(U, U),  # [U, U]
            wx=orthogonal(E, 4 * U),  # [E, 4U]
            wh=orthogonal(U, 4 * U),  # [U, 4U]
            b=torch.cat([nought(U), 2 * ones(U), nought(2 * U)]),  # [4U]: 2 for the forget gate
            gmx=ones(U),
            gmh=ones(U),
            gx=ones(4 * U),
            gh=ones(4 * U),
            head_w=(torch.randn(U, 25, generator=generator) * 0.02).to(DEVICE),  # [U, 25]
            head_b=nought(25),
        )
        self.first_moment = {name: torch.zeros_like(values) for name, values in self.parameters.items()}
        self.second_moment = {name: torch.zeros_like(values) for name, values in self.parameters.items()}
        # What the time steps read, in the type of the products; the head padded from 25 to 32 columns for the GPU.
        self.wmh, self.wh = zeros(U, U), zeros(U, 4 * U)
        self.wmh_transposed, self.wh_transposed = zeros(U, U), zeros(4 * U, U)
        self.head_w, self.head_w_transposed = zeros(U, 32), zeros(32, U)
        self.head_b = torch.full((32,), -1e4, device=DEVICE)
        self.xm = zeros(26, U, dtype=torch.float32)  # embed x wmx
        self.xz = zeros(26, 4 * U, dtype=torch.float32)  # embed x wx + b
        self.fold()

    def fold(self):
        """Applies weight normalisation: column j of a matrix becomes gain[j] * column / its length."""
        p = self.parameters
        self.lengths = {w: p[w].pow(2).sum(0).clamp_min(TINY).sqrt() for w, _ in NORMED}
        self.folded = {w: p[w] * (p[g] / self.lengths[w]) for w, g in NORMED}
        self.wmh.copy_(self.folded["wmh"])
        self.wh.copy_(self.folded["wh"])
        self.wmh_transposed.copy_(self.folded["wmh"].T)
        self.wh_transposed.copy_(self.folded["wh"].T)
        self.head_w[:, :25].copy_(p["head_w"])
        self.head_w_transposed[:25].copy_(p["head_w"].T)
        self.head_b[:25].copy_(p["head_b"])
        self.xm.copy_(p["embed"] @ self.folded["wmx"])
        self.xz.copy_(p["embed"] @ self.folded["wx"] + p["b"])

    def gradients(self, window):
        """Gradients of the raw parameters from those of a window (folded wh, wmh, the tables xz, xm, and the head)."""
        p = self.parameters
        folded = {
            "wh": window["wh"],
            "wmh": window["wmh"],
            "wx": p["embed"].T @ window["xz"],
            "wmx": p["embed"].T @ window["xm"],
        }
        raw = {
            "head_w": window["head_w"][:, :25],
            "head_b": window["head_b"][:25],
            "embed": window["xz"] @ self.folded["wx"].T + window["xm"] @ self.folded["wmx"].T,
            "b": window["xz"].sum(0),
        }
        for w, g in NORMED:
            unit = p[w] / self.lengths[w]
            raw[g] = (folded[w] * unit).sum(0)
            raw[w] = (p[g] / self.lengths[w]) * (folded[w] - unit * raw[g])
        return raw

    def update(self, window, rate, step, clip=1.0):
        """One step of Adam, the gradient scaled to a norm of at most `clip`; gives the norm before that."""
        raw = self.gradients(window)
        names = list(self.parameters)
        gradients = [raw[name] for name in names]
        norm = torch.stack([g.pow(2).sum() for g in gradients]).sum().sqrt()
        gradients = torch._foreach_mul(gradients, (clip / (norm + 1e-9)).clamp_max(1.0))
        first = [self.first_moment[name] for name in names]
        second = [self.second_moment[name] for name in names]
        torch._foreach_lerp_(first, gradients, 0.1)
        torch._foreach_mul_(second, 0.99)
        torch._foreach_addcmul_(second, gradients, gradients, 0.01)
        root = torch._foreach_sqrt(torch._foreach_div(second, 1 - DECAY[1] ** step))
        torch._foreach_add_(root, 1e-8)
        values = [self.parameters[name] for name in names]
        torch._foreach_addcdiv_(values, first, root, -rate / (1 - DECAY[0] ** step))
        self.fold()
        return norm

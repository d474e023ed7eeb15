"""Trains a one-layer UniRep model from random weights on one CUDA GPU.

The proteins of a pass stand in random order as one stream (start, residues, start, …), cut into --rows rows. A window of
--window tokens of every row is unrolled; states are carried on to the next window and reset at each start token, so
nothing is padded. The loss is the cross-entropy of every residue and stop, in nats. Products are bfloat16, states and
sums float32. Adam; gradients clipped to norm 1; the rate rises over 100 updates and falls linearly to zero when
--seconds are over.

Writes NAME.safetensors (half precision, for `unirep embed --weights`) and NAME.json (how training went) to --out.
"""

import argparse
import json
import math
import os
import sys
import time

import torch

import model_file
from corpus import read_proteins, rows_of_pass, unpack
from device import DEVICE, ON_GPU
from mlstm import Model
from window import Window, loss_of

WARM_UP = 100  # updates


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="+", help="files of pack.py")
    parser.add_argument("--name", required=True, help="name of the model and of its file")
    parser.add_argument("--units", type=int, required=True, help="hidden units")
    parser.add_argument("--seconds", type=float, required=True, help="how long to train")
    parser.add_argument("--rate", type=float, required=True, help="peak learning rate: 5e-3 for 672 units, 2.5e-3 for 1920")
    parser.add_argument("--rows", type=int, default=2048, help="rows of the stream (default 2048)")
    parser.add_argument("--window", type=int, default=128, help="tokens of each row in an update (default 128)")
    parser.add_argument("--valid", nargs="*", default=[], metavar="FASTA", help="proteins whose loss is printed on the way")
    parser.add_argument("--every", type=int, default=24, help="take every so-many-th protein of a --valid file (default 24)")
    parser.add_argument("--longest", type=int, default=600, help="of those of at most so many residues (default 600)")
    parser.add_argument("--license", default="", help="licence to write into the file, such as CC-BY-4.0")
    parser.add_argument("--sequences", default="", help="what the sequences were, to write into the file")
    parser.add_argument("--out", default="out", metavar="FOLDER", help="where to write (default out)")
    options = parser.parse_args()
    for option in ("units", "rows", "window", "every", "longest"):
        if getattr(options, option) < 1:
            parser.error(f"--{option}: give at least 1")
    for option in ("seconds", "rate"):
        if not (0 < getattr(options, option) < math.inf):
            parser.error(f"--{option}: give a number above 0")
    if ON_GPU and not torch.cuda.is_available():
        sys.exit("no CUDA GPU is found; `TRITON_INTERPRET=1 DEV=cpu` runs on the CPU, for tests only")
    return options


def name_of(path):
    """Names a file of proteins by its folder and itself: enzymes/valid."""
    folder, file = os.path.split(os.path.abspath(path))
    return f"{os.path.basename(folder)}/{file.split('.')[0]}"


def synchronize():
    if ON_GPU:
        torch.cuda.synchronize()


def train(options, stream, offsets, cluster, valid):
    """Trains until the time is over: the model, and the entries of the log."""
    began = time.time()
    model = Model(options.units)
    B, T = options.rows, options.window
    window = Window(model, B, T)
    generator = torch.Generator().manual_seed(0)
    updates = tokens = passes = 0
    share = 0.0  # of the time
    log = []
    start = None  # when the first window was done: compilation is not counted
    reported = 0

    def losses():
        return {name: round(loss_of(model, proteins), 4) for name, proteins in valid.items()}

    def enter(entry):
        log.append(entry)
        print(options.name, json.dumps(entry), flush=True)

    while share < 1:
        rows = rows_of_pass(stream, offsets, cluster, B, generator)  # [B, N // B]
        if rows.shape[1] < T + 2:
            sys.exit(f"the corpus gives {rows.shape[1]} tokens for each of {B} rows, {T + 2} are needed: give fewer --rows")
        window.h[T].zero_()
        window.c[T].zero_()
        passes += 1
        for k in range(0, rows.shape[1] - T - 1, T):
            window.tokens.copy_(rows[:, k : k + T + 1].T)
            window.run()
            if start is None:
                synchronize()
                start = time.time()
                print(options.name, "ready after", round(start - began, 1), "s", flush=True)
            updates += 1
            share = (time.time() - start) / options.seconds
            rate = options.rate * min(1, updates / WARM_UP) * max(0.0, 1 - share)
            norm = model.update(window.gradients, rate, updates)
            tokens += B * T
            if updates % 8 == 0:
                synchronize()
            if updates in (1, 10, 50) or time.time() - reported > max(options.seconds / 12, 6):
                reported = time.time()
                seconds = reported - start
                entry = dict(
                    updates=updates,
                    seconds=round(seconds, 1),
                    tokens_M=round(tokens / 1e6, 1),
                    tokens_M_per_second=round(tokens / 1e6 / max(seconds, 1e-9), 2),
                    passes=passes,
                    rate=float(f"{rate:.2e}"),
                    train=round(float(window.loss), 4),
                    gradient=round(float(norm), 3),
                )
                enter(entry | losses())
                if not math.isfinite(entry["train"]):
                    sys.exit(f"{options.name}: the loss is no finite number after {updates} updates: give a lower --rate")
            if share >= 1:
                break
    enter(dict(final=True, updates=updates, tokens_M=round(tokens / 1e6, 1), passes=passes) | losses())
    return model, log


def provenance(options, proteins, tokens, log):
    """How the model was made, in words, for the file's metadata."""
    device = torch.cuda.get_device_name() if ON_GPU else DEVICE
    final = log[-1]
    losses = ", ".join(f"{final[name]:.3f} on {name}" for name in final if name not in ("final", "updates", "tokens_M", "passes"))
    return (
        f"Trained from random initialisation for {options.seconds:g} s on {device}: {final['tokens_M']:,.0f} M tokens, "
        f"{final['updates']:,} updates, {final['passes']} passes, peak learning rate {options.rate:g}. "
        f"Data: {proteins:,} proteins, {tokens / 1e6:.1f} M tokens. {options.sequences}".rstrip(". ")
        + f". Windows of {options.window} residues with carried state, {options.rows:,} rows, Adam (0.9, 0.99), clip 1, "
        "linear decay to zero, seed 0; stored in half precision."
        + (f" Loss in nats per token: {losses}." if losses else "")
    )


def main():
    options = arguments()
    torch.set_grad_enabled(False)
    try:
        stream, offsets, cluster = unpack(options.corpus)
        valid = {name_of(path): read_proteins(path, options.every, options.longest) for path in options.valid}
        os.makedirs(options.out, exist_ok=True)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    clusters = int(cluster.max()) + 1
    print(f"corpus: {stream.numel() / 1e6} M tokens, {offsets.numel()} proteins, {clusters} clusters", flush=True)

    model, log = train(options, stream, offsets, cluster, valid)
    parameters = {name: values.detach().cpu().numpy() for name, values in model.parameters.items()}
    text = provenance(options, offsets.numel(), stream.numel(), log)
    path = os.path.join(options.out, options.name)
    try:
        with open(f"{path}.json", "w") as file:
            json.dump(dict(vars(options), log=log), file, indent=1)
        model_file.write(f"{path}.safetensors", parameters, options.name, "1", options.license, text)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    print(f"{path}.safetensors: written")


if __name__ == "__main__":
    main()

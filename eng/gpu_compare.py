"""What eng/gpu-check.sh does with numbers: makes sequences, compares vectors, fills a card's memory. Needs numpy."""

import csv
import ctypes
import json
import signal
import sys

import numpy as np

KINDS = ("average", "final", "cell")
# Relative errors of average, final, cell, in the norm of a vector, and the smallest cosine of any.
# Wide models sum more: the matrix units of a GPU are a little coarser than float32. About twice what an H200 gives.
LIMITS = {"bfloat16": (8e-3, 2e-2, 2e-2, 0.9998), "exact": (3e-5, 5e-5, 4e-5, 0.99999)}
WIDE = 1024
LIMITS_OF_WIDE = {"bfloat16": (2e-2, 0.15, 2e-2, 0.995), "exact": (3e-4, 2e-3, 3e-4, 0.99999)}


def write(path, named):
    with open(path, "w") as file:
        for name, residues in named:
            file.write(f">{name}\n{residues}\n")


def sequences(folder):
    """FASTA files: some, the same reversed in order, a few of them, many, and random proteins as many as E. coli has."""
    source = np.random.default_rng(1)
    letters = np.frombuffer(b"ACDEFGHIKLMNPQRSTVWY", np.uint8)

    def protein(length):
        return letters[source.integers(0, len(letters), length)].tobytes().decode()

    def length():
        return int(min(2000, max(20, source.lognormal(5.7, 0.6))))

    some = [(f"p{index}", protein(length())) for index in range(700)]
    write(f"{folder}/some.fasta", some)
    write(f"{folder}/reversed.fasta", reversed(some))
    write(f"{folder}/few.fasta", some[::100])
    write(f"{folder}/random.fasta", [(f"r{i}", protein(length())) for i in range(4400)])
    write(f"{folder}/many.fasta", [(f"m{i}", protein(2000)) for i in range(40000)])


def errors(found, expected):
    """The worst relative error of each kind of vector, and the worst cosine of all."""
    worst, cosine = [], 1.0
    for kind in KINDS:
        a, b = (np.asarray(each[kind], np.float64) for each in (found, expected))
        norm = np.linalg.norm(b, axis=1)
        worst.append((np.linalg.norm(a - b, axis=1) / norm).max())
        cosine = min(cosine, ((a * b).sum(1) / (norm * np.linalg.norm(a, axis=1))).min())
    return worst, cosine


def judge(precision, found, expected):
    worst, cosine = errors(found, expected)
    print("        " + "  ".join(f"{error:.1e}" for error in worst) + f"  {cosine:.6f}")
    *most, least = (LIMITS_OF_WIDE if expected["average"].shape[1] >= WIDE else LIMITS)[precision]
    return cosine >= least and all(error <= limit for error, limit in zip(worst, most))


def bits(first, second):
    """The rows of one file that the other has too, by id, are the same to the bit."""
    a, b = np.load(first), np.load(second)
    rows = {name: row for row, name in enumerate(a["ids"])}
    pairs = [(rows[name], row) for row, name in enumerate(b["ids"]) if name in rows]
    left, right = (list(side) for side in zip(*pairs))
    return all(np.array_equal(a[kind][left], b[kind][right]) for kind in KINDS)


def memory(path):
    with open(path) as file:
        figures = json.load(file)
    start, end = (figures[key] / 1e6 for key in ("deviceBytes", "deviceBytesAtEnd"))
    print(f"        {start:.0f} at the start, {end:.0f} after {figures['batches']} batches")
    return end <= start + 16 and figures["batches"] >= 1000


def peak(path):
    """The measured peak is there, above every load, and not above the nominal one of a card whose figures are known."""
    with open(path) as file:
        figures = json.load(file)
    measured, nominal = figures["measuredPeak"], figures["gpu"]["nominalPeak"]
    if measured["teraflops"] is None:
        print(f"        {measured['missing']}")
        return False
    rate = measured["teraflops"]
    print(f"        {rate['median']:.0f} TFLOP/s ({rate['least']:.0f} to {rate['most']:.0f}), {measured['kernel']}; nominal {(nominal or 0) * 1e-12:.0f}")
    shares = [load["shareOfMeasuredPeak"] for load in figures["loads"]]
    return 0 < max(shares) < 1 and (nominal is None or rate["most"] * 1e12 <= 1.01 * nominal)


def losses(precision, found, expected):
    """The losses of all batches of two trainings: exact is as good as float32, bfloat16 rounds the factors of products."""
    def of(path):
        with open(path) as file:
            return np.array([float(row["loss"]) for row in csv.DictReader(file) if row["kind"] == "batch"])

    a, b = of(found), of(expected)
    worst = np.abs(a - b).max() if len(a) == len(b) > 0 else np.inf
    print(f"        {worst:.1e} in {len(b)} batches, from {b[0]:.3f} to {b[-1]:.3f}")
    return worst <= {"exact": 2e-3, "bfloat16": 3e-2}[precision]


def hold(device, left, sign):
    """Takes the memory of a card but for some MB, until it is ended."""
    cuda = ctypes.CDLL("libcuda.so.1")
    context, free, total, address = ctypes.c_void_p(), ctypes.c_size_t(), ctypes.c_size_t(), ctypes.c_uint64()
    cuda.cuInit(0)
    cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), int(device))
    cuda.cuCtxSetCurrent(context)
    cuda.cuMemGetInfo_v2(ctypes.byref(free), ctypes.byref(total))
    size = ctypes.c_size_t(free.value - int(left) * 1_000_000)
    code = cuda.cuMemAlloc_v2(ctypes.byref(address), size)
    open(sign, "w").write(str(code))
    signal.pause()


def main(what, *rest):
    if what == "sequences":
        sequences(*rest)
        return True
    if what == "golden":
        precision, found, name = rest
        return judge(precision, np.load(found), {kind: np.load(f"{name}.{kind}.npy") for kind in KINDS})
    if what == "files":
        precision, found, expected = rest
        return judge(precision, np.load(found), np.load(expected))
    if what == "hold":
        hold(*rest)
    return {"bits": bits, "losses": losses, "memory": memory, "peak": peak}[what](*rest)


sys.exit(0 if main(*sys.argv[1:]) else 1)

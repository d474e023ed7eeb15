"""Computes what scripts/evaluate.fsx must print for the made-up data of EvaluationData.cs, by NumPy alone (written with 1.24):
the constants of EvaluationTests.cs, which runs it with --limit 100. Usage: python3 evaluation.py ../../weights/open-256.safetensors"""

import json
import struct
import sys

import numpy as np

RESIDUES = "ACDEFGHIKLMNPQRSTVWY"
TOKENS = {letter: token for token, letter in enumerate("MRHKDESTNQCUGPAVIFYWLO", 1)}
LIMIT = 100
PENALTIES = [10 ** (half / 2) for half in range(-4, 11)]
state = 1


def next_number(count):
    global state
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return (state >> 16) % count


def sequence(length):
    return "".join(RESIDUES[next_number(20)] for _ in range(length))


def table(size, stops):
    rows = []
    for row in range(size):
        s = sequence(8)
        label = (s.count("A") + 2 * s.count("C") - s.count("D")) / 2 + next_number(5) * 0.25
        if not (stops and row % 7 == 3):  # those have a stop inside
            rows.append((s, label))
    return rows


def proteins(count, first=0):
    return [sequence(first if number == 0 and first else 20 + next_number(30)) for number in range(count)]


def ranks(values):
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]


def spearman(a, b):
    return np.corrcoef(ranks(a), ranks(b))[0, 1]


def forward(weights, s):
    """States h after start and each residue, and ln p of each residue and of stop, in float64."""
    w = {v: weights[v] / np.sqrt(np.maximum((weights[v] ** 2).sum(0), 1e-12)) * weights[g]
         for v, g in (("wx", "gx"), ("wh", "gh"), ("wmx", "gmx"), ("wmh", "gmh"))}
    sigmoid = lambda z: 1 / (1 + np.exp(-z))
    h = c = np.zeros(w["wmh"].shape[0])
    states = []
    for token in [24] + [TOKENS[letter] for letter in s]:
        x = weights["embed"][token]
        i, f, o, u = np.split(x @ w["wx"] + ((x @ w["wmx"]) * (h @ w["wmh"])) @ w["wh"] + weights["b"], 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(u)
        h = sigmoid(o) * np.tanh(c)
        states.append(h)
    logits = np.array(states) @ weights["head.w"] + weights["head.b"]
    log_p = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    return states, sum(log_p[t, token - 1] for t, token in enumerate([TOKENS[letter] for letter in s] + [25]))


def ridge(features, parts):
    x = [np.array([features(s) for s, _ in part]) for part in parts]
    y = [np.array([label for _, label in part]) for part in parts]
    varies = x[0].std(0) > 1e-8
    mean, deviation = x[0].mean(0)[varies], x[0].std(0)[varies]
    train, valid, test = [(part[:, varies] - mean) / deviation for part in x]

    def weights(penalty):
        return np.linalg.solve(train.T @ train + penalty * np.eye(train.shape[1]), train.T @ (y[0] - y[0].mean()))

    best = max(PENALTIES, key=lambda penalty: spearman(valid @ weights(penalty), y[1]))
    return spearman(test @ weights(best), y[2]), len(y[2]), f"{best:.6g}"


def drawn(rows, size, generator):
    return rows if size >= len(rows) else [rows[k] for k in generator.choice(len(rows), size, replace=False)]


with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    content = file.read()
header.pop("__metadata__")
weights = {name.replace("layer0.", ""): np.frombuffer(content[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"]).astype(float)
           for name, entry in header.items()}

properties = {"stability": [table(size, False) for size in (10050, 1010, 4010)],
              "fluorescence": [table(size, True) for size in (40, 30, 35)]}
sizes = {"stability": (6000, 1000, 4000), "fluorescence": (2500, 700, 2500)}
wild_type = sequence(30)
mutants = []
for at, letter in enumerate(wild_type):
    to = RESIDUES[(RESIDUES.index(letter) + 1 + at % 3) % 20]
    mutants.append((wild_type[:at] + to + wild_type[at + 1 :], next_number(7) * 0.5))
corpora = [("enzymes/test", proteins(50, 601)), ("E. coli", proteins(30)), ("E. coli <50%", proteins(310)),
           ("E. coli <30%", proteins(12)), ("enzymes/test <50%", proteins(160))]

for name, parts in properties.items():
    parts = [drawn(part, size, np.random.default_rng(0))[:LIMIT] for part, size in zip(parts, sizes[name])]
    for kind, features in (
        ("composition", lambda s: [s.count(r) / len(s) for r in RESIDUES]),
        ("one-hot", lambda s: [float(letter == r) for letter in s for r in RESIDUES]),
        ("open-256", lambda s: np.mean(forward(weights, s)[0], 0)),
    ):
        print(kind, name, *ridge(features, parts))
scores = [forward(weights, s)[1] - forward(weights, wild_type)[1] for s, _ in mutants]
print("open-256", "TOY", spearman(scores, [score for _, score in mutants]), len(mutants))
generator = np.random.default_rng(0)
for (name, all_proteins), size in zip(corpora, (None, None, 300, 300, 150)):
    short = [s for s in all_proteins if len(s) <= 600]
    chosen = (drawn(short, size, generator) if size else short[::24])[:LIMIT]
    loss = -sum(forward(weights, s)[1] for s in chosen) / sum(len(s) + 1 for s in chosen)
    print("open-256", name, loss, len(chosen))

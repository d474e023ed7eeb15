"""Makes a small alignment and the site-independent model of it, with NumPy: pssm.a2m, pssm.weights.txt, pssm.logprobs.csv.

The formulas are those of Pssm.fsi, written anew: rows with residues in less than half of the match columns are left out; a
row weighs 1 / the number of rows that agree with it in at least 80 % of the match columns, gaps counted as a symbol;
f(i, a) = (weighted count of a + 10 / 20) / (weighted count of residues + 10).
"""

import numpy as np

LETTERS = "ACDEFGHIKLMNPQRSTVWY"
WIDTH, ROWS = 37, 60
random = np.random.default_rng(7)


def family():
    ancestors = [random.choice(list(LETTERS), WIDTH) for _ in range(3)]
    rows = []
    for index in range(ROWS):
        row = ancestors[index % 3].copy()
        rate = random.choice([0.05, 0.15, 0.3])
        changed = random.random(WIDTH) < rate
        row[changed] = random.choice(list(LETTERS), changed.sum())
        if index > 0:
            row[random.random(WIDTH) < (0.7 if index % 13 == 5 else 0.06)] = "-"
            if index % 11 == 3:
                row[random.integers(WIDTH)] = "X"
        rows.append(row)
    return rows


def with_insertions(row, index):
    """Lower case and dots after the tenth column, which are no match columns."""
    inserted = "mk" if index % 4 == 0 else ".g" if index % 4 == 1 else ".."
    return "".join(row[:10]) + inserted + "".join(row[10:])


rows = family()
with open("pssm.a2m", "w") as file:
    for index, row in enumerate(rows):
        text = with_insertions(row, index)
        file.write(f">row{index}/1-{WIDTH}\n{text[:20]}\n{text[20:]}\n")

table = np.array(rows)
kept = (table != "-").mean(axis=1) >= 0.5
weights = np.zeros(ROWS)
for i in np.flatnonzero(kept):
    alike = [(table[i] == table[j]).sum() >= 0.8 * WIDTH - 1e-9 for j in np.flatnonzero(kept)]
    weights[i] = 1 / sum(alike)

counts = np.stack([(weights[:, None] * (table == letter)).sum(axis=0) for letter in LETTERS], axis=1)
logs = np.log((counts + 0.5) / (counts.sum(axis=1, keepdims=True) + 10))
np.savetxt("pssm.weights.txt", weights, fmt="%.12f")
np.savetxt("pssm.logprobs.csv", logs, fmt="%.12f", delimiter=",")

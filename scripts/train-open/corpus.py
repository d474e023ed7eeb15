"""The packed corpus as one stream of tokens, and the validation set."""

import gzip

import numpy as np
import torch

from device import DEVICE

START, STOP = 24, 25
# Token of each packed symbol (pack.py): 20 residues, X, and the end of a protein, which becomes the next one's start.
TOKENS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 23, START]
TOKEN_OF = {letter: token for token, letter in enumerate("MRHKDESTNQCUGPAVIFYWLO", 1)}
TOKEN_OF.update({letter: 23 for letter in "XZBJ"})


def unpack(paths):
    """Reads packed files: tokens [N] of type uint8 (start and residues of each protein, one after another), the offset
    of each protein [P], and its cluster [P]. Without clusters in the files each protein is one of its own."""
    table = torch.tensor(TOKENS, dtype=torch.uint8, device=DEVICE)
    parts = []
    for path in paths:
        words = np.fromfile(path, np.uint32).astype(np.int64)
        if len(words) < 2 or len(words) - 1 != -(-words[0] // 7):
            raise ValueError(f"{path}: this is no file of pack.py, or it is cut off")
        words = torch.from_numpy(words).to(DEVICE)
        count, words = int(words[0]), words[1:]
        symbols = torch.stack([(words // 22**k) % 22 for k in range(7)], 1).reshape(-1)[:count]
        parts.append(table[symbols])
    stream = torch.cat(parts)
    stream = torch.cat([stream[-1:], stream[:-1]])  # each protein ends with the start token: move the last to the front
    starts = stream == START
    opening = starts & torch.cat([starts[1:], starts.new_zeros(1)])  # a start before a start opens a cluster
    cluster = torch.cumsum(opening, 0) - 1
    kept = ~opening
    offsets = torch.nonzero(starts[kept]).reshape(-1)
    if bool(opening.any()):
        return stream[kept], offsets, cluster[kept][offsets]
    return stream[kept], offsets, torch.arange(offsets.numel(), device=DEVICE)


def rows_of_pass(stream, offsets, cluster, rows, generator):
    """One pass over the corpus: a random protein of each cluster, in random order, cut into rows [B, N // B]."""
    ends = torch.tensor([stream.numel()], device=DEVICE)
    lengths = torch.diff(torch.cat([offsets, ends]))
    key = torch.rand(offsets.numel(), generator=generator).to(DEVICE)
    highest = torch.zeros(int(cluster.max()) + 1, device=DEVICE).scatter_reduce(0, cluster, key, "amax")
    picked = torch.nonzero(key == highest[cluster]).reshape(-1)
    order = picked[torch.randperm(picked.numel(), generator=generator).to(DEVICE)]
    length = lengths[order]
    begins = torch.cumsum(length, 0) - length  # where each protein begins in this pass
    index = torch.repeat_interleave(offsets[order] - begins, length)
    index += torch.arange(index.numel(), device=DEVICE)
    tokens = stream[index]
    width = tokens.numel() // rows
    return tokens[: width * rows].reshape(rows, width)


def read_proteins(path, every, longest):
    """Reads the proteins of a FASTA file (.gz too) of at most so many residues, and takes every so-many-th of them: lists of
    tokens from start to the last residue."""
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path, "rt")
    proteins = []
    with opened as lines:
        for number, line in enumerate(lines, 1):
            line = line.strip()
            if line.startswith(">"):
                proteins.append([START])
                continue
            unknown = [letter for letter in line if letter not in TOKEN_OF]
            if unknown:
                raise ValueError(f"{path}, line {number}: '{unknown[0]}' is no residue")
            if line and not proteins:
                raise ValueError(f"{path}, line {number}: a FASTA file is expected, which begins with '>'")
            if line:
                proteins[-1].extend(TOKEN_OF[letter] for letter in line)
    short = [tokens for tokens in proteins if 1 < len(tokens) <= longest + 1]
    if not short:
        raise ValueError(f"{path}: there is no protein of at most {longest} residues")
    return short[::every]

"""Packs a corpus of proteins for train_open.py.

Reads the enzymes and proteomes of the corpora folder, leaves out what the models are later measured on, shuffles the
proteins and writes them as 32-bit words of seven symbols each. `python3 pack.py --help` names the options.

A packed file is little-endian uint32: the number of symbols, then the words. A word holds seven symbols in base 22, the
first one lowest. Symbols 0 to 19 are the standard residues in the order of LETTERS, 20 is any other residue, 21 ends
every protein. Where an empty protein stands (an end right after an end, or at the front of a file), a cluster begins.
"""

import argparse
import glob
import gzip
import os
import random
import sys

import numpy as np

LETTERS = "MRHKDESTNQCGPAVIFYWLX"  # symbols 0 to 20
UNTRAINED = "UOBZJ"  # read as X
END = 21
SYMBOLS = 22
PER_WORD = 7  # 22 ** 7 is the largest power of 22 below 2 ** 32
SHORTEST = 20  # residues
HELD_OUT = "ecoli", "typhimurium"  # proteomes whose file name contains one of these are left out


def symbol_table():
    """Symbol of each byte [256]; 255 where the byte is no residue."""
    table = np.full(256, 255, np.uint8)
    for symbol, letter in enumerate(LETTERS):
        table[ord(letter)] = symbol
    for letter in UNTRAINED:
        table[ord(letter)] = LETTERS.index("X")
    return table


def read_fasta(path):
    """Gives the sequences of a FASTA file, gzipped or not."""
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path, "rt")
    with opened as lines:
        parts = []
        for line in lines:
            if line.startswith(">"):
                if parts:
                    yield "".join(parts)
                parts = []
            else:
                parts.append(line.strip())
        if parts:
            yield "".join(parts)


def corpus_files(folder):
    """The training part of the enzymes, then the proteomes that are not held out, in the order of their names."""
    enzymes = os.path.join(folder, "enzymes", "train.fasta.gz")
    found = sorted(glob.glob("**/*.f*a*", root_dir=os.path.join(folder, "proteomes"), recursive=True))
    kept = [name for name in found if not any(word in name for word in HELD_OUT)]
    if not os.path.exists(enzymes) or not kept:
        sys.exit(f"{folder}: enzymes/train.fasta.gz and proteomes/**/*.fasta[.gz] are expected there")
    return [enzymes] + [os.path.join(folder, "proteomes", name) for name in kept]


def read_corpus(files, excluded):
    """Reads every protein once, as {sequence: symbols with END behind}, and counts what is left out."""
    table = symbol_table()
    proteins = {}
    left_out = {"short": 0, "repeated": 0, "excluded": 0, "with other letters": 0}
    for path in files:
        for sequence in read_fasta(path):
            sequence = sequence.upper().rstrip("*")
            if len(sequence) < SHORTEST:
                left_out["short"] += 1
            elif sequence in proteins:
                left_out["repeated"] += 1
            elif sequence in excluded:
                left_out["excluded"] += 1
            else:
                symbols = table[np.frombuffer(sequence.encode(), np.uint8)]
                if symbols.max() < SYMBOLS:
                    proteins[sequence] = np.append(symbols, np.uint8(END))
                else:
                    left_out["with other letters"] += 1
    return proteins, left_out


def read_clusters(path, count):
    """Reads MMseqs2's table of clusters (representative, member), whose names are the numbers that --fasta gave:
    lists of protein numbers."""
    clusters = {}
    with open(path) as lines:
        for number, line in enumerate(lines, 1):
            cells = line.split()
            if len(cells) != 2 or not all(cell.isdecimal() and int(cell) < count for cell in cells):
                sys.exit(f"{path}, line {number}: two protein numbers below {count} are expected, as --fasta wrote them")
            clusters.setdefault(cells[0], []).append(int(cells[1]))
    missing = set(range(count)).difference(*clusters.values())
    if missing:
        sys.exit(f"{path}: {len(missing)} of {count} proteins are in no cluster, such as {min(missing)}")
    return list(clusters.values())


def pack(symbols):
    """Packs symbols [N] as uint32 words: N, then ceil(N / 7) words."""
    padded = np.concatenate([symbols, np.zeros(-len(symbols) % PER_WORD, np.uint8)])
    digits = padded.reshape(-1, PER_WORD).astype(np.uint64)  # [words, 7]
    words = (digits * (SYMBOLS ** np.arange(PER_WORD)).astype(np.uint64)).sum(1).astype(np.uint32)
    return np.concatenate([np.array([len(symbols)], np.uint32), words])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", help="the corpora folder: it holds enzymes/train.fasta.gz and proteomes/")
    parser.add_argument("prefix", nargs="?", help="write PREFIX0.bin, PREFIX1.bin, …; without it only count")
    parser.add_argument("--parts", type=int, default=1, help="number of files to write (default 1)")
    parser.add_argument("--exclude", metavar="FILE", help="sequences to leave out, one a line (README.md tells how)")
    parser.add_argument("--fasta", metavar="FILE", help="also write the proteins as FASTA, numbered from 0")
    parser.add_argument("--clusters", metavar="FILE.tsv", help="clusters of the --fasta file; a pass takes one protein of each")
    options = parser.parse_args()
    if options.parts < 1:
        parser.error("--parts: give at least 1")

    try:
        excluded = set()
        if options.exclude:
            with open(options.exclude) as lines:
                excluded = set(lines.read().split())
        proteins, left_out = read_corpus(corpus_files(options.corpora), excluded)
        if options.fasta:
            with open(options.fasta, "w") as fasta:
                fasta.writelines(f">{number}\n{sequence}\n" for number, sequence in enumerate(proteins))
        packed = list(proteins.values())
        if options.clusters:
            opening = np.array([END], np.uint8)
            clusters = read_clusters(options.clusters, len(packed))
            packed = [np.concatenate([opening] + [packed[k] for k in cluster]) for cluster in clusters]
        random.Random(0).shuffle(packed)
        print(f"{len(proteins)} proteins, {sum(map(len, packed)) / 1e6} M symbols; left out:", left_out)
        if options.prefix:
            for part in range(options.parts):
                path = f"{options.prefix}{part}.bin"
                words = pack(np.concatenate(packed[part :: options.parts]))
                words.tofile(path)
                print(f"{path}: {words.nbytes / 2**20:.1f} MiB")
    except (OSError, UnicodeDecodeError, EOFError) as error:
        sys.exit(f"cannot read or write: {error}")


if __name__ == "__main__":
    main()

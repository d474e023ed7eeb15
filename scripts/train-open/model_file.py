"""Writes a model as a .safetensors file that UniRep.FSharp reads: half precision, with its card as metadata."""

import json
import os
import struct

import numpy as np

# Names and order of the arrays in the file; a model has one layer.
NAMES = {
    "embed": "embed",
    "wmx": "layer0.wmx",
    "wmh": "layer0.wmh",
    "wx": "layer0.wx",
    "wh": "layer0.wh",
    "b": "layer0.b",
    "gmx": "layer0.gmx",
    "gmh": "layer0.gmh",
    "gx": "layer0.gx",
    "gh": "layer0.gh",
    "head_w": "head.w",
    "head_b": "head.b",
}


def header(arrays, card):
    """The JSON header: metadata, then type, shape and place of each array; padded with blanks to a multiple of eight."""
    entries = {"__metadata__": card}
    at = 0
    for name, values in arrays.items():
        entries[name] = {"dtype": "F16", "shape": list(values.shape), "data_offsets": [at, at + values.nbytes]}
        at += values.nbytes
    text = json.dumps(entries, separators=(",", ":")).encode()
    return text + b" " * (-len(text) % 8)


def write(path, parameters, name, version, license, provenance):
    """Writes the parameters (a NumPy array by name, before weight normalisation) in half precision."""
    arrays = {there: parameters[here].astype("<f2") for here, there in NAMES.items()}
    for array, values in arrays.items():
        if not np.isfinite(values).all():
            raise ValueError(f"{path}: {array} has values that half precision cannot hold")
    embed, wmh = arrays["embed"], arrays["layer0.wmh"]
    card = {
        "unirep.model": name,
        "unirep.version": version,
        "unirep.units": str(wmh.shape[0]),
        "unirep.layers": "1",
        "unirep.embedding": str(embed.shape[1]),
        "unirep.license": license,
        "unirep.provenance": provenance,
    }
    text = header(arrays, card)
    unfinished = f"{path}.part"
    with open(unfinished, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for values in arrays.values():
            file.write(np.ascontiguousarray(values).tobytes())
    os.replace(unfinished, path)

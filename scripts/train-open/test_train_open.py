"""Tests of the training program, without a GPU: TRITON_INTERPRET=1 DEV=cpu python3 test_train_open.py"""

import json
import os
import struct
import tempfile
import unittest

import numpy as np
import torch

import model_file
import pack
from corpus import START, STOP, read_proteins, rows_of_pass, unpack
from mlstm import NORMED, Model
from window import Window, loss_of

UNITS, ROWS, STEPS = 8, 3, 7


def random_model(generator):
    """A small model whose every parameter has moved away from its initial value."""
    model = Model(UNITS)
    for values in model.parameters.values():
        values += 0.1 * torch.randn(values.shape, generator=generator)
    model.fold()
    return model


def autograd(parameters, tokens, h, c):
    """Loss of a window by the equations in float64, and its gradients by autograd."""
    with torch.enable_grad():
        p = {name: values.clone().double().requires_grad_() for name, values in parameters.items()}
        w = {v: p[v] / p[v].pow(2).sum(0).clamp_min(1e-12).sqrt() * p[g] for v, g in NORMED}
        h, c, loss = h.double(), c.double(), 0
        for t in range(STEPS):
            keep = (tokens[t] != START).double()[:, None]
            h, c = h * keep, c * keep
            x = p["embed"][tokens[t].long()]
            m = (x @ w["wmx"]) * (h @ w["wmh"])
            i, f, o, u = (x @ w["wx"] + m @ w["wh"] + p["b"]).chunk(4, 1)
            c = f.sigmoid() * c + i.sigmoid() * u.tanh()
            h = o.sigmoid() * c.tanh()
            target = tokens[t + 1].long()
            target = torch.where(target == START, STOP, target) - 1
            loss = loss - torch.log_softmax(h @ p["head_w"] + p["head_b"], 1).gather(1, target[:, None]).sum()
        loss = loss / (STEPS * ROWS)
        loss.backward()
    return float(loss.detach()), {name: values.grad for name, values in p.items()}


class Gradients(unittest.TestCase):
    def test_they_are_those_of_autograd(self):
        generator = torch.Generator().manual_seed(3)
        model = random_model(generator)
        window = Window(model, ROWS, STEPS)
        window.tokens.copy_(torch.randint(1, 24, (STEPS + 1, ROWS), generator=generator))
        for t, row in (0, 0), (3, 1), (6, 2), (7, 0):  # at the front, in the middle, at the end, only predicted
            window.tokens[t, row] = START
        window.h[STEPS].copy_(0.3 * torch.randn(ROWS, UNITS, generator=generator))
        window.c[STEPS].copy_(0.3 * torch.randn(ROWS, UNITS, generator=generator))
        loss, expected = autograd(model.parameters, window.tokens, window.h[STEPS], window.c[STEPS])
        window.step()
        self.assertAlmostEqual(float(window.loss), loss, delta=1e-6)

        norm = float(model.update(window.gradients, 0.0, 1))
        self.assertAlmostEqual(norm, float(torch.cat([g.reshape(-1) for g in expected.values()]).norm()), delta=1e-5)
        largest = 0.0
        for name, moment in model.first_moment.items():
            gradient = moment / 0.1 / min(1.0, 1.0 / norm)
            difference = float((gradient - expected[name]).abs().max())
            self.assertLess(difference, 1e-5, name)
            largest = max(largest, difference)
        print(f"largest difference to autograd in float64: {largest:.1e}")

    def test_the_loss_of_whole_proteins_is_that_of_windows(self):
        model = random_model(torch.Generator().manual_seed(4))
        proteins = [[START, 1, 2, 3], [START, 4, 5, 6, 7, 8]]
        stream = torch.tensor(sum(proteins, []) + [START], dtype=torch.int32)
        window = Window(model, 1, stream.numel() - 1)
        window.tokens.copy_(stream[:, None])
        window.step()
        self.assertAlmostEqual(loss_of(model, proteins), float(window.loss), delta=1e-6)


class Corpus(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def packed(self, words):
        """Packs proteins given as words; an empty one opens a cluster."""
        symbols = [symbol for word in words for symbol in [pack.LETTERS.index(letter) for letter in word] + [pack.END]]
        pack.pack(np.array(symbols, np.uint8)).tofile(self.path("c.bin"))
        return self.path("c.bin")

    def test_what_is_packed_is_unpacked(self):
        stream, offsets, cluster = unpack([self.packed(["MKG", "ACDLX"])])
        self.assertEqual(stream.tolist(), [START, 1, 4, 13, START, 15, 11, 5, 21, 23])
        self.assertEqual(offsets.tolist(), [0, 4])
        self.assertEqual(cluster.tolist(), [0, 1])

    def test_an_empty_protein_opens_a_cluster(self):
        stream, offsets, cluster = unpack([self.packed(["", "MK", "MKT", "", "AC"])])
        self.assertEqual(offsets.tolist(), [0, 3, 7])
        self.assertEqual(cluster.tolist(), [0, 0, 1])
        self.assertEqual(stream.numel(), 10)

    def test_a_file_cut_off_is_refused(self):
        path = self.packed(["MKTAYIAKQR"])
        with open(path, "r+b") as file:
            file.truncate(8)
        with self.assertRaisesRegex(ValueError, "c.bin: .* cut off"):
            unpack([path])

    def test_a_pass_takes_every_protein_whole_and_once(self):
        stream = torch.tensor([24, 1, 2, 24, 3, 24, 4, 5, 6], dtype=torch.uint8)
        offsets = torch.nonzero(stream == START).reshape(-1)
        row = rows_of_pass(stream, offsets, torch.arange(3), 1, torch.Generator().manual_seed(3))[0].tolist()
        self.assertEqual(sorted(row), sorted(stream.tolist()))
        text = " ".join(map(str, row))
        for protein in "24 1 2", "24 3", "24 4 5 6":
            self.assertIn(protein, text)

    def test_a_pass_takes_one_protein_of_each_cluster(self):
        stream = torch.tensor([24, 1, 2, 24, 3, 24, 4, 5, 6], dtype=torch.uint8)
        offsets = torch.nonzero(stream == START).reshape(-1)
        row = rows_of_pass(stream, offsets, torch.tensor([0, 0, 1]), 1, torch.Generator().manual_seed(3))[0].tolist()
        self.assertEqual(row.count(START), 2)
        self.assertEqual(row[row.index(4) - 1 :][:4], [24, 4, 5, 6])

    def test_proteins_to_judge_by_are_read_by_a_rule(self):
        with open(self.path("some.fasta"), "w") as file:
            file.write(">a\nMK\nT\n>b\nMKTAY\n>c\nA\n>d\nMA\n")
        tokens = read_proteins(self.path("some.fasta"), 2, 3)
        self.assertEqual(tokens, [[START, 1, 4, 8], [START, 1, 15]])

    def test_a_letter_that_is_no_residue_is_named_with_its_line(self):
        with open(self.path("some.fasta"), "w") as file:
            file.write(">a\nMK\nT1\n")
        with self.assertRaisesRegex(ValueError, "some.fasta, line 3: '1' is no residue"):
            read_proteins(self.path("some.fasta"), 1, 600)


class ModelFile(unittest.TestCase):
    def test_it_holds_the_card_and_every_array_in_half_precision(self):
        parameters = {name: values.numpy() for name, values in random_model(torch.Generator().manual_seed(5)).parameters.items()}
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.safetensors")
            model_file.write(path, parameters, "a", "1", "CC-BY-4.0", "here")
            with open(path, "rb") as file:
                content = file.read()
        (length,) = struct.unpack("<Q", content[:8])
        entries = json.loads(content[8 : 8 + length])
        self.assertEqual(length % 8, 0)
        self.assertEqual(entries.pop("__metadata__")["unirep.units"], str(UNITS))
        self.assertEqual(set(entries), set(model_file.NAMES.values()))
        for here, there in model_file.NAMES.items():
            first, last = entries[there]["data_offsets"]
            values = np.frombuffer(content[8 + length + first : 8 + length + last], "<f2").reshape(entries[there]["shape"])
            np.testing.assert_array_equal(values, parameters[here].astype(np.float16))
        self.assertEqual(len(content), 8 + length + max(entry["data_offsets"][1] for entry in entries.values()))


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    unittest.main()

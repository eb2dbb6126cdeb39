#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""tshark and scapy read the vectors alike, by what sfcc writes for them of all ready programs, and scapy builds what it has
read to the same bytes; docs/dissectors.md says how. Usage: both_tools.py SFCC"""
import os
import re
import subprocess
import sys
import tempfile
import unittest

from tools import PATIENCE, ROOT, emit, prefix, programs, read_fields, scapy_module, vectors


def values(module, packet, name, field):
    """A field in all layers of a name."""
    found, layer = [], packet
    while layer:
        if type(layer) is getattr(module.layers, name):
            found.append(layer.getfieldval(field))
        layer = layer.payload
    return found


class BothTools(unittest.TestCase):
    def test_same_values(self):
        frames = vectors()
        for program in programs():
            with self.subTest(program), tempfile.TemporaryDirectory() as work:
                module = scapy_module(SFCC, program, work)
                names = [(name, field, spelt) for name, one in module.instances.items()
                         for field, (_, width) in one.header.places.items() if width <= 64
                         for spelt in [one.header.names[field]]]
                rows = read_fields(emit(SFCC, program, "lua", work, ".lua"), list(frames.values()),
                                   [f"{prefix(program)}.{name}.{field}" for name, field, _ in names], work)
                for (frame, data), row in zip(frames.items(), rows):
                    packet = module.dissect(data)
                    self.assertEqual(bytes(packet), data, frame)
                    for (name, field, spelt), shown in zip(names, row):
                        self.assertEqual(shown, values(module, packet, name, spelt), f"{frame}: {name}.{field}")

    def test_documented(self):
        with open(os.path.join(ROOT, "docs/dissectors.md"), encoding="utf-8") as file:
            example = re.search("```python\n(.*?)```", file.read(), re.S)[1]
        with tempfile.TemporaryDirectory() as work:
            emit(SFCC, "nsh-ioam", "scapy", work, ".py")
            check = "assert bytes(again) == bytes(packet) and again[layers.ioam_node].node_id_24 == 12\n"
            subprocess.run([sys.executable, "-c", example + check], cwd=work, check=True, timeout=PATIENCE)


if __name__ == "__main__":
    SFCC = sys.argv.pop()
    unittest.main()

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Captures (pcap) of Ethernet frames, and running a command that takes one and writes two."""
import collections
import json
import os
import struct
import subprocess
import tempfile

PATIENCE = 120

# What goes up, what comes back, the counters, and what is reported: the lines of --records.
Run = collections.namedtuple("Run", "ups backs counters records", defaults=((),))


def read_pcap(path):
    with open(path, "rb") as file:
        data = file.read()
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">", b"\xa1\xb2\x3c\x4d": ">"}.get(
        data[:4])
    if order is None or len(data) < 24:
        raise ValueError(f"{path}: no pcap file")
    length_at = struct.Struct(order + "I").unpack_from
    packets, at = [], 24
    while at < len(data):
        end = at + 16 + length_at(data, at + 8)[0]
        packets.append(data[at + 16:end])
        at = end
    return packets


def write_pcap(path, packets):
    """The packets are 1 microsecond apart."""
    head = struct.Struct("<IIII").pack
    parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    for number, packet in enumerate(packets):
        parts.append(head(number // 1000000, number % 1000000, len(packet), len(packet)))
        parts.append(packet)
    with open(path, "wb") as file:
        file.write(b"".join(parts))


def run(command, packets, returned=None):
    """Runs packets through COMMAND --in FILE --sf FILE --out FILE --stats FILE --records FILE, and --back FILE if other
    packets than those that go up are to come back."""
    with tempfile.TemporaryDirectory() as work:
        paths = {name: os.path.join(work, name) for name in ("in", "sf", "out", "stats", "records")}
        write_pcap(paths["in"], packets)
        if returned is not None:
            paths["back"] = os.path.join(work, "back")
            write_pcap(paths["back"], returned)
        options = [word for name, path in paths.items() for word in ("--" + name, path)]
        try:
            result = subprocess.run(command + options, capture_output=True, text=True, errors="replace",
                                    timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"{' '.join(command)} does not end within {PATIENCE} s") from None
        if result.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} ends with {result.returncode}: {result.stderr.strip()}")
        with open(paths["stats"], encoding="utf-8") as file:
            counters = json.load(file)
        with open(paths["records"], encoding="utf-8") as file:
            records = file.read().splitlines()
        return Run(read_pcap(paths["sf"]), read_pcap(paths["out"]), counters.get("counters", counters), records)


def program_of(command):
    """The program that a command runs, by the name of the spec or object among its words; None if there is none."""
    for word in command:
        for suffix in (".sfc", ".bpf.o"):
            if word.endswith(suffix):
                return os.path.basename(word)[:-len(suffix)]
    return None


def first_difference(actual, expected):
    """The number of the first byte in which two packets differ; the shorter one's length if it is the other's start."""
    for at, (a, b) in enumerate(zip(actual, expected)):
        if a != b:
            return at
    return min(len(actual), len(expected))

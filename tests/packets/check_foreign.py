#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the programs of programs/ do with packets that they need not understand (foreign_packets.py), by the interpreter and
in the kernel, in both modes: what is ignored goes up as it came, and all that goes up comes back.

  check_foreign.py SFCC SFCCTL [PROGRAM...]
"""
import collections
import os
import struct
import subprocess
import sys
import tempfile

import captures
from foreign_packets import IN_THE_TABLE, NOT_IN_THE_TABLE, OTHERWISE, WITHOUT_CONTROL_WORD, packets
from verdict import conclude

PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "programs")
# A chain's beginning strips nothing.
CLASSIFIER = "-classifier"
MINE = ("-D", "ONLY_MINE=1")


def variants(only):
    """(program, options of the compiler, entries of tables, what is not ignored)."""
    names = sorted(name[:-4] for name in os.listdir(PROGRAMS) if name.endswith(".sfc") and not name[:-4].endswith(CLASSIFIER))
    for name in only or names:
        yield name, (), "", OTHERWISE.get(name, {})
        if name in NOT_IN_THE_TABLE:
            yield name, MINE, "", NOT_IN_THE_TABLE[name]
            yield name, MINE, *IN_THE_TABLE[name]
        if name == "mpls-pw":
            yield name, ("-D", "CONTROL_WORD=0"), "", WITHOUT_CONTROL_WORD


def marker(number):
    """A frame that goes through all programs, behind the packet of that number."""
    return struct.pack("!6s6sHI", b"\x02\0\0\0\0\x02", b"\x02\0\0\0\0\x01", 0x88B5, number).ljust(60, b"\0")


def row():
    """All packets, each with a marker behind it."""
    return [frame for number, (_, packet) in enumerate(packets()) for frame in (packet, marker(number))]


def faults_of(ups, counters, otherwise):
    """What is wrong with a run of row(), in words."""
    faults, up = [], iter(ups)
    counts = collections.Counter(ignored=0, stripped=0, dropped=0)
    for number, (name, packet) in enumerate(packets()):
        sees = list(iter(lambda end=marker(number): next(up, end), marker(number)))
        how = "dropped" if not sees else "ignored" if sees == [packet] else "stripped"
        counts[how] += 1
        if how != otherwise.get(name, "ignored"):
            faults.append(f"{name}: {how}, not {otherwise.get(name, 'ignored')}: {packet.hex()}")
    said = {"ignored": counters["rx_ignored"] - number - 1, "stripped": counters["rx_stripped"],
            "dropped": sum(count for counter, count in counters.items() if counter.startswith("rx_drop_"))}
    return faults + ([] if said == counts else [f"counted {said}, not {dict(counts)}"])


def check(sfcc, sfcctl, variant, work):
    name, options, entries, otherwise = variant
    source = os.path.join(PROGRAMS, name + ".sfc")
    subprocess.run([sfcc, source, "-o", work, *options], check=True)
    table = []
    if entries:
        table = ["--table", os.path.join(work, "entries")]
        with open(table[1], "w", encoding="utf-8") as file:
            file.write(entries)
    title = " ".join((name, *options, entries.split("\n")[0]))
    faults = []
    for mode in ("user", "kernel"):
        sim = [sfcc, "sim", source, "--vnf", mode, *options, *table]
        kernel = [sfcctl, "test", os.path.join(work, name + ".bpf.o"), "--vnf", mode, *table]
        by_sim, by_kernel = captures.run(sim, row()), captures.run(kernel, row())
        found = faults_of(by_sim.ups, by_sim.counters, otherwise)
        if by_sim.ups != by_kernel.ups:
            found.append("what goes up in the kernel is not what the interpreter says")
        found += [f"{counter}: {by_kernel.counters.get(counter)} in the kernel, {count} by the interpreter"
                  for counter, count in by_sim.counters.items() if by_kernel.counters.get(counter) != count]
        faults += [f"{title}, {mode}: {fault}" for fault in found]
    return faults


def main():
    sfcc, sfcctl, *only = sys.argv[1:]
    faults, count = [], 0
    for variant in variants(only):
        with tempfile.TemporaryDirectory() as work:
            faults += check(sfcc, sfcctl, variant, work)
        count += 1
    conclude(f"{count} programs, {len(list(packets()))} packets each", faults)


if __name__ == "__main__":
    main()

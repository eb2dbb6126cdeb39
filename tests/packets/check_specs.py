#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The specs of specs/, each about one thing, with packets that are about the same.

  check_specs.py [--vnf user|kernel] [--only NAME] SFCC [SFCCTL]

A case is packets, what the SF gets, what leaves, and counters. The interpreter must do that, and with SFCCTL the
programs in the kernel as well. Frames that do not get any further behind a program are noted by both, and the packets
behind them go on. Exit code 1: something is otherwise.
"""
import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile

from captures import read_pcap, write_pcap

HERE = os.path.dirname(os.path.abspath(__file__))
MAC = bytes.fromhex("020000000002020000000001")
IP = bytes.fromhex("4500004400040000401166a30a0000010a00000203ec00350030971a") + bytes([4]) * 40
VLAN = bytes.fromhex("81000064")
RTAG = bytes.fromhex("f1c100000007")
IPV4 = bytes.fromhex("0800")

# What comes in, what goes up and out (None: what came in), counters, and how many frames get lost behind a program.
Case = collections.namedtuple("Case", "packets ups outs counters lost", defaults=(0,))


def plain(number, payload=IP):
    """An IPv4 packet of its own."""
    return payload[:4] + number.to_bytes(2, "big") + payload[6:]


def copies():
    """Segments left from 0 to more than there are hops; a popped hop is not counted any more."""
    def packet(number, left, hops, pop=0, target=b"\xEE" * 16):
        stack = b"".join(bytes([0xA0 + i]) * 16 + (i + 1 == hops).to_bytes(4, "big") for i in range(pop and 1 or 0, hops))
        return MAC + bytes.fromhex("88b6") + target + bytes((left, pop)) + IPV4 + stack + plain(number)

    def with_all(number, left, hops, pop):
        whole = packet(number, left, hops, 0)
        return whole[:14 + 17] + bytes((pop,)) + whole[14 + 18:]
    ins, outs, number = [], [], 0
    for pop in 0, 1:
        for hops in 1, 2, 4:
            for left in 0, 1, 2, 3, 4, 5, 255:
                number += 1
                ins.append(with_all(number, left, hops, pop))
                there = 1 <= left <= hops - pop
                target = bytes([0xA0 + left - 1 + pop]) * 16 if there else b"\xEE" * 16
                outs.append(packet(number, left, hops, pop, target))
    ups = [MAC + IPV4 + plain(i + 1) for i in range(number)]
    return Case(ins, ups, outs, {"rx_stripped": number, "tx_restored": number})


def copies_in_place():
    ins, ups, outs = [], [], []
    for count in range(5):
        for left in 0, 1, 2, 4, 5, 255:
            stack = b"".join(bytes([0xA0 + i]) * 16 for i in range(count))

            def packet(target, left=left, count=count, stack=stack):
                return b"\x02" * 8 + target + bytes((left, count)) + IPV4 + stack + bytes(30)
            none = b"\xEE" * 16
            ins.append(packet(none))
            ups.append(packet(bytes([0xA0 + left - 1]) * 16 if 1 <= left <= count else none))
            outs.append(packet(b"\xA0" * 16) if count else ups[-1])
    return Case(ins, ups, outs, {"rx_stripped": len(ins), "tx_restored": len(ins)})


def tags():
    """Behind no tag, one and two; where a tag follows, or the same one, it is not ours."""
    ins = [MAC + front + RTAG + IPV4 + plain(number) for number, front in enumerate((b"", VLAN, VLAN * 2))]
    ups = [frame.replace(RTAG, b"") for frame in ins]
    others = [MAC + RTAG + VLAN + IPV4 + plain(7), MAC + RTAG * 2 + IPV4 + plain(8), MAC + IPV4 + plain(9)]
    return Case(ins + others, ups + others, ins + others, {"rx_stripped": 3, "rx_ignored": 3, "tx_restored": 3})


def repeats():
    """What comes a second time is too deep; only where nothing is stripped yet, the packet passes."""
    shim = bytes.fromhex("0001")
    more = shim + bytes.fromhex("9999") + shim + b"\0\1" + bytes(30)       # of the stripped header than is read: passes
    deep = [shim + bytes.fromhex("9998") + bytes(40),                      # in one state
            shim + b"\0\1" + b"\1" * 30,                                   # the kept one, in one state
            shim + b"\0\2" + b"\1" * 30,                                   # by a loop
            shim + b"\0\3" + bytes(30),                                    # by way of two states
            shim + b"\0\4" + bytes(40)]                                    # more pairs than there is room for
    good = [shim + b"\0\2" + b"\1\2\3\4\0" + bytes(20), shim + b"\0\3" + b"\1\2\3\4" + bytes(20),
            shim + b"\0\4" + b"\1\2\3\4" + b"\5\6\7\x08" + bytes(20),
            shim + b"\0\4" + b"\2\2\3\4" + b"\5\6\7\x08" + bytes(20),
            shim + b"\0\4" + b"\1\2\3\4" + bytes(4) + b"\5\6\7\x08" * 2 + bytes(20)]
    behind = [b"\0\1" + bytes(30), b"\0\2" + b"\1" * 30]                   # nothing is stripped
    head = MAC + bytes.fromhex("9999")
    ins = [head + frame for frame in [more] + deep + good] + [MAC + frame for frame in behind]
    ups = [head + more] + [MAC + frame[2:] for frame in good] + [MAC + frame for frame in behind]
    outs = [head + frame for frame in [more] + good] + [MAC + frame for frame in behind]
    return Case(ins, ups, outs, {"rx_drop_too_deep": len(deep), "rx_stripped": len(good), "tx_restored": len(good)})


def ranges():
    """Around the ends of all ranges of specs/ranges.sfc, whose cases are these."""
    top = 1 << 48
    def fits(i, a, b):
        low = 37 * i
        return ((i % 4 == 2 and a == low + 5 and b & 0xFF00 == i << 8) or (i % 4 != 2 and low <= a <= low + 60 and (
            i % 4 == 0 or (i % 4 == 1 and i << 42 <= b <= (i << 42) + (1 << 43)) or (i % 4 == 3 and b >= (1 << 47) - i))))
    ins, ups, stripped = [], [], 0
    for i in range(32):
        for a in {37 * i + step for step in (-1, 0, 5, 6, 60, 61)} & set(range(1 << 16)):
            for b in (0, i << 8, (i << 42) - 1, i << 42, (i << 42) + (1 << 43), (i << 42) + (1 << 43) + 1, (1 << 47) - i - 1,
                      (1 << 47) - i, 1 << 47, top - 1):
                first = next((case for case in range(32) if fits(case, a, b % top)), 1 + 2)
                mine = first % 2 == 0 or first % 8 == 1
                shim = a.to_bytes(2, "big") + (b % top).to_bytes(6, "big") + IPV4
                ins.append(MAC + b"\x99\x99" + shim + plain(len(ins)))
                ups.append(MAC + IPV4 + plain(len(ins) - 1) if mine else ins[-1])
                stripped += mine
    return Case(ins, ups, ins, {"rx_stripped": stripped, "rx_ignored": len(ins) - stripped, "tx_restored": stripped})


def runts(vnf):
    """A frame that a host does not take for one. It gets lost, in kernel mode, and the packets behind it do not."""
    outer, inner = MAC + bytes.fromhex("88e700000007"), MAC + IPV4 + plain(1)
    runt = MAC + bytes.fromhex("88a8")
    back = outer[6:12] + outer[:6] + outer[12:]
    passes = [runt] if vnf == "user" else []
    ins = [outer + inner, runt, inner, outer + inner]
    return Case(ins, [inner, *passes, inner, inner], [back + inner, *passes, inner, back + inner],
                {"rx": 4, "rx_ignored": 2, "rx_stripped": 2, "tx_restored": 2}, 0 if vnf == "user" else 1)


CASES = {"copy_by_index": lambda _: copies(), "copy_by_index_in_place": lambda _: copies_in_place(),
         "tag_behind_tags": lambda _: tags(), "repeats": lambda _: repeats(), "ranges": lambda _: ranges(), "frame_behind": runts}


def run(command, packets):
    with tempfile.TemporaryDirectory() as work:
        paths = {name: os.path.join(work, name) for name in ("in", "sf", "out")}
        write_pcap(paths["in"], packets)
        result = subprocess.run(command + ["--json"] + [word for name, path in paths.items() for word in ("--" + name, path)],
                                capture_output=True, text=True, errors="replace", timeout=300, check=False)
        try:
            document = json.loads(result.stdout)
            return read_pcap(paths["sf"]), read_pcap(paths["out"]), document["counters"], document["errors"]
        except (ValueError, KeyError, OSError):
            raise RuntimeError(f"{' '.join(command)} ends with {result.returncode}: {result.stdout} {result.stderr}") from None


def first_unlike(title, have, want):
    for number, (one, other) in enumerate(zip(have, want)):
        if one != other:
            return f"{title} {number + 1} is\n    {one.hex()}, not\n    {other.hex()}"
    return f"{len(have)} {title}, not {len(want)}" if len(have) != len(want) else None


def faults_of(title, outcome, case):
    ups, outs, counters, errors = outcome
    faults = [first_unlike("packets to the SF", ups, case.ups), first_unlike("packets that leave", outs, case.outs)]
    faults += [f"{name} is {counters.get(name)}, not {value}" for name, value in case.counters.items()
               if counters.get(name, 0) != value]
    if len(errors) != case.lost:
        faults.append(f"{len(errors)} frames get lost, not {case.lost}: {errors}")
    return [f"{title}: {fault}" for fault in faults if fault]


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--vnf", choices=("user", "kernel"), default="user")
    cli.add_argument("--only")
    cli.add_argument("sfcc")
    cli.add_argument("sfcctl", nargs="?")
    args = cli.parse_args()
    faults = []
    for name, make in CASES.items():
        if args.only not in (None, name):
            continue
        case, spec = make(args.vnf), os.path.join(HERE, "specs", f"{name}.sfc")
        commands = {"interpreter": [args.sfcc, "sim", spec]}
        with tempfile.TemporaryDirectory() as work:
            if args.sfcctl:
                subprocess.run([args.sfcc, spec, "-o", work], check=True)
                commands["kernel"] = [args.sfcctl, "test", os.path.join(work, f"{name}.bpf.o")]
            for title, command in commands.items():
                faults += faults_of(f"{name}, {title}", run(command + ["--vnf", args.vnf], case.packets), case)
    for fault in faults:
        print(fault)
    print(f"{len(CASES)} specs, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs the packets of tests/vectors through a proxy and compares whole packets, byte by byte.

  check_vectors.py [--program NAME] [--vectors DIR] [--seed N]... COMMAND...

COMMAND is what runs packets, without its --in, --sf, --out, --stats and --records:

  check_vectors.py sfcctl test sr-mpls.bpf.o
  check_vectors.py --seed 1 --seed 2 sfcc sim programs/geneve.sfc --vnf kernel

What is expected depends on the program, which is known by the name of the spec or object in COMMAND or given with
--program; expectations.py has the table. `--ttl uniform` is the same as `--program sr-mpls`, `--ttl verbatim` as
`--program sr-mpls-paper`. With --seed, vectors are made afresh by make_vectors.py in a temporary directory and checked
instead of those in DIR.

A family that concerns the program is run at once, and all others together; only if something is wrong, one packet at a
time, to say exactly what: of each run about --most packets.
"""
import argparse
import itertools
import os
import subprocess
import sys
import tempfile

import captures
from captures import first_difference, program_of
from expectations import PROGRAMS, comparable, dropped, outcomes_of, read_vectors, rule_of, unused_rules

BY_TTL = {"uniform": "sr-mpls", "verbatim": "sr-mpls-paper"}
SCAPY_PYTHON = "/usr/bin/python3"  # where Debian's python3-scapy is


def run(command, program, packets):
    outcome = captures.run(command, packets)
    return outcome._replace(backs=[comparable(program, back) for back in outcome.backs])


def drops(counters, side):
    start = side + "_drop_"
    return {name[len(start):]: count for name, count in counters.items() if name.startswith(start) and count}


def ways_to_fit(expected, ups, backs):
    """How lists of allowed outcomes, one for each packet, explain the outputs: for each way, the number of packets that
    were dropped on the way up and on the way back."""
    ways = {(0, 0, 0)}  # how many of `ups` and of `backs` are explained, and how many packets have been dropped
    for outcomes in expected:
        next_ways = set()
        for (up_at, back_at, dropped_up), (up, back) in itertools.product(ways, outcomes):
            if up is None:
                next_ways.add((up_at, back_at, dropped_up + 1))
            elif up_at < len(ups) and ups[up_at] == up:
                if back is None:
                    next_ways.add((up_at + 1, back_at, dropped_up))
                elif back_at < len(backs) and backs[back_at] == back:
                    next_ways.add((up_at + 1, back_at + 1, dropped_up))
        ways = next_ways
    return {(dropped_up, up_at - back_at) for up_at, back_at, dropped_up in ways
            if up_at == len(ups) and back_at == len(backs)}


def difference(stage, actual, expected):
    """What is wrong with a packet, in words; empty if nothing is."""
    if actual == expected:
        return ""
    if actual is None:
        return f"{stage}: no packet\n    expected {expected.hex()}"
    if expected is None:
        return f"{stage}: a packet of {len(actual)} bytes that should have been dropped\n    actual   {actual.hex()}"
    at = first_difference(actual, expected)
    is_at, expected_at = (f"{packet[at]:02x}" if at < len(packet) else "missing" for packet in (actual, expected))
    return (f"{stage}: byte {at} is {is_at}, expected {expected_at} (of {len(actual)} bytes, expected {len(expected)})"
            f"\n    actual   {actual.hex()}\n    expected {expected.hex()}")


def closest(outcomes, up, back):
    """The allowed outcome that explains most of an actual one."""
    return min(outcomes, key=lambda outcome: ((outcome[0] is None) != (up is None), outcome[0] != up,
                                              (outcome[1] is None) != (back is None)))


def explain(command, program, vector, outcomes):
    """Runs one packet alone; what is wrong with it, in words."""
    ups, backs, counters, _ = run(command, program, [vector.packet])
    up, back = (frames[0] if frames else None for frames in (ups, backs))
    fault = ""
    if len(ups) > 1 or len(backs) > 1:
        fault = f"became {len(ups)} packets up and {len(backs)} back"
    elif (up, back) not in outcomes:
        expected_up, expected_back = closest(outcomes, up, back)
        fault = "\n  ".join(filter(None, (difference("to the SF", up, expected_up),
                                          difference("back", back, expected_back))))
    elif up is None and not drops(counters, "rx"):
        fault = "vanished on the way up without a drop reason"
    elif up is not None and back is None and not drops(counters, "tx"):
        fault = "vanished on the way back without a drop reason"
    if not fault:
        return ""
    counted = ", ".join(f"{name}={count}" for name, count in counters.items() if count)
    return f"{fault}\n    arrived  {vector.packet.hex()}\n    counted  {counted}"


def check_together(command, program, vectors, most):
    """The faults of packets in one run."""
    expected = [outcomes_of(program, vector) for vector in vectors]
    ups, backs, counters, _ = run(command, program, [vector.packet for vector in vectors])
    ways = ways_to_fit(expected, ups, backs)
    names = ", ".join(dict.fromkeys(vector.family for vector in vectors))
    if not ways:
        faults = (f"{vector.family} packet {vector.number} {vector.name}: {text}"
                  for vector, outcomes in zip(vectors, expected) if (text := explain(command, program, vector, outcomes)))
        return list(itertools.islice(faults, most)) or [f"{names}: wrong together, though every packet is right alone"]
    faults = []
    counted = tuple(sum(drops(counters, side).values()) for side in ("rx", "tx"))
    if counted not in ways:
        faults.append(f"{names}: packets dropped up and back {sorted(ways)}, counted as "
                      f"{drops(counters, 'rx')} and {drops(counters, 'tx')}")
    for vector, outcomes in zip(vectors, expected):
        reasons = rule_of(program, vector).reasons
        if reasons and outcomes == dropped(vector) and not any(drops(counters, "rx").get(r) for r in reasons):
            faults.append(f"{vector.family} packet {vector.number} {vector.name}: not counted as dropped for "
                          f"{' or '.join(reasons)}, but as {drops(counters, 'rx')}")
    return faults


def check_directory(command, program, directory, title, most):
    vectors = read_vectors(directory)
    faults = [f"{title}: no packet is {pattern}" for pattern in unused_rules(program, vectors)]
    own = {vector.family for vector in vectors if rule_of(program, vector) in PROGRAMS[program]}
    groups = {}
    for vector in vectors:
        if outcomes_of(program, vector):
            groups.setdefault(vector.family if vector.family in own else "", []).append(vector)
    for group in groups.values():
        faults += [f"{title}: {program}: {fault}" for fault in check_together(command, program, group, most)]
    print(f"{title}: {sum(map(len, groups.values()))} packets, {len(faults)} faults")
    return faults


def main():
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectors")
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--program", choices=PROGRAMS, metavar="NAME")
    cli.add_argument("--ttl", choices=BY_TTL)
    cli.add_argument("--vectors", default=here, metavar="DIR")
    cli.add_argument("--seed", type=int, action="append", default=[], metavar="N")
    cli.add_argument("--most", type=int, default=10, metavar="N")
    cli.add_argument("command", nargs=argparse.REMAINDER)
    args = cli.parse_args()
    if not args.command:
        cli.error("COMMAND is missing")
    program = args.program or BY_TTL.get(args.ttl) or program_of(args.command)
    if program not in PROGRAMS:
        cli.error(f"{program or 'COMMAND'} is no program that expectations.py knows; --program is one of {', '.join(PROGRAMS)}")
    faults = []
    try:
        if not args.seed:
            faults = check_directory(args.command, program, args.vectors, "vectors", args.most)
        for seed in args.seed:
            with tempfile.TemporaryDirectory() as made:
                maker = os.path.join(args.vectors, "make_vectors.py")
                subprocess.run([SCAPY_PYTHON, maker, "--seed", str(seed), "--out", made], check=True)
                faults += check_directory(args.command, program, made, f"seed {seed}", args.most)
    except (RuntimeError, OSError, ValueError, subprocess.SubprocessError) as error:
        sys.exit(f"check_vectors.py: {error}")
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs the packets of tests/vectors through a proxy for MPLS labels and compares whole packets, byte by byte.

  check_vectors.py [--ttl uniform|verbatim] [--vectors DIR] [--seed N]... COMMAND...

COMMAND is what runs packets, without its --in, --sf, --out and --stats:

  check_vectors.py sfcctl test sr-mpls.bpf.o
  check_vectors.py --ttl verbatim sfcc sim programs/sr-mpls-paper.sfc --vnf kernel

--ttl says what the proxy does to the label under the one that it pops: gives it the popped one's TTL minus 1 and drops
packets whose top TTL is 1 (uniform, RFC 3032), or leaves it as it is (verbatim). With --seed, vectors are made afresh by
make_vectors.py in a temporary directory and checked instead of those in DIR.

What is expected of a packet is a list of allowed outcomes, each the packet that goes up to the service function and the
packet that comes back, None for none. A family is run at once; only if something is wrong, one packet at a time, to say
exactly what.
"""
import argparse
import collections
import json
import os
import struct
import subprocess
import sys
import tempfile

LABELLED = ("mpls", "mpls_special", "inner_zoo", "vlan_mpls")
# Not for this proxy: LSEs that are no labels; a control word and Ethernet below the labels.
LEFT_OUT = {("mpls_special", "mna_substack"), ("mpls_special", "pw_cw_eth")}
# Drop reasons that must be among those counted for a family.
REASONS = {"tc_ttl_mix": ("requirement",), "mpls_no_bos": ("too_deep", "malformed")}
SCAPY_PYTHON = "/usr/bin/python3"  # where Debian's python3-scapy is
PATIENCE = 120

Vector = collections.namedtuple("Vector", "family number name packet outcomes")


# ---- pcap ------------------------------------------------------------------------------------------------------------

def read_pcap(path):
    with open(path, "rb") as file:
        data = file.read()
    if len(data) < 24:
        raise ValueError(f"{path}: no pcap file")
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">", b"\xa1\xb2\x3c\x4d": ">"}.get(
        data[:4])
    if order is None:
        raise ValueError(f"{path}: no pcap file")
    packets, at = [], 24
    while at < len(data):
        length = struct.unpack_from(order + "I", data, at + 8)[0]
        packets.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return packets


def write_pcap(path, packets):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number, packet in enumerate(packets):
            file.write(struct.pack("<IIII", number, 0, len(packet), len(packet)) + packet)


# ---- what is expected ------------------------------------------------------------------------------------------------

def labels_at(packet):
    """Where the label stack of a packet begins; None if there is none."""
    at = 12
    while packet[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
        at += 4
    return at + 2 if packet[at:at + 2] in (b"\x88\x47", b"\x88\x48") else None


def with_uniform_ttl(arrived, returned):
    """`returned` with the top label's TTL that of `arrived` minus 1; None if that would be 0."""
    ttl = arrived[labels_at(arrived) + 3] - 1
    if ttl < 1:
        return None
    at = labels_at(returned)
    return returned if at is None else returned[:at + 3] + bytes([ttl]) + returned[at + 4:]


def dropped():
    return [(None, None)]


def untouched(packet):
    return [(packet, packet)]


def outcomes_of(family, packet, stripped, returned, uttl, ttl):
    """The allowed outcomes of a packet."""
    labelled = labels_at(packet) is not None
    if family == "truncated":
        return dropped() + untouched(packet)
    if not labelled and family == "malformed":
        return dropped() + untouched(packet)
    if not labelled:
        return untouched(packet)
    if stripped is None:
        return dropped()
    if ttl == "verbatim":
        return [(stripped, returned)]
    returned = uttl or with_uniform_ttl(packet, returned)
    return dropped() if returned is None else [(stripped, returned)]


def read_vectors(directory, ttl):
    """All vectors of a directory by family."""
    with open(os.path.join(directory, "manifest.tsv"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    families = {}
    for family in dict.fromkeys(row[0] for row in rows):
        stages = {stage: iter(read_pcap(path)) for stage in ("", ".sf", ".out", ".uttl")
                  if os.path.exists(path := os.path.join(directory, family + stage + ".pcap"))}
        vectors = families.setdefault(family, [])
        for _, number, name, _, sf_length, out_length, _ in (row for row in rows if row[0] == family):
            packet = next(stages[""])
            stripped = next(stages[".sf"]) if int(sf_length) else None
            returned = next(stages[".out"]) if int(out_length) else None
            uttl = next(stages[".uttl"]) if ".uttl" in stages else None
            if (family, name) not in LEFT_OUT:
                outcomes = outcomes_of(family, packet, stripped, returned, uttl, ttl)
                vectors.append(Vector(family, int(number), name, packet, outcomes))
    return families


# ---- running and comparing -------------------------------------------------------------------------------------------

def run(command, packets):
    """What goes up, what comes back, and the counters."""
    with tempfile.TemporaryDirectory() as work:
        paths = {name: os.path.join(work, name) for name in ("in", "sf", "out", "stats")}
        write_pcap(paths["in"], packets)
        options = [word for name, path in paths.items() for word in ("--" + name, path)]
        result = subprocess.run(command + options, capture_output=True, text=True, timeout=PATIENCE, check=False)
        if result.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} ends with {result.returncode}: {result.stderr.strip()}")
        with open(paths["stats"], encoding="utf-8") as file:
            counters = json.load(file)
        return read_pcap(paths["sf"]), read_pcap(paths["out"]), counters.get("counters", counters)


def drops(counters):
    return {name[8:]: count for name, count in counters.items() if name.startswith("rx_drop_") and count}


def fits(vectors, ups, backs):
    """Whether the outputs are allowed outcomes of the vectors, in order; and how many packets were dropped on the way
    up."""
    ups, backs = collections.deque(ups), collections.deque(backs)
    missing = 0
    for vector in vectors:
        for up, back in sorted(vector.outcomes, key=lambda outcome: outcome[0] is None):
            if up is None:
                missing += 1
                break
            if ups and ups[0] == up and (backs and backs[0] == back):
                ups.popleft()
                backs.popleft()
                break
        else:
            return False, missing
    return not ups and not backs, missing


def difference(what, actual, expected):
    """What is wrong with a packet, in words; empty if nothing is."""
    if actual == expected:
        return ""
    if actual is None:
        return f"no packet {what}"
    if expected is None:
        return f"a packet {what} ({len(actual)} bytes) that should have been dropped"
    for at, (a, b) in enumerate(zip(actual, expected)):
        if a != b:
            return f"{what}: byte {at} is {a:02x}, expected {b:02x}"
    return f"{what}: {len(actual)} bytes, expected {len(expected)}"


def explain(command, vector):
    """Runs one packet alone; what is wrong with it, in words."""
    ups, backs, counters = run(command, [vector.packet])
    up, back = (frames[0] if frames else None for frames in (ups, backs))
    if len(ups) > 1 or len(backs) > 1:
        return f"became {len(ups)} packets up and {len(backs)} back"
    if (up, back) in vector.outcomes:
        return ""
    if not ups and not drops(counters):
        return "vanished without a drop reason"
    expected_up, expected_back = vector.outcomes[0]
    faults = (difference("to the service function", up, expected_up), difference("back", back, expected_back))
    reasons = ", ".join(drops(counters))
    return "; ".join(fault for fault in faults if fault) + (f" (dropped: {reasons})" if reasons else "")


def check_family(command, vectors):
    """The faults of a family, one line each."""
    ups, backs, counters = run(command, [vector.packet for vector in vectors])
    good, missing = fits(vectors, ups, backs)
    faults = []
    if not good:
        for vector in vectors:
            if text := explain(command, vector):
                faults.append(f"{vector.family} packet {vector.number} {vector.name}: {text}")
        faults = faults or [f"{vectors[0].family}: wrong together, though every packet is right alone"]
    elif sum(drops(counters).values()) != missing:
        faults.append(f"{vectors[0].family}: {missing} packets dropped, counted as {drops(counters)}")
    for vector in vectors:
        reasons = REASONS.get(vector.name)
        if good and reasons and vector.outcomes == dropped() and not any(drops(counters).get(r) for r in reasons):
            faults.append(f"{vector.family} packet {vector.number} {vector.name}: not counted as dropped for "
                          f"{' or '.join(reasons)}, but as {drops(counters)}")
    return faults


def check_directory(command, directory, ttl, title):
    faults, count = [], 0
    families = read_vectors(directory, ttl)
    for family in LABELLED:
        if family not in families:
            faults.append(f"{title}: family {family} is not there")
    for vectors in families.values():
        count += len(vectors)
        faults += [f"{title}: {fault}" for fault in check_family(command, vectors)]
    print(f"{title}: {count} packets, {len(faults)} faults")
    return faults


def main():
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectors")
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--ttl", choices=["uniform", "verbatim"], default="uniform")
    cli.add_argument("--vectors", default=here)
    cli.add_argument("--seed", type=int, action="append", default=[])
    cli.add_argument("command", nargs=argparse.REMAINDER)
    args = cli.parse_args()
    if not args.command:
        cli.error("COMMAND is missing")
    faults = []
    try:
        if not args.seed:
            faults = check_directory(args.command, args.vectors, args.ttl, "vectors")
        for seed in args.seed:
            with tempfile.TemporaryDirectory() as made:
                maker = os.path.join(args.vectors, "make_vectors.py")
                subprocess.run([SCAPY_PYTHON, maker, "--seed", str(seed), "--out", made], check=True)
                faults += check_directory(args.command, made, args.ttl, f"seed {seed}")
    except (RuntimeError, OSError, ValueError, subprocess.SubprocessError) as error:
        sys.exit(f"check_vectors.py: {error}")
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

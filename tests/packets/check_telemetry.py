#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Sends packets with telemetry through three proxies in a row, and reads back what each said: telemetry_decoder.py.

  check_telemetry.py [--vnf user|kernel] SFCC PROGRAM.sfc [SFCCTL PROGRAM.bpf.o]

By the interpreter, and if SFCCTL is named, in the kernel. What comes out of one proxy is what arrives at the next, which
has another number, and by the interpreter other clocks. The packets are those of telemetry_packets.py and of tests/vectors.
Of each, what the SF sees and what comes back is compared whole, in the kernel but for times, which have to be likely.
"""
import argparse
import os
import shutil
import subprocess
import tempfile
import time

import captures
from expectations import after_hop, read_vectors
from telemetry_decoder import INCREMENTAL, Node, Trace, Walk, decode, refit, settled, wrong_sums
from telemetry_packets import CASES, NAMESPACE, Case, cases_of
from verdict import conclude

HOPS = 3
# As the tests' devices have them.
PORTS = {"user": (1, 1), "kernel": (4, 3)}
# The largest frame that the interpreter takes, and that the egress device of `sfcctl test` does.
LARGEST = {"interpreter": 65535, "kernel": 14 + 9000}
CLOCKS = [(1_700_000_000_123_456_789, 70_000), (1_700_000_000_223_456_789, 123_457), (1_700_000_000_323_456_789, 99)]
NODE_IDS = [0x00A1B2, 0x00C3D4, 0x00E5F6]
SECOND = 10**9
# What of tests/vectors is whose.
VECTORS = {"int-md-udp": ("int_md", "udp_"), "int-md-tcp": ("int_md", "tcp_"), "int-md-vxlan-gpe": ("int_md", "vxlan_"),
           "int-md-geneve": ("int_md", "geneve_"), "ioam6": ("ioam6", ""), "nsh-ioam": ("nsh_ioam", "")}
STORIES = {"e_bit": "eee", "prealloc": "ppm", "pot0": "...", "e2e_seq32": "..."}


def vector_cases(program, directory):
    family, start = VECTORS.get(program, (None, None))
    return [Case(f"{vector.family} {vector.name}", vector.packet, vector.stripped,
                 next((story for part, story in STORIES.items() if part in vector.name), "ppp"))
            for vector in read_vectors(directory) if vector.family == family and vector.name.startswith(start)]


# ---- one hop ---------------------------------------------------------------------------------------------------------

class Checker:
    def __init__(self, program, mode):
        self.program, self.mode, self.faults = program, mode, []

    def fault(self, case, place, text):
        self.faults.append(f"{self.program} {self.mode}: {case.name}: {place}: {text}")

    def compare(self, case, place, actual, expected):
        if actual == expected:
            return
        at = captures.first_difference(actual, expected)
        self.fault(case, place, f"differs at byte {at} ({len(actual)} bytes, expected {len(expected)})\n"
                                f"    actual   {actual.hex()}\n    expected {expected.hex()}")

    def node(self, number, arrived, left):
        return Node(NODE_IDS[number], *PORTS[self.mode], arrived, left, NAMESPACE)

    def run(self, title, number, command, cases, packets):
        outcome = captures.run(command + ["--vnf", self.mode, "-P", f"node_id={NODE_IDS[number]}"] + self.namespace(), packets)
        for stage, frames in (("to the SF", outcome.ups), ("back", outcome.backs)):
            if len(frames) != len(packets):
                self.one_by_one(title, number, command, cases, packets)
                raise RuntimeError(f"{title}, hop {number + 1}, {stage}: {len(frames)} of {len(packets)} packets; "
                                   f"{ {name: n for name, n in outcome.counters.items() if n} }")
        if not number:
            for case, frame in zip(cases, outcome.ups):
                self.compare(case, f"{title}, to the SF", frame, case.sees)
        for case, frame in zip(cases, outcome.ups):
            if wrong := wrong_sums(frame):
                self.fault(case, f"{title}, to the SF", f"wrong checksums at {wrong}")
        return outcome.backs

    def one_by_one(self, title, number, command, cases, packets):
        for case, packet in zip(cases, packets):
            one = captures.run(command + ["--vnf", self.mode] + self.namespace(), [packet])
            if len(one.ups) != 1 or len(one.backs) != 1:
                self.fault(case, f"{title}, hop {number + 1}", f"{len(one.ups)} up, {len(one.backs)} back, "
                           f"{ {name: n for name, n in one.counters.items() if n} }\n    {packet.hex()}")

    def namespace(self):
        return ["-P", f"ioam_namespace={NAMESPACE}"] if "ioam" in self.program else []

    def check_sums(self, case, place, frame):
        if wrong := wrong_sums(frame):
            self.fault(case, place, f"wrong checksums at {wrong}: {frame.hex()}")

    # ---- what is said

    def read_back(self, case, title, frame, known):
        """Every hop's values, the newest first; `known` are the nodes that it came through."""
        packet = decode(frame)
        if packet is None:
            if set(case.story) != {"."}:
                self.fault(case, title, f"no telemetry any more: {frame.hex()}")
            return
        before = decode(case.packet)
        nodes = [node for node, letter in zip(known, case.story) if letter == "p"][::-1]
        said = len(packet.hops) - len(before.hops)
        if said != len(nodes) and not (isinstance(packet, Trace) and before.kind == 0 and said > len(nodes)):
            self.fault(case, title, f"{said} hops more, expected {len(nodes)}")
            return
        for number, node in enumerate(nodes):
            self.read_hop(case, f"{title}, node {node.id:#x}", packet.hops[number], node, packet)
        self.read_header(case, title, packet, before, len(nodes))

    def read_hop(self, case, title, said, node, packet):
        latency = node.left - node.arrived
        wanted = {"node_id": node.id, "node_id_wide": node.id, "ingress_port": node.ingress, "egress_port": node.egress,
                  "ingress_port_wide": node.ingress, "egress_port_wide": node.egress, "latency": latency, "delay": latency,
                  "ingress_time": node.arrived, "egress_time": node.left, "seconds": node.arrived // SECOND,
                  "fraction": node.arrived % SECOND, "snapshot": (0xFFFFFF, b""), "hop_limit": 63, "hop_limit_wide": 63}
        for name, value in said.values.items():
            if value != wanted.get(name):
                self.fault(case, title, f"{name} is {value}, expected {wanted.get(name)}")
        if set(said.filling) - {0xFF}:
            self.fault(case, title, f"filled with {said.filling.hex()}")

    def read_header(self, case, title, packet, before, pushed):
        is_trace = isinstance(packet, Trace)
        if is_trace:
            words = packet.node_words + (packet.type >> 1 & 1)
            wanted = {"remaining": before.remaining - pushed * words, "overflow": before.overflow or "m" in case.story,
                      "flags": (before.flags & 7) | 8 * (before.overflow or "m" in case.story)}
            grown = pushed * words * 4 if packet.kind == 1 else 0
        else:
            wanted = {"remaining": before.remaining - pushed, "exceeded": before.exceeded or "e" in case.story,
                      "mtu_exceeded": before.mtu_exceeded or "m" in case.story,
                      "words": before.words + pushed * before.hop_words}
            grown = pushed * before.hop_words * 4
        if (packet.end - packet.at) - (before.end - before.at) != grown:
            self.fault(case, title, f"{(packet.end - packet.at) - (before.end - before.at)} bytes more, expected {grown}")
        for name, value in wanted.items():
            if getattr(packet, name) != value:
                self.fault(case, title, f"{name} is {getattr(packet, name)}, expected {value}")

    # ---- runs

    def through_interpreter(self, command, cases):
        packets, known = [case.packet for case in cases], []
        for number in range(HOPS):
            start, step = CLOCKS[number]
            title = f"interpreter, hop {number + 1}"
            backs = self.run("interpreter", number, command + ["--clock", f"{start},{step}"], cases, packets)
            known.append([self.node(number, start + 2 * i * step, start + (2 * i + 1) * step) for i in range(len(cases))])
            for i, case in enumerate(cases):
                self.compare(case, title, backs[i], after_hop(self.program, packets[i], known[number][i]))
                self.check_sums(case, title, backs[i])
                self.read_back(case._replace(story=case.story[:number + 1]), title, backs[i], [row[i] for row in known])
            packets = backs
        return packets

    def in_kernel(self, command, cases):
        packets = [case.packet for case in cases]
        for number in range(HOPS):
            title = f"kernel, hop {number + 1}"
            start = time.clock_gettime_ns(time.CLOCK_TAI)
            backs = self.run("kernel", number, command, cases, packets)
            end = time.clock_gettime_ns(time.CLOCK_TAI)
            for i, case in enumerate(cases):
                expected = after_hop(self.program, packets[i], self.node(number, 12345, 1234567))
                self.compare(case, title, settled(backs[i]), settled(expected))
                self.check_sums(case, title, backs[i])
                if case.story[number] == "p":
                    self.check_times(case, title, decode(backs[i]).hops[0].values, start, end)
            packets = backs
        return packets

    def check_times(self, case, title, values, start, end):
        for name in ("latency", "delay"):
            if name in values and not 0 < (values[name] or 0) < SECOND:
                self.fault(case, title, f"{name} of {values[name]} ns")
        for name in ("ingress_time", "egress_time"):
            # The clock of a test run may be the coarse one, which lags by a tick.
            if name in values and not start - SECOND // 50 <= (values[name] or 0) <= end + SECOND // 50:
                self.fault(case, title, f"{name} is {values[name]}, not between {start} and {end}")
        if "seconds" in values and not start // SECOND - 1 <= (values["seconds"] or 0) <= end // SECOND + 1:
            self.fault(case, title, f"{values['seconds']} seconds, not between {start // SECOND} and {end // SECOND}")
        if "fraction" in values and not 0 <= (values["fraction"] or 0) < SECOND:
            self.fault(case, title, f"{values['fraction']} ns of a second")
        if values.get("ingress_time") and values.get("egress_time"):
            passed = values["egress_time"] - values["ingress_time"]
            if not 0 < passed < SECOND or abs(passed - values.get("latency", passed)) > SECOND // 1000:
                self.fault(case, title, f"{passed} ns between arrival and departure, latency {values.get('latency')}")

    # ---- a packet that the SF has made as large as can be

    def check_mtu(self, title, command, case):
        """The function lets a packet grow until this hop's data fits just so, or just not."""
        size = 4 * decode(case.packet).hop_words
        for spare in (size, size - 1):
            back = grown(case.sees, LARGEST[title] - (len(case.packet) - len(case.sees)) - spare)
            outcome = captures.run(command, [case.packet], [back])
            place = f"{title}, {spare} bytes below the largest frame"
            packet = decode(outcome.backs[0]) if outcome.backs else None
            if packet is None:
                self.fault(case, place, f"no telemetry comes back, {outcome.counters}")
                continue
            pushed = len(packet.hops) - len(decode(case.packet).hops)
            if (pushed, packet.mtu_exceeded) != ((1, False) if spare >= size else (0, True)):
                self.fault(case, place, f"{pushed} hops more, M is {packet.mtu_exceeded}")
            if wrong := wrong_sums(packet.frame):
                self.fault(case, place, f"wrong checksums at {wrong}")


def grown(frame, size):
    """A packet in untagged IPv4 with a longer payload, and checksums as a function makes them."""
    after = bytearray(frame) + bytes(size - len(frame))
    after[16:18] = (size - 14).to_bytes(2, "big")
    return refit(frame, Walk(frame).layers, after)


# ---- other eyes ------------------------------------------------------------------------------------------------------

def tshark_faults(title, packets):
    """What tshark, if it is there, says of checksums and lengths."""
    if not shutil.which("tshark"):
        return []
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "packets.pcap")
        captures.write_pcap(path, packets)
        options = [f"{layer}.check_checksum:TRUE" for layer in ("ip", "tcp", "udp")]
        fields = ["frame.number", "ip.checksum.status", "udp.checksum.status", "tcp.checksum.status", "_ws.malformed"]
        command = ["tshark", "-r", path, "-T", "fields"]
        for option in options:
            command += ["-o", option]
        for field in fields:
            command += ["-e", field]
        lines = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout.splitlines()
    faults = []
    for line in lines:
        number, *status, malformed = line.split("\t")
        # tshark 4.0 takes what may still come into an incremental trace for space that is there.
        trace = decode(packets[int(number) - 1])
        incremental = isinstance(trace, Trace) and trace.kind == INCREMENTAL
        if any("0" in one.split(",") for one in status) or (malformed and not incremental):
            faults.append(f"{title}: tshark about packet {number}: checksums {status} {malformed}: "
                          f"{packets[int(number) - 1].hex()}")
    if len(lines) != len(packets):
        faults.append(f"{title}: tshark read {len(lines)} of {len(packets)} packets")
    return faults


def main():
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectors")
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--vnf", choices=PORTS, default="user")
    cli.add_argument("--vectors", default=here, metavar="DIR")
    cli.add_argument("sfcc")
    cli.add_argument("spec")
    cli.add_argument("in_kernel", nargs="*", metavar="SFCCTL OBJECT")
    args = cli.parse_args()
    program = captures.program_of([args.spec])
    if program not in CASES:
        cli.error(f"{program} adds nothing to telemetry")
    cases = cases_of(program) + vector_cases(program, args.vectors)
    checker = Checker(program, args.vnf)
    faults = []
    try:
        runs = [("interpreter", checker.through_interpreter, [args.sfcc, "sim", args.spec])]
        if args.in_kernel:
            runs.append(("kernel", checker.in_kernel, [args.in_kernel[0], "test", args.in_kernel[1]]))
        for title, run, command in runs:
            faults += tshark_faults(f"{program} {title}", run(command, cases))
            # Only in user mode can another packet come back, and only TCP is known again when it has grown.
            if args.vnf == "user" and program == "int-md-tcp":
                checker.check_mtu(title, command, cases[2])
    except (RuntimeError, OSError, ValueError, subprocess.SubprocessError) as error:
        faults.append(f"check_telemetry.py: {error}")
    faults = checker.faults + faults
    conclude(f"{program}, {args.vnf}: {len(cases)} packets through {HOPS} hops", faults)


if __name__ == "__main__":
    main()

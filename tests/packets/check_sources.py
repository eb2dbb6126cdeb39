#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Sends packets without telemetry through a source and two transit nodes behind it, and reads back what each said.

  check_sources.py [--vnf user|kernel] SFCC SOURCE.sfc TRANSIT.sfc [SFCCTL SOURCE.bpf.o TRANSIT.bpf.o]

By the interpreter, and if SFCCTL is named, in the kernel. A packet with the telemetry header that the source is asked for
is made by hand; what comes out of the source has to be that packet as it comes out of a node that it meets, and from there
on all is as in check_telemetry.py; traces of IOAM begin in both ways. Then packets near the MTU: there is room for all, for the header alone, or for nothing;
and packets of which the table knows nothing, or of which one in so many is taken, with what the source counts.
The entries of a source's table are those of tables/SOURCE.entries, and of STRANGERS for the packets of others.
"""
import argparse
import collections
import itertools
import os
import struct
import subprocess
import tempfile
import time

import captures
from check_telemetry import CLOCKS, HOPS, LARGEST, NAMESPACE, Checker, tshark_faults
from expectations import after_hop
from telemetry_decoder import (GENEVE_PORT, HOP_BY_HOP, INCREMENTAL, INT_CLASS, PREALLOCATED, TCP, TYPE_NSH, UDP,
                               VXLAN_GPE_PORT, decode, settled)
from telemetry_packets import (KINDS, PAYLOAD, Case, Telemetry, ethernet, in_tcp, in_udp, int_md, ioam_option,
                               ioam_words, ip_frame, ipv4, ipv6, labels, nsh, over_ip, plain_udp, tcp, trace, tunnel, udp,
                               version_type, words_of)
from verdict import conclude

# A packet, what the SF sees of it, the same with telemetry that no node has added to.
Start = collections.namedtuple("Start", "name packet sees started")

TABLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables")
# What is asked for, and of how many hops.
ASKED = {"int": [(0xEC00, 8), (0xFFFF, 3), (0x8000, 1), (0x2000, 2), (0x8001, 255)],
         "ioam": [(0xB80000, 8), (0xC00000, 1), (0xFF0000, 2), (0xC98002, 255), (0x008000, 2), (0x800000, 3)]}
# The words that a pre-allocated trace can have: an option of IPv6 has 255 bytes, an extension header whole 8 bytes.
MOST_ROOM = {"ioam6-source": (60, 2), "nsh-ioam-source": (64, 1)}


def int_header(instructions, hops):
    return int_md(instructions, words_of(instructions), hops)


def node_words(kinds):
    """What a node adds to a trace, with an opaque snapshot."""
    return ioam_words(kinds) + (kinds >> 1 & 1)


def room_for(source, kinds, hops):
    """The words of a pre-allocated trace."""
    most, unit = MOST_ROOM[source]
    return min(most, -(-hops * node_words(kinds) // unit) * unit)


# ---- packets without telemetry, of any size --------------------------------------------------------------------------

def udp_starts(header, payloads):
    telemetry = Telemetry("plain", header, "")
    count = 0
    for payload in payloads:
        for oddity in ({}, {"tags": (5,)}, {"tags": (5, 6)}, {"options": b"\x94\x04\0\0"}, {"summed": False}):
            one = in_udp(count := count + 1, telemetry, payload=payload, **oddity)
            yield Start(f"{len(payload)} bytes {oddity}", one.sees, one.sees, one.packet)


def tcp_starts(header, payloads):
    telemetry = Telemetry("plain", header, "")
    count = 0
    for payload in payloads:
        for oddity in ({}, {"tags": (5,)}, {"options": bytes.fromhex("0101080a0000138800000009")}, {"options": b"\1" * 40}):
            one = in_tcp(count := count + 1, telemetry, payload=payload, **oddity)
            yield Start(f"{len(payload)} bytes {oddity}", one.sees, one.sees, one.packet)


def vxlan(protocol):
    return struct.pack("!BBBBI", 0x0C, 0, 0, protocol, 77 << 8)


def inners(payloads):
    count = 0
    for payload in payloads:
        for kind in KINDS:
            packet = plain_udp(6 if kind == "ipv6" else 4, count := count + 1, payload)
            protocol = {"ethernet": 3, "ipv4": 1, "ipv6": 2}[kind]
            frame = ip_frame(packet)
            yield (count, frame if kind == "ethernet" else packet, protocol,
                   0x6558 if kind == "ethernet" else version_type(packet), frame)


def vxlan_starts(header, payloads):
    for count, packet, protocol, _, sees in inners(payloads):
        shim = struct.pack("!BBBB", 1 << 4, len(header) // 4, 0, protocol) + header
        make = lambda data: tunnel(6 if count % 4 == 3 else 4, VXLAN_GPE_PORT, data, count, count % 2 or count % 4 == 3)
        yield Start(f"inner {protocol}", make(vxlan(protocol) + packet), sees, make(vxlan(0x82) + shim + packet))


def geneve_starts(header, payloads):
    other = struct.pack("!HBB", 0x0102, 0x80, 2) + bytes(range(8))
    for count, packet, _, protocol, sees in inners(payloads):
        options = other * (count % 3)
        shim = struct.pack("!HBB", INT_CLASS, 1, len(header) // 4) + header
        make = lambda all_options: tunnel(4, GENEVE_PORT, struct.pack("!BBHI", len(all_options) // 4, 0, protocol, 77 << 8) +
                                          all_options + packet, count, count % 2)
        yield Start(f"inner {protocol:#x} {len(options)}", make(options), sees, make(options + shim))


def label_starts(header, payloads):
    count = 0
    for payload in payloads:
        for depth in (4, 5):
            packet = plain_udp(6 if depth == 5 else 4, count := count + 1, payload)
            shim = struct.pack("!BBH", 1 << 4, len(header) // 4, version_type(packet)) + header
            yield Start(f"{depth} labels", ethernet(0x8847, labels(depth) + packet), ip_frame(packet),
                        ethernet(0x8847, labels(depth) + shim + packet))


def nsh_starts(header, payloads, kind):
    for count, packet, protocol, _, sees in inners(payloads):
        ioam = struct.pack("!BBBB", kind, 1 + len(header) // 4, 0, protocol) + header
        context = bytes(16) if count % 2 else b"\1\2\3\4"
        yield Start(f"inner {protocol}", ethernet(TYPE_NSH, nsh(protocol, 200, context) + packet), sees,
                    ethernet(TYPE_NSH, nsh(6, 200, context) + ioam + packet))


def ioam6_starts(header, payloads, kind):
    count = 0
    for payload in payloads:
        for upper in (UDP, TCP):
            body = udp(6, 40006, payload) if upper == UDP else tcp(6, payload, b"", count := count + 1)
            options = b"\1\0" + ioam_option(kind, header)
            extension = struct.pack("!BB", upper, (2 + len(options)) // 8 - 1) + options
            plain = ip_frame(ipv6(upper, body, count))
            yield Start(f"upper {upper}", plain, plain, ip_frame(ipv6(HOP_BY_HOP, extension + body, count)))


STARTS = {"int-md-udp-source": udp_starts, "int-md-tcp-source": tcp_starts, "int-md-vxlan-gpe-source": vxlan_starts,
          "int-md-geneve-source": geneve_starts, "sr-mpls-int-source": label_starts, "nsh-ioam-source": nsh_starts,
          "ioam6-source": ioam6_starts}


# An entry for packets that do not come.
STRANGERS = {"int-md-udp-source": "ipv4.dst=10.9.0.0/16", "int-md-tcp-source": "tcp.dst_port=22 ipv4.dst=0.0.0.0/0",
             "int-md-vxlan-gpe-source": "vxlan.vni=78", "int-md-geneve-source": "geneve.vni=78",
             "sr-mpls-int-source": "labels[0].label=16001", "nsh-ioam-source": "nsh.spi=0x123457",
             "ioam6-source": "ipv6.dst=2001:db9::/32"}
# What has something taken off is the source's, with telemetry or without; other packets only if they get it.
ALWAYS_OURS = ("int-md-vxlan-gpe-source", "int-md-geneve-source", "sr-mpls-int-source", "nsh-ioam-source")


def other_way(packet):
    """From the receiver to the sender, whom no table has; the sums stay right."""
    at, size = (26, 4) if packet[12:14] == b"\x08\0" else (22, 16)
    return packet[:at] + packet[at + size:at + 2 * size] + packet[at:at + size] + packet[at + 2 * size:]


def untouched(program):
    """What no table has, first what is looked up in it, and fragments."""
    if program == "int-md-udp-source":
        yield other_way(ip_frame(plain_udp(4, 2)))
        yield ip_frame(over_ip(6, UDP, udp(6, 40002, PAYLOAD), 3))
        yield ip_frame(ipv4(UDP, udp(4, 40002, PAYLOAD), 4, fragment=0x2000))
        yield ip_frame(ipv4(TCP, tcp(4, PAYLOAD), 5))
    if program == "int-md-tcp-source":
        yield ip_frame(ipv4(TCP, tcp(4, PAYLOAD)[:2] + b"\0\x50" + tcp(4, PAYLOAD)[4:], 6))
        yield ip_frame(ipv4(UDP, udp(4, 443, PAYLOAD), 7))
    if program == "ioam6-source":
        yield other_way(ip_frame(plain_udp(6, 8)))
        yield ip_frame(plain_udp(4, 8))
        yield ip_frame(ipv6(HOP_BY_HOP, struct.pack("!BB", UDP, 0) + b"\5\2\0\0\1\0" + udp(6, 40006, PAYLOAD), 9))


class SourceChecker(Checker):
    def __init__(self, source, transit, mode, command, in_kernel, kind):
        super().__init__(transit, mode)
        self.kind = kind  # of a trace
        self.source, self.is_int, self.in_kernel, self.command = source, "int" in source, in_kernel, command
        self.entries = os.path.join(TABLES, f"{source}.entries")

    def commands(self, asked, hops, entries=None):
        field = "instructions" if self.is_int else "trace_type"
        kind = [] if self.is_int else ["-P", f"trace_option={self.kind}"]
        return [self.command[0] + kind + ["--table", entries or self.entries] + ["-P", f"{field}={asked}", "-P", f"hops={hops}"]] + [self.command[1]] * (HOPS - 1)

    def header(self, asked, hops):
        if self.is_int:
            return int_header(asked, hops)
        if self.kind == INCREMENTAL:
            return trace(asked, min(127, hops * node_words(asked)), namespace=NAMESPACE)
        words = room_for(self.source, asked, hops)
        return trace(asked, words, bytes(4 * words), namespace=NAMESPACE)

    def starts(self, asked, hops, payloads):
        return STARTS[self.source](self.header(asked, hops), payloads, *([] if self.is_int else [self.kind]))

    def namespace(self):
        return ["-P", f"ioam_namespace={NAMESPACE}"] if not self.is_int else []

    def through_hops(self, asked, hops):
        commands = self.commands(asked, hops)
        starts = list(self.starts(asked, hops, [PAYLOAD, b"", b"x", PAYLOAD[:33], bytes(1000)]))
        said = self.stories(asked, hops, starts)
        cases = [Case(f"{asked:#x} {hops} {one.name}", one.started, one.sees, story) for one, story in zip(starts, said)]
        packets, known = [one.packet for one in starts], []
        for number, command in enumerate(commands):
            start, step = CLOCKS[number]
            title = f"{'kernel' if self.in_kernel else 'interpreter'}, hop {number + 1}"
            clock = [] if self.in_kernel else ["--clock", f"{start},{step}"]
            before = time.clock_gettime_ns(time.CLOCK_TAI)
            backs = self.run(title, number, command + clock, cases, packets)
            after = time.clock_gettime_ns(time.CLOCK_TAI)
            if not number:
                packets = [one.started for one in starts]
            known.append([self.node(number, start + 2 * i * step, start + (2 * i + 1) * step) for i in range(len(cases))])
            for i, case in enumerate(cases):
                expected = after_hop(self.program, packets[i], known[number][i])
                if self.in_kernel:
                    self.compare(case, title, settled(backs[i]), settled(expected))
                    if case.story[number] == "p":
                        self.check_times(case, title, decode(backs[i]).hops[0].values, before, after)
                else:
                    self.compare(case, title, backs[i], expected)
                    self.read_back(case._replace(story=case.story[:number + 1]), title, backs[i], [row[i] for row in known])
                self.check_sums(case, title, backs[i])
            packets = backs
        return packets

    def stories(self, asked, hops, starts):
        """What becomes of the header, hop by hop: as in telemetry_packets.Case."""
        for one in starts:
            words = words_of(asked) if self.is_int else node_words(asked)
            header = self.header(asked, hops)
            said, left, at = "", hops if self.is_int else header[3] & 0x7F, len(header) // 4
            for _ in range(HOPS):
                if self.is_int:
                    full = at + words > (31 if "geneve" in self.source else 255)
                    said += "e" if left == 0 else "m" if full else "p"
                    left -= said[-1] == "p"
                else:
                    odd = "ioam6" in self.source and words % 2 == 1
                    full = left < words or (odd and self.kind == INCREMENTAL)
                    said += "m" if full else "p"
                    left -= 0 if full else words
                at += words if said[-1] == "p" else 0
            yield said

    def check_rooms(self):
        """Packets that grow up to the MTU: all fits, the header alone does, nothing does."""
        asked, hops = ASKED["int" if self.is_int else "ioam"][0]
        command = self.commands(asked, hops)[0]
        largest = LARGEST["kernel" if self.in_kernel else "interpreter"]
        make = lambda size: next(iter(self.starts(asked, hops, [bytes(size)])))
        small = make(100)
        grown = len(small.started) - len(small.packet)
        if self.kind == PREALLOCATED:
            bare, whole = grown - 4 * room_for(self.source, asked, hops), grown
        else:
            bare, whole = grown, grown + 4 * (words_of(asked) if self.is_int else node_words(asked))
        for spare in (whole, whole - 1, bare, bare - 1):
            one = make(100 + largest - len(self.put_back(small.packet)) - spare)
            case = Case(f"{spare} bytes below the MTU", one.started, one.sees, "")
            back = captures.run(command + ["--vnf", self.mode] + self.namespace(), [one.packet]).backs
            if not back:
                self.fault(case, "room", "does not come back")
                continue
            packet = decode(back[0])
            if spare < bare:
                self.compare(case, "room", len(back[0]), len(self.put_back(one.packet)))
                if packet is not None:
                    self.fault(case, "room", "has telemetry")
                continue
            if packet is None:
                self.fault(case, "room", "has no telemetry")
                continue
            full = spare < whole
            flag = packet.mtu_exceeded if self.is_int else packet.overflow
            if (len(packet.hops), bool(flag)) != (0 if full else 1, full):
                self.fault(case, "room", f"{len(packet.hops)} hops, flag {flag}")
            if self.kind == PREALLOCATED and full and (packet.remaining or packet.end > packet.nodes):
                self.fault(case, "room", f"room for {packet.remaining} words")
            self.check_sums(case, "room", back[0])

    def check_gate(self):
        """Of the packets that the table has, one in `sample` gets the header; of others none does, and they are not counted
        among those that it is one of. What has telemetry gets the data of this hop, whatever the table says."""
        asked, hops = ASKED["int" if self.is_int else "ioam"][0]
        starts = list(self.starts(asked, hops, [PAYLOAD, b"x", PAYLOAD[:33]]))
        between = list(untouched(self.source))
        packets, kinds = [], []  # behind each plain packet none, one or two others
        for number, one in enumerate(starts):
            more = [(one.started, "has it")] + [(packet, "untouched") for packet in between[:1]]
            for packet, kind in [(one.packet, "plain")] + more[:number % 3]:
                packets.append(packet)
                kinds.append(kind)
        for sample, known in ((1, True), (1, False), (4, True), (2, False), (0, True)):
            with tempfile.NamedTemporaryFile("w", suffix=".entries") as strangers:
                strangers.write(f"watch {STRANGERS[self.source]}\n")
                strangers.flush()
                command = self.commands(asked, hops, None if known else strangers.name)[0] + ["-P", f"sample={sample}"]
                run = captures.run(command + ["--vnf", self.mode] + self.namespace(), packets)
            self.check_gated(f"one in {sample} of {'these' if known else 'others'}", packets, kinds, sample if known else 0, run)

    def check_gated(self, title, packets, kinds, sample, run):
        """Of the plain packets, one in `sample` has been taken; with 0, none."""
        case = Case(title, b"", b"", "")
        place = "kernel" if self.in_kernel else "interpreter"
        if len(run.ups) != len(packets) or len(run.backs) != len(packets):
            self.fault(case, place, f"{len(run.ups)} up, {len(run.backs)} back of {len(packets)}")
            return
        plain = taken = 0
        for packet, kind, back in zip(packets, kinds, run.backs):
            wanted = kind == "has it" or (kind == "plain" and sample > 0 and plain % sample == 0)
            plain += kind == "plain"
            taken += wanted
            said = decode(back)
            if (len(said.hops) if said else 0) != wanted:
                self.fault(case, place, f"{kind}: {len(said.hops) if said else 'no'} hops: {back.hex()}")
            elif not wanted:
                self.compare(case, f"{place}, {kind}", back, packet if kind == "untouched" else
                             after_hop(self.program, packet, self.node(0, 0, 0)))
        ours = len(packets) - kinds.count("untouched") if self.source in ALWAYS_OURS else taken
        counted = {"rx": len(packets), "rx_stripped": ours, "rx_ignored": len(packets) - ours, "tx_restored": ours,
                   "tx": len(packets)}
        for name, count in counted.items():
            if run.counters.get(name, 0) != count:
                self.fault(case, place, f"{name} is {run.counters.get(name, 0)}, expected {count}")

    def put_back(self, packet):
        """The packet as it comes back without telemetry; of labels, one has gone."""
        return packet[4:] if "mpls" in self.source else packet

    def compare(self, case, place, actual, expected):
        if isinstance(actual, int):
            if actual != expected:
                self.fault(case, place, f"{actual} bytes, expected {expected}")
        else:
            super().compare(case, place, actual, expected)

    def check_untouched(self):
        packets = list(untouched(self.source))
        if not packets:
            return
        asked, hops = ASKED["int" if self.is_int else "ioam"][0]
        run = captures.run(self.commands(asked, hops)[0] + ["--vnf", self.mode], packets)
        if run.ups != packets or run.backs != packets:
            self.fault(Case("untouched", b"", b"", ""), "source", f"{len(run.backs)} packets, changed")


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--vnf", choices=("user", "kernel"), default="user")
    cli.add_argument("sfcc")
    cli.add_argument("source")
    cli.add_argument("transit")
    cli.add_argument("in_kernel", nargs="*", metavar="SFCCTL SOURCE TRANSIT")
    args = cli.parse_args()
    source, transit = captures.program_of([args.source]), captures.program_of([args.transit])
    runs = [(False, [[args.sfcc, "sim", spec] for spec in (args.source, args.transit)])]
    if args.in_kernel:
        runs.append((True, [[args.in_kernel[0], "test", spec] for spec in args.in_kernel[1:]]))
    faults, count = [], 0
    kinds = [None] if "int" in source else [PREALLOCATED, INCREMENTAL]
    for (in_kernel, commands), kind in itertools.product(runs, kinds):
        checker = SourceChecker(source, transit, args.vnf, commands, in_kernel, kind)
        try:
            for asked, hops in ASKED["int" if "int" in source else "ioam"]:
                packets = checker.through_hops(asked, hops)
                count += len(packets)
                checker.faults += tshark_faults(f"{source} {asked:#x}", packets)
            if args.vnf == "user":  # in kernel mode the devices take no packets that large
                checker.check_rooms()
            checker.check_untouched()
            checker.check_gate()
        except (RuntimeError, OSError, ValueError, subprocess.SubprocessError) as error:
            faults.append(f"check_sources.py: {error}")
        faults += checker.faults
    conclude(f"{source}, {args.vnf}: {count} packets through {HOPS} hops", faults)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Sends UDP packets with an INT-MD header before their payload, or judges them behind the nodes that they have passed.

  telemetry.py send --device DEV --count N --rate N --destination-mac MAC
  telemetry.py receive --device DEV --count N --node ID:INGRESS:EGRESS:MTU:MODE...

INT is read and written as its standard has it (P4.org, "INT Dataplane Specification" 2.1), on port 5900. The nodes are
given in the order in which packets pass them: what each must call itself, the numbers of its devices, the MTU of the
latter, and whether its function is in user space or in the kernel, which routes. From that and a packet's number
follows what must arrive, byte for byte, but for the times: those must be in order, from the sender's clock to the
receiver's.

Every tenth packet goes to a port of its own, BLOCKED_PORT, for a firewall: it must not arrive. The receiver says
"listening" when it is ready and ends when all others have come, or none for a while. Both print what they saw as JSON.
"""
import argparse
import json
import random
import socket
import statistics
import struct
import sys
import time
import zlib

INT_PORT, OPEN_PORT, BLOCKED_PORT, SOURCE_PORT = 5900, 7777, 4444, 9999
BLOCKED_OF_TEN = 3
TYPE_IPV4, TYPE_IPV6, ALL_PROTOCOLS = 0x0800, 0x86DD, 0x0003
PROTO_UDP, TTL = 17, 64
ADDRESSES = {4: ("10.1.0.1", "10.2.0.2"), 6: ("fd00:1::1", "fd00:2::2")}
SOURCE_MAC = "02:00:00:00:01:01"

# The shim for UDP: type (4 bits), next protocol type (2), reserved; words that follow; port of the payload.
SHIM = struct.Struct("!BBH")
SHIM_KIND = 1 << 4 | 1 << 2  # INT-MD, and what follows is the original payload
# The INT-MD header: version (4), D, E, M, reserved (12), words per hop (5), remaining hops (8), instructions, domain.
INT_MD = struct.Struct("!IHHHH")
VERSION, EXCEEDED, MTU_EXCEEDED = 2 << 28, 1 << 26, 1 << 25
DOMAIN = 0x0D0D

# What a node pushes, by bit of the instructions: names and bytes of the items.
ITEMS = {
    0: (("node_id", 4),),
    1: (("ingress_port_16", 2), ("egress_port_16", 2)),
    2: (("latency", 4),),
    3: (("queue", 4),),
    4: (("ingress_time", 8),),
    5: (("egress_time", 8),),
    6: (("ingress_port_32", 4), ("egress_port_32", 4)),
    7: (("egress_utilization", 4),),
    8: (("buffer", 4),),
    **{bit: ((f"reserved_{bit}", 4),) for bit in range(9, 15)},
    15: (("checksum_complement", 4),),
}
MEASURED = ("latency", "ingress_time", "egress_time")

# A payload: number, time of sending, bytes that follow from the number, CRC of all that.
PAYLOAD = struct.Struct("!QQ")
CRC = struct.Struct("!I")

SO_RCVBUFFORCE, SOL_PACKET, PACKET_STATISTICS = 33, 263, 6
RECEIVE_BUFFER = 64 << 20
PATIENCE = 2
FAULTS = ("wrong_packet", "wrong_checksum", "wrong_int", "wrong_hop", "wrong_time", "wrong_payload", "blocked")


class Fault(Exception):
    """What is wrong with a packet: one of FAULTS, and in words."""


def expect(kind, what, actual, expected):
    if actual != expected:
        raise Fault(kind, f"{what} is {actual}, expected {expected}")


# ---- what is sent ----------------------------------------------------------------------------------------------------


def items_of(instructions):
    """Names and sizes of the items of a hop."""
    return [item for bit, items in ITEMS.items() if instructions >> 15 - bit & 1 for item in items]


def hop_size(instructions):
    return sum(size for _, size in items_of(instructions))


def port_of(number):
    return BLOCKED_PORT if number % 10 == BLOCKED_OF_TEN else OPEN_PORT


def ip_version(number):
    return 4 if number % 3 else 6


def has_checksum(number):
    """UDP may do without in IPv4."""
    return ip_version(number) == 6 or number % 4 > 0


def filler_of(number, sizes):
    generator = random.Random(number)
    return generator.randbytes(generator.randint(*sizes) - PAYLOAD.size - CRC.size)


def payload_of(number, sizes):
    head = PAYLOAD.pack(number, time.clock_gettime_ns(time.CLOCK_TAI)) + filler_of(number, sizes)
    return head + CRC.pack(zlib.crc32(head))


def int_of(port, args):
    words = hop_size(args.instructions) // 4
    return SHIM.pack(SHIM_KIND, INT_MD.size // 4, port) + \
        INT_MD.pack(VERSION | words << 8 | args.remaining, args.instructions, DOMAIN, 0, 0)


def ones_sum(data):
    """The ones' complement sum of 16-bit words: 0xFFFF over bytes that have their own checksum among them."""
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def udp_sum(source, destination, datagram):
    return ones_sum(source + destination + struct.pack("!IHH", len(datagram), 0, PROTO_UDP) + datagram)


def packet_of(number, args):
    version = ip_version(number)
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    source, destination = (socket.inet_pton(family, address) for address in ADDRESSES[version])
    body = int_of(port_of(number), args) + payload_of(number, args.sizes)
    udp = struct.pack("!HHHH", SOURCE_PORT, INT_PORT, 8 + len(body), 0) + body
    if has_checksum(number):
        checksum = 0xFFFF - udp_sum(source, destination, udp) or 0xFFFF
        udp = udp[:6] + struct.pack("!H", checksum) + udp[8:]
    if version == 6:
        return struct.pack("!IHBB", 6 << 28 | number & 0xFFFFF, len(udp), PROTO_UDP, TTL) + source + destination + udp
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), number & 0xFFFF, 0x4000, TTL, PROTO_UDP, 0)
    checksum = 0xFFFF - ones_sum(ip + source + destination)
    return ip[:10] + struct.pack("!H", checksum) + source + destination + udp


def send(args):
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    link.bind((args.device, 0))
    addresses = bytes.fromhex((args.destination_mac + SOURCE_MAC).replace(":", ""))
    start = time.monotonic()
    for number in range(args.count):
        time.sleep(max(0, start + number / args.rate - time.monotonic()))
        packet = packet_of(number, args)
        link.send(addresses + struct.pack("!H", TYPE_IPV4 if packet[0] >> 4 == 4 else TYPE_IPV6) + packet)
    return {"sent": args.count, "blocked": sum(port_of(number) == BLOCKED_PORT for number in range(args.count))}


# ---- what arrives ----------------------------------------------------------------------------------------------------


class Node:
    """What is known of a node of the path, and the latencies that it has told."""

    def __init__(self, text):
        *numbers, mode = text.split(":")
        self.id, self.ingress, self.egress, self.mtu = map(int, numbers)
        self.routes = mode == "kernel"
        self.latencies = []

    def must_tell(self, name):
        known = {"node_id": self.id, "ingress_port_16": self.ingress & 0xFFFF, "egress_port_16": self.egress & 0xFFFF,
                 "ingress_port_32": self.ingress, "egress_port_32": self.egress}
        return known.get(name)

    def report(self):
        report = {"packets": len(self.latencies)}
        if self.latencies:
            ordered = sorted(self.latencies)
            report |= {"min": ordered[0], "median": int(statistics.median(ordered)),
                       "p99": ordered[len(ordered) * 99 // 100], "max": ordered[-1]}
        return report


class Packet:
    """A UDP packet in IPv4 or IPv6 without options."""

    def __init__(self, frame):
        (kind,) = struct.unpack_from("!H", frame, 12)
        ip, header = frame[14:], 20 if kind == TYPE_IPV4 else 40
        self.version = 4 if kind == TYPE_IPV4 else 6
        if self.version == 4:
            self.length, _, _, self.ttl = struct.unpack_from("!HHHB", ip, 2)
            self.addresses = ip[12:16], ip[16:20]
        else:
            payload, _, self.ttl = struct.unpack_from("!HBB", ip, 4)
            self.length = 40 + payload
            self.addresses = ip[8:24], ip[24:40]
        self.header, self.udp = ip[:header], ip[header:self.length]
        self.ports = struct.unpack_from("!HH", self.udp)
        self.bytes = len(ip)

    @staticmethod
    def is_ours(frame):
        (kind,) = struct.unpack_from("!H", frame, 12)
        at = {TYPE_IPV4: 23, TYPE_IPV6: 20}.get(kind)
        return at is not None and len(frame) >= 62 and frame[at] == PROTO_UDP

    def check(self):
        """What is right or wrong whatever it carries."""
        expect("wrong_packet", "the IP length", self.length, self.bytes)
        expect("wrong_packet", "the UDP length", struct.unpack_from("!H", self.udp, 4)[0], len(self.udp))
        expect("wrong_packet", "source port", self.ports[0], SOURCE_PORT)
        expect("wrong_packet", "destination port", self.ports[1], INT_PORT)
        family = socket.AF_INET if self.version == 4 else socket.AF_INET6
        expect("wrong_packet", "addresses", tuple(socket.inet_ntop(family, address) for address in self.addresses),
               ADDRESSES[self.version])
        if self.version == 4:
            expect("wrong_checksum", "the sum over the IPv4 header", ones_sum(self.header), 0xFFFF)
        if self.udp[6:8] != b"\0\0":
            expect("wrong_checksum", "the sum over the UDP datagram", udp_sum(*self.addresses, self.udp), 0xFFFF)

    def read_int(self):
        """Shim, INT header, stack and payload."""
        shim = SHIM.unpack_from(self.udp, 8)
        end = 8 + SHIM.size + 4 * shim[1]
        if shim[1] < 3 or end > len(self.udp):
            raise Fault("wrong_int", f"the shim has {shim[1]} words, the datagram {len(self.udp)} bytes")
        at = 8 + SHIM.size
        return shim, INT_MD.unpack_from(self.udp, at), self.udp[at + INT_MD.size:end], self.udp[end:]


class Judge:
    """Judges packets, and keeps the times of those that are right."""

    def __init__(self, args):
        self.args = args
        self.items = items_of(args.instructions)
        self.size = hop_size(args.instructions)
        self.open = {number for number in range(args.count) if port_of(number) == OPEN_PORT}
        self.seen = set()
        self.counts = dict.fromkeys(("right", "exceeded", "mtu_exceeded", "duplicates", *FAULTS), 0)
        self.first_faults = []
        self.clock_faults = []  # of each hop, how far its latency and its time stamps disagree, in ns

    def take(self, frame):
        now = time.clock_gettime_ns(time.CLOCK_TAI)
        number = None
        try:
            packet = Packet(frame)
            packet.check()
            shim, head, stack, payload = packet.read_int()
            number, sent = self.check_payload(payload)
            self.check_path(packet, number, shim, head, self.read_stack(stack), (sent, now), len(stack))
            self.counts["right"] += 1
        except Fault as fault:
            kind, text = fault.args
            if not self.counts[kind]:
                self.first_faults.append(f"{kind}: packet {number}: {text}")
            self.counts[kind] += 1

    def check_payload(self, payload):
        if len(payload) < PAYLOAD.size + CRC.size or CRC.pack(zlib.crc32(payload[:-CRC.size])) != payload[-CRC.size:]:
            raise Fault("wrong_payload", f"its {len(payload)} bytes are not those that were sent")
        number, sent = PAYLOAD.unpack_from(payload)
        expect("wrong_payload", "what follows from the number", payload[PAYLOAD.size:-CRC.size],
               filler_of(number, self.args.sizes))
        if number in self.seen:
            self.counts["duplicates"] += 1
        self.seen.add(number)
        return number, sent

    def read_stack(self, stack):
        """The hops, newest first, each with its items by name."""
        if len(stack) % self.size:
            raise Fault("wrong_hop", f"the stack has {len(stack)} bytes, a hop {self.size}")
        hops = []
        for at in range(0, len(stack), self.size):
            hop = {}
            for name, size in self.items:
                hop[name] = int.from_bytes(stack[at:at + size], "big")
                at += size
            hops.append(hop)
        return hops

    def check_path(self, packet, number, shim, head, hops, times, stack_size):
        expect("blocked", "the port of the payload", port_of(number), OPEN_PORT)
        expect("wrong_packet", "IP version", packet.version, ip_version(number))
        expect("wrong_packet", "TTL", packet.ttl, TTL - sum(node.routes for node in self.args.node))
        expect("wrong_checksum", "UDP without a checksum", packet.udp[6:8] == b"\0\0", not has_checksum(number))
        pushed, remaining, flags = self.path_of(packet.length - stack_size)
        expect("wrong_hop", "the number of hops", len(hops), len(pushed))
        expect("wrong_int", "shim", shim, (SHIM_KIND, (INT_MD.size + stack_size) // 4, OPEN_PORT))
        expect("wrong_int", "header", head,
               (VERSION | flags | self.size // 4 << 8 | remaining, self.args.instructions, DOMAIN, 0, 0))
        for node, hop in zip(pushed, reversed(hops)):
            self.check_hop(node, hop)
        self.check_times(hops, times)
        for node, hop in zip(pushed, reversed(hops)):
            if "latency" in hop:
                node.latencies.append(hop["latency"])
        self.counts["exceeded"] += bool(flags & EXCEEDED)
        self.counts["mtu_exceeded"] += bool(flags & MTU_EXCEEDED)

    def path_of(self, length):
        """What the nodes must make of a packet that was sent with so many bytes: who pushed, remaining hops, flags."""
        pushed, remaining, flags = [], self.args.remaining, 0
        for node in self.args.node:
            if remaining == 0:
                flags |= EXCEEDED
            elif length + self.size > node.mtu:
                flags |= MTU_EXCEEDED
            else:
                pushed.append(node)
                remaining -= 1
                length += self.size
        return pushed, remaining, flags

    def check_hop(self, node, hop):
        for name, size in self.items:
            if name in MEASURED:
                continue
            known = node.must_tell(name)
            expect("wrong_hop", f"{name} of node {node.id}", hop[name], (1 << 8 * size) - 1 if known is None else known)

    def check_times(self, hops, times):
        """The sender's clock, ingress and egress of each hop, the receiver's clock."""
        told = [hop[name] for hop in reversed(hops) for name in ("ingress_time", "egress_time") if name in hop]
        moments = [times[0], *told, times[1]]
        if moments != sorted(moments):
            raise Fault("wrong_time", f"the times are not in order: {moments}")
        self.clock_faults += [abs(hop["latency"] - hop["egress_time"] + hop["ingress_time"])
                              for hop in hops if {*MEASURED} <= {*hop}]

    def complete(self):
        return len(self.seen) >= len(self.open)

    def report(self):
        report = self.counts | {"missing": len(self.open - self.seen), "first_faults": self.first_faults,
                                "nodes": {node.id: node.report() for node in self.args.node}}
        if self.clock_faults:
            report["clock_fault"] = int(statistics.median(self.clock_faults))
        return report


def receive(args):
    judge, received = Judge(args), 0
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    link.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
    link.bind((args.device, ALL_PROTOCOLS))
    print("listening", file=sys.stderr, flush=True)
    link.settimeout(PATIENCE + 10)
    while not judge.complete():
        try:
            frame, address = link.recvfrom(65535)
        except TimeoutError:
            break
        if address[2] == socket.PACKET_OUTGOING or not Packet.is_ours(frame):
            continue
        link.settimeout(PATIENCE)
        received += 1
        judge.take(frame)
    lost = struct.unpack("=II", link.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1]
    return {"received": received} | judge.report() | {"socket_lost": lost}


def sizes(text):
    least, _, most = text.partition("-")
    return int(least), int(most or least)


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("role", choices=["send", "receive"])
    cli.add_argument("--device", required=True)
    cli.add_argument("--count", type=int, required=True)
    cli.add_argument("--instructions", type=lambda text: int(text, 0), default=0xEC00, help="what the hops push")
    cli.add_argument("--remaining", type=int, default=8, help="how many hops may push (default: 8)")
    cli.add_argument("--sizes", type=sizes, default=(64, 1000), help="bytes of payload, LEAST-MOST or all the same")
    cli.add_argument("--rate", type=int, default=2000, help="send: packets per second (default: 2000)")
    cli.add_argument("--destination-mac", help="send: where frames go")
    cli.add_argument("--node", type=Node, action="append", help="receive: a node of the path")
    args = cli.parse_args()
    print(json.dumps(send(args) if args.role == "send" else receive(args)))


if __name__ == "__main__":
    main()

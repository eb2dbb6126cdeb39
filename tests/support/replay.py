#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Sends packets of tests/vectors that concern a program, each of them different, or receives them behind its proxy.

  replay.py send PROGRAM --device DEV --count N [--rate N]
  replay.py receive PROGRAM --device DEV --count N [--beside TPID]

Both make the same packets, so the receiver knows what must come back: tests/packets/expectations.py and unique.py say
how. It says "listening" when it is ready, and ends when all have come, or none for a while. Both print what they saw as
JSON; what is wrong with which packet goes to standard error.
"""
import argparse
import json
import os
import socket
import struct
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "packets"))
from captures import first_difference
from expectations import PROGRAMS, comparable, read_vectors
from unique import numbered_packets, templates_of

ALL_PROTOCOLS = 3
SO_RCVBUFFORCE, SOL_PACKET, PACKET_STATISTICS, PACKET_AUXDATA = 33, 263, 6, 8
AUXDATA = struct.Struct("=IIIHHHH")  # status, length, captured, mac, net, VLAN tag, its type
TAG_VALID, TAG_TYPE_VALID = 1 << 4, 1 << 6
RECEIVE_BUFFER = 64 << 20
LONGEST = 4096
BATCH = 20
PATIENCE = 3
FAULTS_TOLD = 5
BESIDE_VLAN = 100


def open_device(device):
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    link.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
    link.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    link.bind((device, ALL_PROTOCOLS))
    return link


def send(args, packets):
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    link.bind((args.device, 0))
    start = time.monotonic()
    for number, packet in enumerate(packets):
        if number % BATCH == 0:
            time.sleep(max(0, start + number / args.rate - time.monotonic()))
        link.send(packet.packet)
    return {"sent": len(packets)}


def frame_of(message, ancillary):
    """A frame as it was on the wire: the kernel takes the outermost VLAN tag out."""
    for level, kind, data in ancillary:
        if level == SOL_PACKET and kind == PACKET_AUXDATA:
            status, _, _, _, _, tag, tag_type = AUXDATA.unpack(data[:AUXDATA.size])
            if status & TAG_VALID:
                tag_type = tag_type if status & TAG_TYPE_VALID else 0x8100
                return message[:12] + struct.pack("!HH", tag_type, tag) + message[12:]
    return message


def tell(frame, packets):
    """Says what is wrong with a frame that nobody expected."""
    lines = [f"not expected: {frame.hex()}"]
    if packet := next((packet for packet in packets if packet.mark in frame), None):
        expected = min(packet.backs, key=lambda back: -first_difference(frame, back))
        lines += [f"  it is {packet.vector.family} {packet.vector.name}, different from byte "
                  f"{first_difference(frame, expected)} on; sent: {packet.packet.hex()}", f"  expected: {expected.hex()}"]
    print("\n".join(lines), file=sys.stderr)


def without_beside(frame, tag_type, packets, number_of, program):
    """A frame without the tag that tag_beside.bpf.c has put beside it on its way in; None if it has another one there,
    none, or one that it should not have."""
    tag = struct.pack("!HH", tag_type, BESIDE_VLAN)
    rest = frame[:12] + frame[16:] if frame[12:16] == tag else frame
    number = number_of.get(comparable(program, rest))
    if number is None:
        return None
    tagged = packets[number].packet[-1] % 2 == 0
    return rest if tagged == (rest is not frame) else None


def receive(args, packets):
    number_of = {back: number for number, packet in enumerate(packets) for back in packet.backs}
    missing = set(range(len(packets)))
    received = duplicates = wrong = 0
    link = open_device(args.device)
    print("listening", file=sys.stderr, flush=True)
    link.settimeout(args.patience + 10)
    while missing:
        try:
            message, ancillary, _, address = link.recvmsg(LONGEST, 256)
        except TimeoutError:
            break
        if address[2] == socket.PACKET_OUTGOING:
            continue
        link.settimeout(args.patience)
        received += 1
        frame = frame_of(message, ancillary)
        if args.beside is not None:
            frame = without_beside(frame, args.beside, packets, number_of, args.program) or frame
        frame = comparable(args.program, frame)
        number = number_of.get(frame)
        if number is None:
            wrong += 1
            if wrong <= FAULTS_TOLD:
                tell(frame, packets)
        elif number in missing:
            missing.remove(number)
        else:
            duplicates += 1
    for number in sorted(missing)[:FAULTS_TOLD]:
        vector = packets[number].vector
        print(f"did not come back: number {number}, {vector.family} {vector.name}: {packets[number].packet.hex()}",
              file=sys.stderr)
    lost = struct.unpack("=II", link.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1]
    return {"received": received, "missing": len(missing), "wrong": wrong, "duplicates": duplicates, "socket_lost": lost}


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("role", choices=["send", "receive"])
    cli.add_argument("program", choices=PROGRAMS)
    cli.add_argument("--device", required=True)
    cli.add_argument("--count", type=int, required=True)
    cli.add_argument("--rate", type=int, default=10000, help="packets per second (default: 10000)")
    cli.add_argument("--patience", type=float, default=PATIENCE, help="seconds to wait for the next packet")
    cli.add_argument("--beside", type=lambda text: int(text, 16), metavar="TPID",
                     help="frames have come with tags of this type beside them (tag_beside.bpf.c)")
    args = cli.parse_args()
    templates = templates_of(args.program, read_vectors(os.path.join(HERE, "..", "vectors")))
    if not templates:
        sys.exit(f"replay.py: no packet of the vectors can be sent through {args.program}")
    packets = numbered_packets(args.program, templates, args.count)
    print(json.dumps((send if args.role == "send" else receive)(args, packets) | {"kinds": len(templates)}))


if __name__ == "__main__":
    main()

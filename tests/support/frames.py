#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Sends the frames of a capture, or receives those of one.

  frames.py send --device DEV CAPTURE [--rate N]
  frames.py receive --device DEV CAPTURE [--beside VLAN [--some]] [--routed] [--atomic]

The receiver says "listening" when it is ready, and ends when all frames of the capture have come, or none for a while. It
prints how many are missing and how many others came. With --beside, each has come in a VLAN besides, outermost; with
--some, those whose last byte is even, which tag_some of tag_beside.bpf.c has tagged. With
--routed, IP packets under labels have been routed: addresses of the link, hop counts and their checksums do not count.
With --atomic, the identification of an outer IPv4 header with DF may be another one; its checksum has to fit. And a GRE
checksum of 0 may be finished: it may be one that the kernel has only started.
"""
import argparse
import collections
import json
import os
import socket
import struct
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "packets"))
from captures import read_pcap
from replay import LONGEST, frame_of, open_device

IPV6_FRAGMENT = 44
GRE = 47
FAULTS_TOLD = 3


def send(args, frames):
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    link.bind((args.device, 0))
    for frame in frames:
        try:
            link.send(frame)
        except OSError as error:
            sys.exit(f"cannot send a frame of {len(frame)} bytes, {frame[:80].hex()}: {error}")
        time.sleep(1 / args.rate)
    return {"sent": len(frames)}


def unrouted(frame):
    """A frame with labels without what routing changes: with connection tracking, IPv6 fragments get another number."""
    frame = bytearray(frame)
    at = 14
    while not frame[at + 2] & 1:
        at += 4
    at += 4
    changed = (range(at + 8, at + 9), range(at + 10, at + 12)) if frame[at] >> 4 == 4 else (range(at + 7, at + 8),)
    if frame[at] >> 4 == 6 and frame[at + 6] == IPV6_FRAGMENT:
        changed += (range(at + 44, at + 48),)
    for place in (range(0, 12), *changed):
        frame[place.start:place.stop] = bytes(len(place))
    return bytes(frame)


def unidentified(frame):
    """A frame whose outer IPv4 header, if it has DF, has the identification 0, and the checksum that it then has; a GRE
    checksum that may be started is finished."""
    frame, at = bytearray(frame), 12
    while frame[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
        at += 4
    ip = at + 2
    if frame[at:at + 2] == b"\x08\x00" and len(frame) >= ip + 20 and frame[ip + 6] & 0x40:
        number, checksum = (struct.unpack_from("!H", frame, ip + place)[0] for place in (4, 10))
        sum_without = (~checksum & 0xFFFF) + (~number & 0xFFFF)
        struct.pack_into("!H", frame, ip + 4, 0)
        struct.pack_into("!H", frame, ip + 10, ~((sum_without & 0xFFFF) + (sum_without >> 16)) & 0xFFFF)
    finish_gre(frame, frame[at:at + 2], ip)
    return bytes(frame)


def finish_gre(frame, type_, ip):
    """Finishes the checksum of GRE right behind an IP header if it is 0."""
    if type_ == b"\x08\x00" and len(frame) >= ip + 20 and frame[ip + 9] == GRE:
        gre, end = ip + (frame[ip] & 15) * 4, ip + struct.unpack_from("!H", frame, ip + 2)[0]
    elif type_ == b"\x86\xdd" and len(frame) >= ip + 40 and frame[ip + 6] == GRE:
        gre, end = ip + 40, ip + 40 + struct.unpack_from("!H", frame, ip + 4)[0]
    else:
        return
    if not gre + 8 <= end <= len(frame) or not frame[gre] & 0x80 or any(frame[gre + 4:gre + 6]):
        return
    covered = bytes(frame[gre:end]) + bytes((end - gre) % 2)
    total = sum(struct.unpack(f"!{len(covered) // 2}H", covered))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    struct.pack_into("!H", frame, gre + 4, ~total & 0xFFFF)


def receive(args, frames):
    compared = unrouted if args.routed else unidentified if args.atomic else bytes
    tag = struct.pack("!HH", 0x8100, args.beside) if args.beside else b""
    tagged = lambda frame: frame if args.some and frame[-1] & 1 else frame[:12] + tag + frame[12:]
    missing = collections.Counter(compared(tagged(frame)) for frame in frames)
    others = []
    link = open_device(args.device)
    print("listening", file=sys.stderr, flush=True)
    link.settimeout(args.patience + 10)
    while missing.total():
        try:
            message, ancillary, _, address = link.recvmsg(LONGEST, 256)
        except TimeoutError:
            break
        if address[2] == socket.PACKET_OUTGOING:
            continue
        link.settimeout(args.patience)
        frame = compared(frame_of(message, ancillary))
        if missing[frame]:
            missing[frame] -= 1
        else:
            others.append(frame)
    for name, faults in ("did not come", list(missing.elements())), ("not expected", others):
        for frame in faults[:FAULTS_TOLD]:
            print(f"{name}, {len(frame)} bytes: {frame[:80].hex()}", file=sys.stderr)
    return {"missing": missing.total(), "others": len(others)}


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("role", choices=["send", "receive"])
    cli.add_argument("capture")
    cli.add_argument("--device", required=True)
    cli.add_argument("--beside", type=int, metavar="VLAN")
    cli.add_argument("--some", action="store_true")
    cli.add_argument("--rate", type=float, default=500, metavar="N", help="frames per second (default: 500)")
    cli.add_argument("--routed", action="store_true")
    cli.add_argument("--atomic", action="store_true")
    cli.add_argument("--patience", type=float, default=1, help="seconds to wait for the next frame")
    args = cli.parse_args()
    frames = read_pcap(args.capture)
    print(json.dumps((send if args.role == "send" else receive)(args, frames)))


if __name__ == "__main__":
    main()

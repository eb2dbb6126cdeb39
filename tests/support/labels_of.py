#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Prints the labels of the first IPv4 packet to an address that leaves a device: "LABEL/BOTTOM/TTL ..." from the top, or
"plain". Gives up after a while. Usage: labels_of.py DEVICE ADDRESS"""
import socket
import struct
import sys
import time

TYPE_MPLS, TYPE_IPV4, ALL = 0x8847, 0x0800, 0x0003
PATIENCE = 5


def read(frame, address):
    kind, at, labels = struct.unpack_from("!H", frame, 12)[0], 14, []
    while kind == TYPE_MPLS:
        (entry,) = struct.unpack_from("!I", frame, at)
        labels.append(f"{entry >> 12}/{entry >> 8 & 1}/{entry & 255}")
        at += 4
        kind = TYPE_IPV4 if entry >> 8 & 1 else TYPE_MPLS
    if kind != TYPE_IPV4 or socket.inet_ntoa(frame[at + 16:at + 20]) != address:
        return None
    return " ".join(labels) or "plain"


def main():
    device, address = sys.argv[1:3]
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL)) as wire:
        wire.bind((device, 0))
        print("listening", file=sys.stderr, flush=True)
        end = time.monotonic() + PATIENCE
        while (left := end - time.monotonic()) > 0:
            wire.settimeout(left)
            try:
                frame, origin = wire.recvfrom(65535)
            except TimeoutError:
                break
            if origin[2] == socket.PACKET_OUTGOING and (found := read(frame, address)):
                print(found)
                return
    print("nothing")


if __name__ == "__main__":
    main()

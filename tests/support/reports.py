#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Both ends of a test of Telemetry Reports.

  reports.py send DEVICE MAC BITMAP...   a packet of INT-MX on VXLAN-GPE with each of these instruction bitmaps
  reports.py collect PORT COUNT          prints COUNT reports that come to a UDP port of this host, one line each
  reports.py dump PORT COUNT             the same, as they came, in hexadecimal digits

What is printed is read here by the specification's tables, not by the code under test.
"""
import socket
import struct
import sys

# Words of the metadata of each bit of an INT report.
WORDS = {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2, 7: 1, 8: 1}


def ipv4(protocol, source, destination, identification, payload):
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), identification, 0, 64, protocol, 0,
                         socket.inet_aton(source), socket.inet_aton(destination))
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return header[:10] + struct.pack("!H", ~total & 0xFFFF) + header[12:] + payload


def packet(mac, bitmap, number):
    inner = ipv4(17, "10.1.0.11", "10.2.0.2", number, struct.pack("!HHHH", 1000, 9, 12, 0) + struct.pack("!I", number))
    int_mx = struct.pack("!BBBB", 0x30, 3, 0, 0x01) + struct.pack("!IHHHH", 0x20000000, bitmap, 7, 0, 0)
    vxlan = struct.pack("!BHBI", 0x0C, 0, 0x82, 42 << 8)
    payload = vxlan + int_mx + inner
    udp = struct.pack("!HHHH", 5000, 4790, 8 + len(payload), 0) + payload
    return bytes.fromhex(mac.replace(":", "")) + bytes.fromhex("020000000101") + b"\x08\x00" + ipv4(
        17, "10.1.0.11", "10.2.0.2", number, udp)


def send(device, mac, *bitmaps):
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    out.bind((device, 0))
    for number, bitmap in enumerate(bitmaps, 1):
        out.send(packet(mac, int(bitmap, 0), number))


def describe(report):
    first, node, head, bits, domain = struct.unpack("!IIIII", report[:20])
    words = {}
    at = 20
    for bit in range(16):
        if bits >> (31 - bit) & 1:
            size = 4 * WORDS.get(bit, 0)
            words[bit] = int.from_bytes(report[at:at + size], "big")
            at += size
    sound = (first >> 28 == 2 and head >> 24 == 0x10 and head & 0xFF == 0x20 and domain == 0 and at == len(report)
             and head >> 16 & 0xFF == len(report) // 4 - 3 and head >> 8 & 0xFF == len(report) // 4 - 5)
    return f"{'sound' if sound else 'broken'} {first & 0x3FFFFF} {node} " + " ".join(
        f"{bit}={value}" for bit, value in words.items())


def collect(port, count, show=describe):
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", int(port)))
    listener.settimeout(20)
    print("listening", file=sys.stderr, flush=True)
    for _ in range(int(count)):
        print(show(listener.recv(2000)), flush=True)


def dump(port, count):
    collect(port, count, bytes.hex)


if __name__ == "__main__":
    {"send": send, "collect": collect, "dump": dump}[sys.argv[1]](*sys.argv[2:])

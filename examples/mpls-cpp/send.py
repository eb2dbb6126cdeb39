# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# send.py DEVICE LABEL[:TC[:TTL]],...: sends one UDP packet from 10.9.0.1:1000 to 10.9.0.2:2000 under these labels, the
# first on top.
import socket
import struct
import sys


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def label_stack(text):
    entries = [[int(number) for number in entry.split(":")] for entry in text.split(",")]
    stack = b""
    for index, entry in enumerate(entries):
        label, tc, ttl = entry + [0, 64][len(entry) - 1 :]
        bottom = index == len(entries) - 1
        stack += struct.pack("!I", label << 12 | tc << 9 | bottom << 8 | ttl)
    return stack


def udp_packet(payload):
    udp = struct.pack("!HHHH", 1000, 2000, 8 + len(payload), 0) + payload
    addresses = socket.inet_aton("10.9.0.1") + socket.inet_aton("10.9.0.2")
    start = struct.pack("!BBHHHBB", 0x45, 0, 20 + len(udp), 0, 0x4000, 64, socket.IPPROTO_UDP)
    return start + struct.pack("!H", checksum(start + b"\0\0" + addresses)) + addresses + udp


device, labels = sys.argv[1:]
out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind((device, 0))
out.send(b"\x02\0\0\0\x09\x02" + b"\x02\0\0\0\x09\x01\x88\x47" + label_stack(labels) + udp_packet(labels.encode()))

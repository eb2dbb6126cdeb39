#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Streams of RTP and of ESP, over IPv4 and IPv6 each, whose packets differ in nothing but their sequence numbers.

  streams.py entries COUNT                   the tables of streams.sfc: a label of its own for each packet
  streams.py send rtp|esp COUNT              COUNT packets of each of the two streams, from the kernel's sockets
  streams.py receive rtp|esp COUNT --device DEV

RTP (RFC 3550) is video: the packets of a picture have the same time stamp, and the sequence number wraps. ESP (RFC 4303) has
NULL encryption (RFC 2410) and HMAC-SHA-256-128 (RFC 4868), in transport mode. IPv4 packets are atomic: their
identification is always 0. The receiver stands behind the proxy that pops the label of the SF; it checks that each packet is
as it was sent and under its own label, and prints what it saw as JSON.
"""
import argparse
import hashlib
import hmac
import json
import socket
import struct
import sys
import time

ALL_PROTOCOLS = 3
IP_MTU_DISCOVER, IP_PMTUDISC_DO = 10, 2
SO_RCVBUFFORCE = 33
MPLS, IPV4 = 0x8847, 4
UDP, ESP = 17, 50
PORT_RTP = 5004
ADDRESSES = {4: "10.2.0.2", 6: "fd00:2::2"}
STREAMS = {"rtp": {4: 0xCAFE0004, 6: 0xCAFE0006}, "esp": {4: 0x77770004, 6: 0x77770006}}  # SSRC, SPI
FIRST = {"rtp": 65000, "esp": 1}  # sequence numbers
PICTURE = (1, 3, 12, 7, 2, 9)  # how many packets of a time stamp, in turns
KEY = bytes(range(32))
ICV = 16
LABEL_OF_SF = 16001
LABELS = {("rtp", 4): 100000, ("rtp", 6): 300000, ("esp", 4): 500000, ("esp", 6): 700000}
RATE = 4000
PATIENCE = 2


def sequence(kind, number):
    return (FIRST[kind] + number) % (1 << 16) if kind == "rtp" else FIRST[kind] + number


def rtp_packets(ssrc, count):
    number, stamp, body = 0, 90000, bytes(600)
    while number < count:
        size = min(PICTURE[stamp // 3600 % len(PICTURE)], count - number)
        for at in range(size):
            yield struct.pack("!BBHII", 0x80, (at + 1 == size) << 7 | 96, sequence("rtp", number + at), stamp, ssrc) + body
        number, stamp = number + size, stamp + 3600  # 25 pictures a second


def esp_packets(spi, count):
    body = struct.pack("!HHHH", 40000, 40001, 8 + 402, 0) + bytes(402)
    for number in range(count):
        sealed = struct.pack("!II", spi, sequence("esp", number)) + body + bytes([0, UDP])
        yield sealed + hmac.new(KEY, sealed, hashlib.sha256).digest()[:ICV]


PACKETS = {"rtp": rtp_packets, "esp": esp_packets}


def entries(count):
    fields = {"rtp": "media rtp.ssrc={} rtp.sequence={}", "esp": "sealed esp.spi={} esp.seq={}"}
    for (kind, version), first in LABELS.items():
        for number in range(count):
            key = fields[kind].format(STREAMS[kind][version], sequence(kind, number))
            print(f"{key} -- labels[0].label={LABEL_OF_SF} labels[1].label={first + number}")


def send(kind, count):
    lines, streams = [], []
    for version, name in STREAMS[kind].items():
        family = socket.AF_INET if version == IPV4 else socket.AF_INET6
        line = socket.socket(family, *((socket.SOCK_DGRAM, 0) if kind == "rtp" else (socket.SOCK_RAW, ESP)))
        if version == IPV4:
            line.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO)
        lines.append((line, (ADDRESSES[version], PORT_RTP if kind == "rtp" else 0)))
        streams.append(PACKETS[kind](name, count))
    start = time.monotonic()
    for number, packets in enumerate(zip(*streams)):
        if number % 8 == 0:
            time.sleep(max(0, start + 2 * number / RATE - time.monotonic()))
        for (line, address), packet in zip(lines, packets):
            line.sendto(packet, address)
    return {"sent": 2 * count}


def open_packet(frame):
    """(label, IP version, payload of IP) of a frame; the label is None if there is not exactly one."""
    label, at = None, 14
    if frame[12:14] == struct.pack("!H", MPLS):
        word = struct.unpack_from("!I", frame, 14)[0]
        label, at = word >> 12 if word & 0x100 else None, 18
    version = frame[at] >> 4
    if version == IPV4:
        return label, version, frame[at + 4 * (frame[at] & 15):at + struct.unpack_from("!H", frame, at + 2)[0]]
    return label, version, frame[at + 40:at + 40 + struct.unpack_from("!H", frame, at + 4)[0]]


def receive(kind, count, device):
    # What must come, and under which label. Of RTP, behind the UDP header.
    labels = {(version, packet): LABELS[kind, version] + number for version, name in STREAMS[kind].items()
              for number, packet in enumerate(PACKETS[kind](name, count))}
    seen = set()
    result = dict.fromkeys(("right", "wrong_label", "unlabelled", "damaged", "duplicates"), 0)
    line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    line.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)
    line.bind((device, ALL_PROTOCOLS))
    line.settimeout(PATIENCE + 10)
    print("listening", file=sys.stderr, flush=True)
    while True:
        try:
            frame, address = line.recvfrom(4096)
        except TimeoutError:
            break
        if address[2] == socket.PACKET_OUTGOING:
            continue
        line.settimeout(PATIENCE)
        label, version, body = open_packet(frame)
        packet = version, body[8:] if kind == "rtp" else body
        if packet not in labels:
            result["damaged"] += 1
        elif packet in seen:
            result["duplicates"] += 1
        elif label is None:
            result["unlabelled"] += 1
        else:
            result["right" if label == labels[packet] else "wrong_label"] += 1
        seen.add(packet)
    return result


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("role", choices=["entries", "send", "receive"])
    cli.add_argument("kind", choices=STREAMS, nargs="?")
    cli.add_argument("count", type=int)
    cli.add_argument("--device")
    args = cli.parse_args()
    if args.role == "entries":
        entries(args.count)
    elif args.role == "send":
        print(json.dumps(send(args.kind, args.count)))
    else:
        print(json.dumps(receive(args.kind, args.count, args.device)))


if __name__ == "__main__":
    main()

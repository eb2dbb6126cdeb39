#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""UDP datagrams of all sizes from one kernel to another, each with a digest of itself.

datagrams.py receive ADDRESS                  until the last one is there or nothing comes any more
datagrams.py send ADDRESS
datagrams.py receive|send ADDRESS segmented   of one size but for the last, and the kernel gets many at a time (UDP_SEGMENT)"""
import hashlib
import json
import os
import socket
import sys
import time

PORT = 8081
SIZES = [*range(1, 70), *range(250, 263), 500, 501, 1000, 1001, 1299, 1300]
PATIENCE = 10
UDP_SEGMENT = 103
BURSTS, SEGMENTS, SEGMENT = 200, 40, 1200


def datagram(size):
    body = os.urandom(size)
    return hashlib.sha256(body).digest()[:16] + body


def send(address):
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for size in SIZES:
        line.sendto(datagram(size), (address, PORT))
        time.sleep(0.001)
    return {"sent": len(SIZES)}


def send_segmented(address):
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, SEGMENT)
    line.connect((address, PORT))
    for _ in range(BURSTS):
        line.send(b"".join([datagram(SEGMENT - 16) for _ in range(SEGMENTS - 1)] + [datagram(700)]))
        time.sleep(0.002)
    return {"sent": BURSTS * SEGMENTS}


def receive(address, count=len(SIZES)):
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
    line.bind((address, PORT))
    line.settimeout(PATIENCE)
    print("listening", file=sys.stderr, flush=True)
    right = wrong = 0
    try:
        while right + wrong < count:
            data = line.recv(1 << 16)
            if hashlib.sha256(data[16:]).digest()[:16] == data[:16]:
                right += 1
            else:
                wrong += 1
    except TimeoutError:
        pass
    return {"right": right, "wrong": wrong}


def main():
    role, address, *segmented = sys.argv[1:]
    if role == "send":
        return send_segmented(address) if segmented else send(address)
    return receive(address, BURSTS * SEGMENTS) if segmented else receive(address)


if __name__ == "__main__":
    print(json.dumps(main()))

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""UDP datagrams of all sizes from one kernel to another, each with a digest of itself.

datagrams.py receive ADDRESS     until the last one is there or nothing comes any more
datagrams.py send ADDRESS"""
import hashlib
import json
import os
import socket
import sys
import time

PORT = 8081
SIZES = [*range(1, 70), *range(250, 263), 500, 501, 1000, 1001, 1299, 1300]
PATIENCE = 10


def datagram(size):
    body = os.urandom(size)
    return hashlib.sha256(body).digest()[:16] + body


def send(address):
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for size in SIZES:
        line.sendto(datagram(size), (address, PORT))
        time.sleep(0.001)
    return {"sent": len(SIZES)}


def receive(address):
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind((address, PORT))
    line.settimeout(PATIENCE)
    print("listening", file=sys.stderr, flush=True)
    right = wrong = 0
    try:
        while right + wrong < len(SIZES):
            data = line.recv(1 << 16)
            if hashlib.sha256(data[16:]).digest()[:16] == data[:16]:
                right += 1
            else:
                wrong += 1
    except TimeoutError:
        pass
    return {"right": right, "wrong": wrong}


if __name__ == "__main__":
    print(json.dumps({"send": send, "receive": receive}[sys.argv[1]](sys.argv[2])))

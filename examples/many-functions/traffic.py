#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Datagrams to several ports, a number of each.

  traffic.py send ADDRESS COUNT PORT...      sends COUNT to each port
  traffic.py receive COUNT PORT...           until COUNT have come in all, or none for a second; then "PORT N" for each port
"""
import selectors
import socket
import sys
import time

PATIENCE = 1


def send(address, count, ports):
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for number in range(count):
        for port in ports:
            line.sendto(f"datagram {number}".encode(), (address, port))
        time.sleep(0.002)


def receive(count, ports):
    came = dict.fromkeys(ports, 0)
    lines = selectors.DefaultSelector()
    for port in ports:
        line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        line.bind(("0.0.0.0", port))
        lines.register(line, selectors.EVENT_READ, port)
    print("listening", file=sys.stderr, flush=True)
    patience = 10
    while sum(came.values()) < count and (ready := lines.select(patience)):
        patience = PATIENCE
        for key, _ in ready:
            key.fileobj.recv(2048)
            came[key.data] += 1
    for port, number in came.items():
        print(port, number)


if sys.argv[1] == "send":
    send(sys.argv[2], int(sys.argv[3]), [int(port) for port in sys.argv[4:]])
else:
    receive(int(sys.argv[2]), [int(port) for port in sys.argv[3:]])

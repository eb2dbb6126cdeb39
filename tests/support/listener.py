#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A packet socket without a ring that nobody reads: what it takes waits in it, as copies that share the packets' bytes.

listener.py DEVICE all|ip    until SIGTERM; prints how many packets it took, and how many it had no room for"""
import json
import signal
import socket
import struct
import sys

PROTOCOLS = {"all": 0x0003, "ip": 0x0800}
SO_RCVBUFFORCE = 33
SOL_PACKET, PACKET_STATISTICS = 263, 6
ROOM = 2 << 20


def main():
    if len(sys.argv) != 3 or sys.argv[2] not in PROTOCOLS:
        sys.exit(__doc__)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    listener.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, ROOM)
    listener.bind((sys.argv[1], PROTOCOLS[sys.argv[2]]))
    print("listening", file=sys.stderr, flush=True)
    signal.sigwait([signal.SIGTERM])
    came, dropped = struct.unpack("II", listener.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
    print(json.dumps({"taken": came - dropped, "no_room": dropped}))


main()

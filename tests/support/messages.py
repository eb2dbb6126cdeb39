#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Short texts in UDP datagrams.

messages.py receive ADDRESS              until SIGTERM; prints how often each text came
messages.py send ADDRESS COUNT TEXT..."""
import collections
import json
import signal
import socket
import sys

PORT = 8081


def socketFor(address):
    return socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)


def receive(address):
    # What has come by the time of the signal is counted to the end.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    receiver = socketFor(address)
    receiver.bind((address, PORT))
    print("listening", file=sys.stderr, flush=True)
    signal.sigwait([signal.SIGTERM])
    receiver.setblocking(False)
    texts = collections.Counter()
    try:
        while True:
            texts[receiver.recv(2048).decode()] += 1
    except BlockingIOError:
        print(json.dumps(texts))


def send(address, count, texts):
    sender = socketFor(address)
    for _ in range(count):
        for text in texts:
            sender.sendto(text.encode(), (address, PORT))


if len(sys.argv) == 3 and sys.argv[1] == "receive":
    receive(sys.argv[2])
elif len(sys.argv) > 4 and sys.argv[1] == "send":
    send(sys.argv[2], int(sys.argv[3]), sys.argv[4:])
else:
    sys.exit(__doc__)

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A TCP connection that checks itself: the sender sends random bytes, the receiver answers with their SHA-256.

transfer.py receive ADDRESS            accepts one connection
transfer.py send ADDRESS MEGABYTES     fails if the answer is not the digest of what was sent

"segments" in what they print are all that went from the sender to the receiver, as the kernel of each has counted them."""
import argparse
import hashlib
import json
import os
import socket
import struct
import sys
import time

PORT = 8080
PATIENCE = 60
CLOSED = 7  # TCP_CLOSE
SEGMENTS_AT = 136  # tcpi_segs_out, tcpi_segs_in


def tcp_info(connection):
    """The state of a connection, and how many segments it has sent and received (struct tcp_info)."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return info[0], *struct.unpack_from("=II", info, SEGMENTS_AT)


def receive(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    server = socket.create_server((address, PORT), family=family)
    server.settimeout(PATIENCE)
    print("listening", file=sys.stderr, flush=True)
    connection, _ = server.accept()
    connection.settimeout(PATIENCE)
    digest, size = hashlib.sha256(), 0
    while chunk := connection.recv(1 << 16):
        digest.update(chunk)
        size += len(chunk)
    connection.sendall(digest.hexdigest().encode())
    connection.shutdown(socket.SHUT_WR)
    give_up = time.monotonic() + PATIENCE
    while tcp_info(connection)[0] != CLOSED:  # until the sender's last word is here
        if time.monotonic() > give_up:
            raise TimeoutError("the sender does not acknowledge the end of the connection")
        time.sleep(0.01)
    return {"bytes": size, "segments": tcp_info(connection)[2]}


def send(address, megabytes):
    connection = socket.create_connection((address, PORT), timeout=PATIENCE)
    digest, start = hashlib.sha256(), time.monotonic()
    for _ in range(megabytes * 16):
        chunk = os.urandom(1 << 16)
        digest.update(chunk)
        connection.sendall(chunk)
    connection.shutdown(socket.SHUT_WR)
    answer = b""
    while part := connection.recv(64):
        answer += part
    seconds = time.monotonic() - start
    if answer.decode() != digest.hexdigest():
        sys.exit("transfer.py: what arrived is not what was sent")
    return {"bytes": megabytes << 20, "seconds": round(seconds, 3), "segments": tcp_info(connection)[1]}


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("role", choices=["send", "receive"])
    cli.add_argument("address")
    cli.add_argument("megabytes", type=int, nargs="?", default=1)
    args = cli.parse_args()
    try:
        print(json.dumps(receive(args.address) if args.role == "receive" else send(args.address, args.megabytes)))
    except OSError as error:
        sys.exit(f"transfer.py {args.role}: {error}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""TCP connections that check themselves: the sender sends random bytes, the receiver answers with their SHA-256.

transfer.py receive ADDRESS [--flows N]            accepts one connection for each port, from PORT on
transfer.py send ADDRESS MEGABYTES [--flows N]     fails if an answer is not the digest of what was sent

The megabytes are those of one flow. "segments" in what they print are all that went from the sender to the receiver, as
the kernel of each has counted them."""
import argparse
import concurrent.futures
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


def await_end(connection):
    """Until the last acknowledgement has been sent, or received."""
    give_up = time.monotonic() + PATIENCE
    while tcp_info(connection)[0] != CLOSED:
        if time.monotonic() > give_up:
            raise TimeoutError("the other end does not acknowledge the end of the connection")
        time.sleep(0.01)


def receive(server):
    connection, _ = server.accept()
    connection.settimeout(PATIENCE)
    digest, size = hashlib.sha256(), 0
    while chunk := connection.recv(1 << 20):
        digest.update(chunk)
        size += len(chunk)
    connection.sendall(digest.hexdigest().encode())
    connection.shutdown(socket.SHUT_WR)
    await_end(connection)
    return {"bytes": size, "segments": tcp_info(connection)[2]}


def listen(address, port):
    server = socket.create_server((address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET)
    server.settimeout(PATIENCE)
    return server


def send(address, port, megabytes):
    connection = socket.create_connection((address, port), timeout=PATIENCE)
    digest, chunk = hashlib.sha256(), os.urandom(1 << 20)
    for _ in range(megabytes):
        chunk = chunk[1:] + chunk[:1]  # no two are equal, and making random bytes takes longer than sending them
        digest.update(chunk)
        connection.sendall(chunk)
    connection.shutdown(socket.SHUT_WR)
    answer = b""
    while part := connection.recv(64):
        answer += part
    if answer.decode() != digest.hexdigest():
        raise ValueError(f"what arrived at port {port} is not what was sent")
    await_end(connection)
    return {"bytes": megabytes << 20, "segments": tcp_info(connection)[1]}


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("role", choices=["send", "receive"])
    cli.add_argument("address")
    cli.add_argument("megabytes", type=int, nargs="?", default=1)
    cli.add_argument("--flows", type=int, default=1)
    args = cli.parse_args()
    ports = range(PORT, PORT + args.flows)
    start = time.monotonic()
    try:
        with concurrent.futures.ThreadPoolExecutor(args.flows) as pool:
            if args.role == "receive":
                servers = [listen(args.address, port) for port in ports]
                print("listening", file=sys.stderr, flush=True)
                jobs = [pool.submit(receive, server) for server in servers]
            else:
                jobs = [pool.submit(send, args.address, port, args.megabytes) for port in ports]
            flows = [job.result() for job in jobs]
        total = {key: sum(flow[key] for flow in flows) for key in ("bytes", "segments")}
        print(json.dumps({**total, "seconds": round(time.monotonic() - start, 3)}))
    except (OSError, ValueError) as error:
        sys.exit(f"transfer.py {args.role}: {error}")


if __name__ == "__main__":
    main()

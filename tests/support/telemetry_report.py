#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Prints what the nodes of ./demo have told of themselves as a table, one column per node, and whether it is right.

  telemetry_report.py DIRECTORY TITLE TITLE

DIRECTORY has
  telemetry.sent, .received  reports of telemetry.py
  telemetry.function         report of sfc-vnf, the first node's function
  telemetry.dropped          how many packets the firewall, the second node's function, has dropped
  telemetry.node1, .node2    sfcctl stats --audit --json of the proxies
Exits with 1 if something is wrong."""
import json
import os
import sys

from demo_report import Books, FUNCTION_LOSES, balance, number, print_columns, print_verdict
from telemetry import FAULTS

DELAY = 5_000_000  # ns that the first function keeps a packet
LATE, SLOW, SKEW = 50_000_000, 1_000_000, 100_000


class Node:
    """A column: what a node has told, and its books."""

    def __init__(self, position, title, told, dropped, document):
        self.title = f"{position}: {title}"
        self.name = f"node {position}"
        self.told = told
        self.dropped = dropped
        self.proxy = Books(self.name, document)


class Path:
    """The counts of all parties."""

    def __init__(self, directory, titles):
        def load(name):
            with open(os.path.join(directory, f"telemetry.{name}"), encoding="utf-8") as file:
                return json.load(file)

        self.sent = load("sent")
        self.received = load("received")
        self.dropped = load("dropped")
        self.function_lost = sum(load("function")[way] for way in FUNCTION_LOSES)
        self.nodes = [Node(i, title, self.received["nodes"][str(i)], dropped, load(f"node{i}"))
                      for i, title, dropped in zip((1, 2), titles, (0, self.dropped))]

    def equations(self):
        """(what, left, right): pairs of counts by different parties that must be equal."""
        first, second = (node.proxy for node in self.nodes)
        return (
            ("sent = stripped by node 1", self.sent["sent"], first["rx_stripped"]),
            ("stripped by node 1 = restored by node 1", first["rx_stripped"], first["tx_restored"]),
            ("restored by node 1 = stripped by node 2", first["tx_restored"], second["rx_stripped"]),
            ("sent to the blocked port = dropped by the firewall", self.sent["blocked"], self.dropped),
            ("stripped by node 2 - dropped by the firewall = restored by node 2", second["rx_stripped"] - self.dropped,
             second["tx_restored"]),
            ("restored by node 2 = right at the receiver", second["tx_restored"], self.received["right"]),
            *((f"{what} at the receiver = 0", self.received[what], 0) for what in ("missing", "duplicates", *FAULTS)),
            *((f"with data of {node.name} = right at the receiver", node.told["packets"], self.received["right"])
              for node in self.nodes),
            *((f"{node.name}: misses = 0", node.proxy["tx_pass_miss"], 0) for node in self.nodes),
            *((f"{node.name}: dropped = 0", node.proxy.refused(), 0) for node in self.nodes),
        )

    def times(self):
        """(what, holds)"""
        first, second = (node.told for node in self.nodes)
        if "median" not in first or "median" not in second:
            return
        yield f"node 1: a latency of {duration(first['min'])}, less than the function's delay", first["min"] >= DELAY
        yield f"node 1: the median latency is {duration(first['median'])}", first["median"] < LATE
        yield f"node 2: the median latency is {duration(second['median'])}", second["median"] < SLOW
        skew = self.received["clock_fault"]
        yield f"latencies and time stamps disagree by {duration(skew)} in the median", skew < SKEW

    def wrongs(self):
        for what, left, right in self.equations():
            if left != right:
                yield f"{what}: {number(left)} and {number(right)}"
        yield from (what for what, holds in self.times() if not holds)
        yield from self.received["first_faults"]
        if self.function_lost:
            yield f"the user-space function itself lost {self.function_lost} packets: the machine is busy"
        if self.received["socket_lost"]:
            yield f"{self.received['socket_lost']} packets came faster than they could be judged: the machine is busy"
        for node in self.nodes:
            yield from node.proxy.wrongs()


def duration(nanoseconds):
    """Three digits at least, with the unit that suits."""
    for unit, size in (("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.2f} {unit}"
    return f"{nanoseconds} ns"


def told(value):
    return lambda node: duration(node.told[value]) if value in node.told else "-"


ROWS = (
    ("proxy: INT removed and stored", lambda node: node.proxy["rx_stripped"]),
    ("SF: dropped on purpose", lambda node: node.dropped),
    ("proxy: returned, INT restored", lambda node: node.proxy["tx_restored"]),
    ("proxy: returned, no INT found (miss)", lambda node: node.proxy["tx_pass_miss"]),
    ("books of the proxy (sfcctl stats --audit)", lambda node: balance(node.proxy)),
    None,
    ("receiver: packets with data of the node", lambda node: node.told["packets"]),
    ("hop latency: least", told("min")),
    ("hop latency: median", told("median")),
    ("hop latency: 99 % are below", told("p99")),
)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    path = Path(sys.argv[1], sys.argv[2:])
    print_columns(path.nodes, ROWS)
    print_verdict(list(path.wrongs()), f"{number(path.sent['sent'])} packets with INT, every one accounted for, the "
                  "data of both nodes in each that arrived.")


if __name__ == "__main__":
    main()

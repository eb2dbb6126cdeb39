#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Prints what ./demo has counted as a table, one column per service function, and whether it adds up.

  demo_report.py DIRECTORY CASE:TITLE...

DIRECTORY has, for each CASE: CASE.sent and CASE.received (reports of sfc-send and sfc-receive), CASE.push and
CASE.client (the real connection: sfc-tunnel and transfer.py), CASE.dropped_packets and CASE.dropped (what the service
function dropped on purpose: of the packets, and of packets and connection), CASE.stats (sfcctl stats --json),
CASE.audit (sfcctl stats --audit), and CASE.unbalanced if the audit failed. Exits with 1 if something is wrong."""
import json
import os
import sys

LABEL_WIDTH = 46
COLUMN_WIDTH = 21
FAULTS = ("unlabelled", "wrong_tag", "wrong_address", "bad_checksum", "bad_payload", "truncated", "duplicates")


class Case:
    """The counts of one service function."""

    def __init__(self, directory, name, title):
        def text(kind):
            with open(os.path.join(directory, f"{name}.{kind}"), encoding="utf-8") as file:
                return file.read()

        self.title = title
        self.sent = json.loads(text("sent"))["sent"]
        self.connection = json.loads(text("client"))
        push = json.loads(text("push"))
        self.connection_packets = push["labelled"] - push["refused"]
        self.received = json.loads(text("received"))
        self.dropped_packets = int(text("dropped_packets"))
        self.dropped = int(text("dropped"))
        self.counters = json.loads(text("stats"))["counters"]
        self.balanced = not os.path.exists(os.path.join(directory, name + ".unbalanced"))
        self.audit = text("audit")

    def counter(self, name):
        return self.counters.get(name, 0)

    def refused(self):
        """Packets that the proxy itself dropped, either way."""
        return sum(count for name, count in self.counters.items() if name.startswith(("rx_drop_", "tx_drop_")))

    def labelled(self):
        return self.sent + self.connection_packets

    def faults(self):
        return sum(self.received[fault] for fault in FAULTS)

    def equations(self):
        """(what, left, right): pairs of counts by different parties that must be equal."""
        return (
            ("sent = stripped", self.labelled(), self.counter("rx_stripped")),
            ("stripped - dropped by the function = restored", self.counter("rx_stripped") - self.dropped,
             self.counter("tx_restored")),
            ("sent - dropped by the function = right at the receiver", self.sent - self.dropped_packets,
             self.received["ok"]),
            ("wrong pairs = 0", self.received["wrong_pair"], 0),
            ("other faults at the receiver = 0", self.faults(), 0),
            ("misses = 0", self.counter("tx_pass_miss"), 0),
            ("dropped by the proxy = 0", self.refused(), 0),
        )


def number(value):
    return f"{value:,}".replace(",", " ")


ROWS = (
    ("packets sent under labels", lambda case: number(case.sent)),
    ("  and by a TCP connection", lambda case: number(case.connection_packets)),
    ("proxy: stripped, headers remembered", lambda case: number(case.counter("rx_stripped"))),
    ("function: dropped on purpose", lambda case: number(case.dropped)),
    ("proxy: returned, headers restored", lambda case: number(case.counter("tx_restored"))),
    ("proxy: returned, no headers found (miss)", lambda case: number(case.counter("tx_pass_miss"))),
    ("proxy: dropped by the proxy itself", lambda case: number(case.refused())),
    ("receiver: packets under their own labels", lambda case: number(case.received["ok"])),
    ("receiver: under another packet's (wrong pair)", lambda case: number(case.received["wrong_pair"])),
    ("receiver: any other fault", lambda case: number(case.faults())),
    ("receiver: missing, less what was dropped", lambda case: number(case.received["missing"] - case.dropped_packets)),
    ("TCP connection: MB sent, digest right", lambda case: number(case.connection["bytes"] >> 20)),
    ("TCP connection: Mbit/s", lambda case: f"{case.connection['bytes'] * 8 / 1e6 / case.connection['seconds']:.0f}"),
    ("books of the proxy (sfcctl stats --audit)", lambda case: "balance" if case.balanced else "DO NOT BALANCE"),
)


def print_table(cases):
    print(" " * LABEL_WIDTH + "".join(case.title.rjust(COLUMN_WIDTH) for case in cases))
    for label, value in ROWS:
        print(label.ljust(LABEL_WIDTH) + "".join(value(case).rjust(COLUMN_WIDTH) for case in cases))


def wrongs_of(case):
    wrongs = [f"{case.title}: {what}: {number(left)} and {number(right)}" for what, left, right in case.equations()
              if left != right]
    wrongs += [f"{case.title}: {fault}" for fault in case.received["first_faults"]]
    if not case.balanced:
        wrongs.append(f"{case.title}: the proxy's books do not balance:\n{case.audit}")
    return wrongs


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    cases = [Case(sys.argv[1], *column.split(":", 1)) for column in sys.argv[2:]]
    print_table(cases)
    wrongs = [wrong for case in cases for wrong in wrongs_of(case)]
    print()
    if wrongs:
        print("It does not add up:", *wrongs, sep="\n  ")
        sys.exit(1)
    total = sum(case.labelled() for case in cases)
    print(f"Everything adds up: {number(total)} packets, every one accounted for, none under another's labels.")


if __name__ == "__main__":
    main()

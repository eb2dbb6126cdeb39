#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Prints what ./demo has counted as a table, one column per service function, and whether it adds up.

  demo_report.py DIRECTORY CASE:TITLE...

DIRECTORY has for each CASE
  CASE.sent, CASE.received                      packets under labels of their own: reports of sfc-send and sfc-receive
  CASE.plain_sent, .witness, .plain_received    plain packets: of sfc-send, and of sfc-receive before and behind the egress
  CASE.client, .server                          the real connection: transfer.py at its two ends
  CASE.dropped_labelled, .dropped_plain, .dropped
                                                what the service function has dropped on purpose after each of the three
  CASE.function                                 report of sfc-vnf, if the function is in user space
  CASE.proxy, .begin, .end                      sfcctl stats --audit --json of the proxy, the classifier, the egress
Exits with 1 if something is wrong."""
import json
import os
import sys

LABEL_WIDTH = 50
COLUMN_WIDTH = 19
FAULTS = ("unlabelled", "wrong_tag", "wrong_address", "bad_checksum", "bad_payload", "truncated", "duplicates")

FUNCTION_LOSES = ("ring_lost", "overrun", "refused")


class Books:
    """Counters of a loaded program, and their audit."""

    def __init__(self, title, document):
        self.title = title
        self.counters = document["counters"]
        self.audit = document["audit"]

    def __getitem__(self, name):
        return self.counters.get(name, 0)

    def refused(self):
        """Packets that the program itself dropped, either way."""
        return sum(count for name, count in self.counters.items() if name.startswith(("rx_drop_", "tx_drop_")))

    def wrongs(self):
        for equation in self.audit["equations"]:
            if not equation["balanced"]:
                sides = [" + ".join(f"{name} {value}" for name, value in equation[side].items())
                         for side in ("left", "right")]
                yield f"{self.title}: the books do not balance: {' = '.join(sides)}"


class Judgement:
    """A report of sfc-receive."""

    def __init__(self, title, document):
        self.title = title
        self.ok = document["ok"]
        self.wrong_pair = document["wrong_pair"]
        self.missing = document["missing"]
        self.other = sum(document[fault] for fault in FAULTS)
        self.ring_lost = document["ring_lost"]
        self.first_faults = document["first_faults"]

    def wrongs(self):
        yield from (f"{self.title}: {fault}" for fault in self.first_faults)
        if self.ring_lost:
            yield f"{self.title}: {self.ring_lost} packets came faster than they could be judged: the machine is busy"


class Case:
    """The counts of one service function."""

    def __init__(self, directory, name, title):
        def load(kind):
            with open(os.path.join(directory, f"{name}.{kind}"), encoding="utf-8") as file:
                return json.load(file)

        self.title = title
        self.sent = load("sent")["sent"]
        self.received = Judgement("receiver", load("received"))
        self.plain_sent = load("plain_sent")["sent"]
        self.witness = Judgement("witness before the egress", load("witness"))
        self.plain_received = Judgement("receiver behind the egress", load("plain_received"))
        self.connection = load("client")
        self.connection_sent = self.connection["segments"]
        self.connection_received = load("server")["segments"]
        self.dropped_labelled = load("dropped_labelled")
        self.dropped_plain = load("dropped_plain") - self.dropped_labelled
        self.dropped = load("dropped")
        in_user_space = os.path.exists(os.path.join(directory, f"{name}.function"))
        self.function_lost = sum(load("function")[way] for way in FUNCTION_LOSES) if in_user_space else 0
        self.proxy = Books("proxy", load("proxy"))
        self.begin = Books("classifier", load("begin"))
        self.end = Books("egress", load("end"))
        self.books = (self.begin, self.proxy, self.end)
        self.judgements = (self.received, self.witness, self.plain_received)

    def packets(self):
        return self.sent + self.plain_sent + self.connection_sent

    def arrived(self):
        """Packets of the domain at its end: with labels, and those whose only label the proxy has used up."""
        return self.end["rx_stripped"] + self.end["rx_ignored"]

    def equations(self):
        """(what, left, right): pairs of counts by different parties that must be equal."""
        return (
            ("sent plain = labelled by the classifier", self.plain_sent + self.connection_sent,
             self.begin["tx_restored"]),
            ("sent under labels + labelled by the classifier = stripped", self.sent + self.begin["tx_restored"],
             self.proxy["rx_stripped"]),
            ("stripped - dropped by the function = restored", self.proxy["rx_stripped"] - self.dropped,
             self.proxy["tx_restored"]),
            ("sent under labels - dropped by the function = right at the receiver", self.sent - self.dropped_labelled,
             self.received.ok),
            ("sent plain - dropped by the function = right labels at the witness", self.plain_sent - self.dropped_plain,
             self.witness.ok),
            ("restored = right at the receiver + arrived at the egress", self.proxy["tx_restored"],
             self.received.ok + self.arrived()),
            ("arrived at the egress = plain at the receiver", self.arrived(),
             self.plain_received.ok + self.connection_received),
            *((f"{judge.title}: {what} = 0", count, 0) for judge in self.judgements
              for what, count in (("wrong pairs", judge.wrong_pair), ("other faults", judge.other))),
            ("classifier: packets that no table has = 0", self.begin["tx_pass_miss"], 0),
            ("proxy: misses = 0", self.proxy["tx_pass_miss"], 0),
            *((f"{books.title}: dropped = 0", books.refused(), 0) for books in self.books),
        )

    def wrongs(self):
        for what, left, right in self.equations():
            if left != right:
                yield f"{self.title}: {what}: {number(left)} and {number(right)}"
        if self.function_lost:
            yield f"{self.title}: the function itself lost {self.function_lost} packets: the machine is busy"
        for party in (*self.judgements, *self.books):
            for wrong in party.wrongs():
                yield f"{self.title}: {wrong}"


def number(value):
    return f"{value:,}".replace(",", " ")


def balance(books):
    return "balance" if books.audit["balanced"] else "DO NOT BALANCE"


def speed(connection):
    return f"{connection['bytes'] * 8 / 1e6 / connection['seconds']:.0f}"


ROWS = (
    ("packets sent under labels of their own", lambda case: case.sent),
    ("receiver: under their own labels", lambda case: case.received.ok),
    ("receiver: under another packet's (wrong pair)", lambda case: case.received.wrong_pair),
    ("receiver: any other fault", lambda case: case.received.other),
    ("receiver: missing, less what was dropped", lambda case: case.received.missing - case.dropped_labelled),
    None,
    ("packets sent plain", lambda case: case.plain_sent),
    ("  and segments by a TCP connection", lambda case: case.connection_sent),
    ("classifier: labels pushed", lambda case: case.begin["tx_restored"]),
    ("classifier: in no table (miss)", lambda case: case.begin["tx_pass_miss"]),
    ("witness: under the labels of their table entry", lambda case: case.witness.ok),
    ("witness: under other labels (wrong pair)", lambda case: case.witness.wrong_pair),
    ("witness: any other fault", lambda case: case.witness.other),
    ("terminator: labels removed", lambda case: case.end["rx_stripped"]),
    ("terminator: plain already, its only label used up", lambda case: case.end["rx_ignored"]),
    ("receiver: plain and right", lambda case: case.plain_received.ok),
    ("  and segments of the TCP connection", lambda case: case.connection_received),
    ("receiver: labelled, or any other fault", lambda case: case.plain_received.wrong_pair + case.plain_received.other),
    ("receiver: missing, less what was dropped", lambda case: case.plain_received.missing - case.dropped_plain),
    ("TCP connection: MB sent, digest right", lambda case: case.connection["bytes"] >> 20),
    ("TCP connection: Mbit/s", lambda case: speed(case.connection)),
    None,
    ("proxy: headers removed and stored", lambda case: case.proxy["rx_stripped"]),
    ("SF: dropped on purpose", lambda case: case.dropped),
    ("proxy: returned, headers restored", lambda case: case.proxy["tx_restored"]),
    ("proxy: returned, no headers found (miss)", lambda case: case.proxy["tx_pass_miss"]),
    ("dropped by proxy, classifier or terminator", lambda case: sum(books.refused() for books in case.books)),
    None,
    ("books of the classifier (sfcctl stats --audit)", lambda case: balance(case.begin)),
    ("books of the proxy", lambda case: balance(case.proxy)),
    ("books of the terminator", lambda case: balance(case.end)),
)


def text(value):
    return value if isinstance(value, str) else number(value)


def print_columns(cases, rows):
    """A table: a column under each case's title, and for each row what it makes of the case."""
    print(" " * LABEL_WIDTH + "".join(case.title.rjust(COLUMN_WIDTH) for case in cases))
    for row in rows:
        print(row[0].ljust(LABEL_WIDTH) + "".join(text(row[1](case)).rjust(COLUMN_WIDTH) for case in cases) if row else "")
    print()


def print_verdict(wrongs, right):
    """The end of a report: what is wrong, or what is right if nothing is."""
    if wrongs:
        print("It does not add up:", *wrongs, sep="\n  ")
        sys.exit(1)
    print(f"Everything adds up: {right}")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    cases = [Case(sys.argv[1], *column.split(":", 1)) for column in sys.argv[2:]]
    print_columns(cases, ROWS)
    total = sum(case.packets() for case in cases)
    print_verdict([wrong for case in cases for wrong in case.wrongs()],
                  f"{number(total)} packets, every one accounted for, none under another's labels.")


if __name__ == "__main__":
    main()

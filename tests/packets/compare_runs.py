#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs the same random packets through two commands and compares what goes up, what comes back, what is reported and
every counter.

  compare_runs.py [--count N] [--seed N] [OPTION...] COMMAND_A... -- COMMAND_B...

  compare_runs.py --count 100000 sfcc sim programs/nsh.sfc -- sfcctl test nsh.bpf.o
  compare_runs.py --untimed sfcc sim programs/ioam6.sfc -- sfcctl test ioam6.bpf.o

A command is what runs packets, without its --in, --sf, --out, --stats and --records. The packets are mutations of those of
tests/vectors, above all of those that concern the program, and noise: see mutations.py. They go in chunks, each to a
fresh start of both commands. With --altered, what came up by the first command comes back altered by the SF, after
all have gone up. With --untimed, what depends on time may differ: the first command, `sfcc sim`, runs with several clocks,
and bytes that its runs do not agree about, and their neighbours, are not compared, nor are such values of records, all of
which have times. Of the first chunk in which the commands differ, the fewest packets that still make them differ are looked
for and printed, with what both commands make of them; --save keeps them. A command that fails differs, and so does a
program that is to report something and never does (--reports). Exit code 1: they differ; 2: usage.
"""
import argparse
import json
import os
import sys

import captures
from captures import first_difference, program_of
from check_sinks import arriving
from expectations import PROGRAMS, read_vectors
from mutations import Mutations, alter
from telemetry_packets import CASES, INT_MX, cases_of, int_vxlan_cases

TRIES = 200  # at most so many pairs of runs to find the packets that matter
# Far from each other and from any time of day in every byte; the steps are short enough for what waits not to expire.
CLOCKS = ("0x0123456789ABCDEF,0", "0x3456789ABCDEF012,0x10101", "0x6789ABCDEF012345,0x20303")
SHOWN = 8  # at most so many of them are printed, and the last one


def run(command, packets, ignored, returned=None):
    """The outcome of a command: a Run, with the counters that are not 0, or what went wrong."""
    try:
        outcome = captures.run(command, packets, returned)
    except (RuntimeError, OSError, ValueError) as error:
        return str(error)
    counters = {name: count for name, count in outcome.counters.items() if count and name not in ignored}
    return outcome._replace(counters=counters)


def loose_bytes(frames):
    """Where frames of one length differ, and next to that: of a sum that depends on time, a byte can be equal by chance."""
    differ = {at for at in range(len(frames[0])) if len({frame[at] for frame in frames}) > 1}
    return {at + step for at in differ for step in (-1, 0, 1) if 0 <= at + step < len(frames[0])}


def without_bytes(frame, places):
    frame = bytearray(frame)
    for at in places:
        if at < len(frame):
            frame[at] = 0
    return bytes(frame)


def leaves(value, path=()):
    """The numbers in a JSON document, with the way to each."""
    if not isinstance(value, (dict, list)):
        yield path, value
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield from leaves(inner, (*path, key))


def loose_leaves(lines):
    """Where lines of JSON differ."""
    said = [dict(leaves(json.loads(line))) for line in lines]
    return {path for path in said[0] if any(other.get(path) != said[0][path] for other in said[1:])}


def without_leaves(line, paths):
    """A line of JSON in which these numbers are 0; one that is not in JSON's shortest form as it is."""
    document = json.loads(line)
    if json.dumps(document, separators=(",", ":"), ensure_ascii=False) != line:
        return line
    there = dict(leaves(document))
    for path in paths & there.keys():
        *way, last = path
        place = document
        for key in way:
            place = place[key]
        place[last] = 0
    return json.dumps(document)


def untimed(timed, other):
    """The first of some outcomes of one command, and that of another, without what depends on time."""
    first = timed[0]
    if any(isinstance(outcome, str) for outcome in (*timed, other)):
        return [first, other]
    shape = lambda outcome: (outcome.ups, [len(frame) for frame in outcome.backs], outcome.counters, len(outcome.records))
    for outcome in (*timed[1:], other):
        if shape(outcome) != shape(first):
            return [first, outcome]
    places = [loose_bytes(frames) for frames in zip(*(outcome.backs for outcome in timed))]
    loose = [loose_leaves(lines) for lines in zip(*(outcome.records for outcome in timed))]
    return [outcome._replace(backs=[without_bytes(*pair) for pair in zip(outcome.backs, places)],
                             records=[without_leaves(*pair) for pair in zip(outcome.records, loose)])
            for outcome in (first, other)]


class Comparison:
    def __init__(self, commands, ignored, alter=None, untimed=False):
        self._commands = commands
        self._untimed = untimed
        self._ignored = ignored
        self._alter = alter
        self.tries = 0
        self.records = 0  # of all runs that did not differ

    def outcomes(self, packets):
        self.tries += 1
        returned = None
        if self._alter:
            up = run(self._commands[0], packets, self._ignored)
            returned = [] if isinstance(up, str) else [self._alter(frame) for frame in up.ups]
        if self._untimed:
            timed = [run(self._commands[0] + ["--clock", clock], packets, self._ignored, returned) for clock in CLOCKS]
            return untimed(timed, run(self._commands[1], packets, self._ignored, returned))
        return [run(command, packets, self._ignored, returned) for command in self._commands]

    def differ(self, packets):
        one, other = self.outcomes(packets)
        if one != other or isinstance(one, str):
            return True
        self.records += len(one.records)
        return False

    def fewest(self, packets):
        """Few packets, in their order, that still make the commands differ; none if they do not do so again."""
        if not self.differ(packets):
            return []
        packets = self._shortest_start(packets)
        last = packets[-1:]
        if self.differ(last):
            return last
        return self._without_parts(packets)

    def _shortest_start(self, packets):
        least, most = 1, len(packets)
        while least < most:
            middle = (least + most) // 2
            if self.differ(packets[:middle]):
                most = middle
            else:
                least = middle + 1
        return packets[:most]

    def _without_parts(self, packets):
        """Leaves out halves, then quarters and so on, of all but the last packet."""
        size = len(packets) // 2
        while size and self.tries < TRIES:
            at = 0
            while at < len(packets) - 1 and self.tries < TRIES:
                fewer = packets[:at] + packets[min(at + size, len(packets) - 1):]
                if self.differ(fewer):
                    packets = fewer
                else:
                    at += size
            size //= 2
        return packets


# ---- words -----------------------------------------------------------------------------------------------------------

def describe_run(title, outcome, lines):
    if isinstance(outcome, str):
        lines.append(f"  {title} fails: {outcome}")
        return
    for stage, frames in (("to the SF", outcome.ups), ("back", outcome.backs)):
        lines += [f"  {title}, {stage}: {frame.hex()}" for frame in frames] or [f"  {title}, {stage}: no packet"]
    lines += [f"  {title}, reported: {record}" for record in outcome.records]
    lines.append(f"  {title}, counters: " + ", ".join(f"{name}={n}" for name, n in outcome.counters.items()))


def describe_difference(one, other, lines):
    for stage, of_one, of_other in (("to the SF", one.ups, other.ups), ("back", one.backs, other.backs)):
        if len(of_one) != len(of_other):
            lines.append(f"  {stage}: {len(of_one)} packets by A, {len(of_other)} by B")
        for number, (frame, second) in enumerate(zip(of_one, of_other)):
            if frame != second:
                at = first_difference(frame, second)
                lines.append(f"  {stage}: packet {number + 1} differs at byte {at} ({len(frame)} and {len(second)} bytes)")
                break
    if len(one.records) != len(other.records):
        lines.append(f"  reported: {len(one.records)} records by A, {len(other.records)} by B")
    lines += [f"  reported: record {number + 1} differs\n    A {record}\n    B {second}"
              for number, (record, second) in enumerate(zip(one.records, other.records)) if record != second][:1]
    for name in one.counters | other.counters:
        of_one, of_other = (outcome.counters.get(name, 0) for outcome in (one, other))
        if of_one != of_other:
            lines.append(f"  counter {name}: {of_one} by A, {of_other} by B")


def describe(comparison, packets):
    """What two commands make of packets, in words."""
    one, other = comparison.outcomes(packets)
    lines = [f"  packet {number + 1}, {len(packet)} bytes: {packet.hex()}"
             for number, packet in enumerate(packets) if number < SHOWN or packet is packets[-1]]
    if not isinstance(one, str) and not isinstance(other, str):
        if one == other:
            lines.append("  they do not differ this time")
        describe_difference(one, other, lines)
    if len(packets) <= SHOWN:
        describe_run("A", one, lines)
        describe_run("B", other, lines)
    return "\n".join(lines)


# ---- main ------------------------------------------------------------------------------------------------------------

def compare(comparison, mutations, args):
    """Whether the commands agree about all packets."""
    done = 0
    while done < args.count:
        packets = [next(mutations) for _ in range(min(args.chunk, args.count - done))]
        if comparison.differ(packets):
            fewest = comparison.fewest(packets)
            which = f"packets {done + 1} to {done + len(packets)} of seed {args.seed}"
            if fewest:
                print(f"A and B differ about {len(fewest)} of the {which}:\n{describe(comparison, fewest)}",
                      file=sys.stderr)
            else:
                print(f"A and B differ about the {which}, but not when they run again: it depends on time or chance",
                      file=sys.stderr)
            if args.save:
                captures.write_pcap(args.save, fewest or packets)
            return False
        done += len(packets)
    print(f"seed {args.seed}: {done} packets, {comparison.records} records, no difference")
    if args.reports and not comparison.records:
        print("nothing has been reported", file=sys.stderr)
        return False
    return True


def own_packets(program):
    """Packets with telemetry that concern a program, besides those of tests/vectors."""
    if program in CASES:
        return [case.packet for case in cases_of(program)]
    if program == "int-mx-vxlan-gpe":
        return [case.packet for case in int_vxlan_cases(INT_MX)]
    return arriving(program) if program and program.endswith("-sink") else ()


def main():
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectors")
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--count", type=int, default=20000, metavar="N", help="packets (default: 20000)")
    cli.add_argument("--seed", type=int, default=1, metavar="N")
    cli.add_argument("--chunk", type=int, default=20000, metavar="N", help="packets at a time (default: 20000)")
    cli.add_argument("--program", choices=PROGRAMS, metavar="NAME",
                     help="the program, if the name of the spec or object does not say it")
    cli.add_argument("--ignore", action="append", default=[], metavar="COUNTER", help="a counter that may differ")
    cli.add_argument("--altered", action="store_true", help="the SF alters the packets")
    cli.add_argument("--untimed", action="store_true", help="what depends on time may differ")
    cli.add_argument("--reports", action="store_true", help="something has to be reported")
    cli.add_argument("--save", metavar="PCAP", help="where to write packets about which the commands differ")
    cli.add_argument("--vectors", default=here, metavar="DIR")
    cli.add_argument("commands", nargs=argparse.REMAINDER)
    args = cli.parse_args()
    if args.commands.count("--") != 1:
        cli.error("two commands are needed, with -- between them")
    middle = args.commands.index("--")
    commands = [args.commands[:middle], args.commands[middle + 1:]]
    if not all(commands) or args.chunk < 1:
        cli.error("two commands are needed, and at least one packet at a time")
    program = args.program or program_of(commands[0]) or program_of(commands[1])
    # In kernel mode the packets are received by a device, where the kernel drops some before any program sees them.
    mutations = Mutations(read_vectors(args.vectors), program if program in PROGRAMS else None, args.seed,
                          whole_tags="kernel" in args.commands, more=own_packets(program))
    comparison = Comparison(commands, args.ignore, alter if args.altered else None, args.untimed)
    sys.exit(0 if compare(comparison, mutations, args) else 1)


if __name__ == "__main__":
    main()

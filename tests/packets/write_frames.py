#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Writes a capture of frames for a program.

  write_frames.py random PROGRAM CAPTURE --count N [--seed N]
  write_frames.py own PROGRAM CAPTURE --count N

Random ones are those of compare_runs.py: mutations of packets that concern the program, with fragments of outer and inner
packets and frames as long as an MTU of 1500 lets them be, with VLAN tags and without. The program's own are packets of
tests/vectors that it takes headers off, no two the same.
"""
import argparse
import itertools
import os

import captures
from expectations import PROGRAMS, read_vectors
from mutations import Mutations
from unique import numbered_packets, templates_of


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("kind", choices=["random", "own"])
    cli.add_argument("program", choices=PROGRAMS, metavar="PROGRAM")
    cli.add_argument("capture")
    cli.add_argument("--count", type=int, required=True)
    cli.add_argument("--seed", type=int, default=1)
    args = cli.parse_args()
    vectors = read_vectors(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectors"))
    if args.kind == "random":
        # The kernel drops some frames that end in their first tag before any program sees them.
        frames = itertools.islice(Mutations(vectors, args.program, args.seed, whole_tags=True), args.count)
    else:
        templates = templates_of(args.program, vectors)
        frames = (packet.packet for packet in numbered_packets(args.program, templates, args.count))
    captures.write_pcap(args.capture, list(frames))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Writes a capture of random frames, those of compare_runs.py: mutations of packets that concern a program, with fragments
of outer and inner packets and frames as long as an MTU of 1500 lets them be, with VLAN tags and without.

  random_frames.py PROGRAM CAPTURE --count N [--seed N]
"""
import argparse
import os

import captures
from expectations import PROGRAMS, read_vectors
from mutations import Mutations


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("program", choices=PROGRAMS, metavar="PROGRAM")
    cli.add_argument("capture")
    cli.add_argument("--count", type=int, required=True)
    cli.add_argument("--seed", type=int, default=1)
    args = cli.parse_args()
    vectors = read_vectors(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectors"))
    # The kernel drops some frames that end in their first tag before any program sees them.
    mutations = Mutations(vectors, args.program, args.seed, whole_tags=True)
    captures.write_pcap(args.capture, [next(mutations) for _ in range(args.count)])


if __name__ == "__main__":
    main()

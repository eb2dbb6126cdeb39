#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Writes the frames of a capture with one VLAN tag more or less in front of their types.

  retag.py push VLAN CAPTURE RESULT
  retag.py pop CAPTURE RESULT
"""
import argparse
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "packets"))
from captures import read_pcap, write_pcap

ADDRESSES, TAG = 12, 4


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ways = cli.add_subparsers(dest="way", required=True)
    push, pop = ways.add_parser("push"), ways.add_parser("pop")
    push.add_argument("vlan", type=int)
    for way in push, pop:
        way.add_argument("capture")
        way.add_argument("result")
    args = cli.parse_args()
    tag, gone = (struct.pack("!HH", 0x8100, args.vlan), 0) if args.way == "push" else (b"", TAG)
    write_pcap(args.result, [frame[:ADDRESSES] + tag + frame[ADDRESSES + gone:] for frame in read_pcap(args.capture)])


if __name__ == "__main__":
    main()

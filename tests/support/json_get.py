#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Prints values of the JSON document on standard input, one per line: json_get.py [--default VALUE] a.b.c..."""
import argparse
import json
import sys


def find(document, path, default):
    value = document
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            if default is None:
                sys.exit(f"json_get.py: no '{path}'")
            return default
        value = value[key]
    return value


def main():
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("--default")
    cli.add_argument("paths", nargs="*")
    args = cli.parse_args()
    document = json.load(sys.stdin)
    for path in args.paths:
        print(find(document, path, args.default))


if __name__ == "__main__":
    main()

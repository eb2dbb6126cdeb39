# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""How a test of packets ends."""
import sys

SHOWN = 20  # at most so many faults are printed


def conclude(title, faults):
    """Prints how many faults there are, and the first of them; ends with exit code 1 if there are any."""
    print(f"{title}, {len(faults)} faults")
    for fault in faults[:SHOWN]:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)

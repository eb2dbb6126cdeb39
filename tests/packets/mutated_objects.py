# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Objects with a few bytes, or a few values of their plan, changed: sfcctl ends with an exit code of its own, in time
and without taking all memory, whatever they say. Usage: mutated_objects.py [--count N] [--seed S] [--keep DIR] SFCCTL
CAPTURE OBJECT[=ENTRIES]..."""
import argparse
import json
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from verdict import conclude

CONTRACT = range(0, 7)
PATIENCE = 60  # seconds for one run
MOST_MEMORY = 512 << 10  # KiB
NUMBERS = (0, 1, 2, 7, 8, 31, 32, 33, 63, 64, 65, 255, 256, 4095, 65535, 65536, 1 << 20, 1 << 24, 0x7FFFFFFF, 0xFFFFFFF8,
           0xFFFFFFFF, 1 << 63, (1 << 64) - 1)
SECTION = struct.Struct("<IIQQQQIIQQ")  # Elf64_Shdr


class Elf:
    """Just enough of an object to change it."""

    def __init__(self, data):
        self.data = bytearray(data)
        self.table, = struct.unpack_from("<Q", data, 40)
        size, count, names = struct.unpack_from("<HHH", data, 58)
        assert size == SECTION.size
        self.sections = [SECTION.unpack_from(data, self.table + i * size) for i in range(count)]
        self.names = [self._name(section[0], self.sections[names]) for section in self.sections]

    def _name(self, offset, table):
        begin = table[4] + offset
        return bytes(self.data[begin:self.data.index(0, begin)]).decode()

    def place(self, name):
        section = self.sections[self.names.index(name)]
        return section[4], section[5]

    def replace(self, name, content):
        """Another content for a section, at the end of the file."""
        data = bytearray(self.data) + bytes(-len(self.data) % 8)
        at = self.table + self.names.index(name) * SECTION.size
        struct.pack_into("<QQ", data, at + 24, len(data), len(content))
        return data + content


class Mutator:
    def __init__(self, path, seed):
        self.elf = Elf(Path(path).read_bytes())
        begin, size = self.elf.place(".sfc.plan")
        self.plan = json.loads(bytes(self.elf.data[begin:begin + size]).rstrip(b"\0"))
        self.random = random.Random(seed)
        leaves = list(self._leaves(self.plan))
        self.leaves = [way for way, _ in leaves]
        self.numbers = [way for way, value in leaves if type(value) is int and way[0] not in ("abi", "counters")]

    def next(self):
        return self.random.choice((self._plan, self._plan, self._bytes, self._table, self._cut))()

    def _plan(self):
        plan = json.loads(json.dumps(self.plan))
        self._change(plan)
        return self.elf.replace(".sfc.plan", json.dumps(plan).encode())

    def _change(self, plan):
        """One value, mostly a number of those by which bytes are found."""
        *way, last = self.random.choice(self.numbers if self.random.random() < 0.8 else self.leaves)
        node = plan
        for step in way:
            node = node[step]
        node[last] = self._other(node[last])

    def _leaves(self, node, way=()):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            if isinstance(value, (dict, list)) and value:
                yield from self._leaves(value, (*way, key))
            else:
                yield (*way, key), value

    def _other(self, value):
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return self.random.choice((value + 1, max(value - 1, 0), 2 * value, self.random.choice(NUMBERS)))
        if isinstance(value, str):
            return self.random.choice(("", "x", "lpm", "classifier", "../../up", "sfc_counters", "\x1b[2J"))
        return None

    def _bytes(self):
        """A few bytes of a section, or bits of them."""
        data = bytearray(self.elf.data)
        for _ in range(self.random.choice((1, 1, 2, 8))):
            name = self.random.choice([name for name in self.elf.names if name and name != ".sfc.plan"])
            begin, size = self.elf.place(name)
            at = begin + self.random.randrange(size)
            data[at] = self.random.choice((data[at] ^ 1 << self.random.randrange(8), self.random.randrange(256)))
        return data

    def _table(self):
        """A number of the ELF header or of the section table."""
        data = bytearray(self.elf.data)
        begin, end = self.random.choice(((0, 64), (self.elf.table, len(data))))
        at = self.random.randrange(begin, end - 4) & ~3
        struct.pack_into("<I", data, at, self.random.choice(NUMBERS) & 0xFFFFFFFF)
        return data

    def _cut(self):
        return self.elf.data[:self.random.randrange(len(self.elf.data))]


class Runner:
    def __init__(self, sfcctl, capture):
        self.sfcctl, self.capture = sfcctl, capture

    def fault(self, path, entries):
        """What is wrong with how sfcctl ends, or nothing."""
        command = [self.sfcctl, "test", path, "--in", self.capture, "--json"]
        if entries:
            command += ["--table", entries]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            timer = signal.setitimer(signal.ITIMER_REAL, PATIENCE)
            try:
                words = process.stderr.read().decode(errors="replace")
                _, status, usage = os.wait4(process.pid, 0)
            except TimeoutError:
                process.kill()
                return f"is not at its end after {PATIENCE} s"
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        code = process.returncode
        if code not in CONTRACT:
            return f"ends with {code}: {words}"
        if code != 0 and "sfcctl: error: " not in words:
            return f"ends with {code} and does not say why: {words}"
        if usage.ru_maxrss > MOST_MEMORY:
            return f"takes {usage.ru_maxrss >> 10} MiB: {words}"
        return None


def on_alarm(*_):
    raise TimeoutError


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    parser.add_argument("sfcctl")
    parser.add_argument("capture")
    parser.add_argument("objects", nargs="+")
    arguments = parser.parse_args()
    signal.signal(signal.SIGALRM, on_alarm)
    runner = Runner(arguments.sfcctl, arguments.capture)
    faults, runs = [], 0
    with tempfile.TemporaryDirectory() as directory:
        for argument in arguments.objects:
            path, _, entries = argument.partition("=")
            sound = runner.fault(path, entries)
            if sound:
                sys.exit(f"{path}: as it is, sfcctl {sound}")
            mutator = Mutator(path, arguments.seed)
            for number in range(arguments.count):
                changed = Path(arguments.keep or directory) / "changed.bpf.o"
                changed.write_bytes(mutator.next())
                runs += 1
                fault = runner.fault(str(changed), entries)
                if not fault:
                    continue
                name = f"{Path(path).stem}, change {number} of seed {arguments.seed}"
                faults.append(f"{name}: {fault}")
                if arguments.keep:
                    changed.rename(changed.with_name(f"{Path(path).stem}.{number}.o"))
    conclude(f"{runs} changed objects", faults)


if __name__ == "__main__":
    main()

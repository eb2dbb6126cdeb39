#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What sfcc accepts, the kernel's verifier accepts, and both do the same with packets.

  random_specs.py [--count N] [--seed N] [--packets N] [--jobs N] [--keep DIR] SFCC SFCCTL

For each seed a spec is made (spec_maker.py) and given to `sfcc check`. One that is refused is counted; one that is accepted
must compile, its programs must load, and `sfcc sim` and `sfcctl test` must agree about packets made for its parser and
mutations of them: in user mode, at random with several packets in flight or with a function that alters what it returns,
and for every fourth also in kernel mode. Seeds are tried until N specs have been accepted.

A failure keeps the spec in --keep, made smaller as far as it still fails in the same way, and the packets if there are
any. Exit code 1: something failed, or fewer than 60 % were accepted; 2: usage.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import captures
from captures import Run, read_pcap, write_pcap
from compare_runs import Comparison, describe
from expectations import Vector, read_vectors
from mutations import MAXIMUM, MINIMUM, Mutations
from spec_maker import SpecMaker

HERE = os.path.dirname(os.path.abspath(__file__))
LEAST_ACCEPTED = 0.6
PATIENCE = 120
SMALLER_TRIES = 120  # at most so many attempts to make a spec that fails smaller


class Failed(Exception):
    """What is wrong with a spec: a kind to tell failures apart, words, and the packets if there are any."""
    def __init__(self, kind, text, packets=None):
        super().__init__(text)
        self.kind, self.packets = kind, packets


def call(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise Failed("timeout", f"{' '.join(command)} does not end within {PATIENCE} s") from None


def run_tolerant(command, packets, returned=None):
    """As captures.run, but frames that the devices of the test refuse are no failure; how many is a counter."""
    with tempfile.TemporaryDirectory() as work:
        paths = {name: os.path.join(work, name) for name in ("in", "sf", "out")}
        write_pcap(paths["in"], packets)
        if returned is not None:
            paths["back"] = os.path.join(work, "back")
            write_pcap(paths["back"], returned)
        result = call(command + ["--json"] + [word for name, path in paths.items() for word in ("--" + name, path)])
        try:
            document = json.loads(result.stdout)
        except ValueError:
            raise RuntimeError(f"{' '.join(command)} ends with {result.returncode}: {result.stderr.strip()}") from None
        if "counters" not in document:
            raise RuntimeError(f"{' '.join(command)} ends with {result.returncode}: {result.stdout} {result.stderr.strip()}")
        counters = dict(document["counters"], refused=len(document.get("errors", ())))
        return Run(read_pcap(paths["sf"]), read_pcap(paths["out"]), counters)


def alter(frame):
    """A frame as a function may return it, always the same for the same frame: changed behind its headers, or anywhere."""
    draw = random.Random(frame)
    if draw.random() < 0.3:
        return frame
    frame = bytearray(frame)
    pick = draw.random()
    if pick < 0.4:
        at = len(frame) - 1 - draw.randrange(min(len(frame), 100))
        frame[at] ^= 1 << draw.randrange(8)
    elif pick < 0.6:
        frame[draw.randrange(len(frame))] = draw.randrange(256)
    elif pick < 0.85:
        frame += draw.randbytes(draw.randrange(1, 60))
    else:
        frame = frame[:max(MINIMUM, len(frame) - draw.randrange(1, 30))]
    return bytes(frame[:MAXIMUM])


class Tester:
    def __init__(self, sfcc, sfcctl, packets, keep, kernel_packets):
        self._sfcc, self._sfcctl, self._keep = sfcc, sfcctl, keep
        self._packets, self._kernel_packets = packets, kernel_packets
        self._ip = [vector.stripped for vector in read_vectors(os.path.join(HERE, "..", "vectors"))
                    if vector.stripped and vector.stripped[12:14] in (b"\x08\0", b"\x86\xdd")]

    def test(self, seed):
        """What came of a seed: (accepted, code of the refusal, Failed or None, what was counted)."""
        maker = SpecMaker(seed, self._ip)
        text = maker.text()
        counted = collections.Counter()
        with tempfile.TemporaryDirectory() as work:
            spec = os.path.join(work, "spec.sfc")
            with open(spec, "w", encoding="utf-8") as file:
                file.write(text)
            try:
                refusal = self._check(spec)
                if refusal:
                    return maker, refusal, None, counted
                counted[maker.kind] += 1
                counted["table"] += bool(maker.table)
                if maker.table:
                    with open(entries_of(spec), "w", encoding="utf-8") as file:
                        file.write("".join(line + "\n" for line in maker.entries))
                self._compile(spec, work)
                self._compare(spec, work, maker, seed, counted)
            except Failed as failed:
                self._keep_failure(maker, text, seed, failed)
                return maker, None, failed, counted
        return maker, None, None, counted

    def _check(self, spec):
        result = call([self._sfcc, "check", spec])
        if result.returncode == 0:
            return None
        codes = re.findall(r"\[(E\d+)\]", result.stderr)
        if not codes or result.returncode != 1:
            raise Failed("check", f"sfcc check ends with {result.returncode}: {result.stderr.strip()}")
        return codes[0]

    def _compile(self, spec, work):
        result = call([self._sfcc, spec, "-o", work])
        if result.returncode:
            code = (re.findall(r"\[(E\d+)\]", result.stderr) or ["?"])[0]
            raise Failed(f"compile {code}", result.stderr.strip())

    def _commands(self, spec, work, options):
        options = [*options, *(["--table", entries_of(spec)] if os.path.exists(entries_of(spec)) else [])]
        return [[self._sfcc, "sim", spec, *options],
                [self._sfcctl, "test", os.path.join(work, os.path.basename(spec)[:-4] + ".bpf.o"), *options]]

    def _packets_for(self, maker, seed, count, whole_tags):
        rng = random.Random(seed + 1000000)
        valid = [maker.packet(rng) for _ in range(max(10, count // 3))]
        vectors = [Vector("", 0, "", packet, None, None, None) for packet in valid]
        mutations = Mutations(vectors, None, seed, whole_tags)
        mutated = [next(mutations) for _ in range(count - len(valid))]
        if whole_tags:
            valid = [packet + bytes(max(0, 20 - len(packet))) for packet in valid]
        packets = valid + mutated
        rng.shuffle(packets)
        return packets

    def _compare(self, spec, work, maker, seed, counted):
        draw = random.Random(seed)
        params = [word for name, (width, _) in maker.params.items() if draw.random() < 0.5
                  for word in ("-P", f"{name}={draw.getrandbits(width)}")]
        way = "altered" if maker.derived and draw.random() < 0.7 else draw.choice(("plain", "plain", "inflight", "altered"))
        options = params + ["--vnf", "user"] + (["--inflight", str(draw.choice((2, 3, 7)))] if way == "inflight" else [])
        packets = self._packets_for(maker, seed, min(self._packets, 150) if way == "altered" else self._packets, False)
        self._agree(spec, work, options, alter if way == "altered" else None, packets, counted)
        if seed % 4 == 0:
            self._agree(spec, work, params + ["--vnf", "kernel"], None,
                        self._packets_for(maker, seed + 1, self._kernel_packets, True), counted)

    def _agree(self, spec, work, options, altered, packets, counted):
        comparison = Comparison(self._commands(spec, work, options), [], altered)
        one, other = comparison.outcomes(packets)
        if one == other and not isinstance(one, str):
            counted["runs"] += 1
            counted["packets"] += len(packets)
            counted["stripped"] += one.counters.get("rx_stripped", 0)
            counted["restored"] += one.counters.get("tx_restored", 0)
            counted["nothing stripped"] += not one.counters.get("rx_stripped", 0)
            return
        fault = next((outcome for outcome in (one, other) if isinstance(outcome, str)), None)
        if fault:
            raise Failed("verifier" if re.search(r"verifier|processed \d+ insns|BPF program|load", fault) else "run", fault)
        fewest = comparison.fewest(packets)
        mode = " ".join(options)
        if not fewest and altered and not isinstance(other, str):
            # All packets wait at a time then. Where many are alike they fill a bucket, and which others share it is chance.
            counted["other by chance"] += 1
            return
        if not fewest:
            raise Failed("chance", f"{mode}: A and B differ, but not when they run again: it depends on time or chance", packets)
        raise Failed("difference", f"{mode}{' altered' if altered else ''}: A is sfcc sim, B the kernel\n{describe(comparison, fewest)}",
                     [options, altered, fewest])

    # ---- failures

    def _keep_failure(self, maker, text, seed, failed):
        os.makedirs(self._keep, exist_ok=True)
        path = os.path.join(self._keep, f"seed{seed}")
        with open(path + ".sfc", "w", encoding="utf-8") as file:
            file.write(text)
        with open(path + ".entries", "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in maker.entries))
        if failed.kind == "difference":
            write_pcap(path + ".pcap", failed.packets[2])
        with open(path + ".txt", "w", encoding="utf-8") as file:
            file.write(f"{failed.kind}\n{failed}\n")
        if failed.kind in ("timeout", "chance", "check"):
            return
        smaller = self._smaller(text, failed, maker.entries)
        with open(path + ".smaller.sfc", "w", encoding="utf-8") as file:
            file.write(smaller)

    def _fails_alike(self, text, failed, entries):
        with tempfile.TemporaryDirectory() as work:
            spec = os.path.join(work, "spec.sfc")
            with open(spec, "w", encoding="utf-8") as file:
                file.write(text)
            if "    table t {" in text:
                with open(entries_of(spec), "w", encoding="utf-8") as file:
                    file.write("".join(line + "\n" for line in entries))
            try:
                if self._check(spec):
                    return False
                self._compile(spec, work)
                if failed.kind == "difference":
                    options, altered, packets = failed.packets
                    options = [word for word in options]
                    one, other = Comparison(self._commands(spec, work, options), [], altered).outcomes(packets)
                    return one != other and not isinstance(one, str) and not isinstance(other, str)
                mode = ["--vnf", "kernel" if "kernel" in str(failed) else "user"]
                one, other = Comparison(self._commands(spec, work, mode), []).outcomes([bytes(60)])
                return isinstance(other, str) and failed.kind in ("verifier", "run")
            except Failed as again:
                return again.kind == failed.kind

    def _smaller(self, text, failed, entries):
        """Leaves out statements and blocks while it still fails in the same way."""
        lines, tries = text.split("\n"), 0
        progress = True
        while progress and tries < SMALLER_TRIES:
            progress = False
            at = 0
            while at < len(lines) and tries < SMALLER_TRIES:
                end = unit_at(lines, at)
                if end is None:
                    at += 1
                    continue
                fewer = lines[:at] + lines[end:]
                tries += 1
                if self._fails_alike("\n".join(fewer), failed, entries):
                    lines, progress = fewer, True
                else:
                    at += 1
        return "\n".join(lines)


def entries_of(spec):
    return spec[:-len(".sfc")] + ".entries"


def unit_at(lines, at):
    """The end of the statement or block that begins in a line; None if none does."""
    line = lines[at].strip()
    if line.endswith(";"):
        return at + 1
    if not line.endswith("{") or line.startswith("}"):
        return None
    depth = 0
    for end in range(at, len(lines)):
        depth += lines[end].count("{") - lines[end].count("}")
        if depth == 0:
            return end + 1
    return None


# ---- main ------------------------------------------------------------------------------------------------------------

class Totals:
    def __init__(self, wanted, first):
        self.accepted, self.refused, self.failures = 0, collections.Counter(), []
        self.shapes, self.counted = collections.Counter(), collections.Counter()
        self._wanted, self._next = wanted, first
        self._lock = threading.Lock()
        self._going = 0

    def next_seed(self):
        with self._lock:
            if self.accepted + self._going >= self._wanted and self._wanted <= self.accepted:
                return None
            if self._next > 100000000 or self.accepted + self._going >= self._wanted:
                return -1
            self._going += 1
            self._next += 1
            return self._next - 1

    def add(self, seed, maker, refusal, failed, counted):
        with self._lock:
            self._going -= 1
            if refusal:
                self.refused[refusal] += 1
                return
            self.accepted += 1
            self.shapes[maker.shape] += 1
            self.counted.update(counted)
            if failed:
                self.failures.append((seed, maker.shape, failed))
                print(f"seed {seed} ({maker.shape}): {failed.kind}: {str(failed)[:2000]}", flush=True)


def work(totals, tester):
    while (seed := totals.next_seed()) is not None:
        if seed < 0:
            time.sleep(0.05)
            continue
        try:
            result = tester.test(seed)
        except BaseException:
            print(f"seed {seed}: the test itself fails", file=sys.stderr, flush=True)
            with totals._lock:
                totals._going -= 1
                totals._wanted = 0
            raise
        totals.add(seed, *result)


def report(totals, args, seconds):
    tried = totals.accepted + sum(totals.refused.values())
    print(f"{tried} specs, {totals.accepted} accepted ({100 * totals.accepted // max(tried, 1)} %), refused: "
          + (", ".join(f"{code} {count}" for code, count in totals.refused.most_common()) or "none"))
    print("accepted: " + ", ".join(f"{shape} {count}" for shape, count in totals.shapes.most_common()))
    print(", ".join(f"{name} {count}" for name, count in totals.counted.most_common()))
    kinds = collections.Counter(failed.kind for _, _, failed in totals.failures)
    print(f"{len(totals.failures)} failures in {seconds:.0f} s" + "".join(f", {kind}: {n}" for kind, n in kinds.items()))
    for seed, _, failed in totals.failures:
        print(f"  {failed.kind}: {sys.argv[0]} --count 1 --seed {seed} {args.sfcc} {args.sfcctl}; kept in {args.keep}/seed{seed}.*")
    if totals.accepted < LEAST_ACCEPTED * tried:
        print("too few are accepted for the test to say anything")
        return 1
    return 1 if totals.failures else 0


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--count", type=int, default=300, metavar="N", help="accepted specs (default: 300)")
    cli.add_argument("--seed", type=int, default=1, metavar="N", help="the first (default: 1)")
    cli.add_argument("--packets", type=int, default=300, metavar="N", help="packets in user mode (default: 300)")
    cli.add_argument("--kernel-packets", type=int, default=60, metavar="N", help="packets in kernel mode (default: 60)")
    cli.add_argument("--jobs", type=int, default=2, metavar="N", help="specs at a time (default: 2)")
    cli.add_argument("--keep", default="random_specs.failed", metavar="DIR", help="where what fails is kept")
    cli.add_argument("--show", action="store_true", help="print the spec of --seed, and do no more")
    cli.add_argument("sfcc")
    cli.add_argument("sfcctl")
    args = cli.parse_args()
    if args.count < 1 or args.packets < 30 or args.jobs < 1:
        cli.error("at least one spec, 30 packets and one job")
    for tool in (args.sfcc, args.sfcctl):
        if not shutil.which(tool):
            cli.error(f"there is no {tool}")
    tester = Tester(args.sfcc, args.sfcctl, args.packets, args.keep, args.kernel_packets)
    if args.show:
        print(SpecMaker(args.seed, tester._ip).text(), end="")
        return 0
    captures.run = run_tolerant
    start = time.monotonic()
    totals = Totals(args.count, args.seed)
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for job in [pool.submit(work, totals, tester) for _ in range(args.jobs)]:
            job.result()
    return report(totals, args, time.monotonic() - start)


if __name__ == "__main__":
    sys.exit(main())

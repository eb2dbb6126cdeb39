# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the benchmarks share: commands in network namespaces that go away with the benchmark, programs that are attached
there, and options."""

import argparse
import json
import os
import pathlib
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
BPFFS = pathlib.Path("/sys/fs/bpf")
IN_MOUNT_NAMESPACE = "SFC_BENCH_MOUNTS"


class BenchError(Exception):
    pass


def execute(*command):
    """Runs a command and returns what it printed; what it complained about becomes the error."""
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if result.returncode:
        raise BenchError(f"{' '.join(map(str, command))}\n{result.stderr.strip() or result.stdout.strip()}")
    return result.stdout


def inNamespace(namespace, *command):
    """Like execute, in a network namespace; unlike `ip netns exec` it leaves the file system with the pins alone."""
    return execute("nsenter", f"--net=/run/netns/{namespace}", *command)


class Build:
    """What the benchmark uses of a build directory."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory).resolve()

    def find(self, name):
        path = self.directory / name
        if not path.exists():
            raise BenchError(f"{path} is not there: build first, or name the build directory with --build")
        return path

    def object(self, name):
        return self.find(f"bench/{name}.bpf.o")

    def attach(self, name, pins, namespace, in_device, out_device):
        inNamespace(namespace, self.find("bin/bench_loader"), "attach", self.object(name), pins, in_device, out_device)

    def loadProxy(self, name, spec, namespace, in_device, out_device, options):
        """Compiles a spec, a path below the repository, and loads it as a proxy with that name."""
        mode = [] if "--ingress-hook" in options else ["--xdp", "native"]
        with tempfile.TemporaryDirectory(prefix="sfc-bench-") as directory:
            execute(self.find("bin/sfcc"), REPOSITORY / spec, "-o", directory)
            inNamespace(namespace, self.find("bin/sfcctl"), "load", name, f"{directory}/{pathlib.Path(spec).stem}.bpf.o",
                        "--ingress", in_device, "--egress", out_device, *mode, *options)

    def counters(self, name, namespace):
        return json.loads(inNamespace(namespace, self.find("bin/sfcctl"), "stats", name, "--json"))["counters"]


def makeNamespace(namespace):
    """In it are only the benchmark's own packets: no neighbour discovery and the like."""
    execute("ip", "netns", "add", namespace)
    inNamespace(namespace, "sh", "-c", "f=/proc/sys/net/ipv6/conf/default/disable_ipv6; test ! -e $f || echo 1 > $f")


def makeVeth(namespace, device, peer_namespace, peer):
    execute("ip", "link", "add", device, "netns", namespace, "type", "veth",
            "peer", "name", peer, "netns", peer_namespace)
    execute("ip", "-n", namespace, "link", "set", device, "up")
    execute("ip", "-n", peer_namespace, "link", "set", peer, "up")


def readCpuModel():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def spreadOf(values):
    """Half the distance between the quartiles."""
    if len(values) < 2:
        return 0.0
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return (high - low) / 2


def listOf(convert):
    """A comma-separated list without repetitions."""
    return lambda text: list(dict.fromkeys(convert(word) for word in text.split(",")))


def numberIn(low, high):
    def convert(word):
        if not word.isdecimal() or not low <= int(word) <= high:
            raise argparse.ArgumentTypeError(f"'{word}': {low} to {high} is possible")
        return int(word)
    return convert


def fileName(word):
    if not os.access(pathlib.Path(word).absolute().parent, os.W_OK) or os.path.isdir(word):
        raise argparse.ArgumentTypeError(f"cannot write {word}")
    return word


def enterMountNamespace(*tools):
    """Starts again where mounts are private, then takes an empty /run/netns and a BPF file system of its own. The tools
    are looked for before anything is done."""
    if os.geteuid() != 0:
        raise BenchError("must run as root: it makes network namespaces and loads BPF programs")
    for tool in ("unshare", "nsenter", "ip", "ethtool", *tools):
        if not shutil.which(tool):
            raise BenchError(f"{tool} is not installed")
    if IN_MOUNT_NAMESPACE not in os.environ:
        os.environ[IN_MOUNT_NAMESPACE] = "1"
        os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv])
    pathlib.Path("/run/netns").mkdir(exist_ok=True)
    execute("mount", "-t", "tmpfs", "none", "/run/netns")
    execute("mount", "-t", "bpf", "none", BPFFS)


def runBenchmark(run, options, *tools):
    """Runs run(options) where its namespaces are its own; returns the exit status."""
    # An exit instead of the default death, so that a child and a temporary directory do not stay behind.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        enterMountNamespace(*tools)
        return run(options)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 128 + signal.SIGINT

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Specs as scapy and tshark see them."""
import importlib.util
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests/packets"))

from captures import write_pcap  # noqa: E402  (needs the path)
from expectations import read_vectors  # noqa: E402

PATIENCE = 120


def programs():
    """The names of all ready programs."""
    return sorted(name[:-len(".sfc")] for name in os.listdir(os.path.join(ROOT, "programs")) if name.endswith(".sfc"))


def vectors():
    """The frames of all vectors, as they arrive, by their names."""
    return {f"{one.family}/{one.name}": one.packet for one in read_vectors(os.path.join(ROOT, "tests/vectors"))}


def emit(sfcc, program, stage, directory, suffix):
    """What sfcc writes for a tool, as a file."""
    path = os.path.join(directory, program.replace("-", "_") + suffix)
    with open(path, "w", encoding="utf-8") as file:
        subprocess.run([sfcc, f"--emit={stage}", os.path.join(ROOT, "programs", program + ".sfc")], stdout=file,
                       check=True, timeout=PATIENCE)
    return path


def scapy_module(sfcc, program, directory):
    """The module of layers, imported."""
    path = emit(sfcc, program, "scapy", directory, ".py")
    spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prefix(program):
    """What the names of a program's fields begin with in tshark."""
    return "sfc_" + program.replace("-", "_")


def number(text):
    return int(text, 0) if text[:2] in ("0x", "0X") or text.isdigit() else text


def read_fields(lua, frames, fields, directory, *options):
    """What tshark shows of these fields: for each frame a list for each field, of all places where it is. It is an error
    if something is wrong with the dissector."""
    capture = os.path.join(directory, "frames.pcap")
    write_pcap(capture, frames)
    names = ["_ws.lua.error"] + fields
    done = subprocess.run(["tshark", "-n", "-X", "lua_script:" + lua, "-r", capture, "-T", "fields", "-E", "separator=;"] +
                          list(options) + [word for name in names for word in ("-e", name)],
                          capture_output=True, text=True, timeout=PATIENCE, check=False)
    complaints = [line for line in done.stderr.splitlines() if not line.startswith("Running as user")]
    rows = [line.split(";") for line in done.stdout.splitlines()]
    complaints += [f"frame {at}: {row[0]}" for at, row in enumerate(rows, 1) if row[0]]
    if done.returncode or complaints or len(rows) != len(frames):
        raise RuntimeError(f"tshark with {lua}: exit {done.returncode}, {len(rows)} of {len(frames)} frames\n" +
                           "\n".join(complaints))
    return [[[number(one) for one in cell.split(",") if one] for cell in row[1:]] for row in rows]

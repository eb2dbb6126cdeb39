#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Packets that scapy builds go through a proxy, and tshark reads what comes out of it, both by what sfcc writes for them:
INT-MD and IOAM on NSH, of which neither knows anything by itself.

  round_trip.py SFCC            through the interpreter
  round_trip.py SFCC SFCTL      through the programs, in the kernel
"""
import os
import subprocess
import sys
import tempfile
import unittest

from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from tools import PATIENCE, ROOT, emit, prefix, read_fields, scapy_module

from captures import run

NODE = 0x00C0FFEE
STEP = 2500  # ns from a packet's arrival to its return, where the clock is the interpreter's
ALL_ONES = 0xFFFFFFFF


def ether():
    return Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")


class RoundTrip(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = work.name

    def through(self, program, frames, *params):
        """What a proxy makes of frames."""
        spec = os.path.join(ROOT, "programs", program + ".sfc")
        if SFCTL:
            subprocess.run([SFCC, spec, "-o", self.work], check=True, timeout=PATIENCE)
            command = [SFCTL, "test", os.path.join(self.work, program + ".bpf.o")]
        else:
            command = [SFCC, "sim", spec, "--clock", f"1000000,{STEP}"]
        return run(command + [word for param in params for word in ("-P", param)], frames).backs

    def read(self, program, frames, *fields):
        """What tshark shows: for each frame the values by the names of fields."""
        lua = emit(SFCC, program, "lua", self.work, ".lua")
        names = [f"{prefix(program)}.{one}" for one in fields]
        return [dict(zip(fields, row)) for row in read_fields(lua, frames, names, self.work)]

    def assert_took(self, latency):
        if SFCTL:
            self.assertLess(latency, 10**9)
        else:
            self.assertEqual(latency, STEP)

    # ---- INT

    def int_md(self, program, outer, layers):
        hop = {"node_id": 1, "ingress_port_16": 2, "egress_port_16": 3, "hop_latency": 4, "queue": 5, "buffer": 6}
        cases = [  # instructions, words of a hop, hops that are left, hops that are there
            (0x8000, 1, 7, 0), (0xF000, 4, 3, 2), (0xA080, 4, 1, 1), (0x8000, 1, 0, 3), (0xFC80, 10, 9, 1)]
        frames = []
        for instructions, words, left, there in cases:
            # The first hop is the one that was the last on the way.
            hops = [layers.int_hop(**{**hop, "node_id": 100 + number}) for number in range(there)]
            packet = outer(3 + words * there) / layers.int_md(
                version=2, hop_words=words, remaining_hops=left, instructions=instructions, domain=0xD0)
            for one in hops:
                packet = packet / one
            frames.append(bytes(packet / self.inner(program)))
        backs = self.through(program, frames, f"node_id={NODE}")
        rows = self.read(program, backs, "shim.length", "int_md.remaining_hops", "int_md.exceeded", "int_md.domain",
                         "int_hop.node_id", "int_hop.hop_latency", "int_hop.queue", "int_hop.buffer",
                         "int_hop.egress_timestamp", "int_hop.ingress_timestamp", "end")
        for (instructions, words, left, there), row in zip(cases, rows, strict=True):
            with self.subTest(program=program, instructions=f"{instructions:#06x}"):
                now = there + (left > 0)
                pushed = [NODE] * (left > 0)
                self.assertEqual(row["shim.length"], [3 + words * now])
                self.assertEqual(row["int_md.remaining_hops"], [max(left - 1, 0)])
                self.assertEqual(row["int_md.exceeded"], [int(left == 0)])
                self.assertEqual(row["int_md.domain"], [0xD0])
                self.assertEqual(row["int_hop.node_id"], pushed + list(range(100, 100 + there)))
                self.assertEqual(row["end"], ["accept"])
                if instructions & 0x2000:
                    self.assert_took(row["int_hop.hop_latency"][0])
                    self.assertEqual(row["int_hop.hop_latency"][1:], [4] * there)
                if instructions & 0x1000:
                    self.assertEqual(row["int_hop.queue"], [ALL_ONES] + [5] * there)
                if instructions & 0x0080:
                    self.assertEqual(row["int_hop.buffer"], [ALL_ONES] + [6] * there)
                if instructions & 0x0C00:
                    self.assert_took(row["int_hop.egress_timestamp"][0] - row["int_hop.ingress_timestamp"][0])
        self.assert_valid(program, backs)

    def inner(self, program):
        if "udp" in program:
            return Raw(b"what was sent")
        return ether() / IP(src="192.0.2.1", dst="192.0.2.2") / UDP(sport=1000, dport=53) / Raw(b"what was sent")

    def assert_valid(self, program, frames):
        """Lengths and checksums of all that tshark knows are right, and scapy builds what it reads."""
        module = scapy_module(SFCC, program, self.work)
        for frame in frames:
            self.assertEqual(bytes(module.dissect(frame)), frame)
        lua = emit(SFCC, program, "lua", self.work, ".lua")
        rows = read_fields(lua, frames, ["ip.checksum.status", "udp.checksum.status", "_ws.expert.severity"], self.work,
                           "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE")
        for ip, udp, severity in rows:
            self.assertLessEqual(set(ip), {1})  # good
            self.assertLessEqual(set(udp), {1, 3})  # good, or none
            self.assertFalse([one for one in severity if one >= 6291456], "warnings or errors")

    def test_int_md_udp(self):
        layers = scapy_module(SFCC, "int-md-udp", self.work).layers
        self.int_md("int-md-udp", lambda length: (
            ether() / IP(src="10.0.0.1", dst="10.0.0.2", id=length) / UDP(sport=1000, dport=5900) /
            layers.shim(type=1, next_protocol_type=1, length=length, port=53)), layers)

    def test_int_md_vxlan_gpe(self):
        layers = scapy_module(SFCC, "int-md-vxlan-gpe", self.work).layers
        self.int_md("int-md-vxlan-gpe", lambda length: (
            ether() / IP(src="10.0.0.1", dst="10.0.0.2", id=length) / UDP(sport=1000, dport=4790) /
            layers.vxlan(has_vni=1, vni=42) / layers.shim(type=1, length=length, next_protocol=3)), layers)

    # ---- IOAM

    def test_nsh_ioam(self):
        program = "nsh-ioam"
        layers = scapy_module(SFCC, program, self.work).layers
        own = {"hop_limit": 60, "node_id_24": 100, "delay": 8, "namespace_data": 9}
        cases = [  # type, what is asked for, words of a node, words that are left, nodes that are there
            (0, 0x900000, 2, 4, 1), (0, 0x900000, 2, 0, 3), (1, 0x980000, 3, 6, 2), (1, 0x800000, 1, 1, 0),
            (0, 0x980000, 3, 2, 1)]
        frames = []
        for number, (kind, items, words, left, there) in enumerate(cases):
            room = bytes(4 * left) if kind == 0 else b""
            packet = ether() / layers.nsh(ttl=63, spi=77, si=250, context=bytes(16)) / layers.ioam(
                type=kind, length=3 + words * there + len(room) // 4, next_protocol=1) / layers.trace(
                    namespace=0, node_words=words, remaining_words=left, type=items)
            if room:
                packet = packet / Raw(room)
            for at in range(there):
                packet = packet / layers.ioam_node(**{**own, "node_id_24": 100 + at})
            packet = packet / IP(src="192.0.2.1", dst="192.0.2.2", id=number) / UDP(sport=1000, dport=53) / Raw(b"sent")
            packet[Ether].type = 0x894F
            frames.append(bytes(packet))
        backs = self.through(program, frames, f"node_id={NODE}")
        rows = self.read(program, backs, "nsh.spi", "nsh.si", "trace.overflow", "trace.remaining_words", "ioam.length",
                         "ioam_node.node_id_24", "ioam_node.hop_limit", "ioam_node.delay", "ioam_node.namespace_data",
                         "end")
        for (kind, items, words, left, there), row in zip(cases, rows, strict=True):
            with self.subTest(type=kind, items=f"{items:#08x}", left=left):
                fits = words <= left
                self.assertEqual((row["nsh.spi"], row["nsh.si"], row["end"]), ([77], [249], ["accept"]))
                self.assertEqual(row["trace.overflow"], [int(not fits)])
                self.assertEqual(row["trace.remaining_words"], [left - words * fits])
                self.assertEqual(row["ioam.length"], [3 + words * there + (left if kind == 0 else words * fits)])
                self.assertEqual(row["ioam_node.node_id_24"],
                                 [NODE & 0xFFFFFF] * fits + list(range(100, 100 + there)))
                self.assertEqual(row["ioam_node.hop_limit"], [63] * fits + [60] * there)
                if items & 0x080000 and fits:
                    self.assert_took(row["ioam_node.delay"][0])
        self.assert_valid(program, backs)


if __name__ == "__main__":
    SFCTL = sys.argv.pop() if len(sys.argv) > 2 else None
    SFCC = sys.argv.pop()
    unittest.main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Where tshark knows a protocol by itself, the dissector of a spec shows the same. Usage: own_dissectors.py SFCC"""
import sys
import tempfile
import unittest

from tools import emit, prefix, read_fields, vectors

# What every program has, and tshark by these names.
COMMON = {"ipv4.ttl": "ip.ttl", "ipv4.id": "ip.id", "ipv4.checksum": "ip.checksum", "ipv6.hop_limit": "ipv6.hlim",
          "ipv6.flow_label": "ipv6.flow", "udp.src_port": "udp.srcport", "tcp.seq": "tcp.seq_raw", "tags.vid": "vlan.id"}
# For each program: the vectors with its headers, and what these are called.
OWN = {
    "sr-mpls": ("mpls", {"labels.label": "mpls.label", "labels.tc": "mpls.exp", "labels.bos": "mpls.bottom",
                         "labels.ttl": "mpls.ttl"}),
    "nsh": ("nsh_eth", {"nsh.spi": "nsh.spi", "nsh.si": "nsh.si", "nsh.ttl": "nsh.ttl", "nsh.md_type": "nsh.mdtype",
                        "nsh.next_protocol": "nsh.nextproto"}),
    "nsh-gre": ("nsh_gre", {"nsh.spi": "nsh.spi", "nsh.si": "nsh.si"}),
    "vxlan": ("tunnel", {"vxlan.vni": "vxlan.vni"}),
    "geneve": ("tunnel", {"geneve.vni": "geneve.vni", "geneve.protocol": "geneve.proto_type"}),
    "int-md-geneve": ("int_md", {"geneve.vni": "geneve.vni"}),
    "gtpu": ("tunnel", {"gtpu.teid": "gtp.teid"}),
    "gre": ("tunnel", {"gre_key.value": "gre.key", "gre.protocol": "gre.proto"}),
    "srv6": ("srv6", {"srh.segments_left": "ipv6.routing.segleft", "srh.last_entry": "ipv6.routing.srh.last_entry"}),
    "ioam6": ("ioam6", {"trace.type": "ipv6.opt.ioam.trace.type", "trace.node_words": "ipv6.opt.ioam.trace.nodelen",
                         "trace.remaining_words": "ipv6.opt.ioam.trace.remlen"}),
}
# The same where tshark does not read what the tunnel carries, or has S-tags by another name: nothing of COMMON.
HEADERS_ONLY = {
    "erspan": ("erspan", {"erspan2.session": "erspan.spanid", "erspan2.index": "erspan.index", "gre_sequence.value": "gre.sequence_number",
                          "erspan3.timestamp": "erspan.timestamp", "erspan3.sgt": "erspan.sgt", "erspan3.frame_type": "erspan.ft",
                          "erspan3.has_platform": "erspan.o", "erspan_platform.platform": "erspan.platid"}),
    "l2tpv3": ("l2tpv3", {"l2tp.session": "l2tp.sid", "l2tp_udp.version": "l2tp.version"}),
    "lisp": ("lisp", {"lisp.has_nonce": "lisp-data.flags.nonce", "lisp.has_status": "lisp-data.flags.lsb",
                      "lisp.has_version": "lisp-data.flags.mv", "lisp.has_instance": "lisp-data.flags.iid"}),
    "pbb": ("pbb", {"itag.isid": "ieee8021ah.isid", "itag.use_customer_address": "ieee8021ah.nca", "itag.reserved2": "ieee8021ah.res2"}),
    "rtag": ("rtag", {"rtag.sequence": "ieee8021cb.seq"}),
    "sgt": ("sgt", {"metadata.sgt": "cmd.sgt", "metadata.version": "cmd.version", "metadata.length": "cmd.length"}),
}


class OwnDissectors(unittest.TestCase):
    def test_same_values(self):
        for program, (family, own) in (OWN | HEADERS_ONLY).items():
            frames = {name: frame for name, frame in vectors().items() if name.startswith(family + "/")}
            names = own if program in HEADERS_ONLY else {**COMMON, **own}
            fields = [f"{prefix(program)}.{name}" for name in names] + list(names.values()) + [prefix(program) + ".end"]
            with self.subTest(program), tempfile.TemporaryDirectory() as work:
                lua = emit(SFCC, program, "lua", work, ".lua")
                seen = set()
                for frame, row in zip(frames, read_fields(lua, list(frames.values()), fields, work)):
                    self.assertNotEqual(row[-1], ["malformed"], frame)
                    for name, ours, theirs in zip(names, row, row[len(names):-1]):
                        # A spec need not read on as far as tshark does.
                        self.assertEqual(ours, theirs[:len(ours)], f"{frame}: {name}")
                        seen.update([name] if ours else [])
                self.assertEqual(set(own) - seen, set())

    def test_bier_as_scapy_has_it(self):
        """The fixed fields: scapy's bit strings are half as long as RFC 8296 says."""
        from scapy.contrib.bier import BIER
        fields = {"nibble": "id", "version": "version", "bit_string_length": "length", "entropy": "entropy", "oam": "OAM",
                  "dscp": "DSCP", "protocol": "Proto", "router": "BFRID"}
        frames = {name: frame for name, frame in vectors().items() if name.startswith("bier/eth_")}
        with tempfile.TemporaryDirectory() as work:
            rows = read_fields(emit(SFCC, "bier", "lua", work, ".lua"), list(frames.values()),
                               [f"{prefix('bier')}.bier.{name}" for name in fields], work)
        for (name, frame), row in zip(frames.items(), rows):
            theirs = BIER(frame[18:])
            self.assertEqual(row, [[getattr(theirs, field)] for field in fields.values()], name)


if __name__ == "__main__":
    SFCC = sys.argv.pop()
    unittest.main()

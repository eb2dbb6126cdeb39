#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What a classifier pushes whose headers have lengths and checksums: read by a decoder that knows nothing of the spec, and
removed again by the end of the domain.

  check_pushed.py PROGRAM SFCC COMMAND...

COMMAND runs PROGRAM-classifier, as `sfcc sim SPEC` or `sfcctl test OBJECT`; SFCC interprets PROGRAM-egress.
"""
import glob
import os
import struct
import sys

import captures
from verdict import conclude

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
MOST_OF_THEM = 60


class Wrong(Exception):
    pass


def expect(what, value, wanted):
    if value != wanted:
        raise Wrong(f"{what} is {value}, not {wanted}")


def ones_sum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def read_ethernet(frame):
    """(what is behind the header and its tags, its type)"""
    at = 12
    while frame[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
        at += 4
    return frame[at + 2:], struct.unpack_from("!H", frame, at)[0]


def ip_packet(data):
    """An IP packet without what pads the frame behind it."""
    if data[0] >> 4 == 4:
        return data[:struct.unpack_from("!H", data, 2)[0]]
    return data[:40 + struct.unpack_from("!H", data, 4)[0]]


def read_ipv4(data):
    expect("IHL", data[0], 0x45)
    expect("IPv4 checksum", ones_sum(data[:20]), 0xFFFF)
    expect("IPv4 ID, flags and offset", data[4:8].hex(), "00004000")
    expect("protocol", data[9], 17)
    return data[20:struct.unpack_from("!H", data, 2)[0]]


def read_udp(data, port):
    _, destination, length, checksum = struct.unpack_from("!4H", data)
    expect("UDP port", destination, port)
    expect("UDP length", length, len(data))
    expect("UDP checksum", checksum, 0)
    return data[8:]


def udp_payload(frame, port):
    """Of UDP over IPv4 in an Ethernet frame."""
    data, ether_type = read_ethernet(frame)
    expect("EtherType", ether_type, 0x0800)
    return read_udp(read_ipv4(data), port)


def gtpu(frame):
    payload = udp_payload(frame, 2152)
    expect("GTP-U flags and type", payload[:2].hex(), "30ff")
    expect("GTP-U length", struct.unpack_from("!H", payload, 2)[0], len(payload) - 8)
    return payload[8:]


def nsh_vxlan_gpe(frame):
    payload = udp_payload(frame, 4790)
    expect("VXLAN-GPE flags and next protocol", payload[:4].hex(), "0c000004")
    expect("NSH", payload[8:11].hex(), "0fc202")
    expect("NSH next protocol", payload[11], 1 if payload[16] >> 4 == 4 else 2)
    return payload[16:]


def geneve(frame):
    payload = udp_payload(frame, 6081)
    expect("Geneve", payload[:4].hex(), "00006558")
    data, _ = read_ethernet(payload[8:])
    return data


def srv6(frame):
    data, ether_type = read_ethernet(frame)
    expect("EtherType", ether_type, 0x86DD)
    expect("version", data[0] >> 4, 6)
    expect("next header", data[6], 43)
    segments = data[44] + 1
    expect("SRH", tuple(data[40:46]), (4 if data[48 + 16 * segments] >> 4 == 4 else 41, 2 * segments, 4, segments - 1,
                                      segments - 1, 0))
    expect("first segment", data[24:40], data[48 + 16 * (segments - 1):48 + 16 * segments])
    return data[48 + 16 * segments:40 + struct.unpack_from("!H", data, 4)[0]]


def travel(program, frame):
    """The packet at the end of the domain: with SRv6, at its last segment."""
    if program != "srv6" or read_ethernet(frame)[1] != 0x86DD:
        return frame
    at = len(frame) - len(read_ethernet(frame)[0])
    if frame[at + 6] != 43 or frame[at + 42] != 4:
        return frame
    return frame[:at + 24] + frame[at + 48:at + 64] + frame[at + 40:at + 43] + b"\0" + frame[at + 44:]


READERS = {"gtpu": gtpu, "nsh-vxlan-gpe": nsh_vxlan_gpe, "geneve": geneve, "srv6": srv6}


def plain_packets():
    """What SFs see in the vectors: IP packets of all kinds, each once."""
    packets = {}
    for path in sorted(glob.glob(os.path.join(ROOT, "tests", "vectors", "*.sf.pcap"))):
        for packet in captures.read_pcap(path):
            packets.setdefault(packet)
    return list(packets)


def faults_of(program, packet, pushed, removed):
    if pushed == packet:
        return []
    try:
        inner = READERS[program](pushed)
        expect("the inner packet", inner.hex(), ip_packet(read_ethernet(packet)[0]).hex())
    except (Wrong, struct.error, IndexError) as wrong:
        return [f"{wrong}: {packet.hex()} became {pushed.hex()}"]
    return [] if removed == packet else [f"{packet.hex()} came out of the domain as {removed.hex()}"]


def main():
    program, sfcc, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    packets = plain_packets()
    entries = os.path.join(HERE, "tables", f"{program}-classifier.entries")
    run = captures.run(command + ["--table", entries], packets)
    end = captures.run([sfcc, "sim", os.path.join(ROOT, "programs", f"{program}-egress.sfc")],
                       [travel(program, back) for back in run.backs])
    faults = [] if len(run.backs) == len(packets) == len(end.ups) else [
        f"{len(packets)} packets, of which {len(run.backs)} leave and {len(end.ups)} arrive"]
    pushed = 0
    for packet, back, up in zip(packets, run.backs, end.ups):
        pushed += back != packet
        faults += faults_of(program, packet, back, up)
    if pushed < MOST_OF_THEM or pushed != run.counters["tx_restored"]:
        faults.append(f"{pushed} packets have got headers, {run.counters['tx_restored']} are counted")
    conclude(f"{program}: {pushed} of {len(packets)} packets have got headers", faults)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Packets with telemetry of three hops come to a sink: what is left of them, and what the sink says of each.

  check_sinks.py packets SINK COMMAND...   through COMMAND --in FILE --sf FILE ... (sfcc sim, sfcctl test)
  check_sinks.py send SINK DEVICE TIMES    sends them from a device so often
  check_sinks.py judge SINK RECORDS        `sfcctl telemetry` of a sink that got them, of which node 4711 is loaded
  check_sinks.py judge-reports SINK FILE   Telemetry Reports of the same, a line of hexadecimal digits for each

The packets are those of telemetry_packets.py after three hops, and some probes (D). All of this is by telemetry_decoder.py:
nothing is taken from the programs or the compiler.
"""
import json
import re
import socket
import struct
import sys

import captures
from expectations import after_hop
from telemetry_decoder import INT_ITEMS, IOAM_ITEMS, SNAPSHOT, Node, Trace, Walk, bits_of, decode, hop, refit, u32, without, wrong_sums
from telemetry_packets import NAMESPACE, cases_of
from verdict import conclude

SINK = 4711
DISCARD = 1 << 27
NODES = [Node(0xA1B2, 3, 4, 10**18 + 7, 10**18 + 70007, NAMESPACE), Node(0xC3D4, 5, 6, 10**18 + 80007, 10**18 + 203464, NAMESPACE),
         Node(0xE5F6, 7, 8, 10**18 + 303464, 10**18 + 303563, NAMESPACE)]
# What the programs call what the specifications number.
INT_NAMES = {"ingress_port": "ingress_port_16", "egress_port": "egress_port_16", "latency": "hop_latency",
             "ingress_time": "ingress_timestamp", "egress_time": "egress_timestamp", "ingress_port_wide": "ingress_port_32",
             "egress_port_wide": "egress_port_32", "utilization": "egress_utilization", "complement": "checksum_complement"}
IOAM_NAMES = {"node_id": "node_id_24", "ingress_port": "ingress_port_16", "egress_port": "egress_port_16",
              "fraction": "nanoseconds", "complement": "checksum_complement", "node_id_wide": "node_id_56",
              "ingress_port_wide": "ingress_port_32", "egress_port_wide": "egress_port_32",
              "namespace_data_wide": "namespace_data_wide", "buffer": "buffer_occupancy"}
SAYS_NOTHING = re.compile(r"reserved_|undefined_|snapshot")


def transit_of(sink):
    return sink.removesuffix("-sink")


def is_probe(frame):
    packet = decode(frame)
    return packet is not None and not isinstance(packet, Trace) and bool(u32(frame, packet.at) & DISCARD)


def probe(frame):
    packet = decode(frame)
    return frame[:packet.at] + struct.pack("!I", u32(frame, packet.at) | DISCARD) + frame[packet.at + 4:]


def full(frame):
    """The packet when as many hops have said something as there is room for."""
    packet = decode(frame)
    frame = refit(frame, packet.layers, frame[:packet.at + 3] + b"\xff" + frame[packet.at + 4:])
    while not decode(frame).mtu_exceeded:
        frame = hop(frame, NODES[0])
    return frame


def arriving(sink):
    """The packets at the sink."""
    packets = []
    for case in cases_of(transit_of(sink)):
        packet = case.packet
        for node in NODES:
            packet = after_hop(transit_of(sink), packet, node)
        packets.append(packet)
    if "int" in sink:
        packets += [probe(packet) for packet in packets[:3]] + [full(packet) for packet in packets[:2]]
    return packets


def is_taken(sink, frame):
    """Is it telemetry that this sink takes off?"""
    packet = decode(frame)
    if packet is None:
        return OTHER_IOAM.get(sink, lambda _: False)(frame)
    return sink != "ioam6-sink" or is_alone(frame)


def other_on_nsh(frame):
    return Walk(frame).carrier == "nsh"


def other_in_options(frame):
    return Walk(frame).carrier == "ipv6" and is_alone(frame)


# Those that take off IOAM that is no trace as well.
OTHER_IOAM = {"nsh-ioam-sink": other_on_nsh, "ioam6-sink": other_in_options}


def is_alone(frame):
    """Is there nothing but padding beside the one IOAM option, and not much of that?"""
    options = next(at for name, at in Walk(frame).layers if name == "options")
    at, end, kinds = options + 2, options + 8 + 8 * frame[options + 1], []
    while at < end:
        kinds.append(frame[at])
        at += 1 if frame[at] == 0 else 2 + frame[at + 1]
    return set(kinds) <= {0, 1, 0x11, 0x31} and kinds.count(0) <= 4 and kinds.count(1) <= 3


def left_of(sink, frame):
    """What is left of a packet; None if it is dropped."""
    if not is_taken(sink, frame):
        return frame
    return None if is_probe(frame) else without(frame)


# ---- records ---------------------------------------------------------------------------------------------------------

def whole_items(packet, hop):
    """Per bit, the items of a hop; None for all of them if all are ones."""
    table, names, bits = ((IOAM_ITEMS, IOAM_NAMES, bits_of(packet.type, 24)) if isinstance(packet, Trace)
                          else (INT_ITEMS, INT_NAMES, bits_of(packet.instructions, 16)))
    at, said = hop.at, {}
    for bit, items in table.items():
        size = sum(length for _, length in items) if bits[bit] else 0
        inside = at + size <= hop.at + hop.size
        unknown = not inside or packet.frame[at:at + size] == b"\xff" * size
        here = at
        for name, length in items if bits[bit] else ():
            if not SAYS_NOTHING.match(name):
                said[names.get(name, name)] = None if unknown else int.from_bytes(packet.frame[here:here + length], "big")
            here += length
        at += size
    if isinstance(packet, Trace) and bits[4]:  # an overflow bit and 31 bits
        delay = said.pop("delay")
        said["delay_overflow"] = None if delay is None else delay >> 31
        said["delay"] = None if delay is None else delay & 0x7FFFFFFF
    return said


def expected_records(sink):
    """What the sink knows for sure, per packet of which it says something."""
    records = []
    for frame in arriving(sink):
        packet = decode(frame)
        if packet is None or not is_taken(sink, frame):
            continue
        hops = [whole_items(packet, hop) for hop in packet.hops]
        if isinstance(packet, Trace):
            no_hops = bits_of(packet.type, 24)[SNAPSHOT] or not packet.node_words
            records.append({"node_id": SINK, "namespace": packet.namespace, "type": packet.type, "ioam_type": packet.kind,
                            "overflow": int(packet.overflow), "remaining_words": packet.remaining,
                            "nodes": [] if no_hops else hops})
        else:
            first, known = u32(frame, packet.at), {"hops": hops}
            known |= {"domain": packet.domain, "remaining_hops": packet.remaining, "hop_words": packet.hop_words,
                      "discard": first >> 27 & 1, "exceeded": first >> 26 & 1, "mtu_exceeded": first >> 25 & 1}
            if packet.instructions & 0x8000:
                known["node_id"] = SINK
            records.append(known)
    return records


# What only the sink's host knows, by the bit of INT that asks for it.
LOOSE = ("ingress_port_16", "ingress_timestamp", "ingress_port_32")


def judge(sink, path):
    with open(path, encoding="utf-8") as lines:
        return judge_records(sink, lines)


def judge_records(sink, lines):
    expected, faults = expected_records(sink), []
    records = [json.loads(line) for line in lines]
    if len(records) != len(expected):
        faults.append(f"{len(records)} records, expected {len(expected)}")
    for number, (record, wanted) in enumerate(zip(records, expected)):
        items = {name: value for name, value in record["items"].items() if name not in LOOSE}
        if items != wanted:
            faults.append(f"record {number}: {items}, expected {wanted}")
        if "left_ns" in record or record["ingress_port"] == 0 or record["arrived_ns"] == 0:
            faults.append(f"record {number}: head {record}")
        if record["items"].get("ingress_port_32", record["ingress_port"]) != record["ingress_port"]:
            faults.append(f"record {number}: ports {record}")
    return f"{len(records)} records", faults


def end_of_stripped(packet):
    geneve = [at for name, at in packet.layers if name == "geneve"]
    return geneve[0] + 8 + 4 * (packet.frame[geneve[0]] & 0x3F) if geneve else packet.end


def judge_reports(sink, path):
    """Each has the packet, up to a little behind what the sink takes off, as it came."""
    packets = [frame for frame in arriving(sink) if decode(frame) and is_taken(sink, frame)]
    with open(path, encoding="utf-8") as lines:
        reports = [bytes.fromhex(line) for line in lines]
    faults = [] if len(reports) == len(packets) else [f"{len(reports)} reports, expected {len(packets)}"]
    for number, (report, frame) in enumerate(zip(reports, packets)):
        packet = decode(frame)
        first, node, head, bits, rest = struct.unpack_from("!5I", report)
        metadata = head >> 8 & 0xFF
        inner = report[20 + 4 * metadata:]
        wanted = frame[:end_of_stripped(packet) + 64][:4 * (253 - metadata)]
        known = packet.instructions & 0x0800  # the time of arrival is all that is known whole
        if (first, node, head >> 24, head & 0xFF, bits, rest) != (2 << 28 | number, SINK, 0x13, 0x20, known << 16 | packet.domain, 0):
            faults.append(f"report {number}: head {report[:20].hex()}")
        if (head >> 16 & 0xFF) != len(report) // 4 - 3 or metadata != (2 if known else 0):
            faults.append(f"report {number}: lengths {report[:20].hex()}")
        if inner[:len(wanted)] != wanted or len(inner) - len(wanted) not in range(4):
            faults.append(f"report {number}: packet {inner.hex()}, expected {wanted.hex()}")
    return f"{len(reports)} reports", faults


# ---- packets ---------------------------------------------------------------------------------------------------------

def check_packets(sink, command):
    packets, faults = arriving(sink), []
    expected = [left_of(sink, frame) for frame in packets]
    outcome = captures.run(command + ["-P", f"node_id={SINK}"], packets)
    left = [frame for frame in expected if frame is not None]
    if len(outcome.ups) != len(left):
        faults.append(f"{len(outcome.ups)} packets, expected {len(left)}: {outcome.counters}")
    for number, (frame, wanted) in enumerate(zip(outcome.ups, left)):
        if frame != wanted:
            faults.append(f"packet {number} differs at byte {captures.first_difference(frame, wanted)}\n"
                          f"    actual   {frame.hex()}\n    expected {wanted.hex()}")
        if wrong := wrong_sums(frame):
            faults.append(f"packet {number}: wrong checksums at {wrong}")
    counters = {"telemetry_reported": len(expected_records(sink)), "telemetry_lost": 0,
                "rx_drop_requirement": expected.count(None), "rx_stripped": sum(map(differs, packets, expected))}
    for name, wanted in counters.items():
        if outcome.counters.get(name, 0) != wanted:
            faults.append(f"{name} is {outcome.counters.get(name, 0)}, expected {wanted}")
    said, wrong_records = judge_records(sink, outcome.records)
    return f"{len(packets)} packets, {said}", faults + wrong_records


def differs(frame, left):
    return left is not None and left != frame


def send(sink, device, times):
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    out.bind((device, 0))
    for frame in arriving(sink) * int(times):
        out.send(frame)


def main():
    what, sink, *rest = sys.argv[1:]
    if what == "send":
        return send(sink, *rest)
    actions = {"packets": lambda: check_packets(sink, rest), "judge": lambda: judge(sink, *rest),
               "judge-reports": lambda: judge_reports(sink, *rest)}
    title, faults = actions[what]()
    conclude(f"{sink}: {title}", faults)


if __name__ == "__main__":
    main()

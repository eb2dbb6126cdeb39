# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Reads telemetry out of packets, and says what a hop does to one, by the standards alone: INT-MD (P4.org, "In-band Network
Telemetry (INT) Dataplane Specification", version 2.1), IOAM traces (RFC 9197) in IPv6 (RFC 9486) and on NSH (RFC 9452).

Nothing here is taken from the programs or the compiler, which the tests hold against it.
"""
import collections
import struct

INT_PORT, INT_DSCP = 5900, 0x17  # not assigned: the programs' choice
VXLAN_GPE_PORT, GENEVE_PORT = 4790, 6081
INT_CLASS = 0x0103
TYPE_IPV4, TYPE_IPV6, TYPE_NSH, TYPE_TAGS, TYPE_LABELS = 0x0800, 0x86DD, 0x894F, (0x8100, 0x88A8), (0x8847, 0x8848)
TCP, UDP, HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION = 6, 17, 0, 43, 44, 60
PREALLOCATED, INCREMENTAL = 0, 1
EXCEEDED, MTU_EXCEEDED = 1 << 26, 1 << 25  # E and M in the first word of INT-MD

# What measures, for a hop that is to be predicted: times in ns.
Node = collections.namedtuple("Node", "id ingress egress arrived left namespace hop_limit", defaults=(0, None))
Layer = collections.namedtuple("Layer", "name at")
# What a hop said: by name, None for what it does not know (all ones). `loose` are the (place, size) of all that differs
# from run to run: times and ports. `filling` is what lies between the items and the end of its data.
Hop = collections.namedtuple("Hop", "at size values loose filling")

# Items: per bit, the (name, bytes) of its values.
INT_ITEMS = {
    0: [("node_id", 4)], 1: [("ingress_port", 2), ("egress_port", 2)], 2: [("latency", 4)],
    3: [("queue", 4)], 4: [("ingress_time", 8)], 5: [("egress_time", 8)],
    6: [("ingress_port_wide", 4), ("egress_port_wide", 4)], 7: [("utilization", 4)], 8: [("buffer", 4)],
    **{bit: [(f"reserved_{bit}", 4)] for bit in range(9, 15)}, 15: [("complement", 4)]}
IOAM_ITEMS = {
    0: [("hop_limit", 1), ("node_id", 3)], 1: [("ingress_port", 2), ("egress_port", 2)], 2: [("seconds", 4)],
    3: [("fraction", 4)], 4: [("delay", 4)], 5: [("namespace_data", 4)], 6: [("queue_depth", 4)], 7: [("complement", 4)],
    8: [("hop_limit_wide", 1), ("node_id_wide", 7)], 9: [("ingress_port_wide", 4), ("egress_port_wide", 4)],
    10: [("namespace_data_wide", 8)], 11: [("buffer", 4)], **{bit: [(f"undefined_{bit}", 4)] for bit in range(12, 22)}}
SNAPSHOT = 22  # the opaque state snapshot: its length in words, a schema, data; not part of the node length
LOOSE = {"ingress_port", "egress_port", "ingress_port_wide", "egress_port_wide", "latency", "ingress_time", "egress_time",
         "seconds", "fraction", "delay"}


def u16(data, at):
    return struct.unpack_from("!H", data, at)[0]


def u32(data, at):
    return struct.unpack_from("!I", data, at)[0]


# ---- where telemetry is ----------------------------------------------------------------------------------------------

class NotHere(Exception):
    """There is no telemetry in the packet."""


class Walk:
    """From the Ethernet header to the telemetry: the layers on the way, the carrier, and where its shim is."""

    def __init__(self, frame):
        self.frame, self.layers, self.carrier, self.shim = frame, [], None, None
        try:
            self._ethernet()
        except (struct.error, IndexError):
            pass  # as far as it goes

    def _found(self, carrier, at):
        self.carrier, self.shim = carrier, at

    def _ethernet(self):
        at = 12
        while u16(self.frame, at) in TYPE_TAGS:
            at += 4
        kind, at = u16(self.frame, at), at + 2
        if kind == TYPE_IPV4:
            self._ipv4(at)
        elif kind == TYPE_IPV6:
            self._ipv6(at)
        elif kind == TYPE_NSH:
            self.layers.append(Layer("nsh", at))
            if self.frame[at + 3] == 6:
                self._found("nsh", at + 4 * (self.frame[at + 1] & 0x3F))
        elif kind in TYPE_LABELS:
            self.layers.append(Layer("labels", at))
            while not self.frame[at + 2] & 1:
                at += 4
            if self.frame[at + 4] >> 4 == 1:
                self._found("labels", at + 4)

    def _ipv4(self, at):
        self.layers.append(Layer("ipv4", at))
        if u16(self.frame, at + 6) & 0x3FFF == 0:  # else a fragment
            self._transport(self.frame[at + 9], at + 4 * (self.frame[at] & 15), self.frame[at + 1] >> 2)

    def _ipv6(self, at):
        self.layers.append(Layer("ipv6", at))
        kind, here = self.frame[at + 6], at + 40
        while kind in (HOP_BY_HOP, DESTINATION, ROUTING):
            end = here + 8 + 8 * self.frame[here + 1]
            if kind != ROUTING and (option := self._ioam_option(here + 2, end)):
                self.layers.append(Layer("options", here))
                self._found("ipv6", option)
                return
            kind, here = self.frame[here], end
        self._transport(kind, here, (u16(self.frame, at) >> 6) & 0x3F)

    def _ioam_option(self, at, end):
        while at < end:
            if self.frame[at] in (0x31, 0x11):
                return at
            at += 1 if self.frame[at] == 0 else 2 + self.frame[at + 1]
        return None

    def _transport(self, protocol, at, dscp):
        if protocol == TCP:
            self.layers.append(Layer("tcp", at))
            if dscp == INT_DSCP:
                self._found("tcp", at + 4 * (self.frame[at + 12] >> 4))
        elif protocol == UDP:
            self.layers.append(Layer("udp", at))
            self._in_udp(u16(self.frame, at + 2), at + 8)

    def _in_udp(self, port, at):
        if port == INT_PORT:
            self._found("udp", at)
        elif port == VXLAN_GPE_PORT and self.frame[at + 3] == 0x82:
            self._found("vxlan-gpe", at + 8)
        elif port == GENEVE_PORT:
            self.layers.append(Layer("geneve", at))
            end = at + 8 + 4 * (self.frame[at] & 0x3F)
            at += 8
            while at < end:
                if u16(self.frame, at) == INT_CLASS and self.frame[at + 2] == 1:
                    self._found("geneve", at)
                    return
                at += 4 + 4 * (self.frame[at + 3] & 0x1F)


def items_at(frame, at, size, table, bits):
    """The items that `bits` ask for (bit 0 first) in `size` bytes from `at` on."""
    values, loose, here = {}, [], at
    for bit, items in table.items():
        if not bits[bit]:
            continue
        for name, length in items:
            value = int.from_bytes(frame[here:here + length], "big")
            values[name] = None if value == 256**length - 1 else value
            if name in LOOSE and values[name] is not None:
                loose.append((here, length))
            here += length
    return Hop(at, size, values, loose, frame[here:at + size])


def bits_of(value, count):
    return [value >> (count - 1 - bit) & 1 for bit in range(count)]


class IntMd:
    """INT-MD of a packet: shim, header, and what the hops said, the newest first."""

    def __init__(self, walk):
        frame = self.frame = walk.frame
        self.layers, self.carrier, self.shim = walk.layers, walk.carrier, walk.shim
        kind = frame[self.shim + 2] if self.carrier == "geneve" else frame[self.shim] >> 4
        self.words_at = self.shim + (3 if self.carrier == "geneve" else 1)
        self.words = frame[self.words_at] & (0x1F if self.carrier == "geneve" else 0xFF)
        self.at = self.shim + 4
        self.stack, self.end = self.at + 12, self.at + 4 * self.words
        if kind != 1 or self.words < 3 or self.end > len(frame) or frame[self.at] >> 4 != 2:
            raise NotHere
        if self.carrier in ("udp", "tcp") and frame[self.shim] >> 2 & 3 != (1 if self.carrier == "udp" else 0):
            raise NotHere
        first = u32(frame, self.at)
        self.exceeded, self.mtu_exceeded = bool(first & EXCEEDED), bool(first & MTU_EXCEEDED)
        self.hop_words, self.remaining = first >> 8 & 0x1F, first & 0xFF
        self.instructions, self.domain, self.domain_instructions, self.domain_flags = struct.unpack_from(
            "!4H", frame, self.at + 4)
        size = 4 * self.hop_words
        count = (self.end - self.stack) // size if size else 0
        self.hops = [items_at(frame, self.stack + size * i, size, INT_ITEMS, bits_of(self.instructions, 16))
                     for i in range(count)]


class Trace:
    """An IOAM trace of a packet: header, and what the nodes said, the newest first."""

    def __init__(self, walk):
        frame = self.frame = walk.frame
        self.layers, self.carrier, self.shim = walk.layers, walk.carrier, walk.shim
        if self.carrier == "ipv6":
            self.kind, self.end = frame[self.shim + 3], self.shim + 2 + frame[self.shim + 1]
        else:
            self.kind, self.end = frame[self.shim], self.shim + 4 * frame[self.shim + 1]
        self.at = self.shim + 4
        self.nodes = self.at + 8
        if self.kind not in (PREALLOCATED, INCREMENTAL) or self.nodes > self.end or self.end > len(frame):
            raise NotHere
        self.namespace, lengths, kinds = struct.unpack_from("!HHI", frame, self.at)
        self.node_words, self.flags, self.remaining = lengths >> 11, lengths >> 7 & 15, lengths & 0x7F
        self.overflow = bool(self.flags & 8)
        self.type = kinds >> 8
        self.newest = self.nodes + (4 * self.remaining if self.kind == PREALLOCATED else 0)
        self.hops = list(self._hops())

    def _hops(self):
        bits, at, size = bits_of(self.type, 24), self.newest, 4 * self.node_words
        while size and at + size <= self.end:
            hop = items_at(self.frame, at, size, IOAM_ITEMS, bits)
            at += size
            if bits[SNAPSHOT] and at < self.end:
                words = self.frame[at]
                hop.values["snapshot"] = (u32(self.frame, at) & 0xFFFFFF, self.frame[at + 4:at + 4 + 4 * words])
                at += 4 + 4 * words
            yield hop


def decode(frame):
    """The telemetry of a packet, an IntMd or a Trace; None if there is none."""
    walk = Walk(frame)
    if walk.shim is None:
        return None
    try:
        return Trace(walk) if walk.carrier in ("nsh", "ipv6") else IntMd(walk)
    except (NotHere, struct.error, IndexError):
        return None


# ---- checksums -------------------------------------------------------------------------------------------------------

def ones_sum(data):
    data += bytes(len(data) % 2)
    return sum(struct.unpack(f"!{len(data) // 2}H", data)) % 0xFFFF


def covered(frame, layers):
    """Per checksum of these layers, where it is and the bytes that it covers with it, the pseudo-header included."""
    network = None
    for name, at in layers:
        if name == "ipv4":
            network = (frame[at + 12:at + 20], at + u16(frame, at + 2))
            yield at + 10, frame[at:at + 4 * (frame[at] & 15)]
        elif name == "ipv6":
            network = (frame[at + 8:at + 40], at + 40 + u16(frame, at + 4))
        elif name in ("tcp", "udp") and network:
            addresses, end = network
            place = at + (16 if name == "tcp" else 6)
            if name == "udp" and frame[place:place + 2] == b"\0\0":
                continue
            protocol = TCP if name == "tcp" else UDP
            yield place, addresses + struct.pack("!HI", protocol, end - at) + frame[at:end]


def wrong_sums(frame):
    """Where checksums are that are wrong, of the outermost IP packet."""
    return [place for place, data in covered(frame, Walk(frame).layers) if ones_sum(data)]


def refit(before, layers, after):
    """`after` with checksums that are as right as those of `before`, of which it is a changed form."""
    was = {place: ones_sum(data) for place, data in covered(before, layers)}
    after = bytearray(after)
    for place, data in covered(bytes(after), layers):
        if ones_sum(data) == was[place]:
            continue
        here = u16(after, place)
        value = (here + was[place] - ones_sum(data)) % 0xFFFF
        udp = any(name == "udp" and place == at + 6 for name, at in layers)
        struct.pack_into("!H", after, place, value or (0xFFFF if udp else 0))
    return bytes(after)


# ---- what a hop does -------------------------------------------------------------------------------------------------

def encode(table, bits, node):
    """What a node says that has no queues, buffers, utilisation or data of its own."""
    known = {"node_id": node.id, "node_id_wide": node.id, "latency": node.left - node.arrived,
             "delay": node.left - node.arrived, "ingress_time": node.arrived, "egress_time": node.left,
             "seconds": node.arrived // 10**9, "fraction": node.arrived % 10**9, "hop_limit": node.hop_limit,
             "hop_limit_wide": node.hop_limit, "ingress_port": node.ingress, "ingress_port_wide": node.ingress,
             "egress_port": node.egress, "egress_port_wide": node.egress}
    data = b""
    for bit, items in table.items():
        for name, length in items if bits[bit] else ():
            value = known.get(name)
            data += b"\xff" * length if value is None else (value % 256**length).to_bytes(length, "big")
    return data


def insert(frame, layers, at, data):
    """The frame with data at `at`; the lengths of the layers before it, and what they sum up, are right again."""
    after = bytearray(frame[:at] + data + frame[at:])
    for name, here in layers:
        place = {"ipv4": here + 2, "ipv6": here + 4, "udp": here + 4}.get(name)
        if place:
            struct.pack_into("!H", after, place, u16(after, place) + len(data))
    return bytes(after)


def hop_of_int(packet, node):
    """The packet after an INT-MD transit hop."""
    frame = packet.frame
    first = u32(frame, packet.at)
    data = encode(INT_ITEMS, bits_of(packet.instructions, 16), node)
    size = 4 * packet.hop_words
    most = 31 if packet.carrier == "geneve" else 255
    full = packet.words + packet.hop_words > most or len(data) > size
    geneve = next((at for name, at in packet.layers if name == "geneve"), None)
    if geneve and (frame[geneve] & 0x3F) + packet.hop_words > 63:
        full = True
    after = bytearray(frame)
    if packet.remaining == 0 or full:
        struct.pack_into("!I", after, packet.at, first | (EXCEEDED if packet.remaining == 0 else MTU_EXCEEDED))
        return refit(frame, packet.layers, after)
    struct.pack_into("!I", after, packet.at, first - 1)
    after[packet.words_at] += packet.hop_words
    if geneve:
        after[geneve] += packet.hop_words
    data += b"\xff" * (size - len(data))
    return refit(frame, packet.layers, insert(bytes(after), packet.layers, packet.stack, data))


def hop_of_trace(packet, node):
    """The packet after an IOAM transit node."""
    if packet.namespace not in (0, node.namespace):
        return packet.frame
    frame, bits = packet.frame, bits_of(packet.type, 24)
    after = bytearray(frame)
    data = encode(IOAM_ITEMS, bits, node)
    fits = len(data) <= 4 * packet.node_words
    data += b"\xff" * (4 * packet.node_words - len(data))
    if bits[SNAPSHOT]:
        data += b"\x00\xff\xff\xff"  # of no words, of no schema
    size = len(data)
    if not fits or size > 4 * packet.remaining:
        return overflown(packet)
    lengths = u16(frame, packet.at + 2) - size // 4
    struct.pack_into("!H", after, packet.at + 2, lengths)
    if packet.kind == PREALLOCATED:
        if packet.nodes + 4 * packet.remaining > packet.end:
            return overflown(packet)
        at = packet.nodes + 4 * packet.remaining - size
        after[at:at + size] = data
        return bytes(after)
    if packet.carrier == "nsh":
        if after[packet.shim + 1] + size // 4 > 255:
            return overflown(packet)
        after[packet.shim + 1] += size // 4
        return insert(bytes(after), packet.layers, packet.nodes, data)
    # An extension header has whole 8 bytes.
    options = next(at for name, at in packet.layers if name == "options")
    if size % 8 or after[packet.shim + 1] + size > 255 or after[options + 1] + size // 8 > 255:
        return overflown(packet)
    after[packet.shim + 1] += size
    after[options + 1] += size // 8
    return insert(bytes(after), packet.layers, packet.nodes, data)


def overflown(packet):
    after = bytearray(packet.frame)
    after[packet.at + 2] |= 0x04  # the first of the four flags
    return bytes(after)


def hop(frame, node):
    """A packet with telemetry after a hop."""
    packet = decode(frame)
    if packet is None:
        return frame
    return (hop_of_trace if isinstance(packet, Trace) else hop_of_int)(packet, node)


# ---- what a sink does ------------------------------------------------------------------------------------------------

def remove(frame, layers, at, size):
    """The frame without some bytes; the lengths of the layers before them are right again."""
    after = bytearray(frame[:at] + frame[at + size:])
    for name, here in layers:
        place = {"ipv4": here + 2, "ipv6": here + 4, "udp": here + 4}.get(name)
        if place:
            struct.pack_into("!H", after, place, u16(after, place) - size)
    return after


def without(frame):
    """A packet without its INT-MD or IOAM of any kind; where that was in options of Geneve, without the tunnel."""
    packet = Walk(frame)
    at, shim = packet.shim, frame[packet.shim:packet.shim + 4]
    end = at + 4 + 4 * shim[1]
    if packet.carrier == "geneve":
        geneve = next(here for name, here in packet.layers if name == "geneve")
        inside, kind = frame[geneve + 8 + 4 * (frame[geneve] & 0x3F):], frame[geneve + 2:geneve + 4]
        if kind == b"\x65\x58":
            return inside
        return frame[:packet.layers[0].at - 2] + kind + inside
    if packet.carrier == "ipv6":
        options = next(here for name, here in packet.layers if name == "options")
        at, end = options, options + 8 + 8 * frame[options + 1]
    elif packet.carrier == "nsh":
        end = at + 4 * shim[1]
    after = remove(frame, packet.layers, at, end - at)
    if packet.carrier == "udp":
        after[at - 6:at - 4] = shim[2:]
    elif packet.carrier == "tcp":
        ip = packet.layers[0].at
        after[ip + 1] = after[ip + 1] & 3 | shim[3] & 0xFC
    elif packet.carrier == "vxlan-gpe":
        after[at - 5] = shim[3]
    elif packet.carrier == "nsh":
        after[packet.layers[-1].at + 3] = shim[3]
    elif packet.carrier == "ipv6":
        after[packet.layers[0].at + 6] = frame[at]
    return refit(frame, [layer for layer in packet.layers if layer.at < at], bytes(after))


def settled(frame):
    """The packet with zeros where the newest hop's times and ports are, and checksums that fit as well as before: what is
    equal in every run."""
    packet = decode(frame)
    if packet is None or not packet.hops:
        return frame
    after = bytearray(frame)
    for at, size in packet.hops[0].loose:
        after[at:at + size] = bytes(size)
    return refit(frame, packet.layers, after)

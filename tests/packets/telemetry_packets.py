# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Packets with telemetry, made by hand, for each program that adds to it."""
import collections
import random
import struct

from telemetry_decoder import (DESTINATION, EXCEEDED, GENEVE_PORT, HOP_BY_HOP, INCREMENTAL, INT_CLASS, INT_DSCP, INT_ITEMS,
                               INT_PORT, IOAM_ITEMS, MTU_EXCEEDED, PREALLOCATED, TCP, TYPE_IPV4, TYPE_IPV6, TYPE_NSH, UDP,
                               VXLAN_GPE_PORT, ones_sum)

# `sees` is what the SF sees of the packet. `story` has a letter for each of three hops in a row: p what is measured
# gets into the packet, e no hops are left (E), m no room is left (M, overflow), . nothing is added, nor said.
Case = collections.namedtuple("Case", "name packet sees story")

MACS = bytes.fromhex("020000000002020000000001")
PAYLOAD = bytes(range(64))
IPV4_ENDS = bytes([10, 0, 1, 1, 10, 0, 2, 2])
IPV6_ENDS = bytes.fromhex("20010db8000100000000000000000001" "20010db8000200000000000000000002")
NAMESPACE = 0x1234  # the one that the nodes know besides the default one
STRANGE_NAMESPACE = 0x4321


# ---- layers ----------------------------------------------------------------------------------------------------------

def ethernet(kind, body, tags=()):
    return MACS + b"".join(struct.pack("!HH", 0x8100, tag) for tag in tags) + struct.pack("!H", kind) + body


def version_type(body):
    return TYPE_IPV4 if body[0] >> 4 == 4 else TYPE_IPV6


def ip_frame(body, tags=()):
    return ethernet(version_type(body), body, tags)


def with_sum(data, place, extra=b""):
    """Data with its checksum, and that of some more before it, at `place`."""
    data = data[:place] + b"\0\0" + data[place + 2:]
    value = 0xFFFF - ones_sum(extra + data)
    return data[:place] + struct.pack("!H", value or 0xFFFF) + data[place + 2:]


def ipv4(protocol, body, number=1, dscp=0, options=b"", fragment=0):
    header = struct.pack("!BBHHHBBH", 0x45 + len(options) // 4, dscp << 2, 20 + len(options) + len(body), number, fragment, 63,
                         protocol, 0) + IPV4_ENDS + options
    return with_sum(header, 10) + body


def ipv6(kind, body, number=1, dscp=0):
    # A packet that is longer than it can say is never sent: one that would not fit is made to be measured.
    length = min(len(body), 0xFFFF)
    return struct.pack("!IHBB", 6 << 28 | dscp << 22 | number, length, kind, 63) + IPV6_ENDS + body


def segment(version, protocol, header, place, body, summed=True):
    data = header + body
    ends = IPV4_ENDS if version == 4 else IPV6_ENDS
    return with_sum(data, place, ends + struct.pack("!HI", protocol, len(data))) if summed else data


def udp(version, port, body, summed=True, source=40001):
    return segment(version, UDP, struct.pack("!HHHH", source, port, 8 + len(body), 0), 6, body, summed)


def tcp(version, body, options=b"", number=9):
    header = struct.pack("!HHIIBBHHH", 40000, 443, number, 77, (20 + len(options)) << 2, 0x18, 512, 0, 0) + options
    return segment(version, TCP, header, 16, body)


def over_ip(version, protocol, data, number=1, **more):
    return (ipv4 if version == 4 else ipv6)(protocol, data, number, **more)


def plain_udp(version=4, number=1, payload=PAYLOAD):
    return over_ip(version, UDP, udp(version, 40002, payload), number)


# ---- INT-MD ----------------------------------------------------------------------------------------------------------

def words_of(instructions):
    return sum(size for bit, items in INT_ITEMS.items() if instructions >> (15 - bit) & 1 for _, size in items) // 4


def int_md(instructions, words=None, remaining=8, stack=b"", flags=0, domain=(0, 0, 0)):
    words = words_of(instructions) if words is None else words
    return struct.pack("!IHHHH", 2 << 28 | flags | words << 8 | remaining, instructions, *domain) + stack


def old_hop(instructions, words, seed):
    """What an earlier hop may have said."""
    draw = random.Random(seed)
    data = b"".join(draw.randbytes(size) for bit, items in INT_ITEMS.items() if instructions >> (15 - bit) & 1
                    for _, size in items)
    return data + b"\xff" * (4 * words - len(data))


Telemetry = collections.namedtuple("Telemetry", "name data story")


def int_headers():
    """INT-MD of all kinds."""
    for bit in range(16):
        yield Telemetry(f"bit_{bit}", int_md(1 << (15 - bit)), "ppp")
    draw = random.Random(1)
    for instructions in (0xFFFF, 0xC400, 0xEE00, 0x8001, 0x7E7E, *(draw.randrange(1, 65536) for _ in range(12))):
        yield Telemetry(f"bits_{instructions:04x}", int_md(instructions), "ppp")
    for instructions, words in ((0x8000, 2), (0xC000, 31), (0x2C00, 6), (0x0001, 4), (0, 3)):
        yield Telemetry(f"filled_{instructions:04x}_{words}", int_md(instructions, words), "ppp")
    yield Telemetry("too_few_words", int_md(0xFC00, 3), "mmm")
    stack = old_hop(0xE400, 5, 1) + old_hop(0xE400, 5, 2)
    yield Telemetry("two_before", int_md(0xE400, 5, 6, stack, domain=(7, 0x8000, 1)), "ppp")
    yield Telemetry("no_hops_left", int_md(0xE400, 5, 0, stack), "eee")
    yield Telemetry("two_hops_left", int_md(0xA000, 2, 2), "ppe")
    yield Telemetry("flags_stay", int_md(0xA000, 2, 1, flags=MTU_EXCEEDED | 1 << 27), "pee")
    yield Telemetry("exceeded_before", int_md(0xA000, 2, 0, flags=EXCEEDED), "eee")
    yield Telemetry("of_the_source", int_md(0xA000, 2, 5, old_hop(0xA000, 2, 3) + b"only"), "ppp")


def int_with_words(words, story):
    """INT-MD that takes so many words before the first hop."""
    stack = b"".join(old_hop(0xA000, 2, i) for i in range(words // 2))[:4 * (words - 3)]
    return Telemetry(f"{words} words", int_md(0xA000, 2, 8, stack), story)


def int_without_room():
    """INT-MD of which a shim can say no more than 31 words."""
    for room, story in ((0, "mmm"), (1, "mmm"), (2, "pmm"), (4, "ppm"), (5, "ppm"), (6, "ppp")):
        yield int_with_words(31 - room, story)


def udp_shim(data, port=40002, kind=1, next_type=1):
    return struct.pack("!BBH", kind << 4 | next_type << 2, len(data) // 4, port) + data


def tcp_shim(data, dscp=5):
    return struct.pack("!BBBB", 1 << 4, len(data) // 4, 0, dscp << 2) + data


def case(number, telemetry, packet, sees, name=""):
    return Case(f"{number:03d} {name or telemetry.name}", packet, sees, telemetry.story)


def in_udp(number, telemetry, version=4, payload=PAYLOAD, summed=True, tags=(), **ip):
    make = lambda port, body: ip_frame(over_ip(version, UDP, udp(version, port, body, summed), number, **ip), tags)
    return case(number, telemetry, make(INT_PORT, udp_shim(telemetry.data) + payload), make(40002, payload))


def in_tcp(number, telemetry, payload=PAYLOAD, options=b"", tags=(), **ip):
    make = lambda dscp, body: ip_frame(ipv4(TCP, tcp(4, body, options, number), number, dscp, **ip), tags)
    return case(number, telemetry, make(INT_DSCP, tcp_shim(telemetry.data) + payload), make(5, payload))


SOME = Telemetry("some", int_md(0xEE00, remaining=5, stack=old_hop(0xEE00, 9, 5)), "ppp")
ODDITIES = ({"payload": b""}, {"payload": b"x"}, {"payload": PAYLOAD[:33]}, {"tags": (5,)}, {"tags": (5, 6)},
            {"options": b"\x94\x04\0\0"}, {"options": b"\x07\x27\x04" + bytes(37)})


def named(one, name):
    return one._replace(name=f"{one.name} {name}")


def untouched(number, name, packet):
    return Case(f"{number:03d} {name}", packet, packet, "...")


def int_udp_cases():
    count = 0
    for telemetry in (*int_headers(), int_with_words(91, "ppp")):  # more than 384 bytes are not remembered
        yield in_udp(count := count + 1, telemetry)
    for oddity in ODDITIES:
        yield named(in_udp(count := count + 1, SOME, **oddity), "".join(oddity))
    for version, payload, summed in ((4, PAYLOAD, False), (6, PAYLOAD, True), (6, b"odd", True), (6, PAYLOAD, False)):
        yield named(in_udp(count := count + 1, SOME, version, payload, summed), f"IPv{version} {summed}")
    data = udp_shim(SOME.data) + PAYLOAD
    for name, body in (("destination only", udp_shim(SOME.data, kind=2)), ("of type 3", udp_shim(SOME.data, kind=3)),
                       ("new UDP header", udp_shim(SOME.data, next_type=2)),
                       ("version 1", udp_shim(b"\x10" + SOME.data[1:]))):
        yield untouched(count := count + 1, name, ip_frame(ipv4(UDP, udp(4, INT_PORT, body + PAYLOAD), count)))
    yield untouched(count := count + 1, "first fragment", ip_frame(ipv4(UDP, udp(4, INT_PORT, data), count, fragment=0x2000)))
    yield untouched(count := count + 1, "later fragment", ip_frame(ipv4(UDP, udp(4, INT_PORT, data), count, fragment=0x2001)))
    for place in (1, 0x100, 0x101):
        head = struct.pack("!BBHI", UDP, 0, place, count)
        yield untouched(count := count + 1, f"IPv6 fragment {place:#x}", ip_frame(ipv6(44, head + udp(6, INT_PORT, data), count)))
    yield untouched(count := count + 1, "another port", ip_frame(ipv4(UDP, udp(4, 40002, data), count)))


def int_tcp_cases():
    count = 0
    timestamp = bytes.fromhex("0101080a0000138800000009")
    for telemetry in (*int_headers(), int_with_words(91, "ppp")):
        yield in_tcp(count := count + 1, telemetry)
    for oddity in ODDITIES:
        if "options" in oddity:
            header = oddity["options"]
            make = lambda dscp, body: ip_frame(ipv4(TCP, tcp(4, body, b"", count), count, dscp, header))
            yield case(count := count + 1, SOME, make(INT_DSCP, tcp_shim(SOME.data) + PAYLOAD), make(5, PAYLOAD), "IP options")
        else:
            yield named(in_tcp(count := count + 1, SOME, **oddity), "".join(oddity))
    for options in (timestamp, timestamp + bytes(28), b"\x02\x04\x05\xb4", bytes(8), b"\x05\x0a" + bytes(10), b"\1" * 40):
        yield named(in_tcp(count := count + 1, SOME, options=options), f"{len(options)} bytes of options")
    data = tcp_shim(SOME.data) + PAYLOAD
    for fragment in (0x2000, 0x2001):
        yield untouched(count := count + 1, f"fragment {fragment:#x}",
                        ip_frame(ipv4(TCP, tcp(4, data), count, INT_DSCP, fragment=fragment)))
    yield untouched(count := count + 1, "another DSCP", ip_frame(ipv4(TCP, tcp(4, data), count, 0x16)))


# ---- INT-MD in tunnels -----------------------------------------------------------------------------------------------

def tunnel(version, port, data, number, summed):
    return ip_frame(over_ip(version, UDP, udp(version, port, data, summed, source=49152), number))


def inner(kind, number):
    """What is in a tunnel, its protocol as VXLAN-GPE and as Ethernet say it, and what the SF sees."""
    if kind == "ethernet":
        frame = ip_frame(plain_udp(4, number), (9,) if number % 2 else ())
        return frame, 3, 0x6558, frame
    packet = plain_udp(4 if kind == "ipv4" else 6, number)
    return packet, 1 if kind == "ipv4" else 2, version_type(packet), ip_frame(packet)


KINDS = ("ethernet", "ipv4", "ipv6")


INT_MD, INT_MX = 1, 3  # what the shim says


def int_vxlan_cases(kind=INT_MD):
    for count, telemetry in enumerate((*int_headers(), int_with_words(72, "ppp")), 1):
        packet, protocol, _, sees = inner(KINDS[count % 3], count)
        shim = struct.pack("!BBBB", kind << 4, len(telemetry.data) // 4, 0, protocol) + telemetry.data
        head = struct.pack("!BBBBI", 0x0C, 0, 0, 0x82, 77 << 8)
        version = 6 if count % 4 == 3 else 4
        summed = count % 2 or version == 6
        yield case(count, telemetry, tunnel(version, VXLAN_GPE_PORT, head + shim + packet, count, summed), sees)


def int_geneve_cases():
    other = struct.pack("!HBB", 0x0102, 0x80, 2) + bytes(range(8))
    empty = struct.pack("!HBB", 0x0102, 1, 0)
    large = struct.pack("!HBB", 0x0102, 2, 24) + bytes(96)
    around = [(b"", b""), (other, b""), (b"", other + empty), (empty + other, other), (empty * 7, empty)]
    telemetries = [one for one in (*int_headers(), *int_without_room()) if len(one.data) <= 124]
    rows = [(one, around[i % len(around)]) for i, one in enumerate(telemetries)]
    # 63 words of options are too many: 25 + 25 + 1 + 3 + 4 * 2 + 1
    rows += [(Telemetry("full", int_md(0xA000, 2, 8), "ppp"), (large, large + empty)),
             (Telemetry("fuller", int_md(0xA000, 2, 8), "ppm"), (large, large + empty * 5)),
             (Telemetry("fullest", int_md(0xA000, 2, 8), "mmm"), (large, large + empty * 9))]
    for count, (telemetry, (before, behind)) in enumerate(rows, 1):
        packet, _, protocol, sees = inner(KINDS[count % 3], count)
        words = len(telemetry.data) // 4
        story = telemetry.story
        if story == "ppp" and telemetry.data[2] & 31:  # as many as an option has room for
            fit = (31 - words) // (telemetry.data[2] & 31)
            hops = telemetry.data[3]
            story = "".join("e" if i >= hops else "p" if i < fit else "m" for i in range(3))
        options = before + struct.pack("!HBB", INT_CLASS, 1, words) + telemetry.data + behind
        head = struct.pack("!BBHI", len(options) // 4, 0, protocol, 77 << 8)
        version = 6 if count % 4 == 3 else 4
        yield case(count, telemetry._replace(story=story),
                   tunnel(version, GENEVE_PORT, head + options + packet, count, count % 2 or version == 6), sees)


def int_label_cases():
    """Each hop takes a label; the last label stays."""
    for count, telemetry in enumerate((*int_headers(), int_with_words(86, "ppp")), 1):
        packet = plain_udp(6 if count % 2 else 4, count)
        shim = struct.pack("!BBH", 1 << 4, len(telemetry.data) // 4, version_type(packet)) + telemetry.data
        depth = 4 + count % 3
        yield case(count, telemetry, ethernet(0x8847, labels(depth) + shim + packet), ip_frame(packet))
    for depth in (4, 5):
        packet = plain_udp(4, 900 + depth)
        yield Case(f"{depth} labels alone", ethernet(0x8847, labels(depth) + packet), ip_frame(packet), "...")


def labels(depth):
    return b"".join(struct.pack("!I", (16000 + i) << 12 | (i == depth - 1) << 8 | 64) for i in range(depth))


# ---- IOAM ------------------------------------------------------------------------------------------------------------

def ioam_words(kinds):
    return sum(size for bit, items in IOAM_ITEMS.items() if kinds >> (23 - bit) & 1 for _, size in items) // 4


def trace(kinds, remaining, nodes=b"", words=None, namespace=0, flags=0):
    words = ioam_words(kinds) if words is None else words
    return struct.pack("!HHI", namespace, words << 11 | flags << 7 | remaining, kinds << 8) + nodes


def old_node(kinds, seed):
    return random.Random(seed).randbytes(4 * ioam_words(kinds))


def traces():
    """IOAM traces of all kinds: (kind, Telemetry)."""
    for bit in range(22):
        kinds = 1 << (23 - bit)
        size = 4 * ioam_words(kinds)
        yield PREALLOCATED, Telemetry(f"bit_{bit}", trace(kinds, 3 * size // 4, bytes(3 * size)), "ppp")
        yield INCREMENTAL, Telemetry(f"bit_{bit}", trace(kinds, 100), "ppp")
    draw = random.Random(2)
    for kinds in (0xC00000, 0xF80000, 0x00E000, 0xC98000, *(draw.randrange(1, 4096) << 12 for _ in range(8))):
        size = ioam_words(kinds)
        old = old_node(kinds, kinds)
        if size > 12:
            continue
        yield PREALLOCATED, Telemetry(f"bits_{kinds:06x}", trace(kinds, 3 * size + 1, bytes(12 * size + 4) + old), "ppp")
        yield PREALLOCATED, Telemetry(f"bits_{kinds:06x} to 2 hops", trace(kinds, 2 * size, bytes(8 * size) + old), "ppm")
        yield INCREMENTAL, Telemetry(f"bits_{kinds:06x}", trace(kinds, 4 * size, old), "ppp")
        yield INCREMENTAL, Telemetry(f"bits_{kinds:06x} to 2 hops", trace(kinds, 3 * size - 1, old), "ppm")
    for kind in (PREALLOCATED, INCREMENTAL):
        space = bytes(32) if kind == PREALLOCATED else b""
        yield kind, Telemetry("snapshot", trace(0xC00002, 9, space + bytes(4 if space else 0)), "ppp")
        yield kind, Telemetry("snapshot to 1 hop", trace(0xC00002, 5, space[:20]), "pmm")
        yield kind, Telemetry("filled", trace(0x800000, 8, space, words=2), "ppp")
        yield kind, Telemetry("too few words", trace(0xF00000, 8, space, words=2), "mmm")
        yield kind, Telemetry("overflown before", trace(0xC00000, 1, space[:4], flags=8), "mmm")
        yield kind, Telemetry("other flags", trace(0xC00000, 8, space, flags=7), "ppp")
        yield kind, Telemetry("known namespace", trace(0xC00000, 8, space, namespace=NAMESPACE), "ppp")
        yield kind, Telemetry("unknown namespace", trace(0xC00000, 8, space, namespace=STRANGE_NAMESPACE), "...")
    yield PREALLOCATED, Telemetry("more said to remain than there is", trace(0xC00000, 10, bytes(32)), "mmm")


OTHER_IOAM = [(2, struct.pack("!HBBQQ", 0, 0, 0, 0x1122334455667788, 0x0102030405060708)),
              (3, struct.pack("!HHI", 0, 0x4000, 77)), (4, struct.pack("!HHII", 0, 0, 0xC00000 << 8, 5))]


def nsh(protocol, index=255, context=bytes(16)):
    md_type = 1 if len(context) == 16 else 2
    return struct.pack("!HBBI", 63 << 6 | (8 + len(context)) // 4, md_type, protocol, 0x123456 << 8 | index) + context


def on_nsh(number, kind, data, name, story, more=b""):
    packet, _, _, sees = inner(KINDS[number % 3], number)
    protocol = {"ethernet": 3, "ipv4": 1, "ipv6": 2}[KINDS[number % 3]]
    ioam = struct.pack("!BBBB", kind, 1 + len(data) // 4, 0, protocol) + data
    context = bytes(16) if number % 2 else b"\1\2\3\4"
    frame = ethernet(TYPE_NSH, nsh(6, 200, context) + ioam + packet, (3,) if number % 5 == 0 else ())
    return Case(f"{number:03d} {name}", frame, sees, story)


def nsh_ioam_cases():
    count = 0
    for kind, telemetry in traces():
        yield on_nsh(count := count + 1, kind, telemetry.data, telemetry.name, telemetry.story)
    for kind, data in OTHER_IOAM:
        yield on_nsh(count := count + 1, kind, data, f"of type {kind}", "...")
    packet = plain_udp(4, 999)
    yield Case("without IOAM", ethernet(TYPE_NSH, nsh(1) + packet), ip_frame(packet), "...")
    yield on_nsh(count + 1, INCREMENTAL, trace(0xC00000, 100, old_node(0xC00000, 1) * 38), "long", "ppp")


def padded(option):
    rest = -(2 + len(option)) % 8
    return option + (b"" if not rest else b"\0" if rest == 1 else bytes([1, rest - 2]) + bytes(rest - 2))


def ioam_option(kind, data, mutable=True):
    return struct.pack("!BBBB", 0x31 if mutable else 0x11, 2 + len(data), 0, kind) + data


def on_ipv6(number, kind, data, name, story, before=b"\1\0", header=HOP_BY_HOP, upper=UDP, tags=()):
    options = padded(before + ioam_option(kind, data, kind != 3))
    extension = struct.pack("!BB", upper, (2 + len(options)) // 8 - 1) + options
    body = udp(6, 40006, PAYLOAD) if upper == UDP else tcp(6, PAYLOAD, b"", number)
    return Case(f"{number:03d} {name}", ip_frame(ipv6(header, extension + body, number), tags),
                ip_frame(ipv6(upper, body, number), tags), story)


def ioam6_cases():
    count = 0
    for kind, telemetry in traces():
        words = telemetry.data[2] >> 3
        snapshot = telemetry.data[6] >> 1 & 1
        story = telemetry.story
        if kind == INCREMENTAL and (words + snapshot) % 2 and "p" in story:
            story = "mmm"  # an extension header has whole 8 bytes
        yield on_ipv6(count := count + 1, kind, telemetry.data, telemetry.name, story)
    for kind, data in OTHER_IOAM:
        header = DESTINATION if kind == 3 else HOP_BY_HOP
        yield on_ipv6(count := count + 1, kind, data, f"of type {kind}", "...", header=header)
    some = trace(0xC00000, 8, bytes(32))
    for before in (b"\0\0", b"\1\4abcd\0\0", b"\x05\2\0\0\1\2xy", b"\0\0\0\0\1\0"):
        yield on_ipv6(count := count + 1, PREALLOCATED, some, f"behind {before.hex()}", "ppp", before)
    yield on_ipv6(count := count + 1, PREALLOCATED, some, "before TCP", "ppp", upper=TCP)
    yield on_ipv6(count := count + 1, PREALLOCATED, some, "tagged", "ppp", tags=(5,))
    yield on_ipv6(count := count + 1, INCREMENTAL, trace(0xC00000, 100), "incremental before TCP", "ppp", upper=TCP)
    # 255 bytes at most: 10 + 8 * 28 = 234, 242, 250
    yield on_ipv6(count := count + 1, INCREMENTAL, trace(0xC00000, 100, old_node(0xC00000, 1) * 28), "nearly full", "ppm")


CASES = {
    "int-md-udp": int_udp_cases,
    "int-md-tcp": int_tcp_cases,
    "int-md-vxlan-gpe": int_vxlan_cases,
    "int-md-geneve": int_geneve_cases,
    "sr-mpls-int": int_label_cases,
    "nsh-ioam": nsh_ioam_cases,
    "ioam6": ioam6_cases,
}


def cases_of(program):
    return list(CASES[program]())

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Packets that a proxy need not understand: fragments of tunnels, other paths and segments, other versions and types, more
headers than a program reads, and what ends before it says what it is.

What a program of programs/ does with each: it ignores it, if OTHERWISE does not say something else.
"""
import struct

from telemetry_packets import (PAYLOAD, ethernet, int_md, ip_frame, ipv4, ipv6, over_ip, plain_udp, tcp, tcp_shim, udp,
                               udp_shim)

INNER = plain_udp()
FRAME = ethernet(0x0800, INNER)
MPLS, NSH, PPPOE = 0x8847, 0x894F, 0x8864
TCP, UDP, GRE, FRAGMENT, ROUTING, OPTIONS = 6, 17, 47, 44, 43, 60
FIRST, LATER = 0x2000, 0x0040


# ---- headers ---------------------------------------------------------------------------------------------------------

def labels(*numbers, ttl=64):
    return b"".join(struct.pack("!I", number << 12 | (at == len(numbers) - 1) << 8 | ttl) for at, number in enumerate(numbers))


def nsh(body, kind=1, path=42 << 8 | 200, version=0, md=1, length=6, oam=0):
    head = struct.pack("!HBBI", version << 14 | oam << 13 | 63 << 6 | length, md, kind, path)
    return head + bytes(16) + body


def vxlan(body, flags=0x08, last=0, vni=99):
    return struct.pack("!BHBI", flags, 0, last, vni << 8) + body


def geneve(body, options=b"", first=0, second=0):
    return struct.pack("!BBHI", first | len(options) // 4, second, 0x6558, 99 << 8) + options + body


def option(number, words=1):
    return struct.pack("!HBB", 0x102, number, words) + bytes(4 * words)


def gtpu(body, flags=0x30, kind=255):
    return struct.pack("!BBHI", flags, kind, len(body), 1) + body


def gtpu_extended(count):
    return gtpu(b"\0\0\0" + b"\xc0" + b"".join(b"\x01\0\0" + bytes([0xC0 if at + 1 < count else 0]) for at in range(count)) +
                INNER, 0x34)


def gre(body, kind, flags=0):
    return struct.pack("!HH", flags, kind) + body


def pppoe(body, code=0, kind=0x11):
    return ethernet(PPPOE, struct.pack("!BBHH", kind, code, 7, len(body)) + body)


def segments(kind, body, count=2, left=1):
    return struct.pack("!BBBBBBH", kind, 2 * count, 4, left, count - 1, 0, 0) + bytes.fromhex("20010db8000b") * count + \
        bytes(10) * count + body


def extension(kind, body, data=b"\x01\x04" + bytes(4)):
    return struct.pack("!BB", kind, (len(data) + 2) // 8 - 1) + data + body


def extensions(count, kind, body):
    for at in range(count):
        body, kind = extension(kind, body), OPTIONS
    return ipv6(OPTIONS if count else kind, body)


def tagged(count, frame=FRAME):
    return frame[:12] + b"".join(struct.pack("!HH", 0x88A8, 100 + at) for at in range(count)) + frame[12:]


# ---- packets ---------------------------------------------------------------------------------------------------------

def in_udp(port, body, version=4, **more):
    return over_ip(version, UDP, udp(version, port, body), **more)


def in_tcp(payload, flags=0x18):
    packet = bytearray(ipv4(TCP, tcp(4, payload), dscp=0x17))
    packet[33] = flags
    return ip_frame(bytes(packet))


# The protocol over IP, and what is behind it.
TUNNELS = {
    "vxlan": (UDP, udp(4, 4789, vxlan(FRAME))),
    "vxlan-gpe": (UDP, udp(4, 4790, vxlan(INNER, 0x0C, 1))),
    "vxlan-gpe nsh": (UDP, udp(4, 4790, vxlan(nsh(INNER), 0x0C, 4))),
    "vxlan-gpe int": (UDP, udp(4, 4790, vxlan(struct.pack("!BBBB", 0x10, 3, 0, 3) + int_md(0) + FRAME, 0x0C, 0x82))),
    "geneve": (UDP, udp(4, 6081, geneve(FRAME))),
    "geneve int": (UDP, udp(4, 6081, geneve(FRAME, struct.pack("!HBB", 0x103, 1, 3) + int_md(0)))),
    "gtpu": (UDP, udp(4, 2152, gtpu(INNER))),
    "mpls-udp": (UDP, udp(4, 6635, labels(1000) + INNER)),
    "int-udp": (UDP, udp(4, 5900, udp_shim(int_md(0)) + PAYLOAD)),
    "int-tcp": (TCP, tcp(4, tcp_shim(int_md(0)) + PAYLOAD)),
    "gre": (GRE, gre(INNER, 0x0800)),
    "gre nsh": (GRE, gre(nsh(INNER), NSH)),
    "ipip": (4, INNER),
}


def fragments():
    """Of tunnels: the first, and a later one that could be taken for one."""
    for name, (protocol, data) in TUNNELS.items():
        for place in (FIRST, LATER, FIRST | LATER):
            yield f"fragment {name} {place:#x}", ip_frame(ipv4(protocol, data, fragment=place, dscp=0x17))
        for place in (0x001, 0x100, 0x101):
            head = struct.pack("!BBHI", protocol, 0, place, 1)
            yield f"fragment {name} IPv6 {place:#x}", ip_frame(ipv6(FRAGMENT, head + data))
    for place in (0x001, 0x100):
        head = struct.pack("!BBHI", 4, 0, place, 1)
        yield f"fragment srv6 {place:#x}", ip_frame(ipv6(ROUTING, segments(FRAGMENT, head + INNER)))


def packets():
    """(name, packet)."""
    yield from fragments()
    yield "plain, full of options", ip_frame(ipv4(UDP, udp(4, 53, PAYLOAD), options=bytes([1]) * 40))
    yield "plain, nine extension headers", ip_frame(extensions(9, UDP, udp(6, 53, PAYLOAD)))
    yield "vxlan behind nine extension headers", ip_frame(extensions(9, UDP, udp(6, 4789, vxlan(FRAME))))
    yield "vxlan behind eight extension headers", ip_frame(extensions(8, UDP, udp(6, 4789, vxlan(FRAME))))
    yield "three tags", tagged(3)
    yield "five tags", tagged(5)
    yield "three tags in vxlan", ip_frame(in_udp(4789, vxlan(tagged(3))))
    yield "nine extension headers in vxlan", ip_frame(in_udp(4789, vxlan(ip_frame(extensions(9, UDP, udp(6, 53, PAYLOAD))))))
    yield "first fragment in vxlan", ip_frame(in_udp(4789, vxlan(ethernet(0x0800, ipv4(UDP, PAYLOAD, fragment=FIRST)))))
    yield "later fragment in vxlan", ip_frame(in_udp(4789, vxlan(ethernet(0x0800, ipv4(UDP, PAYLOAD, fragment=LATER)))))
    for port, what in ((4789, "vxlan"), (4790, "vxlan-gpe"), (6081, "geneve"), (2152, "gtpu"), (6635, "mpls-udp"), (5900, "int")):
        for size in (0, 2):
            yield f"{what} of {size} bytes", ip_frame(in_udp(port, bytes(size)))
    yield "vxlan without a network", ip_frame(in_udp(4789, vxlan(FRAME, flags=0)))
    yield "vxlan-gpe of another version", ip_frame(in_udp(4790, vxlan(FRAME, flags=0x1C, last=3)))
    yield "vxlan-gpe of another protocol", ip_frame(in_udp(4790, vxlan(FRAME, flags=0x0C, last=99)))
    yield "geneve of another version", ip_frame(in_udp(6081, geneve(FRAME, first=0x40)))
    yield "geneve control", ip_frame(in_udp(6081, geneve(FRAME, second=0x80)))
    yield "geneve critical", ip_frame(in_udp(6081, geneve(FRAME, option(0x81), second=0x40)))
    yield "geneve, eight options", ip_frame(in_udp(6081, geneve(FRAME, b"".join(option(at) for at in range(8)))))
    yield "geneve, an option too long", ip_frame(in_udp(6081, geneve(FRAME, struct.pack("!HBB", 0x102, 1, 9) + bytes(4))))
    yield "geneve, INT too long", ip_frame(in_udp(6081, geneve(FRAME, struct.pack("!HBB", 0x103, 1, 9) + bytes(4))))
    yield "gtpu echo", ip_frame(in_udp(2152, gtpu(b"\0\1\0\0", 0x32, 1)))
    yield "gtpu error", ip_frame(in_udp(2152, gtpu(b"\x10\0\0\0\1", 0x30, 26)))
    yield "gtpu of another version", ip_frame(in_udp(2152, gtpu(INNER, 0x50)))
    yield "gtpu, five extensions", ip_frame(in_udp(2152, gtpu_extended(5)))
    yield "gtpu, four extensions", ip_frame(in_udp(2152, gtpu_extended(4)))
    yield "gre of version 1", ip_frame(ipv4(GRE, gre(INNER, 0x880B, 0x3001)))
    yield "gre with a route", ip_frame(ipv4(GRE, gre(INNER, 0x0800, 0x4000)))
    yield "gre of two bytes", ip_frame(ipv4(GRE, b"\0\0"))
    yield "gre, eighteen labels", ip_frame(ipv4(GRE, gre(labels(*range(100, 118)) + INNER, MPLS)))
    yield "mpls-udp, eighteen labels", ip_frame(in_udp(6635, labels(*range(100, 118)) + INNER))
    yield "mpls-udp, no packet", ip_frame(in_udp(6635, labels(1000) + b"\x10\0\0\1" + bytes(40)))
    yield "pppoe discovery", ethernet(0x8863, b"\x11\x09\0\0\0\x04\x01\x01\0\0" + bytes(36))
    yield "pppoe lcp", pppoe(b"\xc0\x21\x09\x01\0\x08\1\2\3\4")
    yield "pppoe of another version", pppoe(b"\0\x21" + INNER, kind=0x21)
    yield "pppoe of four bytes", ethernet(PPPOE, b"\x11\0\0\7")
    yield "pppoe ipv4", pppoe(b"\0\x21" + INNER)
    yield "pppoe ipv4, one byte", pppoe(b"\x21" + INNER)
    yield "pppoe ipv6, one byte", pppoe(b"\x57" + plain_udp(6))
    yield "pppoe of another protocol, one byte", pppoe(b"\x29" + INNER)
    yield "int-tcp, no payload", in_tcp(b"", 0x02)
    yield "int-tcp, an acknowledgement", in_tcp(b"", 0x10)
    for size in (1, 3, 6, 15):
        yield f"int-tcp of {size} bytes", in_tcp((b"\x10\x03" + bytes(14))[:size])
        yield f"int-udp of {size} bytes", ip_frame(in_udp(5900, (b"\x14\x03" + bytes(14))[:size]))
    yield "int-udp of another version", ip_frame(in_udp(5900, udp_shim(b"\x10" + int_md(0)[1:]) + b"\0" * 4))
    yield "srh before tcp", ip_frame(ipv6(ROUTING, segments(TCP, tcp(6, PAYLOAD))))
    yield "srh, nine segments", ip_frame(ipv6(ROUTING, segments(4, INNER, count=9)))
    yield "srh, options behind", ip_frame(ipv6(ROUTING, segments(OPTIONS, extension(4, INNER))))
    yield "srh, three times options behind", ip_frame(ipv6(ROUTING, segments(
        OPTIONS, extension(OPTIONS, extension(OPTIONS, extension(4, INNER))))))
    yield "srh of four bytes", ip_frame(ipv6(ROUTING, b"\x04\x04\x04\x01"))
    padding = {"pads": b"\0" * 6, "options": (b"\x1e\x02ab" * 6)[:22], "too long": b"\x1e\x14abcd"}
    for kind, where in ((0, "hop-by-hop"), (OPTIONS, "destination")):
        for name, data in padding.items():
            yield f"{where} {name}", ip_frame(ipv6(kind, extension(UDP, udp(6, 53, PAYLOAD), data)))
        ioam = b"\x31\x02\0\3" + b"\1\x08" + bytes(8)
        yield f"{where} IOAM of another type", ip_frame(ipv6(kind, extension(UDP, udp(6, 53, PAYLOAD), ioam)))
    yield "mpls of two bytes", ethernet(MPLS, b"\0\1")
    yield "mpls, one label before a frame", ethernet(MPLS, labels(200) + bytes(4) + FRAME)
    yield "mpls, a frame without control word", ethernet(MPLS, labels(100, 200) + FRAME)
    yield "mpls, a frame with control word", ethernet(MPLS, labels(100, 200) + bytes(4) + FRAME)
    yield "mpls, associated channel", ethernet(MPLS, labels(100, 13) + b"\x10\0\0\7" + bytes(40))
    yield "mpls, no bottom", ethernet(MPLS, struct.pack("!I", 100 << 12 | 64) * 3)
    yield "mpls, eighteen labels", ethernet(MPLS, labels(*range(100, 118)) + INNER)
    yield "mpls, last hop", ethernet(MPLS, labels(100, 200, ttl=1) + INNER)
    yield "mpls, inner too short", ethernet(MPLS, labels(100, 200) + INNER[:18])
    yield "nsh of six bytes", ethernet(NSH, nsh(b"")[:6])
    for name, more in {"of another version": {"version": 1}, "of another type": {"md": 15}, "of another protocol": {"kind": 0xFE},
                       "that is too long": {"length": 63, "md": 2}, "oam": {"oam": 1}, "last hop": {"path": 42 << 8 | 1}}.items():
        yield f"nsh {name}", ethernet(NSH, nsh(INNER, **more))
    yield "nsh, inner too short", ethernet(NSH, nsh(INNER[:18]))
    yield "nsh, eighteen labels", ethernet(NSH, nsh(labels(*range(100, 118)) + INNER, kind=5))


# ---- what programs do with them --------------------------------------------------------------------------------------

FRAMES_IN_VXLAN = ("nine extension headers in vxlan", "first fragment in vxlan", "later fragment in vxlan",
                   "vxlan behind eight extension headers")
LABELLED = ("mpls, last hop", "mpls, inner too short")
NO_PACKET_LABELLED = ("mpls, one label before a frame", "mpls, a frame without control word",
                      "mpls, a frame with control word", "mpls, associated channel", "mpls, no bottom", "mpls, eighteen labels")
NSH_NOT_SENT_ON = ("nsh oam", "nsh last hop")
NSH_UNREADABLE = ("nsh of another version", "nsh of another type", "nsh of another protocol", "nsh that is too long",
                  "nsh, inner too short")


def stripped(*names):
    return dict.fromkeys(names, "stripped")


def dropped(*names):
    return dict.fromkeys(names, "dropped")


SEGMENT_ROUTING = dropped(*LABELLED, *NO_PACKET_LABELLED)
PATHS = dropped(*NSH_UNREADABLE, *NSH_NOT_SENT_ON)
OTHERWISE = {
    "vxlan": stripped(*FRAMES_IN_VXLAN),
    **dict.fromkeys(("geneve", "geneve-egress"), stripped(
        "geneve critical", "geneve, eight options", "geneve, an option too long", "geneve, INT too long")),
    "int-md-geneve-source": stripped("geneve critical"),
    **dict.fromkeys(("gtpu", "gtpu-egress"), stripped("gtpu, four extensions")),
    "pppoe": stripped("pppoe ipv4", "pppoe ipv4, one byte", "pppoe ipv6, one byte"),
    **dict.fromkeys(("srv6", "srv6-ad", "srv6-ad-flow"), stripped("srh, options behind")),
    "srv6-am": stripped("srh before tcp", "srh, options behind", "srh, three times options behind", "fragment srv6 0x1",
                        "fragment srv6 0x100"),
    "mpls-pw": stripped("mpls, a frame with control word"),
    "nsh": PATHS,
    "nsh-ioam": PATHS,
    **dict.fromkeys(("nsh-flow", "nsh-static"), {**PATHS, **dropped("nsh, eighteen labels")}),
    "nsh-ioam-source": PATHS,
    "nsh-egress": {**dropped(*NSH_UNREADABLE), **stripped(*NSH_NOT_SENT_ON, "nsh, eighteen labels")},
    **dict.fromkeys(("sr-mpls", "sr-mpls-int", "sr-mpls-int-source", "sr-mpls-report", "sr-mpls-static"),
                    SEGMENT_ROUTING),
    **dict.fromkeys(("sr-mpls-paper", "sr-mpls-egress"), {**SEGMENT_ROUTING, **stripped("mpls, last hop")}),
    # A routing header between the two, of which this program knows no more than its length.
    "ipip": stripped("srh, nine segments", "srh, options behind", "srh, three times options behind"),
    "ioam6": stripped("hop-by-hop IOAM of another type", "destination IOAM of another type"),
    "ioam6-source": stripped("hop-by-hop IOAM of another type", "destination IOAM of another type"),
    "ioam6-sink": stripped("hop-by-hop IOAM of another type", "destination IOAM of another type"),
}
# With a table of which the packets are not: nothing but what these say.
NOT_IN_THE_TABLE = {"nsh": {}, "sr-mpls": {}, "srv6": {}, "srv6-egress": {}}
# Of a table that has them.
IN_THE_TABLE = {
    "nsh": ("mine nsh.spi=42 nsh.si=200\nmine nsh.spi=42 nsh.si=1\n", OTHERWISE["nsh"]),
    "sr-mpls": ("mine labels[0].label=100\n", {name: how for name, how in OTHERWISE["sr-mpls"].items() if "one label" not in name}),
    "srv6": ("mine ipv6.dst=2001:db8:2::/48\n", OTHERWISE["srv6"]),
    "srv6-egress": ("mine ipv6.dst=2001:db8:2::/48\n", {}),
}
# Of pseudowires whose ends have agreed on none, whatever is behind the labels is a frame.
WITHOUT_CONTROL_WORD = {
    **stripped("mpls, a frame without control word", "mpls, a frame with control word", "mpls, associated channel",
               "mpls, inner too short"),
    **dropped("mpls, last hop"),
}

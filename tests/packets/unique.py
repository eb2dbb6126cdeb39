# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Many packets, each different, made of the few packets of the vectors.

A packet gets a number in the innermost packet, where the SF and the proxy's key see it (in TCP in the sequence
number, else in the first bytes of the UDP payload), and another in the headers that the proxy keeps for it, so that
headers that come back with the wrong packet are noticed. Wherever a checksum covers a number, the words behind it are
changed the other way: no Internet checksum of any header has to change.
"""
import collections
import struct

from expectations import MPLS_TYPES, comes_back_changed, outcomes_of, type_at
from telemetry_decoder import Walk, decode

IPV4, IPV6, NSH, PPPOE = b"\x08\x00", b"\x86\xdd", b"\x89\x4f", b"\x88\x64"
TCP, UDP = 6, 17
IPV6_EXTENSIONS = (0, 43, 60)
IPV6_FRAGMENT = 44

# A vector, what may come back for it, and where its number is, counted from the end of the packet, or with a negative
# number of bytes from its start.
Template = collections.namedtuple("Template", "vector packet backs from_end")
# A packet to send, what may come back for it, and the bytes by which it is known.
Numbered = collections.namedtuple("Numbered", "vector packet backs mark")


# ---- numbers that leave checksums as they are ------------------------------------------------------------------------

def balanced(words, values):
    """The words of which those that `values` gives are replaced, and as many behind them changed so that the
    one's-complement sum stays."""
    count = len(values)
    rest = [(word + counterpart - value) % 0xFFFF
            for word, counterpart, value in zip(words, words[count:], values)]
    return list(values) + rest


def with_words(packet, at, values):
    words = struct.unpack_from(f"!{2 * len(values)}H", packet, at)
    new = struct.pack(f"!{2 * len(values)}H", *balanced(words, values))
    return packet[:at] + new + packet[at + len(new):]


# ---- the number in the innermost packet ------------------------------------------------------------------------------

def transport_of(packet, at):
    """The transport protocol of the IP packet at `at`, where its header is; None for a later fragment."""
    if packet[at] >> 4 == 4:
        offset = struct.unpack_from("!H", packet, at + 6)[0] & 0x1FFF
        return None if offset else (packet[at + 9], at + 4 * (packet[at] & 15))
    protocol, at = packet[at + 6], at + 40
    while protocol in IPV6_EXTENSIONS or protocol == IPV6_FRAGMENT:
        if protocol == IPV6_FRAGMENT and struct.unpack_from("!H", packet, at + 2)[0] >> 3:
            return None
        size = 8 if protocol == IPV6_FRAGMENT else 8 + 8 * packet[at + 1]
        protocol, at = packet[at], at + size
    return protocol, at


def place_for_number(up):
    """Where in a packet that goes to the SF 8 bytes can hold a number; None if nowhere."""
    at = type_at(up)
    if up[at:at + 2] not in (IPV4, IPV6):
        return None
    protocol, header = transport_of(up, at + 2) or (None, 0)
    place = header + {TCP: 4, UDP: 8}.get(protocol, len(up))
    return place if place + 8 <= len(up) else None


def template_of(program, vector):
    """None if there is no place for a number, or not all that comes back of the packet is certain."""
    if not comes_back_changed(program, vector):
        return None
    outcomes = outcomes_of(program, vector)
    ups, backs = {up for up, _ in outcomes}, {back for _, back in outcomes}
    up = ups.pop()
    place = place_for_number(up)
    if ups or place is None:
        return None
    packets = (vector.packet, *backs)
    from_end = len(up) - place
    if all(packet[-from_end:] == up[-from_end:] for packet in packets):
        return Template(vector, vector.packet, backs, from_end)
    # Else what is stripped may lie behind the number.
    same = all(packet[place:place + 8] == up[place:place + 8] for packet in packets)
    return Template(vector, vector.packet, backs, -place) if same else None


def place_in(template, packet):
    return len(packet) - template.from_end if template.from_end > 0 else -template.from_end


# ---- the number in the headers ---------------------------------------------------------------------------------------

def number_outer_ip(packet, number):
    """In the IPv4 identification, or in the IPv6 flow label, which no checksum covers."""
    at = type_at(packet) + 2
    if packet[at - 2:at] == IPV6:
        return packet[:at + 2] + struct.pack("!H", number % 0x10000) + packet[at + 4:]
    identification, checksum = (struct.unpack_from("!H", packet, at + offset)[0] for offset in (4, 10))
    identification, checksum = balanced((identification, checksum), (number % 0xFFFF,))
    return (packet[:at + 4] + struct.pack("!H", identification) + packet[at + 6:at + 10] +
            struct.pack("!H", checksum) + packet[at + 12:])


def number_bottom_label(packet, number):
    at = type_at(packet)
    if packet[at:at + 2] not in MPLS_TYPES:
        return packet
    at += 2
    while not packet[at + 2] & 1:
        at += 4
    return packet[:at] + struct.pack("!H", 1 + number % 0xFFFF) + packet[at + 2:]


def number_behind(ethertype, offset, size):
    """So many bytes so far behind an EtherType."""
    def number_field(packet, number):
        at = type_at(packet)
        if packet[at:at + 2] != ethertype:
            return packet
        at += 2 + offset
        return packet[:at] + (number % 256**size).to_bytes(size, "big") + packet[at + size:]
    return number_field


def number_inner_tag(packet, number):
    at = type_at(packet)
    return packet if at == 12 else packet[:at - 2] + struct.pack("!H", 1 + number % 4094) + packet[at:]


def number_domain(packet, number):
    """In the domain of INT-MD, and the other way round in its flags."""
    at = decode(packet).at
    domain, flags = (struct.unpack_from("!H", packet, at + offset)[0] for offset in (6, 10))
    domain, flags = balanced((domain, flags), (number % 0xFFFF,))
    return packet[:at + 6] + struct.pack("!H", domain) + packet[at + 8:at + 10] + struct.pack("!H", flags) + packet[at + 12:]


def number_ioam_option(packet, number):
    """In its last bytes: of the oldest node's data, of a proof, of a sequence number."""
    option = Walk(packet).shim
    end = option + 2 + packet[option + 1]
    return packet[:end - 2] + struct.pack("!H", number % 0x10000) + packet[end:]


def number_bier_router(packet, number):
    """In the ingress router of a BIER header, behind labels or behind the EtherType."""
    at = type_at(packet) + 2
    while packet[at - 2:at] != b"\xab\x37" and not packet[at + 2] & 1:
        at += 4
    return packet[:at + 10] + struct.pack("!H", number % 0x10000) + packet[at + 12:]


def number_none(packet, _):
    """For headers that are gone for good, with all that could hold a number."""
    return packet


# Sinks that leave what telemetry was on: where a number could be is still behind headers that they keep.
LEAVE_HEADERS = ("int-md-vxlan-gpe-sink", "nsh-ioam-sink", "sr-mpls-int-sink")

HEADER_NUMBERS = {
    "int-md-udp": number_domain,
    "int-md-tcp": number_domain,
    "ioam6": number_ioam_option,
    "nsh-ioam": number_behind(NSH, 4, 3),
    "sr-mpls-int": number_bottom_label,
    "sr-mpls": number_bottom_label,
    "sr-mpls-report": number_bottom_label,
    "sr-mpls-paper": number_bottom_label,
    "sr-mpls-egress": number_bottom_label,
    "mpls-pw": number_bottom_label,
    "nsh": number_behind(NSH, 4, 3),  # the service path
    "nsh-egress": number_behind(NSH, 4, 3),
    "pppoe": number_behind(PPPOE, 2, 2),  # the session
    "qinq": number_inner_tag,
    "pbb": number_behind(b"\x88\xe7", 1, 3),  # the service instance
    "rtag": number_behind(b"\xf1\xc1", 2, 2),  # the sequence number
    "sgt": number_behind(b"\x89\x09", 4, 2),
    "bier": number_bier_router,
    **dict.fromkeys(("geneve-egress", "gtpu-egress", "nsh-vxlan-gpe-egress", "srv6-egress"), number_none),
}


# ---- packets ---------------------------------------------------------------------------------------------------------

def templates_of(program, vectors):
    return [template for vector in vectors if (template := template_of(program, vector))]


def numbered_packets(program, templates, count):
    """`count` packets, no two of them the same, in turns of all templates."""
    number_headers = HEADER_NUMBERS.get(program, number_outer_ip)
    packets = []
    for number in range(count):
        template = templates[number % len(templates)]

        def numbered(packet):
            packet = number_headers(packet, number)
            return with_words(packet, place_in(template, packet), (0xA500 | number >> 16, number & 0xFFFF))

        packet = numbered(template.packet)
        start = place_in(template, packet)
        packets.append(Numbered(template.vector, packet, {numbered(back) for back in template.backs},
                                packet[start:start + 8]))
    return packets

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What each program of programs/ does with each packet of tests/vectors.

An outcome is a pair: the packet that goes up to the SF and the packet that comes back if the SF
returns it as it got it, without times; None for none. What is expected of a packet is the list of outcomes that are allowed.
"""
import collections
import fnmatch
import os

from captures import read_pcap
from telemetry_decoder import Node, hop, settled, without

# A packet of the vectors. `stripped`, `returned` and `uniform` are those of .sf.pcap, .out.pcap and .uttl.pcap.
Vector = collections.namedtuple("Vector", "family number name packet stripped returned uniform")
# What is allowed for the vectors whose family/name fits a pattern. If they are dropped, one of the reasons is counted.
Rule = collections.namedtuple("Rule", "pattern allowed reasons", defaults=((),))

HOP_LIMIT_AT = 14 + 7
DESTINATION_AT = 14 + 24
SRH_AT = 14 + 40
VLAN_TYPES = (b"\x81\x00", b"\x88\xa8")
IPV4_TYPE, IPV6_TYPE = b"\x08\x00", b"\x86\xdd"
MPLS_TYPES = (b"\x88\x47", b"\x88\x48")


# ---- parts of packets ------------------------------------------------------------------------------------------------

def type_at(packet):
    """Where the EtherType behind the VLAN tags is."""
    at = 12
    while packet[at:at + 2] in VLAN_TYPES:
        at += 4
    return at


def labels_at(packet):
    """Where the label stack of a packet begins; None if there is none."""
    at = type_at(packet)
    return at + 2 if packet[at:at + 2] in MPLS_TYPES else None


def with_byte(packet, at, value):
    return packet[:at] + bytes([value]) + packet[at + 1:]


# ---- outcomes --------------------------------------------------------------------------------------------------------

def dropped(_):
    return [(None, None)]


def untouched(vector):
    return [(vector.packet, vector.packet)]


def as_vectors(vector):
    return dropped(vector) if vector.stripped is None else [(vector.stripped, vector.returned)]


def as_vectors_or_untouched(vector):
    """Packets that the vectors strip of nothing pass."""
    return untouched(vector) if vector.stripped is None else as_vectors(vector)


def as_it_arrived(vector):
    """The function gets what the vectors say, and all headers come back as they arrived."""
    return [(vector.stripped, vector.packet)]


def up_only(vector):
    return [(vector.stripped, None)]


def uniform_ttl(vector):
    """As the vectors say, but the top label that comes back has the popped one's TTL minus 1 (RFC 3032)."""
    if vector.uniform or vector.stripped is None:
        return as_vectors(vector._replace(returned=vector.uniform))
    ttl = vector.packet[labels_at(vector.packet) + 3] - 1
    if ttl < 1:
        return dropped(vector)
    at = labels_at(vector.returned)
    return [(vector.stripped, vector.returned if at is None else with_byte(vector.returned, at + 3, ttl))]


def without_tags(vector):
    return [(vector.packet[:12] + vector.packet[type_at(vector.packet):], vector.packet)]


def masqueraded(vector):
    """SRv6 End.AM: the final destination on the way up; the next segment, and Segments Left less 1, on the way back.
    The hop limit is less by 1 when it goes up; on the way back it may once more be."""
    packet = vector.packet
    segment = lambda number: packet[SRH_AT + 8 + 16 * number:SRH_AT + 24 + 16 * number]
    to = lambda address, frame: frame[:DESTINATION_AT] + address + frame[SRH_AT:]
    left = packet[SRH_AT + 3]
    hops = packet[HOP_LIMIT_AT] - 1
    up = to(segment(0), with_byte(packet, HOP_LIMIT_AT, hops))
    back = to(segment(left - 1), with_byte(up, SRH_AT + 3, left - 1))
    return [(up, with_byte(back, HOP_LIMIT_AT, hops - 1)), (up, back)]


def for_good(vector):
    """What is taken off stays off: what the SF returns leaves as it is."""
    return dropped(vector) if vector.stripped is None else [(vector.stripped, vector.stripped)]


def without_nsh(vector):
    """The network service header is removed for good; tags before it stay, but for those of a frame around a frame."""
    packet = vector.packet
    at = type_at(packet) + 2
    inner = packet[at + 4 * (packet[at + 1] & 0x3F):]
    types = {1: IPV4_TYPE, 2: IPV6_TYPE}  # 3: an Ethernet frame
    up = packet[:at - 2] + types[packet[at + 3]] + inner if packet[at + 3] in types else inner
    return [(up, up)]


def without_telemetry(vector):
    """INT or IOAM is removed for good; what it was on stays."""
    up = without(vector.packet)
    return [(up, up)]


def with_label(packet):
    """The label of tables/sr-mpls-static.entries in front of an IP packet."""
    at = type_at(packet)
    return packet[:at] + MPLS_TYPES[0] + (16002 << 12 | 1 << 8 | 64).to_bytes(4, "big") + packet[at + 2:]


def with_path(packet):
    """The NSH header of tables/nsh-static.entries in front of an IP packet."""
    at = type_at(packet)
    base = (63 << 6 | 6).to_bytes(2, "big") + bytes([1, 1 if packet[at:at + 2] == IPV4_TYPE else 2])
    path = (42 << 8 | 254).to_bytes(4, "big")
    return packet[:at] + b"\x89\x4f" + base + path + bytes(16) + packet[at + 2:]


def relabelled(vector):
    """What is taken off stays off, and what the function sends gets what the table says. No label may run out of hops."""
    if vector.stripped is None or vector.packet[labels_at(vector.packet) + 3] <= 1:
        return dropped(vector)
    return [(vector.stripped, with_label(vector.stripped))]


def replaced_path(vector):
    """The same for NSH, of packets of IP."""
    packet = vector.packet
    if packet[type_at(packet) + 2 + 3] not in (1, 2):
        return dropped(vector)
    [(up, _)] = without_nsh(vector)
    return [(up, with_path(up))]


def path_of_ip(vector):
    """A packet of IP behind NSH alone; its header comes back with the index one less."""
    packet = vector.packet
    if packet[type_at(packet) + 2 + 3] not in (1, 2):
        return dropped(vector)
    [(up, _)] = without_nsh(vector)
    return [(up, with_less_index(packet))]


def plain(push):
    """Packets that pass ingress as they are get headers as well, if egress can read them."""
    def allowed(vector):
        at = type_at(vector.packet)
        is_ip = vector.packet[at:at + 2] in (IPV4_TYPE, IPV6_TYPE)
        return [(vector.packet, push(vector.packet))] if is_ip else []
    return any_of(untouched, dropped, allowed)


def out_of_routed_ipv6(vector):
    """The packet behind an IPv6 and a routing header; both come back as they arrived."""
    packet = vector.packet
    inner = packet[SRH_AT + 8 + 8 * packet[SRH_AT + 1]:]
    return [(packet[:12] + (IPV6_TYPE if packet[SRH_AT] == 41 else IPV4_TYPE) + inner, packet)]


# ---- telemetry -------------------------------------------------------------------------------------------------------

def without_label(packet):
    """A label less, and the next one's TTL that of the first less 1."""
    at = labels_at(packet)
    return with_byte(packet[:at] + packet[at + 4:], at + 3, packet[at + 3] - 1)


def with_less_index(packet):
    """The service index less 1."""
    at = type_at(packet) + 2 + 7
    return with_byte(packet, at, packet[at] - 1)


# What programs do to a packet besides adding to its telemetry, and where they read a hop limit, behind the EtherType.
BESIDES = {"sr-mpls-int": without_label, "nsh-ioam": with_less_index}
HOP_LIMITS = {"nsh-ioam": lambda header: (header[0] << 8 | header[1]) >> 6 & 0x3F, "ioam6": lambda header: header[7]}
TELEMETRY = ("int-md-geneve", "int-md-tcp", "int-md-udp", "int-md-vxlan-gpe", "ioam6", "nsh-ioam", "sr-mpls-int")


def after_hop(program, packet, node):
    """What a program lets a packet become that has telemetry, as the standards say."""
    header = packet[type_at(packet) + 2:]
    if program in HOP_LIMITS:
        node = node._replace(hop_limit=HOP_LIMITS[program](header))
    return BESIDES.get(program, bytes)(hop(packet, node))


def measured(program):
    return lambda vector: [(vector.stripped, after_hop(program, vector.packet, Node(0, 0, 0, 0, 0)))]


def comparable(program, packet):
    """A packet that comes back, without what differs from run to run."""
    return settled(packet) if program in TELEMETRY and packet is not None else packet


def any_of(*allowed):
    return lambda vector: [outcome for one in allowed for outcome in one(vector)]


dropped_or_untouched = any_of(untouched, dropped)


# ---- programs --------------------------------------------------------------------------------------------------------

def label_stacks(popped):
    return [
        Rule("mpls_special/mna_substack", None),  # entries of it are no labels
        Rule("mpls_special/pw_cw_eth", dropped_or_untouched),  # neither IPv4 nor IPv6 below the labels
        Rule("mpls_special/tc_ttl_mix", popped, ("requirement", "hops")),
        Rule("mpls/*", popped),
        Rule("mpls_special/*", popped),
        Rule("vlan_mpls/*_mpls3", popped),
        Rule("inner_zoo/*", popped),
        Rule("malformed/mpls_11lbl", popped),
        Rule("malformed/mpls_no_bos", dropped, ("too_deep", "malformed")),
    ]


def pseudowires(session):
    """L2TPv3 whose ends have agreed on a cookie and a sublayer; of other sessions nothing is expected."""
    return [
        Rule(f"l2tpv3/*_{session}", as_vectors),
        Rule("l2tpv3/*_cookie*", None),
        Rule("l2tpv3/*", untouched),
    ]


# The first rule that fits a packet holds, those of COMMON behind a program's own.
PROGRAMS = {
    "sr-mpls": label_stacks(uniform_ttl),
    "sr-mpls-report": label_stacks(uniform_ttl),
    "sr-mpls-paper": label_stacks(as_vectors),
    "sr-mpls-egress": label_stacks(for_good),
    "mpls-pw": [
        Rule("mpls_special/pw_cw_eth", uniform_ttl),
        # No pseudowire: what is below the labels is IP.
        Rule("mpls_special/*", dropped_or_untouched),
        Rule("mpls/*", dropped_or_untouched),
        Rule("vlan_mpls/*_mpls3", dropped_or_untouched),
        Rule("inner_zoo/*", dropped_or_untouched),
    ],
    "mpls-udp": [Rule("tunnel/mpls_in_udp", as_vectors)],
    "nsh": [
        Rule("nsh_eth/md2_oam_*", any_of(as_vectors, dropped)),
        Rule("nsh_eth/*", as_vectors),
        Rule("nsh_vlan/*", as_vectors),
        Rule("malformed/nsh_*", dropped),
    ],
    "nsh-egress": [
        Rule("nsh_eth/md2_oam_*", any_of(without_nsh, dropped)),
        Rule("nsh_eth/*", without_nsh),
        Rule("nsh_vlan/*", without_nsh),
        Rule("malformed/nsh_si1", without_nsh),  # no index is counted down here
        Rule("malformed/nsh_*", dropped),
    ],
    "sr-mpls-static": label_stacks(relabelled) + [
        Rule("tunnel/ip?ip?", lambda vector: [(vector.packet, with_label(vector.packet))]),
        Rule("*", plain(with_label)),
    ],
    "nsh-flow": [
        Rule("nsh_eth/md2_oam_*", dropped),
        Rule("nsh_eth/*", path_of_ip),
        Rule("nsh_vlan/*", path_of_ip),
        Rule("malformed/nsh_*", dropped),
    ],
    "srv6-ad": [
        # What egress gives a packet that ingress has passed depends on those before it.
        Rule("srv6/l2_*", None),
        Rule("srv6/*_nosrh", None),
        Rule("srv6/*_sl0", dropped),
        Rule("srv6/*", as_vectors),
        # No packet in a packet: TCP follows the routing header.
        Rule("srv6_am/*", dropped_or_untouched),
    ],
    "srv6-ad-flow": [
        Rule("srv6/l2_*", untouched),
        Rule("srv6/*_sl0", dropped),
        Rule("srv6/*_nosrh", untouched),
        Rule("srv6/*", as_vectors),
        Rule("srv6_am/*", dropped_or_untouched),
    ],
    "nsh-static": [
        Rule("nsh_eth/md2_oam_*", dropped),
        Rule("nsh_eth/*", replaced_path),
        Rule("nsh_vlan/*", replaced_path),
        Rule("malformed/nsh_*", dropped),
        Rule("tunnel/ip?ip?", lambda vector: [(vector.packet, with_path(vector.packet))]),
        Rule("*", plain(with_path)),
    ],
    "nsh-vxlan-gpe": [Rule("nsh_vxlan_gpe/*", as_vectors)],
    "nsh-gre": [Rule("nsh_gre/*", as_vectors)],
    "srv6": [
        Rule("srv6/*_sl0", dropped),
        Rule("srv6/*_nosrh", any_of(up_only, dropped)),
        Rule("srv6/*", as_vectors),
        Rule("malformed/srh_*", dropped),
        # The same as *_nosrh, but for the addresses.
        Rule("tunnel/ip?ip6", any_of(untouched, up_only, dropped)),
        # No packet in a packet: TCP follows the routing header.
        Rule("srv6_am/*", dropped_or_untouched),
    ],
    "srv6-am": [
        Rule("srv6_am/*", masqueraded),
        Rule("srv6/*_nosrh", untouched),
        Rule("srv6/*_sl0", dropped_or_untouched),
        # A packet follows the routing header: whether it is one to masquerade is the program's choice.
        Rule("srv6/*", any_of(masqueraded, untouched, dropped)),
        # With a payload that is longer than the header claims to be, nothing ends too early: the rest counts as TLVs.
        Rule("malformed/srh_hdrlen_past_end", any_of(masqueraded, untouched, dropped)),
    ],
    "vxlan": [Rule("tunnel/vxlan*", as_vectors)],
    "geneve": [
        Rule("tunnel/geneve*", as_vectors),
        Rule("malformed/geneve_*", dropped),
        # Telemetry in an option like any other.
        Rule("int_md/geneve_*", as_it_arrived),
    ],
    "gtpu": [Rule("tunnel/gtpu*", as_vectors)],
    "ipip": [
        Rule("tunnel/ip?ip?", as_vectors),
        # IPv4 and IPv6 in IPv6, to an address that happens to be a segment.
        Rule("srv6/v?_nosrh", as_it_arrived),
        # The same with a routing header between the two, of which this program knows no more than its length.
        Rule("srv6/v*", any_of(untouched, out_of_routed_ipv6)),
        Rule("malformed/srh_sl_gt_last", any_of(dropped_or_untouched, out_of_routed_ipv6)),
    ],
    "pppoe": [Rule("tunnel/pppoe_*", as_vectors)],
    "gre": [Rule("tunnel/gre*", as_vectors)],
    "int-md-udp": [Rule("int_md/udp_*", measured("int-md-udp"))],
    "int-md-tcp": [Rule("int_md/tcp_*", measured("int-md-tcp"))],
    "int-md-udp-sink": [Rule("int_md/udp_*", for_good)],
    "int-md-tcp-sink": [Rule("int_md/tcp_*", for_good)],
    "int-md-geneve-sink": [Rule("int_md/geneve_*", for_good)],
    "int-md-vxlan-gpe-sink": [Rule("int_md/vxlan_*", without_telemetry)],
    "sr-mpls-int-sink": [Rule("int_labels/*", without_telemetry)],
    "nsh-ioam-sink": [Rule("nsh_ioam/*", without_telemetry)],
    "ioam6-sink": [Rule("ioam6/*", without_telemetry)],
    "int-md-vxlan-gpe": [Rule("int_md/vxlan_*", measured("int-md-vxlan-gpe"))],
    "int-md-geneve": [Rule("int_md/geneve_*", measured("int-md-geneve"))],
    "sr-mpls-int": [Rule("int_labels/*", measured("sr-mpls-int"))] + label_stacks(uniform_ttl),
    "nsh-ioam": [
        Rule("nsh_ioam/*", measured("nsh-ioam")),
        Rule("nsh_eth/md2_oam_*", dropped),
        Rule("nsh_eth/*", as_vectors),
        Rule("nsh_vlan/*", as_vectors),
        Rule("malformed/nsh_*", dropped),
    ],
    "ioam6": [Rule("ioam6/*", measured("ioam6"))],
    "srv6-egress": [
        Rule("srv6/*_sl0", for_good),
        Rule("srv6/*_nosrh", for_good),
        Rule("srv6/*", untouched),
        # The same as *_nosrh, but for the addresses.
        Rule("tunnel/ip?ip6", for_good),
    ],
    "nsh-vxlan-gpe-egress": [Rule("nsh_vxlan_gpe/*", for_good)],
    "geneve-egress": [
        Rule("tunnel/geneve*", for_good),
        Rule("int_md/geneve_*", for_good),
    ],
    "gtpu-egress": [Rule("tunnel/gtpu*", for_good)],
    "erspan": [Rule("erspan/*", as_vectors), Rule("malformed/erspan*", untouched)],
    "l2tpv3": pseudowires("cookie0"),
    "l2tpv3-cookie4": pseudowires("cookie4"),
    "l2tpv3-cookie8-sublayer": pseudowires("cookie8_sub"),
    "gue": [Rule("gue/v[01]_*", as_vectors_or_untouched)],
    "lisp": [Rule("lisp/*", as_vectors_or_untouched)],
    "pbb": [Rule("pbb/*", as_vectors_or_untouched)],
    "rtag": [Rule("rtag/*", as_vectors_or_untouched)],
    "sgt": [Rule("sgt/*", as_vectors_or_untouched)],
    "bier": [Rule("bier/*", as_vectors_or_untouched)],
    "qinq": [
        Rule("vlan_mpls/*_ip", as_vectors),
        # Tagged, with something else than IP below the tags.
        Rule("vlan_mpls/*_mpls3", any_of(without_tags, untouched, dropped)),
        Rule("nsh_vlan/*", any_of(without_tags, untouched, dropped)),
        *(Rule(f"{family}/{name}", without_tags) for family in ("rtag", "sgt") for name in ("vlan_*", "qinq_*")),
        Rule("pbb/btag_*", without_tags),
        Rule("bier/vlan_*", without_tags),
    ],
}

COMMON = [
    Rule("truncated/*", dropped_or_untouched),
    Rule("malformed/*", dropped_or_untouched),
    # Neither IP nor a pseudowire behind the labels; something else than a packet behind NSH.
    Rule("bier/*", dropped_or_untouched),
    Rule("int_labels/*", dropped_or_untouched),
    Rule("nsh_ioam/*", dropped_or_untouched),
    Rule("*", untouched),
]


def rule_of(program, vector):
    name = f"{vector.family}/{vector.name}"
    return next(rule for rule in PROGRAMS[program] + COMMON if fnmatch.fnmatchcase(name, rule.pattern))


def outcomes_of(program, vector):
    """The allowed outcomes; none if nothing is expected of this packet. What comes back is comparable()."""
    allowed = rule_of(program, vector).allowed
    return [(up, comparable(program, back)) for up, back in allowed(vector)] if allowed else []


def unused_rules(program, vectors):
    """The patterns of a program that fit no packet."""
    used = {rule_of(program, vector).pattern for vector in vectors}
    return [rule.pattern for rule in PROGRAMS[program] if rule.pattern not in used]


def comes_back_changed(program, vector):
    """Whether a packet surely goes to the SF in another form, and comes back."""
    outcomes = outcomes_of(program, vector)
    return bool(outcomes) and all(up and back and up != vector.packet for up, back in outcomes)


# ---- vectors ---------------------------------------------------------------------------------------------------------

def read_vectors(directory):
    """All vectors of a directory, in the order of their files."""
    with open(os.path.join(directory, "manifest.tsv"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    vectors = []
    for family in dict.fromkeys(row[0] for row in rows):
        stages = {stage: iter(read_pcap(path)) for stage in ("", ".sf", ".out", ".uttl")
                  if os.path.exists(path := os.path.join(directory, family + stage + ".pcap"))}
        for _, number, name, _, sf_length, out_length, _ in (row for row in rows if row[0] == family):
            vectors.append(Vector(family, int(number), name, next(stages[""]),
                                  next(stages[".sf"]) if int(sf_length) else None,
                                  next(stages[".out"]) if int(out_length) else None,
                                  next(stages[".uttl"]) if ".uttl" in stages else None))
    return vectors

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Random Ethernet frames: packets of the vectors, changed, cut, lengthened and glued together, and plain noise."""
import random
import zlib

from expectations import COMMON, VLAN_TYPES, rule_of, type_at
from foreign_packets import packets

MTU = 1500
MINIMUM, MAXIMUM = 14, 14 + MTU
HEAD = 120  # most changes are among so many first bytes, where the headers are
TAG = b"\x81\x00"
LONGEST_TAGGED = MAXIMUM + 4  # Linux lets a frame with an 802.1Q tag be so long
LEAST_TAGGED = 20  # a shorter frame with a VLAN tag is dropped by the kernel where it is received
# Bytes that a program takes off behind a VLAN tag and before anything.
BEHIND_TAG = {"rtag": 6, "sgt": 8}
WORDS = (0, 1, 2, 4, 5, 8, 0x14, 0x1C, 0x28, 0x2F, 0x45, 0x60, 0x7F, 0x80, 0xFF, 0x100, 0x0800, 0x6558, 0x7FFF, 0x8000,
         0x8100, 0x8847, 0x8848, 0x8864, 0x86DD, 0x88A8, 0x894F, 0xFFF0, 0xFFFF)


def longest(frame):
    """The most bytes that a frame which starts like this can have."""
    return LONGEST_TAGGED if frame[12:14] == TAG else MAXIMUM


class Mutations:
    """An endless row of frames, the same for the same seed. Half of them are made of the program's own packets,
    `more` among them; the others of all vectors, and of packets that nobody need understand. With `whole_tags`, none ends in its first VLAN tag,
    nor without what the program takes off behind it."""

    def __init__(self, vectors, program, seed, whole_tags=False, more=()):
        self._random = random.Random(seed)
        self._least_tagged = LEAST_TAGGED + BEHIND_TAG.get(program, 0) if whole_tags else 0
        self._all = [vector.packet for vector in vectors]
        self._own = [vector.packet for vector in vectors if rule_of(program, vector) not in COMMON] if program else []
        self._own += more
        self._own = self._own or self._all
        self._all += [packet for _, packet in packets()]
        self._ways = (self._flip_bits, self._change_bytes, self._cut, self._extend, self._repeat, self._swap_words,
                      self._change_length, self._splice, self._change_word, self._fragment,
                      self._fill)

    def __iter__(self):
        return self

    def __next__(self):
        draw = self._random.random()
        if draw < 0.03:
            frame = bytearray(self._random.randbytes(self._random.randrange(MINIMUM, MAXIMUM + 1)))
        else:
            frame = bytearray(self._some_packet())
            # Some stay as they are, most are changed once, some are changed at random over and over.
            for _ in range(0 if draw < 0.08 else 1 if draw < 0.6 else self._random.randrange(2, 6)):
                frame = self._random.choice(self._ways)(frame)
        if len(frame) < MINIMUM:
            frame += bytes(MINIMUM - len(frame))
        if len(frame) < self._least_tagged and frame[12:14] in VLAN_TYPES:
            frame += bytes(self._least_tagged - len(frame))
        return bytes(frame[:longest(frame)])

    def _some_packet(self):
        return self._random.choice(self._own if self._random.random() < 0.5 else self._all)

    def _place(self, frame, room=1):
        """Where in a frame to change something that is `room` bytes long."""
        end = len(frame) - room + 1
        if end <= 0:
            return 0
        if self._random.random() < 0.9:
            end = min(end, HEAD)
        return int(self._random.random() * end)

    def _flip_bits(self, frame):
        for _ in range(self._random.choice((1, 1, 1, 2, 4, 8))):
            frame[self._place(frame)] ^= 1 << self._random.randrange(8)
        return frame

    def _change_bytes(self, frame):
        at = self._place(frame)
        count = min(self._random.choice((1, 1, 2, 4, 8)), len(frame) - at)
        frame[at:at + count] = self._random.randbytes(count)
        return frame

    def _change_word(self, frame):
        """A 16-bit word becomes one that means something somewhere."""
        at = self._place(frame, 2) & ~1
        frame[at:at + 2] = self._random.choice(WORDS).to_bytes(2, "big")
        return frame

    def _cut(self, frame):
        end = self._random.randrange(MINIMUM, max(len(frame), MINIMUM + 1))
        return frame[:max(MINIMUM, min(end, HEAD))] if self._random.random() < 0.5 else frame[:end]

    def _extend(self, frame):
        count = self._random.choice((1, 2, 3, 4, 8, 60, self._random.randrange(1, MAXIMUM)))
        return frame + (bytes(count) if self._random.random() < 0.5 else self._random.randbytes(count))

    def _fill(self, frame):
        """As long as the MTU lets it be, or nearly; some under a tag, or one more."""
        if self._random.random() < 0.5:
            frame = frame[:12] + TAG + self._random.randbytes(2) + frame[12:]
        return frame + bytes(max(0, longest(frame) - self._random.randrange(5) - len(frame)))

    def _repeat(self, frame):
        """A piece comes a second time, as a header that is there twice or many times."""
        at = self._place(frame, 4) & ~1
        count = self._random.choice((2, 4, 4, 4, 8, 8, 12, 14, 16, 20, 40))
        return frame[:at + count] + frame[at:at + count] * self._random.choice((1, 1, 1, 2, 8, 17)) + frame[at + count:]

    def _swap_words(self, frame):
        """Two lengths, or whatever else is there, trade places."""
        one, other = self._place(frame, 2) & ~1, self._place(frame, 2) & ~1
        frame[one:one + 2], frame[other:other + 2] = frame[other:other + 2], frame[one:one + 2]
        return frame

    def _change_length(self, frame):
        """What may be a length gets a little more or less, or points to the end of the frame or past it."""
        size = self._random.choice((1, 2))
        at = self._place(frame, size)
        step = self._random.choice((-8, -4, -2, -1, 1, 2, 4, 8, len(frame)))
        value = int.from_bytes(frame[at:at + size], "big") + step
        if self._random.random() < 0.3:
            value = len(frame) - at + self._random.randrange(-4, 5)
        frame[at:at + size] = (value & (256**size - 1)).to_bytes(size, "big")
        return frame

    def _fragment(self, frame):
        """One of the IP packets in it becomes a fragment, the first, a later one or all that there is."""
        places = [at for at in range(MINIMUM, min(len(frame) - 40, HEAD)) if frame[at] in (0x45, 0x46, 0x60)]
        if not places:
            return frame
        at = self._random.choice(places)
        offset, more = self._random.choice(((0, 1), (0, 1), (8, 1), (8, 0), (0, 0)))
        if frame[at] != 0x60:
            frame[at + 6:at + 8] = (offset | more << 13).to_bytes(2, "big")
            return frame
        header = bytes([frame[at + 6], 0]) + (offset << 3 | more).to_bytes(2, "big") + self._random.randbytes(4)
        frame[at + 6] = 44
        frame[at + 4:at + 6] = ((int.from_bytes(frame[at + 4:at + 6], "big") + 8) & 0xFFFF).to_bytes(2, "big")
        return frame[:at + 40] + header + frame[at + 40:]

    def _splice(self, frame):
        """The first part of one packet, the rest of another, mostly from the same place on."""
        other = self._some_packet()
        at = self._place(frame) & ~1
        start = at if self._random.random() < 0.5 else self._place(other) & ~1
        return frame[:at] + other[start:]


# ---- what a service function may do ----------------------------------------------------------------------------------

def alter(frame):
    """A frame as a function may return it, always the same for the same frame: another TTL or DSCP, bytes more or less at
    the end of the IP packet or behind it, or anything."""
    draw = random.Random(zlib.crc32(frame))
    frame = bytearray(frame)
    at = type_at(frame) + 2
    version = frame[at] >> 4 if at + 20 <= len(frame) else 0
    if version not in (4, 6) or draw.random() < 0.1:
        return bytes(_alter_anything(frame, draw))
    for change in draw.sample((_alter_hops, _alter_class, _alter_length, _alter_payload, _alter_padding), draw.choice((0, 1, 1, 2, 3))):
        change(frame, at, version, draw)
    return bytes(frame)


def _alter_hops(frame, at, version, draw):
    frame[at + (8 if version == 4 else 7)] = draw.randrange(256)


def _alter_class(frame, at, version, draw):
    frame[at + 1] = draw.randrange(256) if version == 4 else frame[at + 1] ^ 0x30


def _alter_length(frame, at, version, draw):
    """The IP packet grows or shrinks, and says so."""
    place = at + (2 if version == 4 else 4)
    change = draw.choice((1, 2, 3, 4, 64, 301, -1, -2, -8))
    length = int.from_bytes(frame[place:place + 2], "big") + change
    end = min(len(frame), at + length - change + (0 if version == 4 else 40))
    if not 0 < length < MAXIMUM or end + change < at + 40 or len(frame) + change > MAXIMUM:
        return
    frame[place:place + 2] = length.to_bytes(2, "big")
    frame[min(end, end + change):end] = draw.randbytes(max(change, 0))


def _alter_payload(frame, at, version, draw):
    """Behind all that identifies a packet."""
    place = at + 100 + draw.randrange(60)
    if place < len(frame):
        frame[place] ^= 1 << draw.randrange(8)


def _alter_padding(frame, at, version, draw):
    frame += draw.randbytes(draw.randrange(1, 40))


def _alter_anything(frame, draw):
    if draw.random() < 0.5:
        frame[draw.randrange(len(frame))] ^= 1 << draw.randrange(8)
        return frame
    return frame[:max(MINIMUM, draw.randrange(len(frame) + 1))]

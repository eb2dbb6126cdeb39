"""
  from NAME import layers, dissect
  packet = Ether() / IP() / UDP(dport=...) / layers.HEADER(FIELD=...) / layers.TELEMETRY(FIELD=...)
  packet = dissect(data)              # all of a frame, from its first byte on, as the spec's parser reads it
  packet[layers.HEADER].FIELD

A header's fields that say what follows, and those that say how long it is itself, follow by themselves if they are not
given. Data of a hop goes behind the header that the spec pushes it behind; which items it has and how long it is follow
from the headers before it. Names that Python or scapy have taken get an underscore: `class_`.
"""
import keyword
from types import SimpleNamespace

from scapy.fields import BitField, ConditionalField, StrLenField
from scapy.packet import Packet, Padding, Raw, bind_layers

layers = SimpleNamespace()

# ---- numbers: 64 bits that wrap around

ALL = (1 << 64) - 1


def signed(x):
    return x - (1 << 64) if x >> 63 else x


def add(a, b): return (a + b) & ALL
def sub(a, b): return (a - b) & ALL
def mul(a, b): return (a * b) & ALL
def div(a, b): return a // b if b else 0
def mod(a, b): return a % b if b else a
def mulmod(a, b, m): return a * b % m if m and not m >> 62 else 0
def shl(a, b): return (a << (b & 63)) & ALL
def shr(a, b): return a >> (b & 63)
def band(a, b): return a & b
def bxor(a, b): return a ^ b
def bor(a, b): return a | b
def inv(a): return a ^ ALL
def neg(a): return -a & ALL
def lt(a, b): return int(signed(a) < signed(b))
def le(a, b): return int(signed(a) <= signed(b))
def gt(a, b): return int(signed(a) > signed(b))
def ge(a, b): return int(signed(a) >= signed(b))
def ult(a, b): return int(a < b)
def ule(a, b): return int(a <= b)
def ugt(a, b): return int(a > b)
def uge(a, b): return int(a >= b)
def eq(a, b): return int(a == b)
def ne(a, b): return int(a != b)
def land(a, b): return int(a != 0 and b != 0)
def lor(a, b): return int(a != 0 or b != 0)
def lnot(a): return int(a == 0)
def choose(condition, a, b): return a if condition else b


# ---- patterns of a select

def anything(_): return True
def exactly(value): return lambda x: x == value
def masked(value, mask): return lambda x: x & mask == value
def between(low, high): return lambda x: low <= x <= high


# ---- the spec

headers, instances, moves, telemetries, behind, states = {}, {}, {}, {}, {}, {}


class Stop(Exception):
    """Reading is over; also what a state says instead of the next one."""


def free(name, taken):
    """A name for Python that is not taken."""
    while keyword.iskeyword(name) or taken(name):
        name += "_"
    return name


def value(packet, name):
    """A field of a packet, by its name in Python; what is not given is worked out."""
    given = packet.getfieldval(name)
    return packet.get_field(name).missing(packet) if given is None else int(given)


class SizeField(BitField):
    """The one field of a header from which the length of its end follows."""

    __slots__ = ["bits", "rest"]

    def __init__(self, name, width, bits, rest):
        BitField.__init__(self, name, None, width)
        self.bits, self.rest = bits, rest

    def missing(self, packet):
        want = 8 * len(packet.getfieldval(self.rest))
        return next((x for x in range(1 << self.size) if self.bits(lambda _: x) == want), 0)

    def addfield(self, packet, built, given):
        return BitField.addfield(self, packet, built, self.missing(packet) if given is None else given)


def header(name, size, places, rest=None, bits=None):
    names = {}
    for field in [place[0] for place in places] + [rest] * (rest is not None):
        names[field] = free(field, lambda x: hasattr(Packet, x) or x in names.values())
    asked = set()
    if bits:
        bits(lambda field: asked.add(field) or 0)
    fields = [SizeField(names[field], width, bits, names[rest]) if asked == {field} else BitField(names[field], 0, width)
              for field, _, width in places]
    if bits:
        fields.append(StrLenField(names[rest], b"", length_from=lambda packet: min(
            bits(lambda field: value(packet, names[field])) // 8, 2048)))
    headers[name] = SimpleNamespace(size=size, fields=fields, names=names, bits=bits,
                                    places={place[0]: place[1:] for place in places})


def slice(header, name, first, width): headers[header].places[name] = (first, width)


class Header(Packet):
    """A header of the spec."""


class Hop(Packet):
    """The data of one hop."""


def add_layer(name, base, fields):
    layer = type(name, (base,), {"name": name, "fields_desc": fields})
    setattr(layers, free(name, lambda x: hasattr(layers, x)), layer)
    return layer


def instance(name, of, count, is_stack):
    layer = add_layer(name, Header, headers[of].fields)
    layer.instance = instances[name] = SimpleNamespace(name=name, header=headers[of], count=count, is_stack=is_stack,
                                                       layer=layer)


def single(name, of): instance(name, of, 1, False)
def stack(name, of, count): instance(name, of, count, True)


def moved(name, field, source, source_field):
    """Behind the header with the other field, a field says what that one says."""
    moves[name, field] = source, source_field


def gated(first, last, items): return SimpleNamespace(bits=range(first, last + 1), gated=True, items=items)
def always(items): return SimpleNamespace(bits=range(1), gated=False, items=items)


def telemetry(name, by, by_bits, size, groups):
    hop = telemetries[name] = SimpleNamespace(by=by, by_bits=by_bits, size=size, groups=groups)
    names, fields = {"rest"}, []
    for group in groups:
        group.bytes = sum(width for _, width in group.items) // 8
        for bit in group.bits:
            for item, width in group.items:
                item = free(item if len(group.bits) == 1 else f"{item}_{bit}",
                            lambda x: hasattr(Packet, x) or x in names)
                names.add(item)
                fields.append(ConditionalField(
                    BitField(item, 0, width),
                    lambda packet, group=group, bit=bit: (group, bit) in hop_items(hop, Below(packet))))
    hop.layer = add_layer(name, Hop, fields + [RestField(hop)])


def data(name, where): behind[name] = where


def state(name):
    def keep(run):
        states[name] = run
    return keep


def stop(why): return Stop(why)


def bind(lower, upper, fields):
    # What a header says about its own size does not depend on what follows.
    names, lower, upper = instances[lower].header.names, instances[lower].layer, instances[upper].layer
    said = {names[name]: x for name, x in fields.items()}
    bind_layers(lower, upper, **{name: x for name, x in said.items() if lower().get_field(name).default is not None})


# ---- what expressions refer to

class Found:
    """Headers that have been read, in order."""

    def __init__(self):
        self.order, self.found, self.variables = [], {}, {}

    def note(self, packet):
        # A header that is there already is that of the packet outside: what has been read since counts as not there.
        what = packet.instance
        while not what.is_stack and what.name in self.found:
            last = self.order.pop()
            self.found[last].pop()
            if not self.found[last]:
                del self.found[last]
        self.order.append(what.name)
        self.found.setdefault(what.name, []).append(packet)

    def field(self, name, field, index=0):
        source = moves.get((name, field))
        if source and self.count(source[0]):
            return self.last(*source)
        there = self.found.get(name, [])
        return value(there[index], instances[name].header.names[field]) if index < len(there) else 0

    def last(self, name, field): return self.field(name, field, max(self.count(name) - 1, 0))
    def count(self, name): return len(self.found.get(name, []))
    def get(self, name): return self.variables.get(name, 0)

    def size(self, name):
        return hop_size(telemetries[name], self)

    def hops(self, name, offset): return telemetries[name], offset


class Below(Found):
    """The headers below a layer."""

    def __init__(self, packet):
        Found.__init__(self)
        below = []
        while packet.underlayer:
            packet = packet.underlayer
            below.append(packet)
        for layer in reversed(below):
            if isinstance(layer, Header):
                self.note(layer)


# ---- telemetry data

def hop_size(hop, found):
    return hop.size(found) if hop.size else sum(group.bytes for group, _ in hop_items(hop, found, ALL))


def hop_items(hop, found, size=None):
    """The groups that a hop has, with the bits that ask for them, in order, as far as they fit."""
    size = hop_size(hop, found) if size is None else size
    asked = hop.by(found) if hop.by else 0
    at, items = 0, []
    for group in hop.groups:
        for bit in group.bits:
            if group.gated and not asked >> (hop.by_bits - 1 - bit) & 1:
                continue
            at += group.bytes
            if at > size:
                return items
            items.append((group, bit))
    return items


class RestField(StrLenField):
    """What a hop has besides its items: all ones, unless something else is given."""

    __slots__ = ["hop"]

    def __init__(self, hop):
        StrLenField.__init__(self, "rest", None, length_from=self.length)
        self.hop = hop

    def length(self, packet):
        found = Below(packet)
        return hop_size(self.hop, found) - sum(group.bytes for group, _ in hop_items(self.hop, found))

    def addfield(self, packet, built, given):
        return built + (b"\xff" * self.length(packet) if given is None else given)


# ---- the walk over a packet

class Walk(Found):
    def __init__(self, data):
        Found.__init__(self)
        self.data, self.cursor, self.finish, self.bottom, self.top = data, 0, len(data), None, None
        self.last_end = None

    def put(self, layer, length):
        """The next layer of the packet, from the bytes at the cursor."""
        taken = self.data[self.cursor:self.cursor + length]
        packet = layer(taken, _underlayer=self.top) if self.top else layer(taken)
        if self.top:
            self.top.add_payload(packet)
        else:
            self.bottom = packet
        self.top = packet
        self.cursor += length
        return packet

    def skip(self, length, layer=Raw):
        if length:
            self.put(layer, length)

    def within(self, size):
        if size > self.finish - self.cursor:
            raise Stop("malformed")
        return size

    def extract(self, name):
        what = instances[name]
        if what.is_stack and self.count(name) >= what.count:
            raise Stop("malformed")
        length = self.within(what.header.size)
        if what.header.bits:
            bits = what.header.bits(lambda field: self.load(*what.header.places[field]))
            if bits % 8:
                raise Stop("malformed")
            length = self.within(add(length, bits // 8))
        self.note(self.put(what.layer, length))
        self.last_end = self.cursor

    def load(self, first, width):
        """The bits behind the cursor."""
        size = (first + width + 7) // 8
        return int.from_bytes(self.data[self.cursor:self.cursor + size], "big") >> (8 * size - first - width) & ~(-1 << width)

    def ahead(self, width):
        self.within((width + 7) // 8)
        return self.load(0, width)

    def advance(self, length):
        finish = self.cursor + self.within(length)
        if self.cursor == self.last_end and self.order[-1] in behind:
            hop, offset = behind[self.order[-1]](self)
            size = hop_size(hop, self)
            self.skip(min(offset, finish - self.cursor))
            while 0 < size <= finish - self.cursor:
                self.put(hop.layer, size)
        self.skip(finish - self.cursor)

    def verify(self, condition):
        if not condition:
            raise Stop("malformed")

    def limit(self, length): self.finish = self.cursor + self.within(length)
    def set(self, name, width, x): self.variables[name] = x & ~(-1 << width)

    def select(self, keys, cases):
        for patterns, target in cases:
            if all(pattern(key) for pattern, key in zip(patterns, keys)):
                return target
        raise Stop("malformed")


def dissect(data):
    """The layers of a frame. What no header describes is Raw, what lies behind the packet's own end Padding."""
    walk, target = Walk(bytes(data)), start
    try:
        while not isinstance(target, Stop):
            target = states[target](walk)
    except Stop:
        pass
    walk.skip(walk.finish - walk.cursor)
    walk.finish = len(walk.data)
    walk.skip(walk.finish - walk.cursor, Padding)
    return walk.bottom

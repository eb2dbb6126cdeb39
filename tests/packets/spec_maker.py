# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Random specs, and packets that their parsers understand.

A spec is made of a few shapes that sfcc can infer strip and restore from (a type field that leads to the headers, a loop
by look-ahead, a tunnel that leads back, a state), filled with random headers and states; then all that a proxy can say
about them. What is known about the states that way also makes packets: a walk through them that gives each header random
bytes and each field that a choice depends on the value of the case that was chosen.
"""
import random
import re

WIDTHS = (1, 1, 1, 2, 3, 3, 4, 5, 6, 7, 8, 8, 8, 9, 11, 12, 13, 15, 16, 16, 17, 20, 21, 24, 24, 27, 31, 32, 32, 33, 40, 47, 48, 56, 63)
WIDE = (64, 64, 65, 72, 96, 128, 128, 200)
REASONS = ("", "", " malformed", " too_deep", " requirement", " no_key", " hops")
MOST = 1400  # bytes of a packet
LAST = "last"


class Field:
    def __init__(self, name, at, width, marks=""):
        self.name, self.at, self.width, self.marks = name, at, width, marks

    @property
    def whole(self):
        return self.at % 8 == 0 and self.width % 8 == 0


class Header:
    """Fields, and a variable-length one: (most bytes, the expression's text, length field, unit in bytes, constant)."""
    def __init__(self, name, fields, variable=None):
        self.name, self.fields, self.variable = name, fields, variable
        self.size = sum(field.width for field in fields) // 8

    def text(self):
        lines = [f"    {field.marks}bit<{field.width}> {field.name};" for field in self.fields]
        if self.variable:
            lines.append(f"    varbit<{8 * self.variable[0]}> rest ({self.variable[1]});")
        return "\n".join([f"header {self.name} {{", *lines, "}\n"])


class Instance:
    def __init__(self, name, header, count, role):
        self.name, self.header, self.count, self.role = name, header, count, role
        self.choosers = set()  # names of fields that something depends on


class State:
    def __init__(self, name):
        self.name = name
        self.steps = []  # (text, what it does to a packet being made)
        self.keys = []  # (text, kind, ...)
        self.cases = []  # (patterns or None, target)
        self.override = False

    def text(self):
        lines = [f"    {'override ' * self.override}state {self.name} {{"]
        lines += [f"        {text}" for text, _ in self.steps]
        if not self.keys:
            lines.append(f"        transition {self.cases[0][1]};")
        else:
            lines.append(f"        select ({', '.join(key[0] for key in self.keys)}) {{")
            for patterns, target in self.cases:
                texts = ["default"] if patterns is None else [pattern_text(pattern) for pattern in patterns]
                lines.append(f"            {texts[0] if len(texts) == 1 else '(' + ', '.join(texts) + ')'}: {target};")
            lines.append("        }")
        return "\n".join(lines + ["    }"])


def pattern_text(pattern):
    kind, *numbers = pattern
    return {"any": "_", "value": "{0}", "mask": "{0} &&& {1}", "range": "{0} .. {1}"}[kind].format(*numbers)


def fits(pattern, value):
    kind, *numbers = pattern
    return (kind == "any" or (kind == "value" and value == numbers[0]) or
            (kind == "mask" and value & numbers[1] == numbers[0] & numbers[1]) or
            (kind == "range" and numbers[0] <= value <= numbers[1]))


class SpecMaker:
    def __init__(self, seed, ip_packets):
        self.r = random.Random(seed)
        self.s = random.Random(f"slices of {seed}")  # and other arithmetic, so that the rest stays as it is
        self._ip_packets = ip_packets  # whole frames, IPv4 or IPv6 in Ethernet
        self.headers, self.instances, self.states = [], {}, {}
        self.variables, self.params, self.constants = {}, {}, {}
        self.strips, self.requires = [], []
        self.uses, self.imports = [], []
        self.external = {}  # states of the standard library -> what makes the packet's rest
        self.front = None  # makes what stands before the first state of its own
        self.key_fields, self.key_name = [], None
        self.kind = "proxy"
        self._numbers = {}
        self.derived = self.r.random() < 0.3
        self.outer_edits, self.in_place, self.outside, self.front_lengths = [], None, [], True
        self.telemetry = []
        self.shape = self._make()
        self.pushes = self._pushes(random.Random(f"pushes of {seed}"))
        self.table, self.entries = self._table(random.Random(f"table of {seed}"))

    # ---- small things

    def chance(self, probability):
        return self.r.random() < probability

    def fresh(self, prefix):
        self._numbers[prefix] = self._numbers.get(prefix, -1) + 1
        return f"{prefix}{self._numbers[prefix]}"

    def value(self, width):
        return self.r.choice((self.r.getrandbits(width), self.r.getrandbits(width), self.r.getrandbits(min(width, 3)),
                              (1 << width) - 1))

    def values(self, width, count):
        """So many different values; fewer if there are no more."""
        found = []
        for _ in range(20 * count):
            value = self.value(width)
            if value not in found and len(found) < count:
                found.append(value)
        return found

    def literal(self, value):
        if self.chance(0.1):
            name = self.fresh("C")
            self.constants[name] = (max(1, value.bit_length()), value)
            return name
        return self.r.choice((str(value), hex(value)))

    # ---- headers

    def header(self, wanted=(), most=24, variable=False, stripped=False):
        """A header with the fields (name, width, alignment in bits, marks) and others, in any order."""
        r = self.r
        fields, at, size = [], 0, 0
        wanted = list(wanted)
        if variable:
            wanted.append(("len", r.choice((3, 4, 5, 6, 8)), 1, ""))
        if stripped and self.derived:
            for mark in r.sample(("@length ", "@checksum ", "@checksum(payload) ", "@checksum(pseudo) "), r.choice((0, 1, 1, 2))):
                wanted.append((self.fresh("d"), 16, 16, mark))
            if self.chance(0.5):
                wanted.append((self.fresh("p"), r.choice((16, 32, 128)), 16, "@pseudo "))
        r.shuffle(wanted)
        most = max(most, sum(width for _, width, _, _ in wanted) // 8 + 2)
        target = r.choice((1, 2, 3, 4, 4, 6, 8, 8, 12, 16, 20, r.randrange(1, most + 1)))

        def add(name, width, marks=""):
            nonlocal at
            fields.append(Field(name, at, width, marks))
            at += width

        def fill(alignment):
            while at % alignment:
                left = alignment - at % alignment
                add(f"f{len(fields)}", r.choice([width for width in WIDTHS if width <= left]))

        while wanted or at < 8 * target:
            if wanted and (at >= 8 * target or self.chance(0.5)):
                name, width, alignment, marks = wanted.pop()
                fill(alignment)
                add(name, width, marks)
            elif at < 8 * target:
                width = r.choice(WIDE if self.chance(0.15) else WIDTHS)
                if at + width <= 8 * most:
                    add(f"f{len(fields)}", width, "@mutable " if self.chance(0.05) else "")
                else:
                    break
        while wanted:
            name, width, alignment, marks = wanted.pop()
            fill(alignment)
            add(name, width, marks)
        if not fields:
            add("f0", r.choice((8, 16, 24)))
        fill(8)
        described = None
        if variable:
            unit, constant = r.choice((1, 2, 4, 8)), r.choice((0, 0, -1, 1, 2))
            bits = f"{8 * unit} * len" if constant == 0 else r.choice((
                f"{8 * unit} * (len {'+' if constant > 0 else '-'} {abs(constant)})",
                f"(len {'+' if constant > 0 else '-'} {abs(constant)}) * {8 * unit}"))
            width = next(field.width for field in fields if field.name == "len")
            described = (min(2048, max(1, r.choice((unit * (2**width + 2), 40, 64)))), bits, "len", unit, constant)
        header = Header(self.fresh("h") + "_t", fields, described)
        self.headers.append(header)
        return header

    def instance(self, role, header=None, count=None, prefix=None):
        header = header or self.header(stripped=role.startswith("strip"))
        instance = Instance(self.fresh(prefix or {"before": "a", "behind": "b"}.get(role, "x")), header, count, role)
        self.instances[instance.name] = instance
        return instance

    def state(self, name):
        self.states[name] = State(name)
        return self.states[name]

    def field_of(self, instance, name):
        return next(field for field in instance.header.fields if field.name == name)

    def extract(self, state, instance):
        word = f"extract {instance.name}{'.next' if instance.count else ''};"
        state.steps.append((word, ("extract", instance)))

    # ---- expressions

    def operands(self, roles, here=()):
        """Texts of all that an expression in these roles may name."""
        found = []
        for instance in self.instances.values():
            if instance.role not in roles:
                continue
            for field in instance.header.fields:
                if field.name == "type":
                    continue
                bits = self.slice_of(field)
                if instance.count is None:
                    found.append(f"{instance.name}.{field.name}{bits}")
                else:
                    most = 0 if instance.header.variable else instance.count - 1
                    element = self.r.randrange(most + 1)
                    found.append(f"{instance.name}[{element}].{field.name}{bits}")
                    if field.width <= 64 and roles != ("edit",) and self.chance(0.5):
                        found.append(f"{instance.name}.last.{field.name}")
            found.append(f"{instance.name}.{'valid' if instance.count is None else 'size'}")
        return found + list(here)

    def slice_of(self, field):
        """The text behind a field that makes a number of it, if it is too wide, or at times."""
        if field.width <= 64 and self.s.random() < 0.9:
            return ""
        low = self.s.randrange(field.width)
        return f"[{min(field.width - 1, low + self.s.choice((0, 3, 15, 31, 62, 63, self.s.randrange(64))))}:{low}]"

    def arithmetic(self, left, operands):
        """What only some numbers can do: whole products, divisors and shifts that packets have."""
        s = self.s
        one, other = s.choice(operands), s.choice(operands)
        modulus = s.choice((other, "2305843009213693951", "4611686018427387903", "97"))
        return s.choice((f"mulmod({left}, {one}, {modulus})", f"({left} / {one})", f"({left} % {one})",
                         f"({left} << {one} % 64)", f"({left} >> ({one} & 63))"))

    def expression(self, operands, depth=2):
        r = self.r
        if depth == 0 or self.chance(0.2):
            if operands and self.chance(0.8):
                return r.choice(operands)
            if self.params and self.chance(0.4):
                return f"param.{r.choice(list(self.params))}"
            return self.literal(self.value(r.choice((1, 3, 8, 16, 32))))
        pick = r.random()
        if pick < 0.12:
            return f"{r.choice('!~-')}({self.expression(operands, depth - 1)})"
        left = self.expression(operands, depth - 1)
        if operands and self.s.random() < 0.08:
            left = self.arithmetic(left, operands)
        if pick < 0.25:
            return f"({left} {r.choice(('/', '%'))} {r.choice((1, 2, 3, 7, 10, 255))})"
        if pick < 0.35:
            return f"({left} {r.choice(('<<', '>>'))} {r.choice((0, 1, 3, 4, 7, 8, 31, 40))})"
        operator = r.choice(("+", "-", "+", "-", "*", "&", "|", "^", "<", "<=", ">", ">=", "==", "!=", "&&", "||"))
        return f"({left} {operator} {self.expression(operands, depth - 1)})"

    def few(self, operands, most=4):
        return self.r.sample(operands, min(len(operands), most))

    def mostly_true(self, operands):
        modulus = self.r.choice((16, 31, 64, 200))
        return f"({self.expression(self.few(operands))}) % {modulus} != {self.r.randrange(modulus)}"

    # ---- states

    def decorate(self, state, role, roles):
        """Statements that change nothing about the way."""
        if self.chance(0.15):
            condition = self.mostly_true(self.operands(roles))
            state.steps.append((f"verify ({condition});", None))
        if self.chance(0.2):
            name = self.variable(role)
            operands = self.operands(roles, [v for v, (_, r) in self.variables.items() if r in roles])
            state.steps.append((f"{name} = {self.expression(self.few(operands))};", None))

    def variable(self, role):
        known = [name for name, (_, r) in self.variables.items() if r == role]
        if known and self.chance(0.4):
            return self.r.choice(known)
        name = self.fresh("v")
        self.variables[name] = (self.r.choice((1, 5, 8, 8, 13, 16, 32, 63)), role)
        return name

    def targets_elsewhere(self, role):
        return self.r.choice(("pass", "pass", "reject", "drop", "drop no_key") + (() if role.startswith("strip") else ("accept", "accept")))

    def one_key(self, state, instance, name):
        where = instance.name if instance.count is None else f"{instance.name}.last"
        state.keys.append((f"{where}.{name}", "field", instance, name))
        return self.field_of(instance, name).width

    def go(self, state, role, exits, instance):
        """A transition to one of several states, by fields of a header that was just extracted, or a look-ahead."""
        r = self.r
        exits = list(exits)
        if len(exits) == 1 and self.chance(0.7):
            state.cases.append((None, exits[0]))
            return
        pick = r.random()
        if pick < 0.25:
            width = r.choice((2, 3, 4, 8, 12, 16, 24, 32))
            state.keys.append((f"lookahead<bit<{width}>>()", "ahead", width))
            widths = [width]
        else:
            candidates = [f for f in instance.header.fields if f.width <= 63 and f.width >= (2 if len(exits) > 2 else 1)
                          and f.name not in ("type", "len") and not f.marks.startswith("@")]
            if not candidates:
                width = 8
                state.keys.append(("lookahead<bit<8>>()", "ahead", 8))
                widths = [8]
            else:
                chosen = r.sample(candidates, min(len(candidates), r.choice((1, 1, 2))))
                widths = [self.one_key(state, instance, field.name) for field in chosen]
                instance.choosers.update(field.name for field in chosen)
        wanted = exits + [r.choice(exits) for _ in range(r.choice((0, 0, 1)))]
        if self.chance(0.3):
            wanted.append(self.targets_elsewhere(role))
        firsts = self.values(widths[0], len(wanted))
        rest_default = self.chance(0.5) or len(firsts) < len(wanted)
        for number, target in enumerate(wanted):
            if number >= len(firsts) - (1 if rest_default and number else 0):
                break
            state.cases.append(([self.pattern(firsts[number], width, i) for i, width in enumerate(widths)], target))
        missing = [target for target in exits if target not in [case[1] for case in state.cases]]
        if missing or rest_default or self.chance(0.3):
            state.cases.append((None, missing[0] if missing else self.targets_elsewhere(role)))

    def pattern(self, value, width, position):
        if position and self.chance(0.5):
            return ("any",)
        if position:
            value = self.value(width)
        pick = self.r.random()
        if pick < 0.7:
            return ("value", value)
        if pick < 0.85:
            mask = (1 << width) - 1 & ~self.r.getrandbits(min(width, 2))
            return ("mask", value & mask, mask) if mask else ("value", value)
        return ("range", value, min((1 << width) - 1, value + self.r.randrange(1 << min(width, 6))))

    def item(self, role, name, following, roles):
        """One or several states, from `name` to the state `following`."""
        r = self.r
        stripped = role.startswith("strip")
        kind = r.choices(("single", "pair", "variable", "flags", "stack_bit", "stack_type", "stack_count", "stack_ahead",
                          "either", "interleaved", "advance", "ahead", "twice", "again", "options"),
                         (6, 2, 2, 3, 3, 1, 1, 2, 2, 1, 1, 1, 1, 0.7, 0.7))[0]
        state = self.state(name)
        if kind in ("single", "pair", "variable"):
            for _ in range(2 if kind == "pair" else 1):
                instance = self.instance(role, self.header(variable=kind == "variable", stripped=stripped,
                                                           most=r.choice((24, 24, 40))))
                self.extract(state, instance)
            self.decorate(state, role, roles)
            self.go(state, role, [following], instance)
        elif kind == "advance":
            instance = self.instance(role, self.header([("skip", r.choice((2, 3, 4)), 1, "")], stripped=stripped))
            self.extract(state, instance)
            unit = r.choice((1, 2, 4, 8))
            state.steps.append((f"advance {unit} * {instance.name}.skip;", ("advance", instance, "skip", unit)))
            self.go(state, role, [following], instance)
        elif kind == "flags":
            count = r.choice((1, 2, 3))
            instance = self.instance(role, self.header([(f"has{i}", 1, 1, "") for i in range(count)], stripped=stripped))
            self.extract(state, instance)
            self.decorate(state, role, roles)
            places = [self.fresh("s") for _ in range(count)] + [following]
            state.cases.append((None, places[0]))
            for i in range(count):
                choice, optional = self.state(places[i]), self.fresh("s")
                self.one_key(choice, instance, f"has{i}")
                choice.cases += [([("value", 1)], optional), (None, places[i + 1])]
                extracting = self.state(optional)
                extra = self.instance(role, self.header(stripped=stripped, variable=self.chance(0.15)))
                self.extract(extracting, extra)
                self.decorate(extracting, role, roles)
                extracting.cases.append((None, places[i + 1]))
        elif kind == "again":
            # A single header that can come a second time: in the same state, or by way of another one.
            instance = self.instance(role, self.header([("more", 1, 1, "")], most=8, stripped=stripped))
            self.extract(state, instance)
            other = self.fresh("s")
            if self.chance(0.3):
                self.one_key(state, instance, "more")
                state.cases += [([("value", 1)], other), (None, following)]
                extracting = self.state(other)
                self.extract(extracting, instance)
                extracting.cases.append((None, following))
            else:
                self.one_key(state, instance, "more")
                state.cases += [([("value", 1)], other), (None, following)]
                extracting = self.state(other)
                pair = self.instance(role, self.header(most=8, stripped=stripped))
                for _ in range(2):
                    self.extract(extracting, pair)
                extracting.cases.append((None, following))
        elif kind == "twice":
            # A stack of which a state takes two elements at a time.
            count = r.choice((2, 3, 4, 6))
            stack = self.instance(role, self.header([("more", 1, 1, "")], most=8, stripped=stripped), count)
            for _ in range(2):
                self.extract(state, stack)
            self.one_key(state, stack, "more")
            state.cases += [([("value", 1)], name), (None, following)]
        elif kind == "options":
            # A loop over options of several kinds, whose order and sizes differ.
            width = r.choice((4, 8))
            state.keys.append((f"lookahead<bit<{width}>>()", "ahead", width))
            for value in self.values(width, r.choice((2, 3, 4))):
                way = self.fresh("s")
                state.cases.append(([("value", value)], way))
                extracting = self.state(way)
                self.extract(extracting, self.instance(role, self.header(most=8, stripped=stripped, variable=self.chance(0.4)),
                                                       r.choice((None, 1, 2, 3, 4))))
                extracting.cases.append((None, name))
            state.cases.append((None, following))
        elif kind in ("stack_bit", "stack_type"):
            count = r.choice((1, 2, 3, 4, 5, 8, 16))
            width = 1 if kind == "stack_bit" else r.choice((8, 13, 16))
            stack = self.instance(role, self.header([("more", width, 1, "")], most=r.choice((8, 8, 24)), stripped=stripped,
                                                    variable=self.chance(0.1)), count)
            self.extract(state, stack)
            self.decorate(state, role, roles)
            self.one_key(state, stack, "more")
            again, over = self.values(width, 2)
            state.cases.append(([("value", again)], name))
            state.cases.append(([("value", over)] if self.chance(0.5) else None, following))
        elif kind == "stack_count":
            count = r.choice((2, 3, 5, 8))
            instance = self.instance(role, self.header([("count", 8, 1, "")], stripped=stripped))
            stack = self.instance(role, self.header(most=8, stripped=stripped), count)
            self.extract(state, instance)
            loop = self.fresh("s")
            state.cases.append((None, loop))
            looping = self.state(loop)
            self.extract(looping, stack)
            looping.keys.append((f"{instance.name}.count - {stack.name}.size", "count", instance, "count", stack))
            looping.cases += [([("value", 0)], following), (None, loop)]
        elif kind == "stack_ahead":
            count, width = r.choice((1, 2, 3, 4)), r.choice((4, 8, 16, 20))
            stack = self.instance(role, self.header([("more", width, 1, "")], most=8, stripped=stripped), count)
            loop = self.fresh("s")
            state.keys.append((f"lookahead<bit<{width}>>()", "ahead", width))
            for value in self.values(width, r.choice((1, 2))):
                state.cases.append(([("value", value)], loop))
            state.cases.append((None, following))
            looping = self.state(loop)
            self.extract(looping, stack)
            looping.cases.append((None, name))
        elif kind == "ahead":
            width, optional = r.choice((1, 4, 8, 13, 32)), self.fresh("s")
            state.keys.append((f"lookahead<bit<{width}>>()", "ahead", width))
            state.cases += [([self.pattern(self.value(width), width, 0)], optional), (None, following)]
            extracting = self.state(optional)
            self.extract(extracting, self.instance(role, self.header(stripped=stripped, variable=self.chance(0.2))))
            extracting.cases.append((None, following))
        elif kind == "either":
            instance = self.instance(role, self.header(most=8, stripped=stripped))
            self.extract(state, instance)
            ways = [self.fresh("s") for _ in range(r.choice((2, 3)))]
            self.go(state, role, ways, instance)
            for way in ways:
                choice = self.state(way)
                instance = self.instance(role, self.header(stripped=stripped, variable=self.chance(0.15)))
                self.extract(choice, instance)
                self.decorate(choice, role, roles)
                choice.cases.append((None, following))
        else:
            count = r.choice((2, 3, 4))
            first = self.instance(role, self.header([("more", 2, 1, "")], most=6, stripped=stripped), count + 1)
            second = self.instance(role, self.header(most=6, stripped=stripped, variable=self.chance(0.3)), count)
            other = self.fresh("s")
            self.extract(state, first)
            self.one_key(state, first, "more")
            state.cases += [([("value", r.randrange(4))], following), (None, other)]
            between = self.state(other)
            self.extract(between, second)
            between.cases.append((None, name))

    def chain(self, role, name, following, length, roles):
        names = [name] + [self.fresh("s") for _ in range(length - 1)] + [following]
        for i in range(length):
            self.item(role, names[i], names[i + 1], roles)

    def ender(self, role, name, exits):
        """A state that extracts a header and goes on to one of `exits`, by exact choice."""
        state = self.state(name)
        instance = self.instance(role, self.header([("kind", self.r.choice((3, 4, 8, 16)), 1, "")], stripped=role.startswith("strip")))
        self.extract(state, instance)
        if role.startswith("strip") and self.chance(0.15) and not self.derived:
            self.limit(state, instance)
        self.go(state, role, exits, instance)

    def limit(self, state, instance):
        candidates = [field for field in instance.header.fields if field.width in (16, 17, 20, 24, 32) and not field.marks
                      and field.name not in ("type", "kind") and field.name not in instance.choosers]
        if not candidates:
            return
        field = self.r.choice(candidates)
        constant = self.r.choice((0, 0, 4, -3))
        text = f"{instance.name}.{field.name}" + (f" {'-' if constant < 0 else '+'} {abs(constant)}" if constant else "")
        state.steps.append((f"limit {text};", ("limit", instance, field.name, constant)))
        instance.choosers.add(field.name)

    # ---- shapes

    def anchor(self, role, name, region, exits, others=(), separate=None):
        """A state whose type field leads to stripped headers, and to all that can follow them."""
        r = self.r
        width = r.choice((8, 16, 16, 32))
        state = self.state(name)
        instance = self.instance(role, self.header([("type", width, 8, "")], most=20))
        self.extract(state, instance)
        self.decorate(state, role, ("before",))
        if separate:
            state.cases.append((None, separate))
            state = self.state(separate)
        width = self.one_key(state, instance, "type")
        targets = [region] * r.choice((1, 1, 2)) + list(exits) + list(others)
        for value, target in zip(self.values(width, len(targets) + 3), targets):
            state.cases.append(([("value", value)], target))
        r.shuffle(state.cases)
        state.cases.append((None, r.choice(("accept", "pass", "pass", "drop", "reject"))))

    def behind(self, entries, role="behind"):
        """What follows the stripped headers."""
        roles = ("before", role)
        for entry in entries:
            if entry in self.states:
                continue
            following = "accept"
            state = self.state(entry)
            instance = self.instance(role)
            self.extract(state, instance)
            if self.chance(0.3):
                self.limit(state, instance)
            self.decorate(state, role, roles)
            if self.chance(0.5):
                nexts = [self.fresh("s")]
                self.go(state, role, nexts, instance)
                self.chain(role, nexts[0], following, self.r.choice((1, 1, 2)), roles)
            else:
                state.cases.append((None, following))

    def region(self, number, entry, exits):
        role = f"strip{number}"
        length = self.r.choice((0, 0, 1, 1, 2))
        end = self.fresh("s") if length else entry
        if length:
            self.chain(role, entry, end, length, (role, "before") if self.chance(0.5) else (role,))
        self.ender(role, end, exits)
        self.strips.append([i.name for i in self.instances.values() if i.role == role])

    def _make(self):
        r = self.r
        for _ in range(r.choice((0, 0, 1, 2))):
            width = r.choice((1, 8, 16, 33, 63))
            self.params[self.fresh("p_")] = (width, self.value(width))
        shape = r.choices(("typed", "two", "tags", "tags_typed", "three", "tunnel", "state", "std", "edits", "whole",
                           "std_edits"), (6, 3, 2, 2, 1, 4, 2, 5, 3, 3, 1))[0]
        getattr(self, "_" + shape)()
        if self.kind == "proxy" and self.chance(0.1):
            self.kind = "egress"
        return shape

    def start_with(self, following):
        """Kept headers from `start` on."""
        state = self.state("start")
        instance = self.instance("before", self.header(most=20))
        self.extract(state, instance)
        if self.chance(0.4):
            middle = self.fresh("s")
            state.cases.append((None, middle))
            self.chain("before", middle, following, 1, ("before",))
        else:
            self.go(state, "before", [following], instance)

    def _typed(self):
        exits = [self.fresh("e") for _ in range(self.r.choice((1, 1, 2, 3)))]
        region, separate = self.fresh("s"), self.fresh("s") if self.chance(0.2) else None
        others = [self.fresh("e")] if self.chance(0.2) else []
        if self.chance(0.3):
            self.anchor("before", "start", region, exits, others, separate)
        else:
            name = self.fresh("s")
            self.start_with(name)
            self.anchor("before", name, region, exits, others, separate)
        self.region(0, region, exits)
        self.behind(exits + others)

    def _two(self):
        middle, exits = self.fresh("s"), [self.fresh("e") for _ in range(self.r.choice((1, 2)))]
        first, second = self.fresh("s"), self.fresh("s")
        if self.chance(0.5):
            self.anchor("before", "start", first, [middle])
        else:
            name = self.fresh("s")
            self.start_with(name)
            self.anchor("before", name, first, [middle])
        self.region(0, first, [middle])
        self.anchor("before", middle, second, exits)
        self.region(1, second, exits)
        self.behind(exits)

    def _loop(self, number, look, following):
        """A loop by look-ahead over tags that are stripped."""
        role, tag = f"strip{number}", self.fresh("s")
        width = self.r.choice((8, 16, 32))
        stack = self.instance(role, self.header(most=8, stripped=True), self.r.choice((1, 2, 3, 5)))
        state = self.state(look)
        state.keys.append((f"lookahead<bit<{width}>>()", "ahead", width))
        for value in self.values(width, self.r.choice((1, 2))):
            state.cases.append(([("value", value)], tag))
        looping = self.state(tag)
        self.extract(looping, stack)
        kept = number == 0 and self.chance(0.4)
        if kept:
            # Tags that stay, in the same loop: before the stripped ones, and with luck not behind them.
            value = self.value(width)
            if all(case[0] != [("value", value)] for case in state.cases):
                other = self.fresh("s")
                state.cases.append(([("value", value)], other))
                extracting = self.state(other)
                self.extract(extracting, self.instance("before", self.header(most=8), self.r.choice((1, 2, 3))))
                extracting.cases.append((None, look))
        state.cases.append((None, following))
        if kept and self.chance(0.85):
            looping.keys.append((f"lookahead<bit<{width}>>()", "ahead", width))
            for patterns, target in state.cases:
                ours = target == tag and self.chance(0.5)
                looping.cases.append((patterns, tag if ours else "pass" if patterns else following))
        else:
            looping.cases.append((None, look))
        self.strips.append([stack.name])

    def _tags(self):
        look, exit_ = self.fresh("s"), self.fresh("e")
        self.start_with(look)
        self._loop(0, look, exit_)
        self.behind([exit_])

    def _tags_typed(self):
        look, name = self.fresh("s"), self.fresh("s")
        exits = [self.fresh("e") for _ in range(self.r.choice((1, 2)))]
        self.start_with(look)
        self._loop(0, look, name)
        region = self.fresh("s")
        self.anchor("before", name, region, exits)
        self.region(1, region, exits)
        self.behind(exits)

    def _three(self):
        look, name, middle = self.fresh("s"), self.fresh("s"), self.fresh("s")
        first, second, exit_ = self.fresh("s"), self.fresh("s"), self.fresh("e")
        self.start_with(look)
        self._loop(0, look, name)
        self.anchor("before", name, first, [middle])
        self.region(1, first, [middle])
        self.anchor("before", middle, second, [exit_])
        self.region(2, second, [exit_])
        self.behind([exit_])

    def _whole(self):
        """Everything from the start of the packet to what leads back to it."""
        region, other = self.fresh("s"), self.fresh("e")
        state = self.state("start")
        first = self.instance("before", self.header(most=20))
        self.extract(state, first)
        name = self.fresh("s")
        state.cases.append((None, name))
        self.anchor("before", name, region, [other] if self.chance(0.6) else [])
        self.region(0, region, ["start"] + ([other] if self.chance(0.5) and other in self._mentioned() else []))
        self.behind([other] if other in self._mentioned() else [])

    def _mentioned(self):
        return {target for state in self.states.values() for _, target in state.cases}

    def _tunnel(self):
        """Outer headers that are read like inner ones; stripped headers lead back to them."""
        r = self.r
        network, ways = self.fresh("s"), [self.fresh("e") for _ in range(r.choice((1, 2)))]
        state = self.state("start")
        first = self.instance("before", self.header(most=16))
        self.extract(state, first)
        state.cases.append((None, network))
        choice = self.state(network)
        ether = self.instance("before", self.header([("type", r.choice((8, 16, 32)), 8, "")], most=8))
        self.extract(choice, ether)
        width = self.one_key(choice, ether, "type")
        for value, way in zip(self.values(width, len(ways)), ways):
            choice.cases.append(([("value", value)], way))
        choice.cases.append((None, r.choice(("accept", "pass"))))
        region = self.fresh("s")
        for number, way in enumerate(ways):
            state = self.state(way)
            instance = self.instance("behind", self.header([("proto", r.choice((4, 8, 16)), 1, "")], most=24,
                                                           variable=self.chance(0.3)))
            self.extract(state, instance)
            if self.chance(0.3):
                self.limit(state, instance)
            width = self.one_key(state, instance, "proto")
            instance.choosers.add("proto")
            values = self.values(width, 2)
            if number == 0 or self.chance(0.6):
                state.cases.append(([("value", values[0])], region))
            if self.chance(0.5) and len(values) > 1:
                more = self.fresh("s")
                state.cases.append(([("value", values[1])], more))
                self.chain("behind", more, "accept", 1, ("behind",))
            state.cases.append((None, "accept"))
        back = r.choice((["start"], ways, ways + ["start"]))
        self.region(0, region, back)

    def _state(self):
        """No header of its own says that the outer ones are to go: a state does."""
        r = self.r
        network, way, tunnel = self.fresh("s"), self.fresh("e"), self.fresh("s")
        state = self.state("start")
        first = self.instance("before", self.header(most=16))
        self.extract(state, first)
        state.cases.append((None, network))
        choice = self.state(network)
        ether = self.instance("before", self.header([("type", r.choice((8, 16)), 8, "")], most=8))
        self.extract(choice, ether)
        width = self.one_key(choice, ether, "type")
        choice.cases += [([("value", self.value(width))], way), (None, "accept")]
        state = self.state(way)
        instance = self.instance("behind", self.header([("proto", 8, 1, "")], most=24, variable=self.chance(0.3)))
        self.extract(state, instance)
        if self.chance(0.3):
            self.limit(state, instance)
        name = self.fresh("v")
        self.variables[name] = (8, "behind")
        state.steps.append((f"{name} = {instance.name}.proto;", ("assign", name, instance, "proto")))
        state.keys.append((name, "variable", name))
        values = self.values(8, 2)
        state.cases.append(([("value", values[0])], tunnel))
        if self.chance(0.6):
            more = self.fresh("s")
            state.cases.append(([("value", values[1])], more))
            self.chain("behind", more, "accept", 1, ("behind",))
        state.cases.append((None, "accept"))
        hop = self.state(tunnel)
        hop.keys.append((name, "variable", name))
        hop.cases.append(([("value", values[0])], r.choice((way, way, "start"))))
        self.strips.append([tunnel])

    def _edits(self):
        self.kind = "edits"
        name = "start"
        if self.chance(0.5):
            name = self.fresh("s")
            self.start_with(name)
        self.chain("before", name, "accept", self.r.choice((1, 2, 3)), ("before",))

    def _std_edits(self):
        """Headers of the standard library changed in place, if they are IPv6."""
        r = self.r
        self.kind, self.imports, self.uses = "edits", ["std.frame"], ["Frame"]
        self.first = "start"
        self.front = lambda rng: b""
        packets = [packet for packet in self._ip_packets]
        self.external = {"start": lambda rng: rng.choice(packets)}
        self.front_lengths = False
        lines = ["ipv6.hop_limit = ipv6.hop_limit - 1;", "swap(mac.src, mac.dst);", "swap(ipv6.src, ipv6.dst);",
                 "mac.src = mac.dst;", "ipv6.flow_label = ipv6.flow_label * 3 + ipv6.traffic_class;",
                 "tags[0].vid = tags[1].vid + tags.size;", "ether.type = ether.type ^ 1;",
                 "if (tcp.valid) {\n            tcp.window = tcp.seq;\n        }"]
        self.in_place = [r.sample(lines[:-1] if r.random() < 0.7 else lines, r.choice((1, 2, 3))) for _ in range(2)]
        self.outside = [f"ipv6.valid else {r.choice(('pass', 'drop', 'drop hops'))}", "ipv6.hop_limit > 1 else drop hops"]

    def _std(self):
        """Between headers of the standard library."""
        r = self.r
        self.imports, self.uses = ["std.frame"], ["Frame"]
        self.key_name = r.choice(("ip_identity", "packet_identity"))
        region, port = self.fresh("s"), r.randrange(1, 65536)
        exits = r.choice((["ipv4"], ["ipv6"], ["ipv4", "ipv6"]))
        below = r.choice(("network", "udp_payload", "other_protocol"))
        if below != "network":
            exits = r.choice((exits, exits + ["start"], ["start"]))
        state = self.state(below)
        state.override = True
        if below == "network":
            kind = r.choice((0x1234, 0x88B5, 0x894F, 0x600D))
            state.keys.append(("ether.type", "outside"))
            state.cases = [([("value", kind)], region), ([("value", 0x0800)], "ipv4"), ([("value", 0x86DD)], "ipv6"),
                           (None, r.choice(("accept", "pass")))]
            self.front = lambda rng: self._mac(rng) + kind.to_bytes(2, "big")
        elif below == "udp_payload":
            state.keys.append(("udp.dst_port", "outside"))
            state.cases = [([("value", port)], region), (None, "accept")]
            self.front = lambda rng: self._ip_front(rng, 17, rng.getrandbits(16).to_bytes(2, "big") + port.to_bytes(2, "big") +
                                                    b"\0\0" + rng.choice((b"\0\0", b"\xab\xcd")))
        else:
            protocol = r.choice((47, 99, 143, 253))
            state.keys.append(("next", "outside"))
            state.cases = [([("value", protocol)], region), (None, "accept")]
            self.front = lambda rng: self._ip_front(rng, protocol, b"")
        self.first = region
        inner = {4: [p for p in self._ip_packets if p[12:14] == b"\x08\x00"],
                 6: [p for p in self._ip_packets if p[12:14] == b"\x86\xdd"]}
        self.external = {"ipv4": lambda rng: rng.choice(inner[4])[14:], "ipv6": lambda rng: rng.choice(inner[6])[14:],
                         "start": lambda rng: rng.choice(self._ip_packets)}
        self.region(0, region, exits)
        if below != "network" and self.chance(0.5):
            lines = ["swap(ipv4.src, ipv4.dst);", "ipv6.hop_limit = ipv6.hop_limit - 1;", "swap(ipv6.src, ipv6.dst);",
                     "ipv4.ttl = ipv4.ttl - 1;", "ipv4.id = ipv6.flow_label + ipv4.id;"]
            lines += ["udp.src_port = udp.src_port + 1;"] if below == "udp_payload" else []
            lines += ["swap(mac.src, mac.dst);"] if exits == ["start"] else []
            self.outer_edits = r.sample(lines, 2)

    @staticmethod
    def _mac(rng):
        frame = b"\2\0\0\0\0\2\2\0\0\0\0\1"
        for _ in range(rng.choice((0, 0, 0, 1, 2))):
            frame += rng.choice((b"\x81\0", b"\x88\xa8")) + rng.getrandbits(16).to_bytes(2, "big")
        return frame

    def _ip_front(self, rng, protocol, behind):
        """Ethernet, IPv4 or IPv6, and what is there of the next header; lengths are put right when all is there."""
        mac = self._mac(rng)
        if rng.random() < 0.5:
            ip = bytes((0x45, 0)) + b"\0\0" + rng.randbytes(2) + b"\0\0\x40" + bytes((protocol,)) + b"\0\0" + rng.randbytes(8)
            return mac + b"\x08\0" + ip + behind
        return mac + b"\x86\xdd" + b"\x60\0\0\0\0\0" + bytes((protocol, 64)) + rng.randbytes(32) + behind

    # ---- headers that no packet brings

    def _pushes(self, r):
        """Statements that push headers, room behind them, and data into that or in front of it."""
        if self.kind != "proxy" or not self.strips or r.random() < 0.6:
            return []
        names = []
        for _ in range(r.choice((1, 1, 2))):
            fields, size = [], 32 * r.choice((1, 1, 2, 3, 5))
            while size:
                width = r.choice([width for width in (1, 3, 4, 7, 8, 16, 24, 32) if width <= size])
                fields.append(Field(f"f{len(fields)}", sum(field.width for field in fields), width))
                size -= width
            header = Header(self.fresh("h") + "_t", fields)
            self.headers.append(header)
            names.append(self.instance("pushed", header, prefix="n").name)
        self.strips[-1] = [*self.strips[-1], *names]
        operands = [f"{name}.{field.name}" for name in names for field in self.instances[name].header.fields]
        most = r.choice((4, 16, 60, 256))
        self.telemetry = [f"telemetry room {{\n    size {r.choice((1, 4, 4, 4))} * ({r.choice(operands)} % {most // 4 + 2}) max {most};\n}}\n",
                          f"telemetry data {{\n    bit<24> a = {r.choice(operands)} + {r.getrandbits(20)};\n    bit<8> b = {r.getrandbits(8)};\n"
                          f"    bit<32> c = {r.getrandbits(31)};\n}}\n"]
        room = [f"push room behind {names[-1]};", f"write data behind {names[-1]} at {r.choice(('0', '4', 'room.size - 8', r.choice(operands)))};"]
        insert = [f"push data behind {r.choice(names)};"]
        then = r.choice((room, room + insert, insert + room, room[:1] + insert, insert))
        values = [str(r.getrandbits(8)), str(most // 4)] + (["room.fits"] if then != insert else [])
        lines = [f"push {', '.join(names)};"]
        lines += [f"{r.choice(operands)} = {r.choice(values)};" for _ in range(r.choice((1, 2, 4)))] + then
        if r.random() < 0.3:
            lines = [f"if ({r.choice(operands)} == 0) {{", *("    " + line for line in lines), "}"]
        return lines

    # ---- what the proxy says

    def text(self):
        if not hasattr(self, "_text"):
            self._text = self._print()
        return self._text

    def _print(self):
        r = self.r
        stripped = [i for i in self.instances.values() if i.role.startswith("strip")]
        own_roles = tuple({i.role for i in stripped})
        items, actions = ["    parse P;"], []
        for names in self.strips:
            items.append(f"    strip {', '.join(names)};")
        for _ in range(r.choice((0, 0, 1, 1, 2, 3))):
            operands = self.operands(own_roles if self.chance(0.5) and own_roles else tuple({i.role for i in self.instances.values()}))
            target = r.choice(("pass", *("drop" + reason for reason in REASONS)))
            items.append(f"    require {self.mostly_true(operands)} else {target};")
        items += self._comparisons(r) + self.table
        if self.kind == "egress" and self.table:
            items += ["    on arrival {", f"        if ({self.s.choice(self.table_operands)} % 3 == 1) {{", "            drop hops;",
                      "        }", "    }"]
        items += [f"    require {text};" for text in self.outside]
        if self.in_place:
            for when, lines in zip(("arrival", "return"), self.in_place):
                items += [f"    on {when} {{", *("        " + line for line in lines), "    }"]
        elif self.kind == "edits":
            everything = [i for i in self.instances.values()]
            items += self._edit_block("arrival", everything, False) + self._edit_block("return", everything, False)
        elif self.kind == "proxy":
            if self.chance(0.75):
                reachable = stripped if self.shape not in ("tunnel", "whole", "state") or self.chance(0.5) else [
                    i for i in self.instances.values() if i.role != "behind" or self.shape != "whole"]
                items += self._edit_block("return", reachable, True, self.outer_edits + self.pushes)
            elif self.pushes:
                items += ["    on return {", *("        " + line for line in self.pushes), "    }"]
            if self.chance(0.2) and "    on return {" in items:
                at = items.index("    on return {")
                end = items.index("    }", at)
                actions = ["action put_back() {", *(line[4:] for line in items[at + 1:end]), "}"]
                items[at:end + 1] = ["    on return { put_back(); }"]
            items.append(f"    key {self.key_name or 'k'};")
            options = [f"lifetime {r.choice(('30s', '60s', '90000ms', '3600s'))};"]
            if self.chance(0.5):
                options.append(f"entries {r.choice((5000, 10000, 30000))};")
            if self.chance(0.3):
                options.append(f"full {r.choice(('drop', 'pass'))};")
            if self.chance(0.5):
                options.append(f"miss {r.choice(('drop', 'pass'))};")
            items.append(f"    cache {{ {' '.join(options)} }}")
        key = self._key() if self.kind == "proxy" and not self.key_name else ""
        parser = ["parser P {", *(f"    use {name};" for name in self.uses)]
        parser += [f"    {i.header.name} {i.name}{f'[{i.count}]' if i.count else ''};" for i in self.instances.values()]
        parser += [f"    bit<{width}> {name};" for name, (width, _) in self.variables.items()]
        parser += [state.text() for state in self.states.values()] + ["}\n"]
        top = [f"import {name};" for name in self.imports]
        top += [f"const bit<{width}> {name} = {value};" for name, (width, value) in self.constants.items()]
        top += [f"param bit<{width}> {name} = {value};" for name, (width, value) in self.params.items()]
        top += [header.text() for header in self.headers] + list(dict.fromkeys(self.telemetry))
        proxy = [f"{'egress' if self.kind == 'egress' else 'proxy'} R {{", *items, "}"]
        return "\n".join(top + actions + parser + [key] + proxy) + "\n"

    def _comparisons(self, r):
        """Many requirements that compare elements of stacks, which have them or not."""
        stacks = [i for i in self.instances.values() if i.count and i.count > 1 and not i.header.variable]
        fields = [f"{i.name}[{e}].{f.name}" for i in stacks for e in range(i.count) for f in i.header.fields if f.width <= 64]
        if len(fields) < 4 or r.random() < 0.7:
            return []
        lines = []
        for _ in range(r.choice((3, 6, 12, 30))):
            one, other = r.sample(fields, 2)
            lines.append(f"    require {one} != {r.getrandbits(7) + 1} || {other} {r.choice(('>', '<', '!='))} {r.getrandbits(7)} else pass;")
        return lines

    def _key(self):
        r = self.r
        roles = ("behind",) if self.shape not in ("tags", "typed", "two", "tags_typed") else ("before", "behind")
        if self.shape == "whole":
            roles = ("before", "behind")
        fields, elements = [], 0
        for instance in self.instances.values():
            if instance.role not in roles or elements + (instance.count or 1) > 20:
                continue
            for field in instance.header.fields:
                if field.name == "type" or "@mutable" in field.marks or not self.chance(0.4):
                    continue
                fields.append((field.width * (instance.count or 1), f"{instance.name}.{field.name}"))
            elements += instance.count or 1
        r.shuffle(fields)
        items, bits = [], 0
        for width, name in fields:
            if len(items) < 12 and bits + width < 900:
                items.append(name)
                bits += width + 40
        items += [name for name, (_, role) in self.variables.items() if role == "behind" and self.chance(0.5)]
        if len(items) < 2 or self.chance(0.6):
            singles = [i.name for i in self.instances.values() if i.role == "behind" and i.count is None]
            unless = f" unless {r.choice(singles)}" if singles and self.chance(0.4) else ""
            items.append(f"digest<32>(payload){unless}")
        if len(items) < 2:
            candidates = [f"{i.name}.{f.name}" for i in self.instances.values() if i.role in roles for f in i.header.fields
                          if f.name != "type" and "@mutable" not in f.marks]
            items += [name for name in candidates if name not in items][:2]
        r.shuffle(items)
        return "\n".join(["key k {", *(f"    {item};" for item in items), "}\n"])

    # ---- edits

    def _edit_block(self, when, instances, on_record, more=()):
        instances = [i for i in instances if on_record or not any("checksum" in f.marks or "@pseudo" in f.marks
                                                                   for f in i.header.fields)]
        if not instances:
            return []
        self._local = []
        self._when = when
        self._popped = None
        lines = self._edits_in(instances, 2, on_record, self.r.choice((1, 2, 3, 3, 5, 5, 25)))
        return [f"    on {when} {{"] + ["    " * 2 + line for line in (*lines, *more)] + ["    }"]

    def _edits_in(self, instances, depth, on_record, count):
        lines = []
        for _ in range(count):
            lines += self._edit(instances, depth, on_record)
        return lines or [self._assignment(instances)]

    def _edit_operands(self, instances):
        found = []
        for instance in instances:
            most = (0 if instance.header.variable else instance.count - 1) if instance.count else 0
            index = f"[{self.r.randrange(most + 1)}]" if instance.count else ""
            found += [f"{instance.name}{index}.{f.name}{self.slice_of(f)}" for f in instance.header.fields]
            found.append(f"{instance.name}.{'size' if instance.count else 'valid'}")
        if self.table and self.kind == "proxy" and self._when == "return":
            found += self.table_operands
        return self.few(found, 4) + self._local

    def _fields(self, instances, fits_):
        found = []
        for instance in instances:
            most = (0 if instance.header.variable else instance.count - 1) if instance.count else 0
            for field in instance.header.fields:
                if fits_(field) and not ("@length" in field.marks or "@checksum" in field.marks):
                    index = f"[{self.r.randrange(most + 1)}]" if instance.count else ""
                    found.append((f"{instance.name}{index}.{field.name}", field))
        return found

    def _assignment(self, instances):
        targets = [(f"{text}{self.slice_of(field)}", field) for text, field in self._fields(instances, lambda _: True)]
        if not targets:
            name = self.fresh("w")
            self._local.append(name)
            return f"bit<8> {name} = 1;"
        return f"{self.r.choice(targets)[0]} = {self.expression(self._edit_operands(instances))};"

    def _equal(self, instances):
        """At times, a comparison of two wide fields, if there are any of one width."""
        widths = {}
        for text, field in self._fields(instances, lambda f: f.width > 64):
            widths.setdefault(field.width, []).append(text)
        if not widths or self.s.random() < 0.5:
            return None
        texts = self.s.choice(list(widths.values()))
        return f"{self.s.choice(texts)} {self.s.choice(('==', '!='))} {self.s.choice(texts)}"

    def _table(self, r):
        """A table over a stripped field of few values, some of which are in it; and the file with its entries."""
        self.table_operands = []
        fields = [(f"{i.name}{'[0]' if i.count else ''}.{f.name}", f) for i in self.instances.values()
                  if i.role.startswith("strip") for f in i.header.fields if f.width <= 8]
        if self.kind not in ("proxy", "egress") or not fields or r.random() < 0.6:
            return [], []
        name, field = r.choice(fields)
        values = {f"v{i}": r.choice((1, 8, 33, 63, 64)) for i in range(r.choice((0, 1, 2, 4)))}
        lines = ["    table t {", f"        {name}: exact;", "    }"]
        if values:
            lines[-1] = "    } values {"
            lines += [*(f"        bit<{width}> {value};" for value, width in values.items()), "    }"]
        self.table_operands = ["t.hit", *(f"t.{value}" for value in values)]
        one, other = r.choice(self.table_operands), r.choice(self.table_operands)
        lines.append(r.choice((f"    require t.hit || {one} == 0 else pass;", f"    require {one} % 5 != 3 || {other} < 2 else drop;")))
        keys = r.sample(range(1 << field.width), max(1, (1 << field.width) // 2))
        entries = [f"t {name}={key}" + (" --" + "".join(f" {value}={r.getrandbits(width)}" for value, width in values.items())
                                        if values else "") for key in keys]
        return lines, entries

    def _edit(self, instances, depth, on_record):
        r = self.r
        kind = r.choices(("assign", "variable", "if", "swap", "copy", "pop", "drop"), (8, 2, 3 if depth else 0, 2, 2, 2, 0.5))[0]
        if kind == "variable":
            name = self.fresh("w")
            line = f"bit<{r.choice((1, 8, 16, 33, 63))}> {name} = {self.expression(self._edit_operands(instances))};"
            self._local.append(name)
            return [line]
        if kind == "if":
            condition = self._equal(instances) or self.expression(self._edit_operands(instances))
            known = list(self._local)
            inside = self._edits_in(instances, depth - 1, on_record, r.choice((1, 2)))
            if self.kind in ("proxy", "edits") and self.chance(0.3):
                condition = self._sampling(condition)
                if self.kind == "proxy" and self._when == "return":
                    inside += self._measuring(instances)
            lines = [f"if ({condition}) {{", *("    " + line for line in inside), "}"]
            if self.chance(0.5):
                self._local = list(known)
                lines[-1] = "} else {"
                lines += ["    " + line for line in self._edits_in(instances, depth - 1, on_record, 1)] + ["}"]
            self._local = known
            return lines
        if kind in ("swap", "copy"):
            fields = self._fields(instances, lambda f: f.whole and (kind == "swap" or f.width > 63))
            groups = {}
            for text, field in fields:
                groups.setdefault(field.width, []).append(text)
            stacks = [(i, f) for i in instances for f in i.header.fields if i.count and not i.header.variable and f.whole
                      and f.width in groups and f.width > 63 and not f.marks.startswith(("@length", "@checksum"))]
            if kind == "copy" and stacks and self.chance(0.6):
                stack, field = r.choice(stacks)
                index = self.expression(self._edit_operands(instances), 1)
                index = r.choice((index, f"({index}) % {stack.count + 1}", f"{stack.name}.size - 1", f"({index}) & 1"))
                return [f"{r.choice(groups[field.width])} = {stack.name}[{index}].{field.name};"]
            groups = [texts for texts in groups.values() if len(texts) > 1]
            if groups:
                one, other = r.sample(r.choice(groups), 2)
                return [f"swap({one}, {other});" if kind == "swap" else f"{one} = {other};"]
        if kind == "pop" and on_record:
            stacks = [i for i in instances if i.count and i.role.startswith("strip") and not i.header.variable]
            if stacks:
                self._popped = self._popped or r.choice(stacks)
                return [f"{self._popped.name}.pop({r.choice(('', '', r.randint(1, self._popped.count)))});"]
        if kind == "drop":
            return [f"if (!({self.mostly_true(self._edit_operands(instances))})) {{", f"    drop{r.choice(REASONS)};", "}"]
        return [self._assignment(instances)]

    def _sampling(self, condition):
        """A condition that takes one packet of so many; some of them can be decided when a packet arrives."""
        one, other = (f"sampled({self.r.choice((1, 2, 2, 3, 5, *(f'param.{name}' for name in self.params)))})" for _ in range(2))
        return self.r.choice((one, one, f"!{one}", f"{one} || {other}", f"{one} && {other}", f"{one} == {other}",
                              f"{one} && ({condition})", f"({condition}) && {one}", f"({condition}) || {one}"))

    def _measuring(self, instances):
        """What wants the times of a packet; they are never 0."""
        lines = []
        if self.chance(0.5):
            self.telemetry.append("telemetry said {\n    bit<64> held = now - arrived;\n}\n")
            lines.append("report said;")
        if self.chance(0.5):
            target = self._assignment(instances).split(" = ")[0]
            lines.append(f"{target} = {self.r.choice(('arrived', 'now', 'arrived_tai', 'now_tai'))} > 0;")
        return lines

    # ---- packets

    def packet(self, rng):
        """A frame that the parser understands, mostly to its end."""
        return PacketMaker(self, rng).make()


class PacketMaker:
    def __init__(self, spec, rng):
        self.spec, self.rng = spec, rng
        self.frame = bytearray()
        self.places, self.ahead, self.limits, self.variables = {}, [], [], {}

    def make(self):
        spec, rng = self.spec, self.rng
        name = "start"
        if spec.front:
            self.frame += spec.front(rng)
            name = spec.first
        rest = b""
        for _ in range(60):
            if name in spec.external:
                rest = spec.external[name](rng)
                break
            if name not in spec.states or len(self.frame) > MOST - 400:
                break
            name = self.through(spec.states[name])
        else:
            rest = b""
        self.frame += rest or rng.randbytes(rng.choice((0, 8, 31, 32, 33, 64, rng.randrange(200))))
        self.look_ahead()
        if len(self.frame) < 20:
            self.frame += rng.randbytes(20 - len(self.frame))
        for base, field, start, constant in self.limits:
            self.store(base, field, max(0, len(self.frame) - start - constant))
        if spec.front and spec.front_lengths:
            self.outer_lengths()
        if rng.random() < 0.2:
            self.frame += rng.randbytes(rng.randrange(1, 40))
        return bytes(self.frame[:MOST])

    def outer_lengths(self):
        frame = self.frame
        at = 12
        while frame[at:at + 2] in (b"\x81\0", b"\x88\xa8"):
            at += 4
        length = len(frame) - at - 2
        if frame[at:at + 2] == b"\x08\0":
            frame[at + 4:at + 6] = length.to_bytes(2, "big")
            udp = at + 22 if frame[at + 11] == 17 else None
        elif frame[at:at + 2] == b"\x86\xdd":
            frame[at + 6:at + 8] = (length - 40).to_bytes(2, "big")
            udp = at + 42 if frame[at + 8] == 17 else None
        else:
            return
        if udp and udp + 8 <= len(frame):
            frame[udp + 4:udp + 6] = (len(frame) - udp).to_bytes(2, "big")

    def store(self, base, field, value):
        end = base * 8 + field.at + field.width
        size = (end + 7) // 8
        if size > len(self.frame):
            return
        shift, mask = size * 8 - end, (1 << field.width) - 1
        whole = int.from_bytes(self.frame[base:size], "big")
        whole = whole & ~(mask << shift) | (value & mask) << shift
        self.frame[base:size] = whole.to_bytes(size - base, "big")

    def load(self, base, field):
        end = base * 8 + field.at + field.width
        size = (end + 7) // 8
        return int.from_bytes(self.frame[base:size], "big") >> (size * 8 - end) & (1 << field.width) - 1

    def look_ahead(self):
        """What was looked at before it was there."""
        for at, width, value in self.ahead:
            self.store(at, Field("", 0, width), value)
        self.ahead = []

    def extract(self, instance):
        rng, header = self.rng, instance.header
        base = len(self.frame)
        self.frame += rng.randbytes(header.size) if rng.random() < 0.8 else bytes(header.size)
        if header.variable:
            most, _, name, unit, constant = header.variable
            field = self.spec.field_of(instance, name)
            length = rng.choice((0, 0, 1, 2, 3, 5))
            self.store(base, field, length - constant if length >= constant else 0)
            size = unit * (self.load(base, field) + constant)
            if 0 <= size <= most:
                self.frame += rng.randbytes(size)
        self.look_ahead()
        self.places.setdefault(instance.name, []).append(base)
        for field in header.fields:
            if field.name == "count":
                self.store(base, field, rng.choice((1, 1, 2, 3)))

    def through(self, state):
        for _, what in state.steps:
            if what is None:
                continue
            kind, *rest = what
            if kind == "extract":
                self.extract(rest[0])
            elif kind == "advance":
                instance, name, unit = rest
                field, base = self.spec.field_of(instance, name), self.places[instance.name][-1]
                self.store(base, field, self.rng.choice((0, 1, 2, 3)))
                self.frame += self.rng.randbytes(unit * self.load(base, field))
            elif kind == "limit":
                instance, name, constant = rest
                self.limits.append((self.places[instance.name][-1], self.spec.field_of(instance, name), len(self.frame), constant))
            elif kind == "assign":
                variable, instance, name = rest
                self.variables[variable] = (self.places[instance.name][-1], self.spec.field_of(instance, name))
        return self.choose(state)

    def choose(self, state):
        rng = self.rng
        for key in state.keys:
            if key[1] == "count":
                _, _, instance, name, stack = key
                left = self.load(self.places[instance.name][-1], self.spec.field_of(instance, name)) - len(self.places[stack.name])
                return state.cases[0][1] if left == 0 else state.cases[1][1]
        going_on = [case for case in state.cases if case[1] in self.spec.states or case[1] in self.spec.external or case[1] == "accept"]
        patterns, target = rng.choice(going_on if going_on and rng.random() < 0.93 else state.cases)
        for number, key in enumerate(state.keys):
            wanted = self.number_for(patterns[number] if patterns else None, state, number, self.width_of(key))
            if wanted is None:
                continue
            if key[1] == "ahead":
                self.ahead.append((len(self.frame), key[2], wanted))
            elif key[1] == "field":
                _, _, instance, name = key
                if instance.name in self.places:
                    self.store(self.places[instance.name][-1], self.spec.field_of(instance, name), wanted)
            elif key[1] == "variable" and key[2] in self.variables:
                self.store(*self.variables[key[2]], wanted)
        return target

    def width_of(self, key):
        if key[1] == "ahead":
            return key[2]
        if key[1] == "field":
            return self.spec.field_of(key[2], key[3]).width
        return 8

    def number_for(self, pattern, state, number, width):
        rng = self.rng
        if pattern is None:
            for _ in range(8):
                value = rng.getrandbits(width)
                if not any(case[0] and fits(case[0][number], value) for case in state.cases):
                    return value
            return None
        kind, *numbers = pattern
        if kind == "any":
            return None
        if kind == "value":
            return numbers[0]
        if kind == "mask":
            return numbers[0] & numbers[1] | rng.getrandbits(width) & ~numbers[1] & (1 << width) - 1
        return rng.randint(*numbers)

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Makes whole specs of the pieces of specs that the documentation shows.

A piece is an expression, a statement, an item of a proxy, a state. Nothing marks which: it is put into every place of an
example where it could stand. The names that a piece uses are those of std.mpls, or of the small headers below.
"""
import json
import re
import subprocess

LABELS = """import std.mpls;

param bit<8> least = 2;
header shim_t { bit<16> tag; bit<16> type; }
header segment_t { bit<128> sid; }
%(file)s
parser Example {
    use LabelStack;
    bit<8> count;
    bit<16> sum;
%(parser)s
}

key mine {
    ipv6.src; ipv6.dst;
%(key)s
}

proxy Test {
%(proxy)s
}
"""

# A header of four bytes on an EtherType of its own, in front of a header of eight bytes.
SHIM = """import std.ethernet;

header shim_t { bit<16> tag; bit<16> type; }
header data_t { bit<32> a; bit<32> b; }
header long_t { @length bit<16> size; bit<16> type; varbit<8192> data (8 * size); }
header tall_t { bit<16> size; bit<16> type; varbit<8192> data (8 * size); }
header wide_t { bit<8> length; bit<4> kind; bit<4> low; bit<16> type; bit<16> size; bit<128> address; bit<128> path; }
parser Example {
    use Ethernet;
    shim_t shim;
    shim_t outer;
    shim_t more[4];
    shim_t rest[4];
    data_t data;
    data_t other;
    wide_t wide;
    long_t long;
    bit<16> tag;
%(parser)s
}

key mine {
    data.a; other.b;
%(key)s
}

key tagged {
    data.a; tag;
}

proxy Test {
%(proxy)s
}
"""

SHIM_STATES = {
    "network": "select (ether.type) { 0x9999: shim; 0x9998: wide; 0x9997: long; 0x0800: data; default: pass; }",
    "shim": "extract shim; select (shim.type) { 1: more; 2: rest; 0x0800: data; default: drop no_key; }",
    "more": "extract more.next; select (more.last.type) { 1: more; 2: rest; 0x0800: data; }",
    "rest": "extract rest.next; select (rest.last.type) { 2: rest; 0x0800: data; }",
    "wide": "extract wide; select (wide.type) { 0x0800: data; }",
    "long": "extract long; select (long.type) { 0x0800: data; }",
    "data": "extract data; transition accept;",
}

# The same with nothing but the shim header.
FEW_STATES = {
    "network": "select (ether.type) { 0x9999: shim; 0x0800: data; default: pass; }",
    "shim": "extract shim; select (shim.type) { 0x0800: data; default: drop no_key; }",
    "data": "extract data; transition accept;",
}


# What a classifier can push, and what it cannot.
PUSH_STATES = {
    "network": "select (ether.type) { 0x9999: shim; 0x9997: long; 0x0800: data; default: pass; }",
    "shim": "extract shim; select (shim.type) { 0x0800: data; default: drop no_key; }",
    "long": "extract long; select (long.type) { 0x0800: data; }",
    "data": "extract data; transition accept;",
}


def proxy(piece, strip):
    return items_with(piece, {"parse": "parse Example;", "strip": strip, "key": "key mine;"})


def items_with(piece, items):
    """The piece, and the items that it does not have."""
    defaults = [text for word, text in items.items() if not re.search(rf"^ *{word}\b", piece, re.M)]
    return "\n".join(defaults + [piece])


def labels(**parts):
    given = {"file": "", "parser": "", "key": "", "proxy": "", **parts}
    return LABELS % {**given, "proxy": proxy(given["proxy"], "strip labels;")}


def without(states, piece):
    """Those of some states that a piece does not have."""
    return "\n".join(f"state {name} {{ {body} }}" for name, body in states.items()
                     if not re.search(rf"state {name}\b", piece))


def shim(states, strip, **parts):
    """The piece, and the states that it does not have; items of the proxy come behind `// proxy`."""
    piece, _, items = parts.get("parser", "").partition("// proxy\n")
    given = {"key": "", **parts, "parser": piece + without(states, piece)}
    return SHIM % {**given, "proxy": proxy(parts.get("proxy", items), strip)}


def classifier(piece):
    items = {"parse": "parse LabelStack;", "push": "push labels;", "table": "table only { ipv4.dst: lpm; }"}
    return f"import std.mpls;\nclassifier Test {{\n{items_with(piece, items)}\n}}\n"


def push_shim(parser="", items=""):
    """The same with the shim headers."""
    defaults = {"parse": "parse Example;", "push": "push shim;", "table": "table only { data.a: exact; }"}
    text = SHIM % {"key": "", "parser": parser + without(PUSH_STATES, parser), "proxy": items_with(items, defaults)}
    return text.replace("proxy Test", "classifier Test")


def with_key(piece):
    """A proxy with the key that the piece declares."""
    name = re.search(r"^key (\w+)", piece)
    return f"import std.mpls;\n{piece}proxy P {{ parse LabelStack; strip labels; key {name[1] if name else 'none'}; }}\n"


def few(**parts):
    return shim(FEW_STATES, "strip shim;", **parts)


def many(**parts):
    return shim(SHIM_STATES, "strip shim, more, rest, wide, long;", **parts)


PLACES = [
    lambda piece: piece if "import" in piece else "import std.mpls;\n" + piece,
    with_key,
    lambda piece: labels(file=piece),
    lambda piece: labels(parser=piece),
    lambda piece: labels(file=f"header extra_t {{ {piece} }}"),
    lambda piece: labels(parser=f"state extra {{ {piece}\n transition accept; }}"),
    lambda piece: labels(parser=f"state extra {{ {piece} }}"),
    lambda piece: labels(parser=f"state extra {{ select (labels[0].tc) {{ {piece} }} }}"),
    lambda piece: labels(key=piece),
    lambda piece: labels(proxy=piece),
    lambda piece: labels(proxy=f"on return {{ {piece} }}"),
    lambda piece: labels(proxy=f"on return {{ bit<63> value = {piece}; }}"),
    lambda piece: labels(parser=f"state extra {{ count = {piece}; transition accept; }}"),
    lambda piece: labels(parser=f"state extra {{ verify ({piece}); transition accept; }}"),
    lambda piece: labels(proxy=f"cache {{ {piece} }}"),
    lambda piece: few(parser=piece),
    lambda piece: many(parser=piece),
    lambda piece: many(key=piece),
    lambda piece: many(proxy=piece),
    lambda piece: many(proxy=f"on return {{ {piece} }}"),
    classifier,
    lambda piece: push_shim(items=piece),
    lambda piece: push_shim(parser=piece),
]


def refusals(sfcc, specs, directory):
    """Per spec, the codes that `sfcc check` gives it; warnings count if there is no error."""
    names = [f"example{number}.sfc" for number in range(len(specs))]
    for name, text in zip(names, specs):
        (directory / name).write_text(text)
    done = subprocess.run([sfcc, "check", "--diagnostics=json", *names], cwd=directory, capture_output=True, text=True,
                          timeout=600)
    found = {name: set() for name in names}
    everything = []
    decoder, text = json.JSONDecoder(), done.stderr.strip()
    while text:
        some, end = decoder.raw_decode(text)
        everything, text = everything + some, text[end:].strip()
    for one in everything:
        if one["severity"] == "error":
            found.setdefault(one["file"], set()).add(one["code"])
    right = [name for name in found if not found[name]]
    for one in everything:
        if one["file"] in right:
            found[one["file"]].add(one["code"])
    return [found[name] for name in names]

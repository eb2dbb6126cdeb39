-- ---- sr-mpls.sfc

protocol("sfc_sr_mpls", "SrMpls")

header("ah_t", 12, {
  {"next_header", 0, 8},
  {"length", 8, 8},
  {"reserved", 16, 16},
  {"spi", 32, 32},
  {"seq", 64, 32},
})
header("esp_t", 8, {
  {"spi", 0, 32},
  {"seq", 32, 32},
})
header("ether_t", 2, {
  {"type", 0, 16},
})
header("icmp_t", 8, {
  {"type", 0, 8},
  {"code", 8, 8},
  {"checksum", 16, 16},
  {"rest", 32, 32},
})
header("ipv4_t", 20, {
  {"version", 0, 4},
  {"ihl", 4, 4},
  {"dscp", 8, 6},
  {"ecn", 14, 2},
  {"length", 16, 16},
  {"id", 32, 16},
  {"reserved", 48, 1},
  {"df", 49, 1},
  {"mf", 50, 1},
  {"offset", 51, 13},
  {"ttl", 64, 8},
  {"protocol", 72, 8},
  {"checksum", 80, 16},
  {"src", 96, 32},
  {"dst", 128, 32},
}, "options", function(own) return mul(n(32), sub(own("ihl"), n(5))) end)
header("ipv6_ext_t", 2, {
  {"next_header", 0, 8},
  {"length", 8, 8},
}, "data", function(own) return add(mul(n(64), own("length")), n(48)) end)
header("ipv6_fragment_t", 8, {
  {"next_header", 0, 8},
  {"reserved", 8, 8},
  {"offset", 16, 13},
  {"reserved2", 29, 2},
  {"more", 31, 1},
  {"id", 32, 32},
})
header("ipv6_t", 40, {
  {"version", 0, 4},
  {"traffic_class", 4, 8},
  {"flow_label", 12, 20},
  {"payload_length", 32, 16},
  {"next_header", 48, 8},
  {"hop_limit", 56, 8},
  {"src", 64, 128},
  {"dst", 192, 128},
})
header("mac_t", 12, {
  {"dst", 0, 48},
  {"src", 48, 48},
})
header("mpls_t", 4, {
  {"label", 0, 20},
  {"tc", 20, 3},
  {"bos", 23, 1},
  {"ttl", 24, 8},
})
header("sctp_t", 12, {
  {"src_port", 0, 16},
  {"dst_port", 16, 16},
  {"tag", 32, 32},
  {"checksum", 64, 32},
})
header("tcp_t", 20, {
  {"src_port", 0, 16},
  {"dst_port", 16, 16},
  {"seq", 32, 32},
  {"ack", 64, 32},
  {"data_offset", 96, 4},
  {"reserved", 100, 4},
  {"ecn", 104, 2},
  {"flags", 106, 6},
  {"window", 112, 16},
  {"checksum", 128, 16},
  {"urgent", 144, 16},
})
header("tcp_timestamp_t", 12, {
  {"kind", 0, 32},
  {"value", 32, 32},
  {"echo", 64, 32},
})
header("udp_t", 8, {
  {"src_port", 0, 16},
  {"dst_port", 16, 16},
  {"length", 32, 16},
  {"checksum", 48, 16},
})
header("vlan_t", 4, {
  {"tpid", 0, 16},
  {"pcp", 16, 3},
  {"dei", 19, 1},
  {"vid", 20, 12},
})

single("mac", "mac_t")
stack("tags", "vlan_t", 2)
single("ether", "ether_t")
single("tcp", "tcp_t")
single("timestamp", "tcp_timestamp_t")
single("udp", "udp_t")
single("icmp", "icmp_t")
single("sctp", "sctp_t")
single("esp", "esp_t")
single("ah", "ah_t")
single("ipv4", "ipv4_t")
single("ipv6", "ipv6_t")
stack("ext", "ipv6_ext_t", 8)
single("fragment", "ipv6_fragment_t")
stack("labels", "mpls_t", 16)

state("start", function(w)
  w:extract("mac")
  return "tag_or_type"
end)

state("tag_or_type", function(w)
  return w:select({w:ahead(16)}, {
    {{exactly(n(0x8100))}, "tag"},
    {{exactly(n(0x88a8))}, "tag"},
    {{anything}, "type"},
  })
end)

state("tag", function(w)
  return w:select({w:count("tags")}, {
    {{exactly(n(2))}, stop("pass")},
    {{anything}, "tag_header"},
  })
end)

state("tag_header", function(w)
  w:extract("tags")
  return "tag_or_type"
end)

state("type", function(w)
  w:extract("ether")
  return "network"
end)

state("tcp", function(w)
  w:extract("tcp")
  return w:select({w:field("tcp", "data_offset")}, {
    {{between(n(8), n(15))}, "tcp_options"},
    {{anything}, stop("accept")},
  })
end)

state("tcp_options", function(w)
  return w:select({w:ahead(32)}, {
    {{exactly(n(0x101080a))}, "tcp_timestamp"},
    {{anything}, stop("accept")},
  })
end)

state("tcp_timestamp", function(w)
  w:extract("timestamp")
  return stop("accept")
end)

state("udp", function(w)
  w:extract("udp")
  return "udp_payload"
end)

state("udp_payload", function(w)
  return stop("accept")
end)

state("icmp", function(w)
  w:extract("icmp")
  return stop("accept")
end)

state("sctp", function(w)
  w:extract("sctp")
  return stop("accept")
end)

state("esp", function(w)
  w:extract("esp")
  return stop("accept")
end)

state("ah", function(w)
  w:extract("ah")
  return stop("accept")
end)

state("ipv4", function(w)
  w:extract("ipv4")
  w:verify(eq(w:field("ipv4", "version"), n(4)))
  w:limit(sub(w:field("ipv4", "length"), mul(n(4), w:field("ipv4", "ihl"))))
  w:set("next", 8, w:field("ipv4", "protocol"))
  return w:select({w:field("ipv4", "mf"), w:field("ipv4", "offset")}, {
    {{exactly(n(0)), exactly(n(0))}, "transport"},
    {{anything, anything}, stop("accept")},
  })
end)

state("ipv6", function(w)
  w:extract("ipv6")
  w:verify(eq(w:field("ipv6", "version"), n(6)))
  w:limit(w:field("ipv6", "payload_length"))
  w:set("next", 8, w:field("ipv6", "next_header"))
  return "ipv6_next"
end)

state("ipv6_next", function(w)
  return w:select({w:get("next")}, {
    {{exactly(n(0))}, "ipv6_ext"},
    {{exactly(n(43))}, "ipv6_routing"},
    {{exactly(n(60))}, "ipv6_ext"},
    {{exactly(n(135))}, "ipv6_ext"},
    {{exactly(n(44))}, "ipv6_fragment"},
    {{anything}, "transport"},
  })
end)

state("ipv6_routing", function(w)
  return "ipv6_ext"
end)

state("ipv6_ext", function(w)
  return w:select({w:count("ext")}, {
    {{exactly(n(8))}, stop("accept")},
    {{anything}, "ipv6_ext_header"},
  })
end)

state("ipv6_ext_header", function(w)
  w:extract("ext")
  w:set("next", 8, w:last("ext", "next_header"))
  return "ipv6_next"
end)

state("ipv6_fragment", function(w)
  w:extract("fragment")
  w:set("next", 8, w:field("fragment", "next_header"))
  return w:select({w:field("fragment", "more"), w:field("fragment", "offset")}, {
    {{exactly(n(0)), exactly(n(0))}, "ipv6_next"},
    {{anything, anything}, stop("accept")},
  })
end)

state("transport", function(w)
  return w:select({w:get("next")}, {
    {{exactly(n(6))}, "tcp"},
    {{exactly(n(17))}, "udp"},
    {{exactly(n(1))}, "icmp"},
    {{exactly(n(58))}, "icmp"},
    {{exactly(n(132))}, "sctp"},
    {{exactly(n(50))}, "esp"},
    {{exactly(n(51))}, "ah"},
    {{anything}, "other_protocol"},
  })
end)

state("other_protocol", function(w)
  return stop("accept")
end)

state("stack", function(w)
  w:extract("labels")
  return w:select({w:last("labels", "bos")}, {
    {{exactly(n(0))}, "stack"},
    {{exactly(n(1))}, "inner"},
  })
end)

state("inner", function(w)
  return w:select({w:ahead(4)}, {
    {{exactly(n(4))}, "ipv4"},
    {{exactly(n(6))}, "ipv6"},
    {{anything}, stop("no_key")},
  })
end)

state("network", function(w)
  return w:select({w:field("ether", "type")}, {
    {{exactly(n(0x8847))}, "stack"},
    {{exactly(n(0x8848))}, "stack"},
    {{exactly(n(0x800))}, "ipv4"},
    {{exactly(n(0x86dd))}, "ipv6"},
    {{anything}, stop("pass")},
  })
end)

register("start")

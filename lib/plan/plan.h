// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The plan: everything that is known of a compiled proxy outside of its programs. The compiler computes it once and
// stores it as JSON in the object's .sfc.plan section; the runtime, sfcctl and the generated C++ know a proxy by its
// plan alone. Offsets and sizes are in bytes unless a name says bits; byte 0 is the first on the wire or in memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace sfc::plan {

enum class Hook { Ingress, Egress };

/// One of the per-CPU 64-bit counters in SFC_MAP_COUNTERS. Several may share a name (one per place where a packet can
/// be dropped for that reason); tools show their sum.
struct Counter {
  std::string name;    // "rx", "rx_drop_malformed", "inserted", ...
  std::string reason;  // drops: "malformed"; else empty
  std::string at;      // drops: "sr-mpls.sfc:31:9", the place in the spec that decided; else empty
  std::string text;    // drops: that place's source text, one line; else empty
  // A drop at egress after an entry was claimed: it counts in "claimed = restored + sum(claim_fail)".
  bool after_claim = false;

  bool operator==(const Counter&) const = default;
};

/// A load-time parameter in the single value of SFC_MAP_PARAMS: 8 bytes at `offset`, host order.
struct Param {
  std::string name;
  unsigned width_bits = 0;
  unsigned offset = 0;
  uint64_t initial = 0;

  bool operator==(const Param&) const = default;
};

/// A field of a header, most significant bit first as on the wire.
struct Field {
  std::string name;
  unsigned offset_bits = 0;  // from the start of the header
  unsigned width_bits = 0;

  bool operator==(const Field&) const = default;
};

/// A header type with its fixed-size fields.
struct Header {
  std::string name;   // "mpls_t"
  unsigned size = 0;  // bytes, without a variable-length field
  std::vector<Field> fields;

  bool operator==(const Header&) const = default;
};

/// KeyField::valid_bit of a field that every key has.
inline constexpr unsigned AlwaysValid = 255;

/// A field of the key, in wire order (most significant bit first) at a bit offset from the key's first byte. It counts
/// only if bit `valid_bit` of the key's first 32-bit word (host order) is set, or if that is AlwaysValid.
struct KeyField {
  std::string name;  // "ipv4.src", "tags[0].vid", "digest(payload)"
  unsigned valid_bit = 0;
  unsigned offset_bits = 0;
  unsigned width_bits = 0;

  bool operator==(const KeyField&) const = default;
};

/// A next-header field (such as an EtherType), saved in the record as it came.
struct Saved {
  std::string name;     // "ether.type"
  unsigned offset = 0;  // in the record
  unsigned size = 0;    // bytes, big-endian

  bool operator==(const Saved&) const = default;
};

/// A header, or a stack of headers, among the stripped bytes of the record.
struct Stripped {
  std::string name;    // "labels"
  std::string header;  // its type, one of Plan::headers
  // Fixed: where the first element is, from Record::bytes_offset; a stack takes all that is left, (length - offset) /
  // header size elements. Else: where the record says it, two numbers of 2 bytes in host order, the place of the first
  // element from Record::bytes_offset and the number of elements, 0 for none.
  unsigned offset = 0;
  bool fixed = true;
  unsigned max_count = 1;
  bool is_stack = false;

  bool operator==(const Stripped&) const = default;
};

/// The header record of one packet. At lengths_offset is the length of the stripped bytes of each
/// region, 2 bytes in host order; at bytes_offset the stripped bytes follow as they came, region behind region.
struct Record {
  unsigned regions = 1;
  unsigned lengths_offset = 0;
  unsigned bytes_offset = 0;
  unsigned max_bytes = 0;  // the most stripped bytes
  std::vector<Saved> saved;
  std::vector<Stripped> stripped;

  bool operator==(const Record&) const = default;
};

/// An entry of the slots and hash stores: the time of arrival (8 bytes, host order, ns of the coarse monotonic clock),
/// the key at key_offset, the record at record_offset.
struct Entry {
  unsigned size = 0;
  unsigned key_offset = 0;
  unsigned key_size = 0;  // a multiple of 8
  unsigned record_offset = 0;
  std::vector<KeyField> key_fields;
  Record record;

  bool operator==(const Entry&) const = default;
};

enum class Policy { Drop, Pass };

struct Cache {
  uint64_t entries = 0;      // room for at least so many packets with the SF
  uint64_t lifetime_ns = 0;  // an older entry has expired
  Policy full = Policy::Drop;
  Policy miss = Policy::Pass;

  bool operator==(const Cache&) const = default;
};

/// The kinds of programs that a spec can declare.
enum class Kind {
  Proxy,       // removes headers, keeps them per packet and writes them back
  Edits,       // a proxy that strips nothing: it edits fields at both hooks
  Terminator,  // the end of a domain: removes headers for good; "egress" in JSON
  Classifier,  // the beginning of a domain: pushes headers from tables
  Static,      // a proxy that keeps nothing: a terminator at ingress, a classifier at egress
  Last,        // a proxy that keeps the newest headers of each key, and writes them back to all packets with that key
};

/// Does egress write headers back that ingress has stored?
constexpr bool restoresHeaders(Kind kind) {
  return kind == Kind::Proxy || kind == Kind::Last;
}

/// Does egress push headers that the spec or an entry of a table gives?
constexpr bool pushesHeaders(Kind kind) {
  return kind == Kind::Classifier || kind == Kind::Static;
}
/// Does ingress remove headers for good?
constexpr bool discardsHeaders(Kind kind) {
  return kind == Kind::Terminator || kind == Kind::Static;
}

enum class Match { Exact, Lpm };

/// A field of a table's key: its value in network order, right-aligned in `size` bytes.
struct TableField {
  std::string name;  // "ipv4.dst"
  Match match = Match::Exact;
  unsigned width_bits = 0;
  unsigned offset = 0;  // from the first byte of the key
  unsigned size = 0;

  bool operator==(const TableField&) const = default;
};

/// A number in the value of a table's map: 8 bytes at `offset`, host order.
struct TableValue {
  std::string name;
  unsigned width_bits = 0;
  unsigned offset = 0;

  bool operator==(const TableValue&) const = default;
};

/// A table that packets are looked up in. The value of its map is, where headers are pushed, a record with their bytes,
/// and else the entry's values. Where the last field is Lpm, the key begins with the length of the prefix: 4 bytes in
/// host order, in bits of all fields.
struct Table {
  std::string name;
  std::string map;
  unsigned key_size = 0;
  uint64_t entries = 0;  // at most
  std::vector<TableField> fields;
  std::vector<TableValue> values;

  bool longestPrefix() const { return !fields.empty() && fields.back().match == Match::Lpm; }
  bool operator==(const Table&) const = default;
};

/// The value of a field of a pushed header unless an entry gives another one.
struct PushDefault {
  std::string header;  // name of the instance
  std::string field;
  bool last_only = false;  // in the last element of a stack
  uint64_t value = 0;
  int64_t per_element = 0;  // added for each element of the pushed stack

  bool operator==(const PushDefault&) const = default;
};

/// A number among reported telemetry data, most significant bit first.
struct TelemetryItem {
  std::string name;          // "hop_latency"
  unsigned offset_bits = 0;  // from the first byte of the data
  unsigned width_bits = 0;
  bool gated = false;  // present only if one of the bits first..last requests it
  unsigned first = 0;
  unsigned last = 0;
  bool known = true;  // false: always all ones, which means unknown

  bool operator==(const TelemetryItem&) const = default;
};

/// The data of the hops that a packet came through, the newest first. Each has only the requested items, one behind the
/// other, once for each bit that requests them; offsets are as if all were there. Unknown items are all ones.
struct Collected {
  std::string name;        // "hops"
  std::string hop;         // "int_hop"
  unsigned gate_bits = 0;  // as in Telemetry
  std::vector<TelemetryItem> items;

  bool operator==(const Collected&) const = default;
};

/// The part of a report behind its struct sfc_report: a struct sfc_collected for each of `collected`; all items, in the
/// order of the text, requested or not; and if something is collected, the packet as it arrived, up to the end of the
/// stripped headers and a few bytes more.
struct Telemetry {
  std::string name;        // "int_hop"
  unsigned gate_bits = 0;  // of the field that requests items, whose bit 0 is the leftmost; 0: there is none
  unsigned size = 0;       // bytes of the items
  std::vector<TelemetryItem> items;
  std::vector<Collected> collected;

  bool operator==(const Telemetry&) const = default;
};

struct Plan {
  unsigned abi = 0;   // SFC_ABI_VERSION of the compiler
  std::string name;   // file name without .sfc: "sr-mpls"
  std::string proxy;  // as declared: "SrMpls"
  Kind kind = Kind::Proxy;
  std::string compiler;  // "sfcc 0.1.0"
  // Differs if programs and maps of one object may not be used with those of another.
  std::string layout_hash;
  std::vector<Counter> counters;
  std::vector<Param> params;
  unsigned params_size = 8;  // bytes of the value of SFC_MAP_PARAMS
  std::vector<Header> headers;
  Entry entry;
  Cache cache;
  std::vector<Table> tables;  // of headers that are pushed: in the order in which packets are looked up
  std::vector<PushDefault> push_defaults;
  std::vector<Telemetry> telemetry;  // that is reported
  bool residence = false;            // residence times of packets follow the counters
  unsigned max_growth = 0;           // most bytes by which a packet leaves larger than it arrived
  // Why egress pushes no headers onto superframes (GSO packets), as part of a sentence; empty if it does.
  std::string no_superframes;
  // Why there is no ingress hook at TC, as part of a sentence; empty if there is one.
  std::string no_tc_ingress;

  bool operator==(const Plan&) const = default;
};

/// The plan as JSON, for the object and for `sfcc --emit=plan`.
nlohmann::ordered_json toJson(const Plan& plan);
/// What Plan::layout_hash is to be: FNV-1a over the JSON of all the rest, in 16 hexadecimal digits.
std::string layoutHash(Plan plan);
/// Reads what toJson wrote. Throws std::runtime_error with a one-line message if the text is not a plan.
Plan fromJson(std::string_view text);

}  // namespace sfc::plan

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The declarations of a spec, resolved: headers, the parser, tables, telemetry. The model and the program refer to them
// by index.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/expr.h"
#include "compiler/ir/parser.h"
#include "lib/plan/plan.h"

namespace sfc::ir {

/// A length or checksum of other bytes of the packet, updated whenever these change.
enum class Computed {
  No,
  Length,          // @length: bytes up to the end of what the header contains
  HeaderChecksum,  // @checksum: Internet checksum (RFC 1071) of the header
  TailChecksum,    // @checksum(payload): of the header and all that follows; @checksum(payload, 4): and of the 4 bytes
                   // before it
  PseudoChecksum,  // @checksum(pseudo): and of a pseudo-header; 0 means none, but for @checksum(pseudo, always);
                   // @checksum(pseudo, 17) gives the protocol in the pseudo-header
};

struct Field {
  std::string name;
  unsigned offset_bits = 0;
  unsigned width_bits = 0;
  bool is_mutable = false;  // an SF may change it
  Range range;
  Computed computed = Computed::No;
  bool zero_is_none = false;  // a checksum of 0 means that there is none (UDP)
  bool is_pseudo = false;  // counts in the checksums with a pseudo-header that follow (RFC 768, RFC 8200 section 8.1)
  unsigned protocol = 0;   // in the pseudo-header of a checksum; 0: not given
  std::optional<unsigned> before;  // bytes before the header that a checksum of all that follows covers
};

/// The bytes that a field touches: the first, from the start of the header, and their number.
struct ByteSpan {
  unsigned first = 0;
  unsigned count = 0;
};
ByteSpan spanOf(const Field& field);

/// How the kernel's software segmentation treats a header (@offload): it copies the header onto each segment of a GSO
/// packet and writes the segment's own length, IPv4 identification and checksum into it.
enum class Offload { None, Ipv4, Ipv6, Udp, Gre };

/// An offload as a spec names it, and the bytes of the fixed fields that the kernel knows.
struct KnownOffload {
  const char* name;
  Offload offload;
  unsigned size;
};
inline constexpr KnownOffload KnownOffloads[] = {
    {"ipv4", Offload::Ipv4, 20}, {"ipv6", Offload::Ipv6, 40}, {"udp", Offload::Udp, 8}, {"gre", Offload::Gre, 4}};

/// A header type. A variable-length field, if any, is the last.
struct Header {
  std::string name;
  std::vector<Field> fields;  // the fixed-size ones
  unsigned size = 0;          // their bytes
  std::string variable_name;  // the variable-length field, if there is one
  ExprPtr variable_bits;      // its size in bits, over `fields` of this header; or null
  unsigned variable_max = 0;  // its most bytes
  Range range;
  Offload offload = Offload::None;
};

/// Does the header have computed fields?
bool hasComputed(const Header& header);

/// Can a partial checksum be recognised? Then all of its pseudo-header is known.
inline bool canFinish(const Field& field) {
  return field.before || field.protocol != 0;
}

struct Instance {
  std::string name;
  unsigned header = 0;
  unsigned count = 1;  // elements of a stack
  bool is_stack = false;
  bool stripped = false;
  unsigned region = 0;  // of the stripped ones: number of the strip clause
  Range range;
};

struct Variable {
  std::string name;
  unsigned width_bits = 0;
};

/// `on arrival { udp.dst_port = shim.dst_port; }`: while the headers are removed, a retained field has the value of a
/// stripped one. On return, the stripped field gets the value that the retained one has then, and the retained field
/// gets the value back that it had on arrival.
struct Move {
  Range range;
  FieldRef retained, stripped;
};

struct TableField {
  Range range;
  FieldRef field;
  plan::Match match = plan::Match::Exact;
};
/// A number that each entry has.
struct TableValue {
  std::string name;
  unsigned width_bits = 0;
};
struct Table {
  std::string name;
  Range range;
  std::vector<TableField> fields;
  std::vector<TableValue> values;
  uint64_t entries = 10000;
};

/// The value of a field that is pushed, unless an entry of a table names it: in every element of a stack, in one, or in
/// the last. A constant or, where there are no tables, a parameter; `per_element` is added for each element of the
/// pushed stack.
struct PushDefault {
  unsigned instance = 0;
  unsigned field = 0;
  std::optional<unsigned> element;
  bool last_only = false;
  ExprPtr value;
  int64_t per_element = 0;
};

/// Fields that occur together, once for each of the bits first..last that is set in Telemetry::by, or once without a
/// gate. They take whole 32-bit words.
struct TelemetryField {
  std::string name;
  unsigned width_bits = 0;
  ExprPtr value;
};
struct TelemetryGroup {
  Range range;
  bool gated = false;
  unsigned first = 0, last = 0;
  std::vector<TelemetryField> fields;
  unsigned bytes = 0;  // of one occurrence
};
/// The data of the hops that the packet came through, newest first: `size` of the stripped bytes, from `at` bytes
/// behind an instance on, in the format of that telemetry for each hop.
struct Collected {
  std::string name;
  Range range;
  unsigned telemetry = 0;
  unsigned instance = 0;
  ExprPtr at;  // or null: 0
  ExprPtr size;
};
struct Telemetry {
  std::string name;
  Range range;
  bool layout_only = false;  // of data that others have written: its fields have no values
  ExprPtr by;                // a FieldRef, or null; bit 0 is its most significant one
  unsigned by_bits = 0;
  std::vector<TelemetryGroup> groups;
  ExprPtr size;            // bytes, or null: those of the groups
  unsigned max_bytes = 0;  // the most that the data can have
  std::vector<Collected> collected;
  bool is_room = false;  // for the data of others, and without items
};

/// Is an item always all ones, which means unknown?
bool isUnknown(const TelemetryField& field);

struct Declarations {
  std::string proxy;
  plan::Kind kind = plan::Kind::Proxy;
  Range proxy_range;
  std::vector<plan::Param> params;
  std::vector<Header> headers;
  std::vector<Instance> instances;
  std::vector<Variable> variables;  // of the parser, then those of `on return`
  std::vector<State> states;        // of the parser
  unsigned start = 0;
  std::vector<Move> moves;           // `on arrival` of those that strip
  std::vector<Telemetry> telemetry;  // those that `on arrival` and `on return` name
  std::vector<Table> tables;
  std::vector<PushDefault> push_defaults;
  std::vector<unsigned> pushed;  // instances that a classifier or a static proxy pushes, in the order on the wire
  unsigned samples = 0;          // the number of `sampled`s, each with a count of its own

  const Header& headerOf(unsigned instance) const { return headers[instances[instance].header]; }
  const Field& fieldOf(const FieldRef& ref) const { return headerOf(ref.instance).fields[ref.field]; }
  /// The same, or the bits of it that a slice names, as a field of their own.
  Field partOf(const FieldRef& ref) const;
};

/// Where headers are pushed without tables: how many elements of an instance are pushed, and does a default apply to
/// one?
unsigned pushedElements(unsigned instance, const Declarations& declarations);
/// The value of a constant default with so many elements of the pushed stack, or with as many as there are then.
int64_t pushedValue(const PushDefault& one, int64_t elements);
int64_t pushedValue(const PushDefault& one, const Declarations& declarations);
bool appliesTo(const PushDefault& one, unsigned instance, unsigned element, const Declarations& declarations);

/// Is a field a checksum that egress updates? Those that cover the packet are pushed as the entry says: none.
bool isUpdated(const Field& field, const Declarations& declarations);

/// Calls `one` with the parts of all expressions of a telemetry declaration, those of collected hops included.
void visitExpressions(const Telemetry& telemetry, const std::function<void(const Expr&)>& one);

}  // namespace sfc::ir

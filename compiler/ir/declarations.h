// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What a spec declares, resolved: headers, the parser, tables, telemetry. The model and the program have these, and
// refer to them by index.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/expr.h"
#include "compiler/ir/parser.h"
#include "lib/plan/plan.h"

namespace sfc::ir {

/// A field that follows from other bytes of the packet, and is put right whenever these change.
enum class Computed {
  No,
  Length,          // @length: bytes up to the end of what the header contains
  HeaderChecksum,  // @checksum: Internet checksum (RFC 1071) of the header
  TailChecksum,    // @checksum(payload): of the header and all that follows; with @checksum(payload, 4) of the 4 bytes
                   // before it as well
  PseudoChecksum,  // @checksum(pseudo): as well as of a pseudo-header; 0 means that there is none, but for
                   // @checksum(pseudo, always); @checksum(pseudo, 17) says which protocol the pseudo-header names
};

struct Field {
  std::string name;
  unsigned offset_bits = 0;
  unsigned width_bits = 0;
  bool is_mutable = false;  // may change on the way through an SF
  Range range;
  Computed computed = Computed::No;
  bool zero_is_none = false;  // a checksum of 0 means that there is none (UDP)
  bool is_pseudo = false;  // counts in the checksums with a pseudo-header that follow (RFC 768, RFC 8200 section 8.1)
  unsigned protocol = 0;   // of a checksum with a pseudo-header: the protocol in that; 0: not said
  std::optional<unsigned> before;  // of a checksum of all that follows: bytes before the header that it covers as well
};

/// Bytes that a field touches: the first, from the start of the header, and their number.
struct ByteSpan {
  unsigned first = 0;
  unsigned count = 0;
};
ByteSpan spanOf(const Field& field);

/// A header type. A variable-length field, if any, is the last.
struct Header {
  std::string name;
  std::vector<Field> fields;  // the fixed-size ones
  unsigned size = 0;          // their bytes
  std::string variable_name;  // the variable-length field, if there is one
  ExprPtr variable_bits;      // its size in bits, over `fields` of this header; or null
  unsigned variable_max = 0;  // its most bytes
  Range range;
};

/// Has the header lengths or checksums that follow from other bytes of the packet?
bool hasComputed(const Header& header);

/// Can it be told of a checksum that it has only been started? All of its pseudo-header is known then.
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

/// `on arrival { udp.dst_port = shim.dst_port; }`: while the headers are stripped, a field of a retained header says
/// what one of a stripped header said. On return what it says then goes to the stripped header, and it says again what
/// it said on arrival.
struct Move {
  Range range;
  FieldRef retained, stripped;
};

struct TableField {
  Range range;
  FieldRef field;
  plan::Match match = plan::Match::Exact;
};
struct Table {
  std::string name;
  Range range;
  std::vector<TableField> fields;
  uint64_t entries = 10000;
};

/// Fields that are there together, once for each of the bits first..last that is set in Telemetry::by; always if there
/// are no gates. They take whole 32-bit words.
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
/// What hops have said that the packet came through, newest first: `size` bytes of the stripped ones, from `at` bytes
/// behind an instance on, each hop as that telemetry has it.
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
  bool layout_only = false;  // others have written it: its fields have no values
  ExprPtr by;                // a FieldRef, or null; bit 0 is its most significant one
  unsigned by_bits = 0;
  std::vector<TelemetryGroup> groups;
  ExprPtr size;            // bytes, or null: what the groups take
  unsigned max_bytes = 0;  // that the data can have
  std::vector<Collected> collected;
  bool is_room = false;  // for the data of others, and without items
};

/// Does an item always say that nothing is known: all ones?
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
  std::vector<Telemetry> telemetry;  // as far as `on arrival` and `on return` name them
  std::vector<Table> tables;
  unsigned samples = 0;  // `sampled`s, each of which counts packets by itself

  const Header& headerOf(unsigned instance) const { return headers[instances[instance].header]; }
  const Field& fieldOf(const FieldRef& ref) const { return headerOf(ref.instance).fields[ref.field]; }
};

/// Calls `one` with the parts of all expressions of a telemetry declaration, what hops have said included.
void visitExpressions(const Telemetry& telemetry, const std::function<void(const Expr&)>& one);

}  // namespace sfc::ir

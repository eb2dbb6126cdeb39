// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The model: a checked proxy. Every name is resolved to an index, every constant is a number, `use` and `extends` are
// flattened, and what remains is known to make sense by itself. The tables refer to each other by index.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/ast/ast.h"
#include "lib/plan/plan.h"
#include "lib/source/source.h"

namespace sfc::model {

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

/// A field that follows from other bytes of the packet, and is put right whenever these change.
enum class Derived {
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
  bool is_mutable = false;  // may change on the way through a service function
  Range range;
  Derived derived = Derived::No;
  bool zero_is_none = false;  // a checksum of 0 means that there is none (UDP)
  bool is_pseudo = false;  // counts in the checksums with a pseudo-header that follow (RFC 768, RFC 8200 section 8.1)
  unsigned protocol = 0;   // of a checksum with a pseudo-header: the protocol in that; 0: not said
  std::optional<unsigned> before;  // of a checksum of all that follows: bytes before the header that it covers as well
};

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

// ---- expressions: 64-bit two's complement integers ------------------------------------------------------------------

struct Constant {
  int64_t value = 0;
  bool has_name = false;  // made of constants that are declared: `-D` can give it another value
};
/// A field of an instance; `element` counts from 0, or is Last for the element extracted last.
struct FieldRef {
  static constexpr unsigned Last = UINT32_MAX;
  unsigned instance = 0;
  unsigned element = 0;
  unsigned field = 0;
};
/// A field of the header whose length is being worked out (in Header::variable_bits).
struct OwnField {
  unsigned field = 0;
};
struct VariableRef {
  unsigned variable = 0;
};
struct ParamRef {
  unsigned param = 0;
};
struct Lookahead {
  unsigned width_bits = 0;
};
/// Elements of a stack, or whether a single header is there (1 or 0): extracted so far at ingress, left in the record
/// on return.
struct StackSize {
  unsigned instance = 0;
};
/// What a hook knows of a packet besides its bytes. Times are in ns, of the kernel's monotonic clock or, with `_tai`,
/// of International Atomic Time. Numbers of packets are known where these wait in the slots store; elsewhere all bits
/// are ones.
enum class Measure {
  Arrived,      // `arrived`: when ingress saw the packet
  Now,          // `now`: when egress does
  ArrivedTai,   // `arrived_tai`
  NowTai,       // `now_tai`
  IngressPort,  // `ingress_port`: the index of the interface at ingress
  EgressPort,   // `egress_port`
  InFlight,     // `in_flight`: packets that the function has, without this one
  VnfDrops,     // `vnf_drops`: packets that have not returned within their lifetime, since the proxy was loaded
};
struct Measurement {
  Measure measure = Measure::Now;
};
/// Of a telemetry declaration: `hop.needed`, the bytes of all items that are asked for; `hop.size`, those of its data;
/// `hop.holds`, whether these are enough for the items; `hop.fits`, whether the packet can grow by them as well.
struct TelemetryRef {
  enum class What { Needed, Size, Holds, Fits };
  unsigned telemetry = 0;
  What what = What::Size;
};
/// Has a table an entry for the packet? 1 or 0. On return: what it said when the packet arrived.
struct TableHit {
  unsigned table = 0;
};
/// 1 for the first of `every` packets that come here on a CPU, and for the first of the next; 0 for all others, and if
/// `every` is 0. Systematic count-based sampling (RFC 5475 section 5.1).
struct Sampled {
  unsigned number = 0;  // of this one among all of the proxy
  ExprPtr every;
};
struct Unary {
  ast::UnaryOp op;
  ExprPtr operand;
};
struct Binary {
  ast::BinaryOp op;
  ExprPtr left, right;
};

struct Expr {
  Range range;
  std::variant<Constant, FieldRef, OwnField, VariableRef, ParamRef, Lookahead, StackSize, TableHit, Measurement,
               TelemetryRef, Sampled, Unary, Binary>
      node;
};

// ---- states and edits -----------------------------------------------------------------------------------------------

struct Target {
  Range range;
  ast::Target::Kind kind = ast::Target::Kind::Accept;
  unsigned state = 0;  // Kind::State
  std::string reason;  // Kind::Drop
};

struct Extract {
  unsigned instance = 0;
};
struct Verify {
  ExprPtr condition;
};
struct Limit {
  ExprPtr bytes;
};
struct Advance {
  ExprPtr bytes;
};
struct AssignVariable {
  unsigned variable = 0;
  ExprPtr value;
};
struct AssignField {
  FieldRef field;
  ExprPtr value;
};
/// Copies a field of whole bytes to one of the same width. With `index`, `from` is in that element of its stack.
struct CopyField {
  FieldRef to, from;
  ExprPtr index;
};
struct SwapFields {
  FieldRef left, right;
};
/// Drops the packet instead of putting its headers back.
struct Drop {
  std::string reason;
};
struct Pop {
  unsigned instance = 0;
};
/// Puts headers behind all stripped ones, if the packet has none of them and can grow by them. They are zeros.
struct PushHeaders {
  std::vector<unsigned> instances;
};
/// Puts telemetry data behind an instance, a single header.
struct Insert {
  unsigned telemetry = 0;
  unsigned instance = 0;
};
/// Puts zeros behind an instance, a single header, if nothing stripped lies behind it: as many as telemetry without
/// items has bytes. Others write their data there.
struct PushRoom {
  unsigned telemetry = 0;
  unsigned instance = 0;
};
/// Writes telemetry data over stripped bytes, from `at` bytes behind an instance on, a single header; nothing is
/// written where nothing is stripped.
struct Write {
  unsigned telemetry = 0;
  unsigned instance = 0;
  ExprPtr at;
};
/// Hands telemetry data out of the host.
struct Report {
  unsigned telemetry = 0;
};
struct Statement;
struct If {
  ExprPtr condition;
  std::vector<Statement> then_branch, else_branch;
};
struct Statement {
  Range range;
  std::variant<Extract, Verify, Limit, Advance, AssignVariable, AssignField, CopyField, SwapFields, Drop, Pop,
               PushHeaders, Insert, PushRoom, Write, Report, If>
      node;
};

/// A select value: matches x if (x & mask) == value, or low <= x <= high for an interval.
struct Pattern {
  bool interval = false;
  uint64_t value = 0;  // or low
  uint64_t mask = 0;   // or high
  bool any() const { return !interval && mask == 0; }
};
struct Case {
  Range range;
  std::vector<Pattern> patterns;  // one per key
  Target target;
};
struct State {
  std::string name;
  Range range;
  std::vector<Statement> body;
  std::vector<ExprPtr> keys;
  std::vector<Case> cases;  // tried in order; none matching means reject
  Range transition_range;
  std::optional<unsigned> region;  // named in that strip clause
};

/// `on arrival { udp.dst_port = shim.dst_port; }`: while the headers are stripped, a field of a kept header says what
/// one of a stripped header said. On return what it says then goes to the stripped header, and it says again what it
/// said on arrival.
struct Move {
  Range range;
  FieldRef kept, stripped;
};

struct Require {
  Range range;
  ExprPtr condition;
  Target otherwise;
};

// ---- keys -----------------------------------------------------------------------------------------------------------

/// A field of every element of an instance.
struct KeyField {
  Range range;
  unsigned instance = 0;
  unsigned field = 0;
};
struct KeyVariable {
  Range range;
  unsigned variable = 0;
};
/// A digest of the payload, in packets without the instance `unless`.
struct KeyDigest {
  Range range;
  std::optional<unsigned> unless;
};
using KeyItem = std::variant<KeyField, KeyVariable, KeyDigest>;

// ---- telemetry ------------------------------------------------------------------------------------------------------

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

// ---- tables ---------------------------------------------------------------------------------------------------------

struct TableField {
  Range range;
  ExprPtr field;  // a FieldRef
  plan::Match match = plan::Match::Exact;
};
struct Table {
  std::string name;
  Range range;
  std::vector<TableField> fields;
  uint64_t entries = 10000;
};
/// What a pushed field says that an entry does not name: in every element of a stack, or in the last one.
struct PushDefault {
  unsigned instance = 0;
  unsigned field = 0;
  bool last_only = false;
  uint64_t value = 0;
};

struct Model {
  std::string proxy;
  plan::Kind kind = plan::Kind::Proxy;
  Range proxy_range;
  Range parse_range;
  std::vector<Range> strip_ranges;  // the strip clauses: regions in the order in which they lie in the packet
  Range cache_range;
  Range key_range;
  std::vector<plan::Param> params;
  std::vector<Header> headers;
  std::vector<Instance> instances;
  std::vector<Variable> variables;  // of the parser, then those of `on return`
  std::vector<State> states;
  unsigned start = 0;
  std::vector<Require> requires_;
  std::vector<Statement> on_arrival;  // Kind::Edits, and Kind::Egress: what is done before headers go for good
  std::vector<Move> moves;            // `on arrival` of those that strip
  std::vector<Statement> on_return;
  std::vector<KeyItem> key;
  std::vector<Telemetry> telemetry;  // as far as `on arrival` and `on return` name them
  std::vector<Table> tables;
  std::vector<PushDefault> push_defaults;
  unsigned samples = 0;  // `sampled`s, each of which counts packets by itself
  plan::Cache cache;
};

/// What a state extracts. One that extracts both kinds is an error (E0410); it counts as what it extracts first. One
/// that is named in a strip clause is Stripped.
enum class StateKind { Nothing, Kept, Stripped };
StateKind kindOf(const State& state, const Model& model);

/// The strip clause that a state of kind Stripped belongs to.
unsigned regionOf(const State& state, const Model& model);

/// The value of an operator: numbers wrap around, comparisons are signed, division and `>>` unsigned. Division is by
/// what is not 0; of a shift by more than 63 bits the lowest six bits of the number count.
int64_t apply(ast::BinaryOp op, int64_t left, int64_t right);
int64_t apply(ast::UnaryOp op, int64_t operand);

/// The tables in which an expression looks packets up, each once, in the order of the text.
std::vector<unsigned> tablesOf(const ExprPtr& expr);

/// Bytes behind the cursor that the look-aheads of an expression need; 0 if there are none.
unsigned lookaheadBytes(const ExprPtr& expr);

/// Has the header lengths or checksums that follow from other bytes of the packet?
bool hasDerived(const Header& header);

/// Calls `one` with each statement, and with those in the branches of its `if`s.
void visit(const std::vector<Statement>& statements, const std::function<void(const Statement&)>& one);

/// Calls `one` with each expression of edits, and with all that it is made of.
void visitExpressions(const std::vector<Statement>& edits, const std::function<void(const Expr&)>& one);

/// The headers that `on return` pushes, each once, in the order of the text.
std::vector<unsigned> pushedHeaders(const Model& model);

/// The same of the telemetry that is pushed as room.
std::vector<unsigned> pushedRoom(const Model& model);

/// Is a packet that has none of the stripped headers the proxy's as well, to get them on return? What such a packet has
/// instead is said by a field that moves.
bool startsHeaders(const Model& model);
/// Does `wide` match all that `narrow` matches?
bool covers(const Pattern& wide, const Pattern& narrow);
/// The same of all patterns of a case.
bool covers(const Case& wide, const Case& narrow);
/// Is there surely nothing that both match?
bool excludes(const Case& one, const Case& other);

/// The telemetry that is reported somewhere, as indices in order.
std::vector<unsigned> reported(const Model& model);

/// Calls `one` with the parts of all expressions of `on return`, those of its telemetry included.
void visitReturn(const Model& model, const std::function<void(const Expr&)>& one);

/// Is this measured somewhere, in statements, in telemetry data or for a report?
bool measures(const Model& model, Measure measure);

/// Are packets counted that are with the function, or that it has dropped?
bool countsFlight(const Model& model);

/// The tables of which `on return` wants to know what they said when the packet arrived, as indices in order.
std::vector<unsigned> rememberedTables(const Model& model);

/// The expression of a parser statement; null for extract.
ExprPtr exprOf(const Statement& statement);

/// Calls `one` with an expression and all that it is made of.
void visit(const ExprPtr& expr, const std::function<void(const Expr&)>& one);

}  // namespace sfc::model
